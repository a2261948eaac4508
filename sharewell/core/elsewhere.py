"""Who may be told where a recipient may not: for this purpose, or now where there is immediate danger."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from sharewell.core.answer import Reason
from sharewell.core.bits import KEPT
from sharewell.core.era import Era
from sharewell.core.judge import Judgement
from sharewell.core.policy import Policy
from sharewell.core.request import Request

FOR_THIS = "For this purpose"
COME = "The essentials may go now to"


def elsewhere(
    request: Request, policy: Policy, era: Era, found: Judgement, purpose: str, form: str
) -> tuple[tuple[str, ...], str]:
    """The roles that may be told where this one may not, and the words that name them.

    ``purpose`` and ``form`` are those of the cell that is used. No roles where this one may, or where no
    other stands in for it.
    """
    role = request.recipient.role
    if found.effect == "permit" and form != "none":
        return (), ""
    if found.effect != "permit":
        now = era.kept[_come][request.facts.harm, purpose]
        if now and role in policy.kept[_receiving][()]:
            return tuple([each for each in now if each != role]), COME
    return () if form != "none" else policy.kept[_instead][role, purpose], FOR_THIS


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


@lru_cache(maxsize=KEPT)
def naming(reason: Reason, instead: tuple[str, ...], where: str) -> Reason:
    """The reason with the roles that may receive this in place of the one named."""
    roles = ", ".join(role.replace("_", " ") for role in instead)
    return replace(reason, says=f"{reason.says} {where}: {roles}.")
