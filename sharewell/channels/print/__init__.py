"""Paper that a person hands over: who took it and when is the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sharewell.channels import ChannelError, Receipt


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was noted of a paper copy: who took it and when (aware)."""

    taken_by: str
    at: datetime


def send(message: HandedOver, address: str) -> Receipt:  # noqa: ARG001 - paper has no address
    """Return the receipt of paper handed over; permanent ``ChannelError`` if nobody is named."""
    if not message.taken_by.strip():
        raise ChannelError("nobody", "Write down who took the paper.", permanent=True)
    return Receipt(reference=f"by hand {message.at.isoformat(timespec='minutes')}")
