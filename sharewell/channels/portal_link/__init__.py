"""A link to the portal for people without accounts; it travels as a notice by e-mail."""

from __future__ import annotations

from sharewell.channels import Receipt, email_notice
from sharewell.channels.email_notice import Notice


def send(message: Notice, address: str) -> Receipt:
    """Send the notice that carries the link; raises ``ChannelError`` as the e-mail channel does."""
    return email_notice.send(message, address)
