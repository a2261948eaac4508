"""The answer to a request, as a value that can be kept, replayed and explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sharewell.core.rules import Rule


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that decided, in words, and where it comes from."""

    rule: str
    says: str
    source: str

    @classmethod
    def of(cls, rule: Rule) -> Reason:
        """The reason that a rule gives."""
        return cls(rule.id, rule.says, rule.source)


class Decision(NamedTuple):
    """What the rules and the agreement say of one request; a named person decides.

    ``tiers`` gives the tier of each field that may go, and ``fields`` are those. ``missing`` names what must be supplied first,
    with the outcome ``complete_first`` only; ``owed`` what is recorded afterwards, where nothing may
    wait. ``questions`` are facts to
    find out; ``could_go`` the fields that this recipient could receive; ``instead`` the roles that may
    receive this purpose, where this one may not, in immediate danger those that may be told now; ``step`` the step of judgement that answered;
    ``purpose`` the purpose whose cell was used; ``contested`` the contested points that mattered. Hours are
    clock hours.
    """

    outcome: str
    tier: int | None
    tiers: Mapping[str, int]
    withheld: Mapping[str, str]
    form: str
    consent_relied_on: bool
    basis: tuple[str, ...]
    inform: str | None
    inform_child: str | None
    obligations: tuple[str, ...]
    missing: tuple[str, ...]
    owed: tuple[str, ...]
    decider: str | None
    deputy: str | None
    decide_within_hours: int | None
    review_within_hours: int
    reasons: tuple[Reason, ...]
    questions: tuple[str, ...]
    could_go: tuple[str, ...]
    instead: tuple[str, ...]
    handling: tuple[Reason, ...]
    deny_persons: tuple[str, ...]
    deny_channels: tuple[str, ...]
    step: str
    purpose: str
    recipient_role: str
    policy: str
    contested: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that may go, in the order of the catalogue."""
        return tuple(self.tiers)

    def as_dict(self) -> dict[str, Any]:
        """The decision as plain values that JSON can hold: outcome, tier, fields, the rest as above."""
        goes = {"outcome": self.outcome, "tier": self.tier, "fields": list(self.fields)}
        return goes | {name: _plain(value) for name, value in self._asdict().items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Reason):
        return {"rule": value.rule, "says": value.says, "source": value.source}
    return dict(value) if isinstance(value, Mapping) else value
