"""Reads of break-glass: what is said before, what one has open, who opened a case and why, and its review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import breaking, looked
from sharewell.cases.models import Case, CaseRead, GlassBreak
from sharewell.cases.readonly import BREAK_GLASS
from sharewell.core.breakglass import Choice

MOST = 50
LEADS = ("safeguarding_lead", "governance_lead")


@dataclass(frozen=True, slots=True)
class GlassSheet:
    """What is said before the glass is broken: the reasons, for how long, and by when somebody reviews it."""

    reasons: Sequence[Choice]
    minutes: int
    review_by: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    """One break-glass in words: why, why the whole of it, and what the review found."""

    opened: GlassBreak
    why: str
    why_whole: str
    finding: str
    follows: Sequence[str]


@dataclass(frozen=True, slots=True)
class GlassReview:
    """What its reviewer reads: what was opened and why, what was read, and whether they decide."""

    broken: Broken
    reads: Sequence[CaseRead]
    decides: bool
    findings: Sequence[Choice]
    follows: Sequence[Choice]


def break_glass_sheet(*, viewer: Account, now: datetime) -> GlassSheet:
    """All that is said before the glass is broken; raises ``NotAllowed`` for roles that may not."""
    require(viewer=viewer, now=now, any_of=CASEWORK)
    rules = packs.break_glass()
    return GlassSheet(
        reasons=list(rules.reasons.values()),
        minutes=rules.limits["minutes"],
        review_by=breaking.review_by(viewer=viewer, now=now),
    )


def break_glass(*, viewer: Account, access_id: UUID, now: datetime) -> GlassBreak:
    """What the viewer opened themselves, with its case; raises ``NotFound`` for anything else.

    A wall raised meanwhile ends it at once. The line in the access table is left by whoever shows the case.
    """
    rows = GlassBreak.objects.filter(pk=access_id, account=viewer)
    related = rows.select_related("case__person", "case__agency", "case__owner", "search")
    found = related.first()
    if found is None or not viewer.is_active:
        raise NotFound
    require(viewer=viewer, now=now, any_of=CASEWORK)
    if viewer.pk in breaking.apart(found.case):
        raise NotFound
    return found


def break_glass_whole(
    *, viewer: Account, access_id: UUID, now: datetime
) -> tuple[GlassBreak, list[Choice]]:
    """What the viewer opened, and the reasons for which the whole of it may be; leaves a line like the above."""
    opened = break_glass(viewer=viewer, access_id=access_id, now=now)
    what = "break-glass whole"
    looked.note_all(viewer=viewer, cases=[opened.case], now=now, what=what, otherwise=BREAK_GLASS)
    return opened, list(packs.break_glass().whole.values())


def broken_into(case: Case) -> list[Broken]:
    """Who opened a case by break-glass and why, newest first; of a case that was fetched with its viewer."""
    return [in_words(each) for each in _broken_into(case=case.pk)]


@kept
def _broken_into(*, case: UUID) -> QuerySet[GlassBreak]:
    rows = GlassBreak.objects.filter(case=case).select_related("account", "search", "reviewed_by")
    return rows.order_by("-opened_at")[:MOST]


def open_glass(case: Case) -> GlassBreak | None:
    """By which break-glass the viewer reads a case that was fetched with them; None for one of its circle."""
    standing = looked.standing_of(case)
    if standing.relation != BREAK_GLASS:
        return None
    return GlassBreak.objects.filter(member_id=standing.member_id).first()


def sees_broken(case: Case, viewer: Account) -> bool:
    """Whether the viewer of a case that was fetched with them is told who opened it: its owner and the leads."""
    return viewer.pk == case.owner_id or looked.standing_of(case).role in LEADS


def in_words(opened: GlassBreak) -> Broken:
    """A break-glass with the words of its choices; an id no longer in the pack stands for itself."""
    rules = packs.break_glass()

    def label(name: str, id_: str) -> str:
        row = getattr(rules, name).get(id_)
        return row.label if row else id_

    return Broken(
        opened=opened,
        why=label("reasons", opened.search.reason),
        why_whole=label("whole", opened.whole_reason),
        finding=label("findings", opened.finding),
        follows=[label("follows", each) for each in opened.follows],
    )


def break_glass_review(*, viewer: Account, access_id: UUID, now: datetime) -> GlassReview:
    """What was opened, for those who were told of it; leaves a line in the access table.

    Raises ``NotFound`` for everybody else, for the one who opened it and for one with a conflict.
    """
    # In one question, so that what is hidden takes no longer to refuse than what does not exist.
    told = breaking.told_of(viewer)
    rows = GlassBreak.objects.filter(
        pk=access_id, case__agency_id=viewer.agency_id, pk__in=told.values("about_id")
    )
    found = rows.select_related(
        "case__person", "case__agency", "account", "search", "reviewed_by"
    ).first()
    if found is None or not breaking.may_read_of(viewer, found):
        raise NotFound
    looked.note_all(
        viewer=viewer,
        cases=[found.case],
        now=now,
        what="break-glass review",
        otherwise=looked.REVIEWS,
    )
    reads = CaseRead.objects.filter(case=found.case, account=found.account)
    until = found.ended(now) or now
    rules = packs.break_glass()
    return GlassReview(
        broken=in_words(found),
        reads=list(reads.filter(at__gte=found.opened_at, at__lte=until).order_by("id")[:MOST]),
        decides=found.reviewed_at is None and breaking.may_review(viewer, found),
        findings=list(rules.findings.values()),
        follows=list(rules.follows.values()),
    )
