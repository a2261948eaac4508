"""Who may do what of the keeping of an agency, read from its pack: the roles by act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.needtoknow import Vouched, vouched_as
from sharewell.core.reading import Row

FILE = "acts.yaml"
ACTS = ("local_days_keep", "directory_keep", "staff_checks_keep", "requests_take")
# The roles that an account may hold; ``partner`` reads what is sent to it and keeps nothing.
ROLES = (
    "practitioner",
    "manager",
    "safeguarding_lead",
    "governance_lead",
    "hr",
    "administrator",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Vouched):
    """Something to be done, and the roles that may do it."""

    means: str
    roles: tuple[str, ...]


def acts(file: str, text: bytes) -> Mapping[str, Act]:
    """The acts of a pack by id. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    found = {}
    for raw in rows_of(file, head.need("acts"), "acts"):
        row = Row(raw, failing(file, str(raw["id"])))
        act = Act(
            means=row.text("means"),
            roles=row.choices("roles", ROLES, need=True),
            **vouched_as(row),
        )
        if act.id not in ACTS:
            row.refuse("id", "is no act that is known here")
        row.done()
        found[act.id] = act
    if missing := set(ACTS) - set(found):
        head.refuse("acts", f"leaves out {', '.join(sorted(missing))}")
    head.done()
    return found
