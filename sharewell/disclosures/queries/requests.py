"""Requests to us, as staff read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.cases import looked
from sharewell.cases.models import Case
from sharewell.disclosures import asking
from sharewell.disclosures.models import InformationRequest

MOST = 200


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request; ``case`` is None too where the viewer does not stand in it."""

    made: InformationRequest
    case: Case | None
    may_decide: bool
    silent: bool


def request(*, viewer: Account, request_id: UUID, now: datetime) -> RequestPage:
    """One request; leaves a line in the access table of its case. Raises ``NotFound``."""
    rows = asking.visible(viewer, now).select_related(
        "agency", "function__agency", "decider", "recorded_by", "checked_by", "decided_by"
    )
    made = rows.filter(pk=request_id).first()
    if made is None:
        raise NotFound
    inside = Case.objects.visible_to(viewer, now).select_related("person", "agency")
    case = inside.filter(pk=made.case_id).first() if made.case_id else None
    if case is not None:
        looked.note_all(viewer=viewer, cases=[case], now=now, what="request")
    return RequestPage(made, case, asking.may_decide(viewer, made, now), asking.silent(made))


def requests(*, viewer: Account, now: datetime) -> list[InformationRequest]:
    """The requests that the viewer may see, open ones first, the first due first; raises ``NotAllowed``."""
    agencies.require(viewer=viewer, now=now, any_of=asking.LEADS)
    rows = asking.visible(viewer, now).select_related("decider")
    first = list(rows.filter(state="open").order_by("due_at", "id")[:MOST])
    return [*first, *rows.exclude(state="open").order_by("-decided_at", "-id")[: MOST - len(first)]]


def forgettable(now: datetime) -> list[UUID]:
    """Requests about nobody whom we know, whose time has come; ids alone, for the clock runner."""
    rows = InformationRequest.objects.filter(forget_at__lte=now, case=None)
    return list(rows.values_list("pk", flat=True))
