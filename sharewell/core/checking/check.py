"""Everything that is wrong with an agreement although it can be read."""

from __future__ import annotations

from collections.abc import Iterator

from sharewell.core.checking.asking import barest, noon, smallest
from sharewell.core.checking.datasets import datasets
from sharewell.core.checking.findings import Finding
from sharewell.core.checking.routing import initiators, routing
from sharewell.core.decision import decide
from sharewell.core.policy import Policy
from sharewell.core.request import Request
from sharewell.core.terms import Agreement, Lead

# Words that stand where a name is still to come.
UNNAMED = frozenset(
    ["tbc", "tbd", "tba", "n/a", "na", "none", "nobody", "vacant", "unknown", "?", "-", "x"]
    + [f"to be {word}" for word in ("confirmed", "named", "agreed", "decided", "appointed")]
)


def check(agreement: Agreement, policy: Policy) -> tuple[Finding, ...]:
    """What a reader would have to notice before signing, in the order of the file.

    ``agreement`` may be a draft; ``policy`` is that of its jurisdiction. Raises ValueError where the
    policy could not be loaded.
    """
    found = [
        *routing(agreement, policy),
        *datasets(agreement, policy),
        *_leads(agreement, policy),
    ]
    order = {"parties": 0, "routes": 1, "datasets": 2}
    return tuple(sorted(found, key=lambda each: order.get(each.place.split("[")[0], 3)))


def _leads(agreement: Agreement, policy: Policy) -> Iterator[Finding]:
    """Leads and deputies that nobody can ring."""
    duties = {
        "disclosure_lead": agreement.disclosure_lead,
        "governance_lead": agreement.governance_lead,
    }
    request = _referred(agreement, policy)
    sender, said = initiators(agreement)[0], decide(request, policy)
    for place, lead in duties.items():
        for key, says in _unnamed(lead):
            sentence = says.format(place.replace("_", " "))
            yield Finding("lead", f"{place}.{key}", sentence, sender, request, said)


def _referred(agreement: Agreement, policy: Policy) -> Request:
    """The smallest request along a route that a person has to decide."""
    at = noon(agreement)
    asks = [barest(policy, at, r.role, p) for r in agreement.routes for p in sorted(r.purposes)]
    start = next((each for each in asks if decide(each, policy).outcome == "refer"), asks[0])
    said = decide(start, policy).outcome
    return smallest(start, policy, lambda less: decide(less, policy).outcome == said)


def _unnamed(lead: Lead) -> Iterator[tuple[str, str]]:
    if _blank(lead.name):
        yield "name", "The {} is not named: nobody is there to ask."
    if _blank(lead.deputy):
        yield "deputy", "The {} has no deputy: when they are away nobody is there to ask."
    elif _same(lead.name) == _same(lead.deputy):
        yield "deputy", "The {} is their own deputy: when they are away nobody is there to ask."


def _same(name: str) -> str:
    return " ".join(name.casefold().split())


def _blank(name: str) -> bool:
    return not name.strip(" .") or _same(name).rstrip(".") in UNNAMED
