"""The terms of an agreement between agencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from sharewell.core.deadlines import Clock

URGENCIES = ("immediate", "urgent", "standard")
PARTS = ("initiating_provider", "receiving_function", "decision_authority")
EVENTS = ("acknowledge", "first_action", "update")
TRIGGERS = ("not_acknowledged", "no_action", "disagreement", "risk_rises")
CHANNELS = ("portal", "email", "webhook", "phone", "print")
ONWARD = ("never", "ask_first", "within_agreement")


class AgreementError(ValueError):
    """An agreement that cannot be used; ``path`` names the place, ``why`` says what is wrong."""

    code = "agreement_unreadable"

    def __init__(self, path: str, why: str) -> None:
        """Keep the place and the reason."""
        super().__init__(f"{path}: {why}")
        self.path, self.why = path, why


@dataclass(frozen=True, slots=True)
class Party:
    """One agency of the agreement: what it does in it, and the roles in which it receives."""

    agency: str
    name: str
    legal_entity: str
    parts: tuple[str, ...]
    receives_as: tuple[str, ...]
    signed_by: str
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class OutOfHours:
    """Whom to reach when the function is closed."""

    name: str
    phone: str
    when: str


@dataclass(frozen=True, slots=True)
class Route:
    """Where a role is reached for some purposes; ``senders`` empty means every party."""

    role: str
    purposes: frozenset[str]
    senders: frozenset[str]
    agency: str
    function: str
    channel: str
    how: str
    confirms_action: str
    out_of_hours: OutOfHours | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What may go to a role for a purpose: at most this tier, and only these fields if named."""

    role: str
    purposes: frozenset[str]
    tier: int
    only: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder when partners do not answer or disagree."""

    trigger: str
    after: Clock
    to: str


@dataclass(frozen=True, slots=True)
class Lead:
    """Who holds a duty of the agreement, and who stands in."""

    name: str
    deputy: str


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """One version of an agreement; ``starts_at`` and ``ends_at`` bound it in UTC, the end excluded."""

    id: str
    title: str
    version: int
    jurisdiction: str
    time_zone: str
    calendar: str
    parties: tuple[Party, ...]
    routes: tuple[Route, ...]
    datasets: tuple[Scope, ...]
    clocks: Mapping[tuple[str, str], Clock]
    escalation: tuple[Step, ...]
    consent_routes: tuple[str, ...]
    consent_exceptions: tuple[str, ...]
    gateways: tuple[str, ...]
    recorded_in: str
    reviewed_by: str
    review_every: Clock
    onward: str
    onward_says: str
    disclosure_lead: Lead
    governance_lead: Lead
    retention: str
    breach_contact: str
    access_lead: str
    starts_on: date
    ends_on: date | None
    review_on: date

    @property
    def starts_at(self) -> datetime:
        """The first moment in force, in UTC."""
        return _midnight(self.starts_on, self.time_zone)

    @property
    def ends_at(self) -> datetime | None:
        """The first moment no longer in force, in UTC; None where it does not end."""
        return None if self.ends_on is None else _midnight(self.ends_on, self.time_zone)

    def state(self, at: datetime) -> str:
        """Whether it binds at a moment: in_force, expired, or none before it starts."""
        starts, ends = _bounds(self)
        if at < starts:
            return "none"
        return "expired" if ends is not None and at >= ends else "in_force"


@lru_cache(maxsize=1024)
def _bounds(agreement: Agreement) -> tuple[datetime, datetime | None]:
    return agreement.starts_at, agreement.ends_at


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
