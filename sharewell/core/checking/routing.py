"""Where the rows of an agreement lead: nowhere, twice, or not at night."""

from __future__ import annotations

from collections.abc import Iterator

from sharewell.core import agreement as agreements
from sharewell.core.checking.asking import barest, noon, sharing, smallest, unagreed, words_of
from sharewell.core.checking.findings import Finding, spoken
from sharewell.core.decision import decide
from sharewell.core.policy import Policy
from sharewell.core.request import Request
from sharewell.core.terms import Agreement, Route

# Who sends, the role that receives, and what for.
Way = tuple[str, str, str]
RECEIVING = ("receiving_function", "decision_authority")


def initiators(agreement: Agreement) -> tuple[str, ...]:
    """The parties that send; all of them where none is marked."""
    found = tuple(p.agency for p in agreement.parties if "initiating_provider" in p.parts)
    return found or tuple(p.agency for p in agreement.parties)


def ways(agreement: Agreement, row: Route) -> tuple[Way, ...]:
    """Every way that a row names: those of the initiating parties first."""
    first = initiators(agreement)
    rest = [p.agency for p in agreement.parties if p.agency not in first]
    senders = [s for s in (*first, *rest) if not row.senders or s in row.senders]
    purposes = sorted(row.purposes)
    return tuple((s, row.role, p) for s in senders if s != row.agency for p in purposes)


def leads(row: Route, sender: str, purpose: str) -> bool:
    """Whether a party may take a route for a purpose."""
    from_here = not row.senders or sender in row.senders
    return purpose in row.purposes and from_here and sender != row.agency


