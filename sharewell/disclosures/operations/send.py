"""Sending: the current facts are decided again, and exactly what was previewed leaves, once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.disclosures.models import Disclosure


@operation("disclosure.sent")
def disclosure_send(
    *,
    account: Account,
    disclosure_id: UUID,
    version: int,
    send_key: UUID,
    seen: str,
    now: datetime,
) -> Disclosure:
    """Send a prepared disclosure exactly as it was previewed; the same ``send_key`` sends once.

    ``seen`` is :attr:`Preview.seen` of the page that the sender read. Raises ``NotFound`` outside the
    circle, ``NotAllowed`` by role, ``Conflict`` when the draft was edited since, ``MessageChanged``
    (with ``changes``) when facts, consent or approvals now give another message, ``NotShareable`` when
    the decision is not to share, ``Invalid`` by field for what is missing, ``SenderApproved``.
    """
    raise NotImplementedError
