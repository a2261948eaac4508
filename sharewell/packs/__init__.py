"""STUB of the contract; the core engineer replaces this file."""

from __future__ import annotations

from importlib import resources

from sharewell.core.policy import Policy


def read() -> dict[str, bytes]:
    folder = resources.files(__name__)
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.name.endswith(".yaml")}


def policy(jurisdiction: str, state: str | None = None) -> Policy:
    return Policy(id=f"{jurisdiction}@2026-09-30#00000000", jurisdiction=jurisdiction, state=state)