def routing(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Everything found about routes."""
    yield from _dead(agreement, policy)
    yield from _conflicts(agreement, policy)
    yield from _parts(agreement, policy)
    yield from _unrouted(agreement, policy)
    yield from _uncovered(agreement, policy)
    yield from _closed(agreement, policy)
    yield from _emergencies(agreement, policy)


def found(
    kind: str, place: str, says: str, way: Way, agreement: Agreement, policy: Policy
) -> Finding:
    """A finding about a way, shown by the smallest request that takes it."""
    sender, role, purpose = way
    agreed = "in_force" if agreements.dataset(agreement, role, purpose) else "none"
    request = sharing(policy, noon(agreement), role, purpose, agreed)
    return Finding(kind, place, says, sender, request, decide(request, policy))


def _dead(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Rows that lead nowhere, that rows before them have taken, or for which nothing may go."""
    taken: dict[Way, int] = {}
    for place, row in enumerate(agreement.routes):
        mine, path = ways(agreement, row), f"routes[{place}]"
        barred = sorted(p for p in row.purposes if policy.cell(row.role, p) is None)
        if not mine:
            says = f"The only sender of this route is {row.agency}, to whom it leads."
            way = (row.agency, row.role, min(row.purposes))
            yield found("dead", f"{path}.senders", says, way, agreement, policy)
        elif set(mine) <= taken.keys():
            rows = ", ".join(f"routes[{i}]" for i in sorted({taken[way] for way in mine}))
            says = f"This route is never taken: {rows} before it leads there already."
            yield found("dead", path, says, mine[0], agreement, policy)
        elif barred:
            says = f"Outside immediate danger nothing may go to {spoken([row.role])} for {spoken(barred)}."
            way = (mine[0][0], row.role, barred[0])
            yield found("dead", f"{path}.purposes", says, way, agreement, policy)
        for way in mine:
            taken.setdefault(way, place)


def _conflicts(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Rows that lead the same request to different places; of them the first holds."""
    rows, before = agreement.routes, set[Way]()
    every = [ways(agreement, row) for row in rows]
    sets = [frozenset(each) for each in every]
    for later, row in enumerate(rows):
        dead = sets[later] <= before  # named as such
        before |= sets[later]
        if dead:
            continue
        for first, other in enumerate(rows[:later]):
            both = [way for way in every[later] if way in sets[first]]
            if both and _leads_to(row) != _leads_to(other):
                purposes = sorted({purpose for _, _, purpose in both})
                says = (
                    f"For {spoken(purposes)} routes[{first}] leads to {other.function} of {other.agency}"
                    f" by {other.channel}, and this one to {row.function} of {row.agency} by"
                    f" {row.channel}. Only the first is ever taken."
                )
                yield found("conflict", f"routes[{later}]", says, both[0], agreement, policy)


def _leads_to(row: Route) -> tuple[str, str, str]:
    return row.agency, row.function, row.channel


def _parts(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Routes to a party that has no part in receiving, and an agreement in which nobody sends."""
    parts = {party.agency: party.parts for party in agreement.parties}
    for place, row in enumerate(agreement.routes):
        mine = ways(agreement, row)
        if mine and not any(part in parts[row.agency] for part in RECEIVING):
            says = f"This route leads to {row.agency}, whose parts say that it only sends."
            yield found("conflict", f"routes[{place}].agency", says, mine[0], agreement, policy)
    if not any("initiating_provider" in each for each in parts.values()):
        mine = ways(agreement, agreement.routes[0])
        if mine:
            says = "No party is marked as an initiating provider: nobody is there to send."
            yield found("gap", "parties", says, mine[0], agreement, policy)


def _unrouted(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Roles and purposes for which something may go, but nothing says where to."""
    routed = {way[1:] for row in agreement.routes for way in ways(agreement, row)}
    sender = initiators(agreement)[0]
    for place, row in enumerate(agreement.datasets):
        gaps = [p for p in sorted(row.purposes) if (row.role, p) not in routed]
        gaps = [p for p in gaps if policy.cell(row.role, p)]
        if gaps:
            says = f"No route says where {spoken([row.role])} is reached for {spoken(gaps)}."
            way = (sender, row.role, gaps[0])
            yield found("gap", f"datasets[{place}].purposes", says, way, agreement, policy)
    for place, party in enumerate(agreement.parties):
        for role in party.receives_as:
            led = any(r.role == role and r.agency == party.agency for r in agreement.routes)
            cells = [p for p in words_of(policy).purposes if policy.cell(role, p)]
            if cells and not led:
                says = f"{party.agency} receives as {spoken([role])}, and no route leads there."
                other = next((i for i in initiators(agreement) if i != party.agency), sender)
                way, path = (other, role, cells[0]), f"parties[{place}].receives_as"
                yield found("gap", path, says, way, agreement, policy)


def _uncovered(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Routes without a dataset: there the agreement counts as none, and a reason is asked for."""
    for place, row in enumerate(agreement.routes):
        mine = ways(agreement, row)
        purposes = sorted(row.purposes)
        gaps = [p for p in purposes if agreements.dataset(agreement, row.role, p) is None]
        shown = {p: unagreed(policy, noon(agreement), row.role, p) for p in gaps}
        felt = [(p, request) for p, request in shown.items() if request is not None]
        if mine and felt:
            request = felt[0][1]
            says = (
                f"No dataset says what {spoken([row.role])} may receive for {spoken(p for p, _ in felt)}:"
                " the agreement counts as none there, and each time a reason is asked for."
            )
            path, answer = f"routes[{place}].purposes", decide(request, policy)
            yield Finding("gap", path, says, mine[0][0], request, answer)


def _closed(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Purposes for which a party that sends has routes, but none when the function is closed."""
    danger = _responders(policy, agreement)
    for purpose in words_of(policy).purposes:
        roles = {role for role, used in danger.items() if used == purpose}
        for sender in initiators(agreement):
            mine = [
                (place, row)
                for place, row in enumerate(agreement.routes)
                if leads(row, sender, purpose)
                and (not roles or row.role in roles)
                and policy.cell(row.role, purpose)
            ]
            if mine and not any(row.out_of_hours for _, row in mine):
                place, row = mine[0]
                says = (
                    f"For {spoken([purpose])} no route of {sender} says whom to reach when the function is"
                    " closed, at night or at a weekend."
                )
                request = sharing(policy, agreement.starts_at, row.role, purpose)
                path, answer = f"routes[{place}].out_of_hours", decide(request, policy)
                yield Finding("out_of_hours", path, says, sender, request, answer)
                break


def _emergencies(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Parties that send and can reach nobody of those who come in immediate danger."""
    led = {way for row in agreement.routes for way in ways(agreement, row)}
    danger = _responders(policy, agreement)
    for sender in initiators(agreement):
        if danger and not any((sender, role, used) in led for role, used in danger.items()):
            role, used = next(iter(danger.items()))
            asks = barest(policy, noon(agreement), role, used, harm="immediate")
            request = smallest(asks, policy, lambda less: _goes_at_once(less, policy))
            says = (
                f"In immediate danger {sender} has no route to anyone who comes: {spoken(danger)}."
            )
            yield Finding("emergency", "routes", says, sender, request, decide(request, policy))


def _responders(policy: Policy, agreement: Agreement) -> dict[str, str]:
    """Who receives the essentials in immediate danger, with the purpose whose cell is used."""
    words, known = words_of(policy), {}
    for role in words.recipient_roles:
        asks = barest(policy, noon(agreement), role, words.purposes[0], harm="immediate")
        if _goes_at_once(asks, policy):
            known[role] = decide(asks, policy).purpose
    return known


def _goes_at_once(request: Request, policy: Policy) -> bool:
    """Whether it goes because of immediate danger, whatever else is not known."""
    said = decide(request, policy)
    return said.outcome == "share" and said.step == "0"
