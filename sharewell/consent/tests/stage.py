"""A case in whose circle Alice, Bea and Sam stand, and a conversation that may be recorded on it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sharewell.cases.models import Case, CircleMember, Person
from sharewell.consent import operations
from sharewell.consent.models import Conversation
from sharewell.testing import LONG_AGO, NOW, Cast

AGREED: dict[str, Any] = {
    "position": "obtained",
    "safe_to_ask": "true",
    "safe_to_inform": "true",
    "discussed_with": "The person alone, in the office",
    "explained": ["opening", "limits", "what", "choice", "change_mind"],
    "understanding_checked": True,
    "understanding_how": "Told me back who would be told and why.",
    "given_by": "person",
    "capacity": "has",
    "covers_recipients": ["housing"],
    "covers_purposes": ["housing_stability"],
    "covers_tier": 2,
    "boundaries": [{"deny_role": "family_carer"}],
}
UNSAFE: dict[str, Any] = {
    "safe_to_ask": "false",
    "reason": "increases_risk",
    "reason_words": "He is in the room whenever we visit, and she is afraid of him.",
}
REFUSED: dict[str, Any] = {
    "position": "refused",
    "reason": "wants_no_involvement",
    "discussed_with": "The person alone",
    "given_by": "person",
    "capacity": "has",
}


def make_case(cast: Cast, *, kind: str = "adult", agency: Any = None) -> Case:
    """A case of the first agency (or another) with its circle."""
    agency = agency or cast.agency
    person = Person.objects.create(agency=agency, name="Nell Quill", subject_kind=kind)
    case = Case.objects.create(
        agency=agency,
        person=person,
        reference=uuid.uuid4().hex[:9],
        owner=cast.alice,
        manager=cast.bea,
        opened_at=LONG_AGO,
    )
    for account in (cast.alice, cast.bea, cast.sam):
        CircleMember.objects.create(
            case=case, account=account, relation="owner", joined_at=LONG_AGO
        )
    return case


def talk(
    cast: Cast,
    case: Case,
    fields: dict[str, Any] = AGREED,
    *,
    now: datetime = NOW,
    follows: Conversation | None = None,
    **more: Any,
) -> Conversation:
    """Alice records a conversation."""
    return operations.conversation_record(
        account=cast.alice,
        case=case,
        now=now,
        form_key=uuid.uuid4(),
        follows=follows.id if follows else None,
        fields={**fields, **more},
    )


def later(**by: float) -> datetime:
    """A moment after the tests' present."""
    return (NOW + timedelta(**by)).astimezone(UTC)
