"""Agreement withdrawn or narrowed: what has not left stops, what was decided on it is opened again."""

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
from sharewell.consent import positions
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
    _hold(case)
    done = Conversation.objects.filter(form_key=form_key).exists()
    made = consent.consent_withdraw(
        account=account, case=case, now=now, form_key=form_key, follows=follows, fields=fields
    )
    if done:
        return unchanged(made)
    _end_extra_access(case, now)
    _undo(_relied(case), made, "The agreement was withdrawn.", account, now)
    return made


@operation("consent.narrowing_applied")
def conversation_record(
    *,
    account: Account,
    case: Case,
    now: datetime,
    form_key: UUID,
    follows: UUID | None,
    fields: Mapping[str, Any],
) -> Conversation:
    """Record a conversation (see ``consent.operations.conversation_record``); what it rules out stops.

    Where the person now agrees to less than before, what was sent on the earlier agreement and is not
    covered any more is treated as at a withdrawal; all else is left alone.
    """
    _hold(case)
    done = Conversation.objects.filter(form_key=form_key).exists()
    made = consent.conversation_record(
        account=account, case=case, now=now, form_key=form_key, follows=follows, fields=fields
    )
    if done or made.position != "obtained":
        return unchanged(made)
    ruled_out = [each for each in _relied(case) if not _covered(each, made)]
    if not ruled_out:
        return unchanged(made)
    _undo(ruled_out, made, "The person agrees to less than before.", account, now)
    return made


def _hold(case: Case) -> None:
    """Hold the case's disclosures before the case's row, as every operation here takes them."""
    held = Disclosure.objects.select_for_update().filter(case=case).order_by("pk")
    list(held.values_list("pk"))


def _relied(case: Case) -> list[Disclosure]:
    return list(
        case.disclosures.filter(state="sent", decision__consent_relied_on=True)
        .select_for_update(of=("self",))  # nobody opens it while it is being stopped
        .select_related("agency", "case__person", "case__owner", "recipient")
        .order_by("sent_at")
    )


def _covered(disclosure: Disclosure, made: Conversation) -> bool:
    """Whether a sent disclosure is still within what is agreed now."""
    return positions.allows(
        made,
        role=disclosure.recipient_role,
        purpose=disclosure.purpose,
        tier=(disclosure.decision or {}).get("tier") or 1,
        people=[disclosure.recipient_name],
    )


def _undo(
    relied: Collection[Disclosure], made: Conversation, why: str, account: Account, now: datetime
) -> None:
    """Stop and reopen what nobody has received, have the rest decided again; leaves the entry."""
    stopped = [each for each in relied if _stop(each, now)]
    for each in stopped:
        unshared.reopened(old=each, account=account, why=why, now=now)
    reached = [each for each in relied if each not in stopped]
    _decide_again(reached, account, made, now)
    form = {
        "conversation": made.pk.hex,
        "stopped": [each.pk.hex for each in stopped],
        "reached": [each.pk.hex for each in reached],
    }
    case = made.case
    record(at=now, agency=case.agency, actor=account, case_id=case.pk, things={"form": form})


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
