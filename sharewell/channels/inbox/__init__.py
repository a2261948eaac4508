"""The inbox of people with accounts: the message is there as soon as it is sent; nothing travels."""

from __future__ import annotations

from sharewell.channels import Receipt


def send(message: None, address: str) -> Receipt:  # noqa: ARG001 - every channel has both
    """Say that the message lies in the inbox of the function with this id."""
    return Receipt(reference=f"inbox {address}")
