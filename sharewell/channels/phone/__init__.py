"""A call that a person makes: nothing is dialled here; who answered and when is the receipt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sharewell.channels import ChannelError, Receipt


@dataclass(frozen=True, slots=True)
class Call:
    """What was noted of a call: to whom the caller spoke and when (aware)."""

    spoke_to: str
    at: datetime


def send(message: Call, address: str) -> Receipt:
    """Return the receipt of a call made to this number; permanent ``ChannelError`` without a number."""
    if len(re.sub(r"\D", "", address)) < 3:
        raise ChannelError("no_number", "Write down the number that was rung.", permanent=True)
    return Receipt(reference=f"call {message.at.isoformat(timespec='minutes')}")
