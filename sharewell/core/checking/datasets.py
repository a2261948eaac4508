"""What the dataset rows of an agreement promise, set against the matrix and against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sharewell.core.answer import Decision
from sharewell.core.checking.asking import asking, fullest, noon
from sharewell.core.checking.findings import Finding, spoken
from sharewell.core.checking.routing import found, initiators
from sharewell.core.decision import decide
from sharewell.core.policy import Policy
from sharewell.core.terms import Agreement, Scope


def datasets(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Everything found about datasets."""
    live = _live(agreement.datasets)
    for place, row in enumerate(agreement.datasets):
        yield from _nothing_goes(agreement, policy, place, row)
        if place not in live:
            yield from _dead(agreement, policy, place, row)
        else:
            yield from _wider(agreement, policy, place, row)
            yield from _conflicts(agreement, policy, place, live)


def most(agreement: Agreement, policy: Policy, role: str, purpose: str) -> Decision:
    """What the rules give this role for this purpose at most, asked for everything."""
    return decide(fullest(policy, noon(agreement), role, purpose), policy)


def _live(rows: tuple[Scope, ...]) -> frozenset[int]:
    """The rows without which something would come out differently; of equals the first stays."""
    live = dict(enumerate(rows))
    for place in reversed(range(len(rows))):
        row = live.pop(place)
        rest = [each for each in live.values() if each.role == row.role]
        if any(_combined([*rest, row], p) != _combined(rest, p) for p in row.purposes):
            live[place] = row
    return frozenset(live)


def _combined(rows: list[Scope], purpose: str) -> tuple[int, frozenset[str] | None] | None:
    """What several rows of a role give for a purpose, as the engine takes them: the narrowest."""
    rows = [row for row in rows if purpose in row.purposes]
    if not rows:
        return None
    named = [row.only for row in rows if row.only is not None]
    return min(row.tier for row in rows), frozenset.intersection(*named) if named else None


def _nothing_goes(
    agreement: Agreement, policy: Policy, place: int, row: Scope
) -> Iterator[Finding]:
    barred = sorted(p for p in row.purposes if policy.cell(row.role, p) is None)
    if barred:
        says = (
            f"The matrix gives {spoken([row.role])} nothing for {spoken(barred)}: this never holds."
        )
        way, path = (initiators(agreement)[0], row.role, barred[0]), f"datasets[{place}].purposes"
        yield found("dead", path, says, way, agreement, policy)


def _dead(agreement: Agreement, policy: Policy, place: int, row: Scope) -> Iterator[Finding]:
    others = [
        f"datasets[{i}]"
        for i, each in enumerate(agreement.datasets)
        if i != place and each.role == row.role and each.purposes & row.purposes
    ]
    says = (
        f"This row never decides: {', '.join(others)} give {spoken([row.role])} as little or less."
    )
    way = (initiators(agreement)[0], row.role, min(row.purposes))
    yield found("dead", f"datasets[{place}]", says, way, agreement, policy)


def _wider(agreement: Agreement, policy: Policy, place: int, row: Scope) -> Iterator[Finding]:
    """A tier that the matrix never reaches there, and fields that it, or the row itself, never gives."""
    gives = {
        p: most(agreement, policy, row.role, p)
        for p in sorted(row.purposes)
        if policy.cell(row.role, p)
    }
    over = {p: said for p, said in gives.items() if row.tier > (said.tier or 0)}
    if over:
        purpose, said = next(iter(over.items()))
        tops: dict[int, list[str]] = {}
        for each, most_of in over.items():
            tops.setdefault(most_of.tier or 0, []).append(each)
        stops = "; ".join(f"Tier {tier} for {spoken(tops[tier])}" for tier in sorted(tops))
        says = f"Tier {row.tier} for {spoken([row.role])}, but the matrix stops at {stops}."
        field = _above(policy, row, said)
        if field:
            way = (row.role, purpose, field)
            yield _shown("wider", f"datasets[{place}].tier", says, way, agreement, policy)
    for field in sorted(row.only or ()):
        yield from _named(agreement, policy, place, row, field, gives)


def _above(policy: Policy, row: Scope, said: Decision) -> str:
    """The first field that the row's tier promises and the rules withhold."""
    kept = [f for f in policy.fields if f in said.withheld and (row.only is None or f in row.only)]
    exact = [f for f in kept if policy.fields[f].tier == row.tier]
    return next(iter(exact or kept), "")


def _named(
    agreement: Agreement,
    policy: Policy,
    place: int,
    row: Scope,
    field: str,
    gives: dict[str, Decision],
) -> Iterator[Finding]:
    path, role = f"datasets[{place}].only", spoken([row.role])
    never = [p for p, said in gives.items() if field in said.withheld]
    capped = [p for p, said in gives.items() if said.tiers.get(field, 0) > row.tier]
    if never:
        says = f"It names {field}, which the matrix withholds from {role} for {spoken(never)}."
        yield _shown("wider", path, says, (row.role, never[0], field), agreement, policy)
    elif gives and len(capped) == len(gives):
        says = f"It names {field}, of Tier {gives[capped[0]].tiers[field]}, and caps at Tier {row.tier}."
        yield _shown("dead", path, says, (row.role, capped[0], field), agreement, policy)


def _conflicts(
    agreement: Agreement, policy: Policy, place: int, live: frozenset[int]
) -> Iterator[Finding]:
    """Rows before this one that say something else of the same role and purpose."""
    row = agreement.datasets[place]
    for first in sorted(i for i in live if i < place):
        other = agreement.datasets[first]
        both = sorted(row.purposes & other.purposes) if row.role == other.role else []
        differs = [(p, _apart(agreement, policy, row, other, p)) for p in both]
        shown = [(p, field) for p, field in differs if field]
        if shown:
            purpose, field = shown[0]
            says = (
                f"For {spoken([row.role])} and {spoken(p for p, _ in shown)} this row and datasets[{first}]"
                f" differ: {field} goes by one of them and not by the other. The narrower holds."
            )
            way = (row.role, purpose, field)
            yield _shown("conflict", f"datasets[{place}]", says, way, agreement, policy)


def _apart(agreement: Agreement, policy: Policy, one: Scope, other: Scope, purpose: str) -> str:
    """The first field that goes by one row alone and not by the other alone; empty if none does."""
    asks = fullest(policy, noon(agreement), one.role, purpose)
    by_one, by_other = (
        set(decide(asks, policy, replace(agreement, datasets=(row,))).fields)
        for row in (one, other)
    )
    return next((f for f in policy.fields if f in by_one ^ by_other), "")


def _shown(
    kind: str,
    place: str,
    says: str,
    way: tuple[str, str, str],
    agreement: Agreement,
    policy: Policy,
) -> Finding:
    """A finding about a role, a purpose and a field, shown by the smallest request for that field."""
    request = asking(policy, noon(agreement), *way)
    return Finding(kind, place, says, initiators(agreement)[0], request, decide(request, policy))
