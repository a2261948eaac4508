"""What a check found, where, and the request that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sharewell.core.answer import Decision
from sharewell.core.request import Request, encode

KINDS = ("gap", "out_of_hours", "emergency", "conflict", "dead", "wider", "lead")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with an agreement.

    ``place`` is the path in its file, like ``routes[2].purposes``; ``request`` the smallest that shows
    it, sent by the party ``sender``; ``decision`` what the rules say of it without the agreement.
    """

    kind: str
    place: str
    says: str
    sender: str
    request: Request
    decision: Decision

    def scenario(self, number: int, line: int | None = None) -> dict[str, Any]:
        """The finding as an entry of a file that ``sharewell decide`` reads."""
        return {
            "id": f"{self.kind}-{number}",
            "place": self.place if line is None else f"{self.place} (line {line})",
            "says": self.says,
            "comes_out": outcome(self.decision),
            "sender": self.sender,
            "request": terse(self.request),
        }


def terse(request: Request) -> dict[str, Any]:
    """The request as plain values, without what is false because it was left out."""
    found: dict[str, Any] = _said(encode(request))
    return found


def outcome(decision: Decision) -> dict[str, Any]:
    """What came out, in short: the outcome, what went or was withheld, what was missing, by which rule."""
    asked = {**dict.fromkeys(decision.fields, "goes"), **decision.withheld}
    found: dict[str, Any] = {"outcome": decision.outcome, "tier": decision.tier}
    if len(asked) <= 3:
        found["fields"] = asked
    found |= {"missing": list(decision.missing), "rule": decision.reasons[0].rule}
    return {key: value for key, value in found.items() if value not in (None, [], {})}


def _said(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    kept = {key: _said(value) for key, value in plain.items()}
    return {key: value for key, value in kept.items() if value not in (None, False, {}, [])}


def spoken(ids: Iterable[str]) -> str:
    """Ids as they may be read in a sentence."""
    return ", ".join(id_.replace("_", " ") for id_ in ids)
