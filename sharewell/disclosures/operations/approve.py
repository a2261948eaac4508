"""Approving: each Tier 3 field and each attachment has its own reason and an approver who is not the sender."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.disclosures.models import Attachment, Item


@operation("item.asked")
def item_ask(  # noqa: PLR0913 - the parts of one request
    *,
    account: Account,
    disclosure_id: UUID,
    field: str,
    rationale: str,
    authority: str,
    approver: Account,
    now: datetime,
) -> Item:
    """Ask a named approver for one Tier 3 field; asked again after a refusal, it is a new question.

    The approver joins the circle until the question is a few days old. Raises ``Invalid``,
    ``ApproverIsSender``.
    """
    raise NotImplementedError


@operation("item.approved")
def item_approve(*, account: Account, item_id: int, note: str, now: datetime) -> Item:
    """Approve one Tier 3 field. Raises ``ApproverIsSender``, ``NotAllowed``, ``AlreadyAnswered``."""
    raise NotImplementedError


@operation("item.refused")
def item_refuse(*, account: Account, item_id: int, note: str, now: datetime) -> Item:
    """Refuse one Tier 3 field, with the reason; the rest of the message may still go."""
    raise NotImplementedError


@operation("attachment.added")
def attachment_add(  # noqa: PLR0913 - the parts of one file
    *,
    account: Account,
    disclosure_id: UUID,
    name: str,
    content_type: str,
    content: bytes,
    pages: str,
    reason: str,
    approver: Account,
    now: datetime,
) -> Attachment:
    """Add a file to a draft: cleaned, only the chosen pages, with its own reason and its approver.

    Raises what ``attachments.clean`` refuses, ``Invalid`` without a reason, ``ApproverIsSender``.
    """
    raise NotImplementedError


@operation("attachment.removed")
def attachment_remove(*, account: Account, attachment_id: UUID, now: datetime) -> Attachment:
    """Take a file out of a draft; its cleaned content is erased."""
    raise NotImplementedError


@operation("attachment.approved")
def attachment_approve(
    *, account: Account, attachment_id: UUID, note: str, now: datetime
) -> Attachment:
    """Approve one file. Raises ``ApproverIsSender``, ``NotAllowed``, ``AlreadyAnswered``."""
    raise NotImplementedError


@operation("attachment.refused")
def attachment_refuse(
    *, account: Account, attachment_id: UUID, note: str, now: datetime
) -> Attachment:
    """Refuse one file, with the reason; the rest of the message may still go."""
    raise NotImplementedError
