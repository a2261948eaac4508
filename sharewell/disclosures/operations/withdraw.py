"""Withdrawal of agreement: what has not left stops, what was decided on it is opened again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.cases.models import Case, CircleMember
from sharewell.consent import operations as consent
from sharewell.consent.models import Conversation
from sharewell.disclosures import follow, unshared
from sharewell.disclosures.models import Delivery, Disclosure, Link


@operation("consent.withdrawal_applied")
def consent_withdraw(
    *,
    account: Account,
    case: Case,
    now: datetime,
    form_key: UUID,
    follows: UUID | None,
    fields: Mapping[str, Any],
) -> Conversation:
    """Record the withdrawal (see ``consent.operations.consent_withdraw``) and act on it at once.

    Deliveries that wait and rested on the agreement stop, their links close, access that approvers were
    given for it ends, decisions that relied on it reopen, and partners are told only where that is safe.
    What was shared without the agreement, emergencies above all, is left alone.
    """
    held = Disclosure.objects.select_for_update().filter(case=case).order_by("pk")
    list(held.values_list("pk"))  # before the case's row, as every operation here takes them
    done = Conversation.objects.filter(form_key=form_key).exists()
    made = consent.consent_withdraw(
        account=account, case=case, now=now, form_key=form_key, follows=follows, fields=fields
    )
    if done:
        return unchanged(made)
    relied = list(
        case.disclosures.filter(state="sent", decision__consent_relied_on=True)
        .select_for_update(of=("self",))  # nobody opens it while it is being stopped
        .select_related("agency", "case__person", "case__owner", "recipient")
        .order_by("sent_at")
    )
    stopped = [each for each in relied if _stop(each, now)]
    _end_extra_access(case, now)
    for each in stopped:
        unshared.reopened(old=each, account=account, why="The agreement was withdrawn.", now=now)
    reached = [each for each in relied if each not in stopped]
    _decide_again(reached, account, made, now)
    form = {
        "conversation": made.pk.hex,
        "stopped": [each.pk.hex for each in stopped],
        "reached": [each.pk.hex for each in reached],
    }
    record(at=now, agency=case.agency, actor=account, case_id=case.pk, things={"form": form})
    return made


def _stop(disclosure: Disclosure, now: datetime) -> bool:
    """Stop what waits and close the links; True when nobody had received anything yet."""
    waiting = Delivery.objects.filter(disclosure=disclosure, state="waiting")
    waiting.update(state="stopped", lease_until=None)
    links = Link.objects.filter(disclosure=disclosure, closed_at=None)
    links.update(closed_at=now, closed_why="withdrawn")
    arrived = disclosure.deliveries.filter(state="done", channel__in=["inbox", "phone", "print"])
    if disclosure.openings.exists() or arrived.exists():
        return False
    Disclosure.objects.filter(pk=disclosure.pk).update(state="stopped")
    disclosure.state = "stopped"
    kinds = ["disclosure_review", "inform_person", "inform_family", "inform_child"]
    cases.close_tasks(
        about_id=disclosure.pk, kinds=kinds, now=now, by=None, outcome="stopped by withdrawal"
    )
    return True


def _end_extra_access(case: Case, now: datetime) -> None:
    """Those who were let in only to approve what the agreement covered leave the circle."""
    members = CircleMember.objects.standing(now).filter(case=case, relation="approver")
    members.update(left_at=now)


def _decide_again(
    reached: Collection[Disclosure], account: Account, made: Conversation, now: datetime
) -> None:
    """Where it has arrived somebody decides again, and tells the partner if that puts nobody at risk."""
    asks = [follow.Ask("decision_reopened")]
    if made.safe_to_tell_partners == "true":
        asks.append(follow.Ask("withdrawal_tell_partners"))
    elif made.safe_to_tell_partners == "unknown":
        note = "First find out whether telling them is safe for the person."
        asks.append(follow.Ask("withdrawal_tell_partners", note=note))
    for each in reached:
        follow.open_all(disclosure=each, account=account, asks=asks, now=now)
