"""Sent disclosures as plain rows, for tests of what happens after the sending."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sharewell.agencies.models import Account, Function
from sharewell.cases.models import Case, CircleMember, Person
from sharewell.disclosures import ways_out
from sharewell.disclosures.models import Attachment, Disclosure
from sharewell.testing import Cast, make_agency, make_function

SECRET = "MARKER-K9 Ruth Lee"
KEY = b"a key for tests"
SALT = b"0123456789abcdef"
MESSAGE = {
    "version": 1,
    "sections": [{"field": "concern.reason", "label": "Why", "text": f"{SECRET} is afraid."}],
}


def make_case(cast: Cast, now: datetime) -> Case:
    """Create a case of Alice's, managed by Bea, both in its circle."""
    person = Person.objects.create(agency=cast.agency, name=SECRET, subject_kind="adult")
    case = Case.objects.create(
        agency=cast.agency,
        person=person,
        reference=f"T{Case.objects.count():07d}",
        owner=cast.alice,
        manager=cast.bea,
        opened_at=now - timedelta(days=1),
    )
    for account, relation in ((cast.alice, "owner"), (cast.bea, "manager")):
        CircleMember.objects.create(
            case=case, account=account, relation=relation, joined_at=case.opened_at
        )
    return case


def make_desk(*staff: Account, **changes: Any) -> Function:
    """Create another receiving function, without accounts unless some are named."""
    slug = f"agency-{Function.objects.count()}"
    agency = make_agency(slug, "Downshire Council", kind="local_authority")
    function = make_function("Downshire adult front door", agency, "adult_social_care", *staff)
    for name, value in changes.items():
        setattr(function, name, value)
    function.save()
    return function


def make_sent(cast: Cast, now: datetime, recipient: Function | None, **changes: Any) -> Disclosure:
    """Create a disclosure that Alice has just sent, with its deliveries written down."""
    denied = changes.pop("denied", ())
    facts: dict[str, Any] = {
        "agency": cast.agency,
        "case": changes.pop("case", None) or make_case(cast, now),
        "state": "sent",
        "opened_at": now,
        "opened_by": cast.alice,
        "purpose": "protection_planning",
        "recipient": recipient,
        "recipient_role": recipient.role if recipient else "housing",
        "message": MESSAGE,
        "message_bytes": b"{}",
        "decision": {"outcome": "share", "tier": 1, "fields": ["concern.reason", "attachment"]},
        "sent_at": now,
        "sent_by": cast.alice,
        "ack_due_at": now + timedelta(hours=4),
    }
    disclosure = Disclosure.objects.create(**{**facts, **changes})
    ways_out.plan(disclosure=disclosure, now=now, denied=denied)
    return disclosure


def make_file(sent: Disclosure, now: datetime, *, approved: bool = True) -> Attachment:
    """Create a file that went with a disclosure, approved by the case's manager unless said."""
    manager = sent.case.manager
    return Attachment.objects.create(
        disclosure=sent,
        name="attachment.pdf",
        content_type="application/pdf",
        content=b"%PDF-",
        size=5,
        reason="It shows the injury.",
        added_at=now,
        added_by=sent.opened_by,
        asked_of=manager,
        approver=manager if approved else None,
        approved_at=now if approved else None,
    )
