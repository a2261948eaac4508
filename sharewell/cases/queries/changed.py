"""What changed in a case since the viewer last looked at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

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
from sharewell.cases.queries.chronology import Line, shown

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
    since = _looks(viewer, now).filter(case=case).values_list("at", flat=True).first()
    if since is None:
        return None
    newest = ChronologyEntry.objects.filter(case=case).order_by("-line")
    lines = [each for each in shown(newest[: LINES + 1]) if each.entry.recorded_at > since]
    theirs = [each for each in lines if each.entry.recorded_by_id != viewer.pk]
    safe_contact, facts, fields = _else(viewer, case, since)
    return Changed(
        since=since,
        lines=theirs[:LINES],
        more=len(lines) > LINES,
        safe_contact=safe_contact,
        facts=facts,
        fields=fields,
        joined=_joined(viewer, case, since),
    )


def _looks(viewer: Account, now: datetime) -> QuerySet[CaseRead]:
    before = now - catalogues.limit("one_look")
    return CaseRead.objects.filter(account=viewer, what=PAGE, at__lte=before).order_by("-id")


def _else(viewer: Account, case: Case, since: datetime) -> tuple[bool, bool, int]:
    """What is new beside the timeline, in one query: the plan, the facts, and how many fields."""
    found = Case.objects.filter(pk=case.pk).values_list(
        _count(SafeContact.objects.all(), viewer, since),
        _count(RiskFacts.objects.all(), viewer, since),
        _count(FieldEntry.objects.all(), viewer, since),
    )
    plans, facts, fields = found[0]
    return bool(plans), bool(facts), fields


def _count(rows: QuerySet[Any], viewer: Account, since: datetime) -> Coalesce:
    theirs = rows.filter(case=OuterRef("pk"), recorded_at__gt=since).exclude(recorded_by=viewer)
    counted = theirs.order_by().values("case").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def _joined(viewer: Account, case: Case, since: datetime) -> list[str]:
    """The names of those who joined the circle."""
    rows = CircleMember.objects.filter(case=case, joined_at__gt=since, left_at=None)
    named = rows.exclude(account=viewer).order_by("joined_at", "id")
    return list(named.values_list("account__name", flat=True))


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
