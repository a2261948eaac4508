"""Words in which pages speak of agreements: how a version stands, what its terms say, what a request asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sharewell import packs
from sharewell.core.deadlines import Clock
from sharewell.core.terms import Agreement, Party

# How a version stands: in a word, and the colour of its tag.
STANDING = {
    "draft": ("Draft", "grey"),
    "signing": ("Being signed", "yellow"),
    "given_up": ("Given up", "grey"),
    "scheduled": ("Signed, starts later", "teal"),
    "in_force": ("In force", "green"),
    "superseded": ("Superseded", "grey"),
    "ended": ("Ended early", "red"),
    "expired": ("Ended", "red"),
}
PARTS = {
    "initiating_provider": "Sends",
    "receiving_function": "Receives",
    "decision_authority": "Decides",
}
CHANNELS = {
    "portal": "Portal",
    "email": "E-mail",
    "webhook": "System to system",
    "phone": "Telephone",
    "print": "On paper",
}
EVENTS = {"acknowledge": "Acknowledge", "first_action": "First action", "update": "Update"}
TRIGGERS = {
    "not_acknowledged": "Not acknowledged",
    "no_action": "No action",
    "disagreement": "Disagreement",
    "risk_rises": "The risk rises",
}
ONWARD = {
    "never": "Never",
    "ask_first": "The sender is asked first",
    "within_agreement": "Within this agreement",
}
DIFFERENCES = {
    "dates": "When it is in force",
    "parties": "Who takes part",
    "routes": "Where it goes",
    "covered": "Whether it is agreed at all",
    "wider": "More may go",
    "narrower": "Less may go",
    "changed": "Some more, some less",
    "clocks": "How soon partners answer",
}


def named(kind: str, id_: str) -> str:
    """What people read for an id of a closed set; the id in words where it has no label."""
    label = packs.labels(kind).get(id_)
    return label.label if label else id_.replace("_", " ")


def listed(kind: str, ids: Iterable[str]) -> str:
    """Ids of a closed set as people read them, in the order of the set."""
    given = set(ids)
    known = [label.label for id_, label in packs.labels(kind).items() if id_ in given]
    others = sorted(given - packs.labels(kind).keys())
    return ", ".join([*known, *(id_.replace("_", " ") for id_ in others)])


def within(clock: Clock | None) -> str:
    """A clock in words: ``4 working hours``."""
    if clock is None:
        return "–"
    if clock.amount == 0:
        return "At once"
    unit = clock.unit.replace("_", " ")
    return f"{clock.amount} {unit.removesuffix('s') if clock.amount == 1 else unit}"


def after(clock: Clock) -> str:
    """When a step follows what set it off: ``after 4 working hours``."""
    return "at once" if clock.amount == 0 else f"after {within(clock)}"


def day(value: date) -> str:
    """A day as people write it: ``1 October 2026``."""
    return f"{value.day} {value:%B %Y}"


def names(parties: Iterable[Party]) -> dict[str, str]:
    """The name of each party by the slug under which rows speak of it."""
    return {party.agency: party.name for party in parties}


def spelled(says: str, parties: Mapping[str, str]) -> str:
    """A sentence of the check with the names of parties for their slugs.

    A slug of one word may be a word of the sentence as well, so it stays.
    """
    for slug in sorted(parties, key=len, reverse=True):
        if "-" in slug:
            says = re.sub(rf"(?<![\w-]){re.escape(slug)}(?![\w-])", parties[slug], says)
    return says


def with_labels(says: str, jurisdiction: str) -> str:
    """A sentence of a comparison with the labels of fields for their ids, where it lists what may go."""
    start, colon, rest = says.partition(": ")
    fields = packs.policy(jurisdiction).fields

    def label(found: re.Match[str]) -> str:
        known = fields.get(found[0])
        return f"“{known.label}”" if known else found[0]

    return start + colon + re.sub(r"[a-z_]+(?:\.[a-z_]+)*", label, rest)


def place_words(place: str, line: int | None) -> str:
    """Where in the text something stands: ``routes, row 2, out of hours (line 31)``."""
    said = re.sub(r"\[(\d+)\]", lambda found: f", row {int(found[1]) + 1}", place)
    said = said.replace(".", ", ").replace("_", " ")
    return f"{said} (line {line})" if line else said


def request_rows(plain: Mapping[str, Any], sender: str, terms: Agreement) -> list[dict[str, str]]:
    """A request of a finding, as rows of a summary list; what it does not say is not known."""
    facts = dict(plain.get("facts", {}))
    rows = [
        ("Who asks", names(terms.parties).get(sender, sender)),
        ("To share with", named("recipient_roles", plain["recipient"]["role"])),
        ("For", named("purposes", plain["purpose"])),
        ("About", named("fact_values", facts.pop("subject_kind", "unknown"))),
        *((named("facts", key), named("fact_values", str(value))) for key, value in facts.items()),
        *_consent_rows(plain.get("consent", {})),
        ("Asks for", _fields(plain.get("wants", {}).get("fields", ()), terms.jurisdiction)),
        ("Written down", listed("supplied", plain.get("supplied", ()))),
        ("Special handling", listed("flags", plain.get("flags", ()))),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def outcome_words(out: Any, jurisdiction: str) -> str:
    """What came out, in a sentence: the outcome with its tier, or the way or clock as the check says it."""
    if not isinstance(out, Mapping):
        return str(out).replace("in_force", "in force")
    said = named("outcomes", out["outcome"])
    if out.get("tier"):
        said += f", up to Tier {out['tier']}"
    if fields := out.get("fields"):
        parts = [_field_words(field, why, jurisdiction) for field, why in fields.items()]
        said += f": {'; '.join(parts)}"
    if missing := out.get("missing"):
        said += f". Still missing: {listed('supplied', missing)}"
    return f"{said}."


def _consent_rows(consent: Mapping[str, Any]) -> list[tuple[str, str]]:
    if not consent:
        return []
    said = named("consent_positions", consent.get("position", "unknown"))
    if reason := consent.get("reason"):
        said += f": {named('consent_reasons', reason)}"
    covers = consent.get("covers", {})
    parts = [
        listed("recipient_roles", covers.get("recipients", ())),
        listed("purposes", covers.get("purposes", ())),
        f"Tier {covers['tier']} at most" if covers.get("tier") else "",
    ]
    return [("The person", said), ("Agreed to", "; ".join(part for part in parts if part))]


def _fields(ids: Iterable[str], jurisdiction: str) -> str:
    return ", ".join(_label(field, jurisdiction) for field in ids)


def _field_words(field: str, why: str, jurisdiction: str) -> str:
    said = "goes" if why == "goes" else named("withheld_reasons", why).lower()
    return f"{_label(field, jurisdiction)} – {said}"


def _label(field: str, jurisdiction: str) -> str:
    known = packs.policy(jurisdiction).fields.get(field)
    return known.label if known else field
