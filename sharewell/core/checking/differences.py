"""Which requests come out differently under one agreement than under another, by kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sharewell.core import agreement as agreements
from sharewell.core.checking.asking import fullest, noon, sharing, smallest, unagreed
from sharewell.core.checking.findings import outcome, spoken, terse
from sharewell.core.checking.routing import Way, ways
from sharewell.core.deadlines import Clock
from sharewell.core.decision import decide
from sharewell.core.policy import Policy
from sharewell.core.request import Request
from sharewell.core.terms import Agreement, Party, Route

KINDS = ("dates", "parties", "routes", "covered", "wider", "narrower", "changed", "clocks")
NOWHERE = "no route"


@dataclass(frozen=True, slots=True)
class Difference:
    """Requests of one kind that come out differently, with one of them and both outcomes.

    ``sender`` is the party that sends it and ``urgency`` how urgent it is, where that matters.
    """

    kind: str
    says: str
    request: Request
    old: Any
    new: Any
    sender: str = ""
    urgency: str = ""

    def scenario(self, number: int) -> dict[str, Any]:
        """The difference as an entry of a file of scenarios."""
        found = {
            "id": f"{self.kind}-{number}",
            "says": self.says,
            "old": self.old,
            "new": self.new,
            "sender": self.sender,
            "urgency": self.urgency,
            "request": terse(self.request),
        }
        return {key: value for key, value in found.items() if value != ""}


def differences(old: Agreement, new: Agreement, policy: Policy) -> tuple[Difference, ...]:
    """What changes for a request, by kind, in the order of ``KINDS``.

    Dates are compared first; the rest as though both were in force on the first day of ``new``. Both are
    of the jurisdiction of ``policy``. Raises ValueError where the policy could not be loaded.
    """
    found = list(_dates(old, new, policy))
    old = replace(old, starts_on=new.starts_on, ends_on=None, time_zone=new.time_zone)
    new = replace(new, ends_on=None)
    found += _parties(old, new, policy)
    found += _routes(old, new, policy)
    found += _datasets(old, new, policy)
    found += _clocks(old, new, policy)
    return tuple(sorted(found, key=lambda each: KINDS.index(each.kind)))


def _dates(old: Agreement, new: Agreement, policy: Policy) -> Iterator[Difference]:
    edges = {edge for each in (old, new) for edge in (each.starts_at, each.ends_at) if edge}
    moments = sorted({moment for edge in edges for moment in (edge - timedelta(hours=1), edge)})
    for at in moments:
        states = old.state(at), new.state(at)
        if states[0] != states[1]:
            says = f"In force {_span(old)} before, and {_span(new)} now."
            _, role, purpose = _first(new)
            yield Difference("dates", says, sharing(policy, at, role, purpose), *states)
            return


def _span(agreement: Agreement) -> str:
    return f"from {agreement.starts_on} until {agreement.ends_on or 'further notice'}"


def _first(agreement: Agreement) -> Way:
    """A way that the agreement names, to give an example with."""
    row = agreement.routes[0]
    named = ways(agreement, row)
    return named[0] if named else (row.agency, row.role, min(row.purposes))


def _parties(old: Agreement, new: Agreement, policy: Policy) -> Iterator[Difference]:
    before = {party.agency: party for party in old.parties}
    after = {party.agency: party for party in new.parties}
    for agency in (*before, *(each for each in after if each not in before)):
        was, now = _party(before.get(agency)), _party(after.get(agency))
        if was != now:
            sender, role, purpose = _example(old, new, agency)
            request = sharing(policy, noon(new), role, purpose)
            says = f"{agency}: {was} before, and {now} now."
            yield Difference("parties", says, request, was, now, sender)


def _party(party: Party | None) -> str:
    if party is None:
        return "no party"
    roles = f"; receives as {spoken(sorted(party.receives_as))}" if party.receives_as else ""
    return f"{party.name}, {party.legal_entity}; {spoken(sorted(party.parts))}{roles}"


def _example(old: Agreement, new: Agreement, agency: str) -> Way:
    """A way to the agency or else from it, under either."""
    for agreement in (old, new):
        for row in agreement.routes:
            for way in ways(agreement, row):
                if agency in (row.agency, way[0]):
                    return way
    return agency, *_first(new)[1:]


def _routes(old: Agreement, new: Agreement, policy: Policy) -> Iterator[Difference]:
    every = [way for each in (old, new) for row in each.routes for way in ways(each, row)]
    groups: dict[tuple[str, str, str], list[Way]] = {}
    for way in dict.fromkeys(every):
        was, now = _leads(old, way), _leads(new, way)
        if was != now:
            groups.setdefault((way[1], was, now), []).append(way)
    for (role, was, now), named in groups.items():
        senders = ", ".join(dict.fromkeys(sender for sender, _, _ in named))
        purposes = spoken(dict.fromkeys(purpose for _, _, purpose in named))
        says = f"{spoken([role]).capitalize()} for {purposes}, from {senders}: another route."
        request = sharing(policy, noon(new), role, named[0][2])
        yield Difference("routes", says, request, was, now, named[0][0])


def _leads(agreement: Agreement, way: Way) -> str:
    if way[0] not in {party.agency for party in agreement.parties}:
        return NOWHERE
    row = agreements.route(agreement, *way)
    return NOWHERE if row is None else _led(row)


def _led(row: Route) -> str:
    hours = row.out_of_hours
    night = f"; when closed {hours.name}, {hours.phone}, {hours.when}" if hours else ""
    return f"{row.function} of {row.agency} by {row.channel}: {row.how}{night}"


def _datasets(old: Agreement, new: Agreement, policy: Policy) -> Iterator[Difference]:
    pairs = [(row.role, p) for each in (old, new) for row in each.datasets for p in row.purposes]
    groups: dict[tuple[str, ...], list[str]] = {}
    for role, purpose in sorted(set(pairs)):
        changed = _changed(old, new, policy, role, purpose)
        if changed:
            groups.setdefault((role, *changed), []).append(purpose)
    for (role, kind, field, change), purposes in groups.items():
        says = f"{spoken([role]).capitalize()} for {spoken(purposes)}: {change}."
        request = (
            unagreed(policy, noon(new), role, purposes[0])
            if kind == "covered"
            else _apart(old, new, policy, role, purposes[0], field)
        )
        if request is not None:
            was, now = (outcome(decide(request, policy, each)) for each in (old, new))
            yield Difference(kind, says, request, was, now)


def _changed(
    old: Agreement, new: Agreement, policy: Policy, role: str, purpose: str
) -> tuple[str, str, str] | None:
    """The kind of change, a field that shows it, and what has changed; None where nothing has."""
    was, now = (agreements.dataset(each, role, purpose) for each in (old, new))
    if (was is None) != (now is None):
        change = "agreed now" if was is None else "no longer agreed, so that a reason is asked for"
        return "covered", "", change
    asks = fullest(policy, noon(new), role, purpose)
    before, after = (set(decide(asks, policy, each).fields) for each in (old, new))
    more = [field for field in policy.fields if field in after - before]
    less = [field for field in policy.fields if field in before - after]
    if not more and not less:
        return None
    parts = [f"{', '.join(more)} may go now"] if more else []
    parts += [f"{', '.join(less)} may no longer go"] if less else []
    kind = "changed" if more and less else "wider" if more else "narrower"
    return kind, (more or less)[0], "; ".join(parts)


def _apart(
    old: Agreement, new: Agreement, policy: Policy, role: str, purpose: str, field: str
) -> Request:
    """The smallest request for a field that goes under one of the two and not under the other."""
    start = fullest(policy, noon(new), role, purpose, (field,))

    def differs(less: Request) -> bool:
        answers = [decide(less, policy, each) for each in (old, new)]
        goes = {answer.outcome == "share" and field in answer.fields for answer in answers}
        return less.wants == start.wants and len(goes) == 2

    return smallest(start, policy, differs)


def _clocks(old: Agreement, new: Agreement, policy: Policy) -> Iterator[Difference]:
    _, role, purpose = _first(new)
    for event, urgency in dict.fromkeys([*old.clocks, *new.clocks]):
        was, now = (_within(agreements.clock(each, event, urgency)) for each in (old, new))
        if was != now:
            says = f"{spoken([event]).capitalize()}, {urgency}: {was} before, and {now} now."
            request = sharing(policy, noon(new), role, purpose)
            yield Difference("clocks", says, request, was, now, urgency=urgency)


def _within(clock: Clock | None) -> str:
    return "no clock" if clock is None else f"within {clock.amount} {spoken([clock.unit])}"
