"""Who looked at a case: each read with who, as what, in which role, what and when, and what stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from sharewell import packs
from sharewell.agencies.access import NotAllowed
from sharewell.agencies.models import Account
from sharewell.cases import looked
from sharewell.cases.models import Case, CaseRead
from sharewell.cases.queries import cases as reads
from sharewell.cases.queries.breakglass import LEADS, Broken, broken_into, sees_broken
from sharewell.core import accesssigns

PAGE = 200
MOST = 20_000  # lines of one table to download


@dataclass(frozen=True, slots=True)
class Looked:
    """One read, with what stands out of it in words."""

    line: CaseRead
    signs: Sequence[str]


@dataclass(frozen=True, slots=True)
class LookedDay:
    """What one person read on one day in one standing, newest first."""

    account: Account
    relation: str
    role: str
    why: str
    invited_by: Account | None
    day: date
    lines: Sequence[Looked]

    @property
    def signs(self) -> list[str]:
        """What stands out of any of its reads, each once."""
        return list(dict.fromkeys(sign for each in self.lines for sign in each.signs))


@dataclass(frozen=True, slots=True)
class AccessPage:
    """Who looked: every read for the leads of the circle; for the case's owner who broke the glass, and why."""

    case: Case
    everything: bool
    days: Sequence[LookedDay]
    broken: Sequence[Broken]
    people: Sequence[Account]
    before: int | None


def access_page(
    *,
    viewer: Account,
    case_id: UUID,
    now: datetime,
    person: UUID | None = None,
    before: int | None = None,
) -> AccessPage:
    """A page of who looked, newest first, of one person or all; leaves a line like every read.

    Raises ``NotFound`` outside the circle, and ``NotAllowed`` for others than the leads and the owner.
    """
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what="access")
    if not sees_broken(case, viewer):
        raise NotAllowed
    everything = _leads(case)
    lines = list(_lines(case, person, before)[: PAGE + 1]) if everything else []
    ids = CaseRead.objects.filter(case=case).order_by().values("account_id")
    people = Account.objects.filter(pk__in=ids).order_by("name") if everything else []
    return AccessPage(
        case=case,
        everything=everything,
        days=_days(lines[:PAGE], case),
        broken=broken_into(case),
        people=list(people),
        before=lines[PAGE - 1].pk if len(lines) > PAGE else None,
    )


def access_table(
    *, viewer: Account, case_id: UUID, now: datetime, person: UUID | None = None
) -> tuple[Case, list[Looked]]:
    """Every read of a case for its leads, newest first; raises ``NotFound`` and ``NotAllowed``."""
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what="access export")
    if not _leads(case):
        raise NotAllowed
    return case, _looked(list(_lines(case, person, None)[:MOST]), case)


def _leads(case: Case) -> bool:
    return looked.standing_of(case).role in LEADS


def _lines(case: Case, person: UUID | None, before: int | None) -> QuerySet[CaseRead]:
    """The reads, each with when the same person last looked, and how many cases they opened in the hour."""
    same = CaseRead.objects.filter(case=case, account=OuterRef("account"), id__lt=OuterRef("id"))
    hour = CaseRead.objects.filter(
        account=OuterRef("account"), at__gt=OuterRef("hour_ago"), at__lte=OuterRef("at")
    )
    counted = hour.order_by().values("account").annotate(n=Count("case", distinct=True))
    rows = CaseRead.objects.filter(case=case)
    rows = rows.filter(account_id=person) if person else rows
    rows = rows.filter(id__lt=before) if before else rows
    return (
        rows.select_related("account", "member__invited_by")
        .annotate(hour_ago=F("at") - timedelta(hours=1))
        .annotate(
            last=Subquery(same.order_by("-id").values("at")[:1]),
            cases=Subquery(counted.values("n")),
        )
        .order_by("-id")
    )


def _looked(lines: Sequence[Any], case: Case) -> list[Looked]:
    rules, zone = packs.access_signs(), case.agency.time_zone
    return [
        Looked(
            line,
            accesssigns.seen(accesssigns.Look(line.at, line.last, line.cases or 0), rules, zone),
        )
        for line in lines
    ]


def _days(lines: Sequence[CaseRead], case: Case) -> list[LookedDay]:
    zone = ZoneInfo(case.agency.time_zone)

    def key(each: Looked) -> tuple[Any, ...]:
        line = each.line
        day = line.at.astimezone(zone).date()
        return day, line.account_id.hex, line.relation, line.role, line.member_id or 0

    found = []
    newest = sorted(_looked(lines, case), key=lambda each: -each.line.pk)
    ordered = sorted(newest, key=lambda each: (key(each)[0].toordinal() * -1, *key(each)[1:]))
    for (day, *_), group in groupby(ordered, key=key):
        several = list(group)
        first = several[0].line
        member = first.member
        found.append(
            LookedDay(
                account=first.account,
                relation=first.relation,
                role=first.role,
                why=member.reason if member else "",
                invited_by=member.invited_by if member else None,
                day=day,
                lines=several,
            )
        )
    return found
