"""Who may act on a disclosure, and fetching it together with them; outside the circle there is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.cases import letting, oversight
from sharewell.cases import queries as cases
from sharewell.cases import records as case_records
from sharewell.cases.models import Case
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Disclosure

SHARERS = agencies.CASEWORK
APPROVERS = ("manager", "safeguarding_lead", "governance_lead")
DECIDERS = ("manager", "safeguarding_lead", "governance_lead")
EDITABLE = ("draft", "awaiting_approval", "referred")


class NotEditable(Conflict):
    """The disclosure was sent, decided or closed, so nothing about it changes any more."""

    code = "not_editable"
    sentence = (
        "This has been sent, decided or closed, so it cannot be changed. Nothing you typed is lost. "
        "Open a new one for the same case to go on."
    )


class Conflicted(Refusal):
    """The concern is about this person or their own team, so the question is not theirs to close."""

    code = "conflicted"
    sentence = (
        "You cannot decide this, because the concern bears on your own service. Nothing was changed. "
        "Somebody outside it decides: the safeguarding lead or the on-call manager."
    )


def readable(viewer: Account, now: datetime) -> QuerySet[Disclosure]:
    """The disclosures of cases whose circle the viewer stands in."""
    return Disclosure.objects.filter(case__in=Case.objects.visible_to(viewer, now))


def listed(viewer: Account, now: datetime) -> QuerySet[Disclosure]:
    """The same with what a line of a list shows of each, and without what is heavy."""
    return (
        readable(viewer, now)
        .select_related("case__person", "recipient", "acknowledgement")
        .defer("message", "message_bytes", "request")
    )


def fetch(viewer: Account, disclosure_id: UUID, now: datetime) -> Disclosure:
    """One disclosure to read, with its case and person; raises ``NotFound`` outside the circle."""
    rows = readable(viewer, now).select_related(
        "agency",
        "agreement__agreement",
        "case__person",
        "case__owner",
        "recipient__agency",
        "conversation",
        "sent_by",
    )
    found = rows.filter(pk=disclosure_id).first()
    if found is None:
        raise NotFound
    return found


def hold(
    account: Account, disclosure_id: UUID, now: datetime, any_of: Iterable[str] = SHARERS
) -> Disclosure:
    """One disclosure to change, its row locked until the transaction ends.

    Raises ``NotFound`` outside the circle and ``NotAllowed`` without one of the roles.
    """
    rows = readable(account, now).select_for_update(of=("self",))
    if not rows.filter(pk=disclosure_id).values_list("pk").first():
        raise NotFound
    agencies.require(viewer=account, now=now, any_of=any_of)
    return fetch(account, disclosure_id, now)


def hold_for_clock(disclosure_id: UUID) -> Disclosure:
    """One disclosure for the clock runner, which acts for nobody; raises ``NotFound``."""
    if (
        not Disclosure.objects.select_for_update()
        .filter(pk=disclosure_id)
        .values_list("pk")
        .first()
    ):
        raise NotFound
    return Disclosure.objects.select_related("agency", "case__person", "case__owner").get(
        pk=disclosure_id
    )


def require_case(account: Account, case: Case, now: datetime) -> None:
    """Go on only for one who stands in the circle and may share; ``NotFound`` and ``NotAllowed``."""
    if not Case.objects.visible_to(account, now).filter(pk=case.pk).exists():
        raise NotFound
    agencies.require(viewer=account, now=now, any_of=SHARERS)


def require_version(disclosure: Disclosure, version: int) -> None:
    """Go on only when nobody saved since ``version`` was read; ``NotEditable`` and ``Conflict``."""
    if disclosure.state not in EDITABLE:
        raise NotEditable
    if disclosure.version != version:
        raise Conflict


def conflicted(case: Case) -> set[UUID]:
    """Accounts whom a concern of this case is about, with the teams they work in."""
    return oversight.apart(case)


def require_impartial(account: Account, case: Case) -> None:
    """Go on only for one on whose service the concern does not bear; raises :class:`Conflicted`."""
    if account.pk in conflicted(case):
        raise Conflicted


def apart(case: Case, *others: Account) -> list[Account]:
    """Accounts to pass over when somebody is looked for: the conflicted, and those named."""
    return [*Account.objects.filter(pk__in=conflicted(case)), *others]


def may_let_in(account: Account, other: Account, case: Case, now: datetime) -> bool:
    """Whether what the account asks may bring somebody else into the case; a restricted one is narrow."""
    if not case.restrictions or Case.objects.visible_to(other, now).filter(pk=case.pk).exists():
        return True
    return cases.may_invite(viewer=account, case=case, now=now)


def let_in(case: Case, account: Account, reason: str, now: datetime) -> None:
    """Give somebody who has a task in a case the standing to read it for a while, if they have none."""
    if Case.objects.visible_to(account, now).filter(pk=case.pk).exists():
        return
    given: dict[str, Any] = {
        "case": case,
        "account": account,
        "relation": "invited",
        "reason": reason,
        "now": now,
    }
    try:
        until = now + catalogues.limit("decider_standing")
        letting.let_in(**given, expires_at=until)
    except catalogues.UNREADABLE:  # a pack that is lost stops nobody in danger
        case_records.join_circle(**given, expires_at=now + timedelta(days=1))
