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
    "v": 1,
    "form": "message",
    "purpose": "protection_planning",
    "recipient_role": "adult_social_care",
    "tier": 1,
    "heading": {"from": "Alder Care", "sender": "Alice Practitioner", "to": "The front door"},
    "fields": [
        {
            "field": "concern.reason",
            "label": "Why we are worried",
            "section": "What is happening",
            "tier": 1,
            "text": f"{SECRET} is afraid.",
            "lines": [f"{SECRET} is afraid."],
            "unknown": None,
            "kind": "observed",
            "source_role": "care worker",
            "at": "2026-11-20T09:30:00Z",
            "truncated": False,
        },
        {
            "field": "subject.safe_contact",
            "label": "How to reach them safely",
            "section": "What is happening",
            "tier": 1,
            "text": "",
            "lines": [],
            "unknown": "not_safe_to_ask",
            "kind": None,
            "source_role": "",
            "at": None,
            "truncated": False,
        },
    ],
    "handling": ["Keep the address from everybody outside your team."],
    "do_not_tell": ["her brother"],
    "do_not_use": ["letter"],
    "policy": "england@2026-11-20",
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
