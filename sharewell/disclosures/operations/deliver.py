"""Deliveries of sent disclosures: each attempt is taken under a lease, left as evidence, and settled once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.cases import records as cases
from sharewell.cases.models import Case
from sharewell.channels import ChannelError, Receipt
from sharewell.consent import contacting
from sharewell.core.contacting import Addressee, Refused
from sharewell.core.faults import PackError
from sharewell.disclosures import ways_out
from sharewell.disclosures.models import Acknowledgement, Delivery, Disclosure
from sharewell.disclosures.ways_out import BY_ITSELF

LEASE = timedelta(minutes=2)  # longer than any channel may block
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
RECALL = "webhook_recall"
ATTEMPTS = 12  # with the waits between, some five hours


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at one delivery; ``number`` is its fence: an older attempt settles nothing.

    ``go`` is False where the disclosure was withdrawn meanwhile and the delivery is stopped instead, and
    where the gate no longer lets it go to somebody who is no professional.
    """

    delivery_id: UUID
    disclosure_id: UUID
    number: int
    channel: str
    address: str
    go: bool = True


@operation("delivery.attempted")
def delivery_attempt(*, now: datetime) -> Attempt | None:
    """Take the delivery that has waited longest, for two minutes; None when nothing is due.

    Any number of workers may ask: each gets another one. One whose worker was killed is taken again when
    its lease has run out, and fails when that was the last of twelve. What is no longer to be sent is stopped.
    """
    delivery = _due(now).select_for_update(skip_locked=True, of=("self",)).first()
    if delivery is None:
        return unchanged(None)
    disclosure = delivery.disclosure
    unsafe = _unsafe(delivery, now)
    wanted = "recalled" if delivery.channel == RECALL else "sent"
    asked = disclosure.state == wanted and not _needless(delivery)
    spent = asked and delivery.attempt >= ATTEMPTS  # the worker of the last one never came back
    go = asked and not unsafe and not spent
    delivery.attempt += not spent
    delivery.lease_until = now + LEASE if go else None
    delivery.state = "waiting" if go else "failed" if unsafe or spent else "stopped"
    if unsafe or spent:
        delivery.fault = "safe_contact" if unsafe else "fault"
        _tell(disclosure, now)
    delivery.save()
    if spent and delivery.channel == "webhook":
        ways_out.instead_of_webhook(disclosure=disclosure, now=now)
    _leave(delivery, now, "attempted" if go else delivery.state)
    return Attempt(
        delivery_id=delivery.id,
        disclosure_id=disclosure.id,
        number=delivery.attempt,
        channel=delivery.channel,
        address=delivery.address,
        go=go,
    )


@operation("delivery.settled")
def delivery_settle(
    *,
    attempt: Attempt,
    now: datetime,
    receipt: Receipt | None = None,
    fault: ChannelError | None = None,
) -> Delivery:
    """Write down how an attempt ended: done with a receipt, to be tried again, or failed.

    Failed (for ever, or after twelve attempts) gives the sender a task and tells the manager. An attempt
    that another worker took over, or whose delivery was stopped, changes nothing.
    """
    if fault is not None:
        # Before the delivery, as a withdrawal takes them: a failure is written into the timeline.
        cases.lock(Case.objects.get(disclosures__deliveries=attempt.delivery_id))
    rows = Delivery.objects.select_for_update(of=("self",))
    delivery = rows.select_related(
        "disclosure__agency", "disclosure__case", "disclosure__recipient"
    ).get(pk=attempt.delivery_id)
    if delivery.attempt != attempt.number or delivery.state != "waiting":
        return unchanged(delivery)
    delivery.lease_until = None
    if receipt is not None:
        delivery.state, delivery.done_at, delivery.fault = "done", now, ""
    else:
        delivery.fault = fault.code if fault else "fault"
        given_up = (fault is not None and fault.permanent) or delivery.attempt >= ATTEMPTS
        delivery.state = "failed" if given_up else "waiting"
        delivery.next_at = now + _wait_after(delivery.attempt)
    delivery.save()
    if delivery.state == "failed":
        _tell(delivery.disclosure, now)
        if delivery.channel == "webhook":
            ways_out.instead_of_webhook(disclosure=delivery.disclosure, now=now)
    _leave(delivery, now, delivery.state, receipt.reference if receipt else delivery.fault)
    return delivery


def _due(now: datetime) -> QuerySet[Delivery]:
    rows = Delivery.objects.select_related("disclosure__agency", "disclosure__case")
    rows = rows.filter(state="waiting", channel__in=BY_ITSELF, next_at__lte=now)
    return rows.filter(Q(lease_until=None) | Q(lease_until__lte=now)).order_by("next_at", "id")


def _wait_after(attempt: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, an hour at most."""
    return min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT)


def _needless(delivery: Delivery) -> bool:
    """Whether somebody was to be paged for a message that has been acknowledged meanwhile."""
    answered = Acknowledgement.objects.filter(disclosure=delivery.disclosure_id)
    return delivery.channel == "page" and answered.exists()


def _unsafe(delivery: Delivery, now: datetime) -> bool:
    """Whether the gate no longer lets this go; never asked where a professional receives it."""
    disclosure = delivery.disclosure
    kind = contacting.LAY.get(disclosure.recipient_role)
    if kind is None or delivery.channel in ("page", RECALL):  # to a colleague, or to a system
        return False
    to = Addressee(kind, name=disclosure.to_whom, knows=True)
    channel = contacting.AS_CHANNEL[delivery.channel]
    try:
        answer = contacting.may_go(case=disclosure.case, to=to, channel=channel, at=now, now=now)
    except PackError:
        return True
    return isinstance(answer, Refused)


def _tell(disclosure: Disclosure, now: datetime) -> None:
    """Say so in the timeline, and give the sender the task to ring, the manager the same to look after."""
    cases.add_chronology(
        case=disclosure.case,
        now=now,
        by=None,
        section="disclosure",
        text=f"What was shared with {disclosure.to_whom} could not be delivered.",
        about_id=disclosure.id,
    )
    sender = disclosure.sent_by or disclosure.opened_by
    for owner in {sender, disclosure.case.manager}:
        if (
            not owner.tasks.waiting()
            .filter(kind="delivery_failed", about_id=disclosure.id)
            .exists()
        ):
            cases.open_task(
                agency=disclosure.agency,
                case=disclosure.case,
                kind="delivery_failed",
                owner=owner,
                now=now,
                about_id=disclosure.id,
            )


def _leave(delivery: Delivery, now: datetime, what: str, reference: str = "") -> None:
    disclosure = delivery.disclosure
    about = {
        "disclosure": disclosure.id.hex,
        "delivery": delivery.id.hex,
        "attempt": delivery.attempt,
        "channel": delivery.channel,
        "address": delivery.address,
        "outcome": what,
        "reference": reference,
    }
    record(
        at=now,
        agency=disclosure.agency,
        actor=None,
        case_id=disclosure.case_id,
        things={"delivery": about},
    )
