"""What the staff pages read of disclosures: one of them, and those of a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.cases import looked
from sharewell.cases.models import Case
from sharewell.disclosures import standing
from sharewell.disclosures.models import (
    Attachment,
    Disclosure,
    Informing,
    Item,
    Overrule,
    Referral,
    Review,
    Threshold,
)
from sharewell.disclosures.queries.inbox import AcknowledgementState, state_of


@dataclass(frozen=True, slots=True)
class Line:
    """One disclosure in a list, with how it stands between it and its recipient."""

    disclosure: Disclosure
    to_whom: str
    acknowledgement: AcknowledgementState


@dataclass(frozen=True, slots=True)
class Page:
    """One disclosure with what hangs on it, and what the viewer may do."""

    disclosure: Disclosure
    line: Line
    items: tuple[Item, ...]
    attachments: tuple[Attachment, ...]  # without those taken out again
    referrals: tuple[Referral, ...]
    overrules: tuple[Overrule, ...]
    thresholds: tuple[Threshold, ...]
    informings: tuple[Informing, ...]
    reviews: tuple[Review, ...]
    may_edit: bool
    may_approve: bool
    may_decide: bool  # the referral that waits
    may_overrule: bool


def disclosure(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Page:
    """One disclosure; leaves a line in the access table. Raises ``NotFound`` outside its circle."""
    found = standing.fetch(viewer, disclosure_id, now)
    note_read(found, viewer, now, "disclosure")
    return page_of(found, viewer, now)


def note_read(found: Disclosure, viewer: Account, now: datetime, what: str) -> None:
    """Leave a line in the access table of the case."""
    looked.note_all(viewer=viewer, cases=[found.case], now=now, what=what)


def page_of(found: Disclosure, viewer: Account, now: datetime) -> Page:
    """The page of a disclosure that was fetched with its viewer."""
    roles = agencies.roles(viewer=viewer, now=now)
    on_call = agencies.is_on_duty(viewer=viewer, kind="on_call_manager", now=now)
    referrals = tuple(
        found.referrals.select_related("decider", "deputy", "decided_by").order_by("referred_at")
    )
    waits = [each for each in referrals if not each.decided_at]
    editable = found.state in standing.EDITABLE
    impartial = viewer.pk not in standing.conflicted(found.case)
    return Page(
        disclosure=found,
        line=line(found, now),
        items=tuple(found.items.select_related("asked_of", "approver").order_by("asked_at")),
        attachments=tuple(
            found.attachments.filter(removed_at=None)
            .defer("content")
            .select_related("asked_of", "approver")
            .order_by("added_at")
        ),
        referrals=referrals,
        overrules=tuple(found.overrules.select_related("by").order_by("at")),
        thresholds=tuple(found.thresholds.select_related("reached_by").order_by("kind")),
        informings=tuple(found.informings.select_related("by").order_by("at", "id")),
        reviews=tuple(found.reviews.select_related("by").order_by("at", "id")),
        may_edit=editable and not roles.isdisjoint(standing.SHARERS),
        may_approve=editable and impartial and not roles.isdisjoint(standing.APPROVERS),
        may_decide=impartial
        and any(viewer.pk in {each.decider_id, each.deputy_id} for each in waits),
        may_overrule=impartial
        and (editable or found.state == "not_shared")
        and ("safeguarding_lead" in roles or on_call),
    )


def for_case(*, viewer: Account, case: Case, now: datetime) -> list[Line]:
    """The disclosures of a case, newest first; raises ``NotFound`` outside its circle."""
    if not Case.objects.visible_to(viewer, now).filter(pk=case.pk).exists():
        raise NotFound
    return lines(standing.listed(viewer, now).filter(case=case).order_by("-opened_at", "-id"), now)


def line(found: Disclosure, now: datetime) -> Line:
    """One disclosure that the viewer may read, as a line of a list."""
    return Line(disclosure=found, to_whom=found.to_whom, acknowledgement=state_of(found, now))


def lines(found: Iterable[Disclosure], now: datetime) -> list[Line]:
    """The same for several."""
    return [line(each, now) for each in found]


def approvers(*, viewer: Account, disclosure_id: UUID, now: datetime) -> list[Account]:
    """Who may be asked to approve an item: not the viewer, nor anyone whom the concern is about."""
    found = standing.fetch(viewer, disclosure_id, now)
    apart = [*standing.apart(found.case), viewer]
    people = {
        account.pk: account
        for role in standing.APPROVERS
        for account in agencies.holders(agency=found.agency, role=role, now=now, without=apart)
    }
    return sorted(people.values(), key=lambda account: account.name)
