"""The one projection: what is asked, what is known, what the rules say, and the message that would go.

The preview page and the sending both stand on :func:`preview`; nothing else makes an outgoing message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sharewell.agencies.models import Account
from sharewell.consent.models import Conversation
from sharewell.disclosures.models import Attachment, Disclosure, Item

if TYPE_CHECKING:
    from sharewell.core.decision import Decision, Request
    from sharewell.core.minimise import Message


@dataclass(frozen=True, slots=True)
class Preview:
    """All that the share page shows and that sending checks again."""

    disclosure: Disclosure
    request: Request
    decision: Decision
    message: Message | None  # None where nothing would go
    message_bytes: bytes
    conversation: Conversation | None
    agreement_state: str  # in_force | expired | none
    off_route: str  # why the recipient is not the usual way; empty when it is
    own_words: bool  # necessity and proportionality must be the sender's own
    rationale: str  # as written, or worded by the rule; empty where own words are needed
    proportionality: str
    items: tuple[Item, ...]
    attachments: tuple[Attachment, ...]
    blocks: tuple[str, ...]  # sentences: what still stands between this and sending
    seen: str  # stamp of what is shown; handed back when sending


def preview(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Preview:
    """What would happen if this were sent now: the decision, the message, what is missing.

    Raises ``NotFound`` outside the case's circle.
    """
    raise NotImplementedError
