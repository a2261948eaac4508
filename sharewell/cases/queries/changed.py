"""What changed in a case since the viewer last looked at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account
from sharewell.cases import catalogues
from sharewell.cases.models import (
    Case,
    CaseRead,
    ChronologyEntry,
    CircleMember,
    FieldEntry,
    RiskFacts,
    SafeContact,
)
from sharewell.cases.queries.chronology import Line, as_lines, with_writers

PAGE = "page"  # the read that counts as looking at a case
LINES = 10


@dataclass(frozen=True, slots=True)
class Changed:
    """What others recorded since the viewer's last look: lines, the newest first, and what else is new.

    ``more`` says that there are further lines; ``fields`` is how many entries of fields were recorded.
    """

    since: datetime
    lines: Sequence[Line]
    more: bool
    safe_contact: bool
    facts: bool
    fields: int
    joined: Sequence[str]

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.lines or self.safe_contact or self.facts or self.fields or self.joined)


def changed(*, viewer: Account, case: Case, now: datetime) -> Changed | None:
    """What changed in a case that was fetched with its viewer; None where they never looked before.

    Looks that follow each other within half an hour count as one, so that a page read again does not take the
    news away.
    """
    looks = _looks(account=viewer.pk, case=case.pk, before=now - catalogues.limit("one_look"))
    if not looks:
        return None
    since = looks[0]
    lines = as_lines(_newest(case=case.pk, since=since))
    theirs = [each for each in lines if each.entry.recorded_by_id != viewer.pk]
    safe_contact, facts, fields = _else(viewer, case, since)
    return Changed(
        since=since,
        lines=theirs[:LINES],
        more=len(lines) > LINES,
        safe_contact=safe_contact,
        facts=facts,
        fields=fields,
        joined=_joined(account=viewer.pk, case=case.pk, since=since),
    )


@kept
def _looks(*, account: UUID, case: UUID, before: datetime) -> QuerySet[CaseRead, datetime]:
    looks = CaseRead.objects.filter(account=account, case=case, what=PAGE, at__lte=before)
    return looks.order_by("-id").values_list("at", flat=True)[:1]


@kept
def _newest(*, case: UUID, since: datetime) -> QuerySet[ChronologyEntry]:
    newest = ChronologyEntry.objects.filter(case=case).order_by("-line")[: LINES + 1]
    late = ChronologyEntry.objects.filter(pk__in=newest.values("pk"), recorded_at__gt=since)
    return with_writers(late).order_by("-line")


def _else(viewer: Account, case: Case, since: datetime) -> tuple[bool, bool, int]:
    """What is new beside the timeline, in one query: the plan, the facts, and how many fields."""
    plans, facts, fields = _counts(account=viewer.pk, case=case.pk, since=since)[0]
    return bool(plans), bool(facts), fields


@kept
def _counts(*, account: UUID, case: UUID, since: datetime) -> QuerySet[Case, tuple[int, int, int]]:
    return Case.objects.filter(pk=case).values_list(
        _count(SafeContact.objects.all(), account, since),
        _count(RiskFacts.objects.all(), account, since),
        _count(FieldEntry.objects.all(), account, since),
    )


def _count(rows: QuerySet[Any], account: UUID, since: datetime) -> Coalesce:
    theirs = rows.filter(case=OuterRef("pk"), recorded_at__gt=since).exclude(recorded_by=account)
    counted = theirs.order_by().values("case").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


@kept
def _joined(*, account: UUID, case: UUID, since: datetime) -> QuerySet[CircleMember, str]:
    """The names of those who joined the circle."""
    rows = CircleMember.objects.filter(case=case, joined_at__gt=since, left_at=None)
    named = rows.exclude(account=account).order_by("joined_at", "id")
    return named.values_list("account__name", flat=True)


def cases_changed(*, viewer: Account, now: datetime, size: int = LINES) -> list[Case]:
    """The viewer's open cases in which somebody wrote since they last looked, the newest change first.

    Those at which they never looked are among them.
    """
    reads = CaseRead.objects.filter(case=OuterRef("pk"), account=viewer, what=PAGE)
    lines = ChronologyEntry.objects.filter(case=OuterRef("pk")).exclude(recorded_by=viewer)
    visible = Case.objects.visible_to(viewer, now).filter(state="open")
    news = visible.annotate(
        looked_at=Subquery(reads.order_by("-id").values("at")[:1]),
        changed_at=Subquery(lines.order_by("-line").values("recorded_at")[:1]),
    )
    news = news.exclude(changed_at=None).exclude(looked_at__gte=F("changed_at"))
    return list(news.select_related("person").order_by("-changed_at", "pk")[:size])
