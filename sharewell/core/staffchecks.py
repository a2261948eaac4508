"""Kinds of training and vetting, read from their pack: for whom, for how long, and when to ask for it again."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.needtoknow import Vouched, vouched_as
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FILE = "staff_checks.yaml"
LONGEST = 120  # months
# Roles and duties (columns of tables) for which a kind may be needed.
NEEDING = (
    "practitioner",
    "manager",
    "safeguarding_lead",
    "governance_lead",
    "hr",
    "administrator",
    "manager_on_duty",
    "on_call_manager",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckKind(Vouched):
    """One kind; ``needed_for`` are roles and duties, ``months`` 0 where it does not run out by itself."""

    label: str
    hint: str
    places: tuple[str, ...]
    needed_for: tuple[str, ...]
    months: int
    warn_days: int
    numbered: bool

    def ends(self, done_on: date) -> date | None:
        """The last day on which one that was done on a day counts; None: it does not run out."""
        if not self.months:
            return None
        month = done_on.month - 1 + self.months
        year, month = done_on.year + month // 12, month % 12 + 1
        return date(year, month, min(done_on.day, calendar.monthrange(year, month)[1]))

    def state(self, expires_on: date | None, today: date) -> str:
        """How one stands on a day: ``in_date``, ``soon`` (it is time to renew it) or ``expired``."""
        if expires_on is None:
            return "in_date"
        if expires_on < today:
            return "expired"
        return "soon" if (expires_on - today).days <= self.warn_days else "in_date"


@dataclass(frozen=True, slots=True)
class StaffChecks:
    """What is said beside what is missing, and the kinds by id in the order of the pack."""

    says: str
    kinds: Mapping[str, CheckKind]

    def of(self, place: str) -> tuple[CheckKind, ...]:
        """The kinds that are asked for in a place."""
        return tuple(each for each in self.kinds.values() if place in each.places)


def staff_checks(file: str, text: bytes, vocabulary: Vocabulary) -> StaffChecks:
    """The kinds of a pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    says, raws = head.text("says"), rows_of(file, head.need("kinds"), "kinds")
    head.done()
    return StaffChecks(says, {str(raw["id"]): _kind(file, raw, vocabulary) for raw in raws})


def _kind(file: str, raw: Mapping[str, Any], vocabulary: Vocabulary) -> CheckKind:
    row = Row(raw, failing(file, str(raw["id"])))
    kind = CheckKind(
        label=row.text("label"),
        hint=row.text("hint", ""),
        places=row.choices("places", vocabulary.jurisdictions, need=True),
        needed_for=row.choices("needed_for", NEEDING),
        months=row.number("months", 1, LONGEST, 0) or 0,
        warn_days=row.number("warn_days", 1, 366) or row.refuse("warn_days", "is missing"),
        numbered=bool(row.flag("numbered", default=False)),
        **vouched_as(row),
    )
    row.done()
    return kind
