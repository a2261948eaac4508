"""Who may be told where a recipient may not: for this purpose, or now where there is immediate danger."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from sharewell.core.answer import Reason
from sharewell.core.era import Era
from sharewell.core.policy import Policy

FOR_THIS = "For this purpose"
COME = "The essentials may go now to"


class Instead(NamedTuple):
    """The roles that may be told where one may not, and the words that name them."""

    roles: tuple[str, ...]
    where: str


NOBODY = Instead((), "")


def elsewhere(
    policy: Policy, era: Era, role: str, purpose: str, harm: str, *, permits: bool, formless: bool
) -> Instead:
    """Who may be told where this role may not; nobody where it may, or where no other stands in for it.

    ``permits`` says whether the rules do, ``formless`` whether the cell that is used has no form, and
    ``purpose`` is that of this cell.
    """
    if not permits:
        now = era.kept[_come][harm, purpose]
        if now and role in policy.kept[_receiving][()]:
            return Instead(tuple([each for each in now if each != role]), COME)
    return Instead(policy.kept[_instead][role, purpose], FOR_THIS) if formless else NOBODY


def _come(era: Era, harm: str, purpose: str) -> tuple[str, ...]:
    """The roles to which the essentials may go in this danger, by the rules of immediate danger."""
    rules = [rule.when for rule in era.rows(era.steps["0"]) if rule.effect == "permit"]
    here = [w for w in rules if harm in w["harm"] and purpose in w.get("purpose", (purpose,))]
    return tuple(dict.fromkeys(role for when in here for role in when["role"]))


def _instead(policy: Policy, role: str, purpose: str) -> tuple[str, ...]:
    """Where this role has no cell: the roles that may receive this purpose."""
    stands_in = role in policy.kept[_receiving][()] and not policy.cell(role, purpose)
    return policy.matrix.roles_for(purpose) if stands_in else ()


def _receiving(policy: Policy) -> frozenset[str]:
    """The roles to which anything may go; no other stands in for one to which nothing does."""
    return frozenset(role for role, _ in policy.matrix.cells)


def naming(reason: Reason, named: Instead) -> Reason:
    """The reason with the roles that may receive this in place of the one named."""
    roles = ", ".join(role.replace("_", " ") for role in named.roles)
    return replace(reason, says=f"{reason.says} {named.where}: {roles}.")
