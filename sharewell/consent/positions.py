"""What a conversation means for a decision: pure reads of one row, no clock and no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sharewell.consent.models import Conversation


def as_request(conversation: Conversation | None) -> dict[str, Any]:
    """The ``consent`` part of a decision request, in the vocabulary's shape.

    Without a conversation the position is unknown. What an agreement covers, and until when, travels only
    with an agreement; boundaries travel always, because they also shape how a message is delivered.
    """
    if conversation is None:
        return {"position": "unknown"}
    shape: dict[str, Any] = {"position": conversation.position}
    if conversation.reason:
        shape["reason"] = conversation.reason
    if conversation.given_by:
        shape["given_by"] = conversation.given_by
    if conversation.position == "obtained":
        shape["covers"] = {
            "recipients": list(conversation.covers_recipients),
            "purposes": list(conversation.covers_purposes),
            "tier": conversation.covers_tier,
            "labels": list(conversation.covers_labels),
        }
        shape["written"] = conversation.written
    shape["boundaries"] = boundaries(conversation)
    shape["understanding_checked"] = conversation.understanding_checked
    shape["recorded_at"] = _utc(conversation.recorded_at)
    if conversation.expires_at is not None:
        shape["expires_at"] = _utc(conversation.expires_at)
    return shape


def boundaries(conversation: Conversation) -> list[dict[str, str]]:
    """Every boundary, those who must not know among them, each as one deny row and once."""
    rows: list[Mapping[str, str]] = [*conversation.boundaries]
    rows += [{"deny_person": name} for name in conversation.must_not_know]
    return [dict(pair) for pair in dict.fromkeys(tuple(row.items()) for row in rows)]


def facts(conversation: Conversation | None) -> dict[str, str]:
    """The facts that a conversation adds to a request, those that are known only."""
    if conversation is None:
        return {}
    found = {
        "capacity": conversation.capacity,
        "safe_to_ask": conversation.safe_to_ask,
        "safe_to_inform": conversation.safe_to_inform,
        "safe_to_inform_child": conversation.safe_to_inform_child,
        "representative_is_source": conversation.giver_is_source,
    }
    return {name: value for name, value in found.items() if value != "unknown"}


def expired(conversation: Conversation, now: datetime) -> bool:
    """Whether this was an agreement and its time is over at ``now``."""
    ends = conversation.expires_at
    return conversation.position == "obtained" and ends is not None and ends <= now


def allows(
    conversation: Conversation, *, role: str, purpose: str, tier: int, people: Collection[str] = ()
) -> bool:
    """Whether an agreement covers this recipient, purpose and tier, and no boundary rules them out.

    ``people`` are the names of those who would receive it. It says nothing of time; see :func:`expired`.
    """
    denied = boundaries(conversation)
    names = {name.casefold() for name in people if name}
    return (
        conversation.position == "obtained"
        and role in conversation.covers_recipients
        and purpose in conversation.covers_purposes
        and tier <= (conversation.covers_tier or 0)
        and {"deny_role": role} not in denied
        and not any(row.get("deny_person", "").casefold() in names for row in denied)
    )


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
