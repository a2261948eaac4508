"""The written confirmation of what was said by telephone: the same message, on paper, in somebody's hands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.channels import ChannelError
from sharewell.channels import print as paper
from sharewell.consent import contacting
from sharewell.core.contacting import Addressee
from sharewell.disclosures import confirming, standing, words
from sharewell.disclosures.models import Delivery, Disclosure

CHANNEL = "print"


@operation("disclosure.confirmed")
def confirmation_record(
    *,
    account: Account,
    disclosure_id: UUID,
    name: str,
    role: str,
    contact: str,
    at: datetime,
    now: datetime,
) -> Delivery:
    """Write down that the message was handed over or posted on paper, to whom, where, and when (aware); once.

    The task to confirm it is done by that. Raises ``NotFound`` outside the circle and for what was not sent,
    ``Invalid`` by field, and ``ContactRefused`` where paper is not safe for somebody who is no professional.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    if disclosure.state != "sent":
        raise NotFound
    if before := disclosure.deliveries.filter(channel=CHANNEL, state="done").first():
        return unchanged(before)
    told = _checked(disclosure, {"name": name, "role": role, "contact": contact}, at, now)
    try:
        receipt = paper.send(paper.HandedOver(taken_by=told["name"], at=at), told["contact"])
    except ChannelError as error:
        raise Invalid({"name": [error.sentence]}) from error
    delivery, _ = Delivery.objects.update_or_create(
        disclosure=disclosure,
        channel=CHANNEL,
        defaults={"address": told["contact"], "state": "done", "next_at": at, "done_at": at},
    )
    _end_task(disclosure, account, told, at, now)
    about = {"disclosure": disclosure.id.hex, "reference": receipt.reference, **told}
    record(
        at=now,
        agency=disclosure.agency,
        actor=account,
        case_id=disclosure.case_id,
        things={"confirmation": about},
    )
    return delivery


def _checked(
    disclosure: Disclosure, given: Mapping[str, str], at: datetime, now: datetime
) -> dict[str, str]:
    """Who it went to, tidied and whole; refused where paper is not safe for somebody who is no professional."""
    told = words.tidy_all(given, most={"name": 200, "role": 200, "contact": 254})
    words.required(told, {"name": "Enter who it went to.", "role": "Enter their role or job."})
    if disclosure.sent_at is None or not disclosure.sent_at <= at <= now:
        raise Invalid({"at": ["Enter a time between the sending and now."]})
    if kind := contacting.LAY.get(disclosure.recipient_role):
        to = Addressee(kind, name=disclosure.to_whom, knows=True)
        contacting.require(case=disclosure.case, to=to, channel="letter", at=at, now=now)
    return told


def _end_task(
    disclosure: Disclosure, account: Account, told: Mapping[str, str], at: datetime, now: datetime
) -> None:
    cases.close_tasks(
        about_id=disclosure.id,
        kinds=[confirming.KIND],
        now=now,
        by=account,
        outcome="Confirmed in writing.",
    )
    cases.add_chronology(
        case=disclosure.case,
        now=now,
        by=account,
        section="disclosure",
        text=f"Confirmed in writing to {disclosure.to_whom}: {told['name']}, {told['role']}.",
        event_at=at,
        about_id=disclosure.id,
    )
