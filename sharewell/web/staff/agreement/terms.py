"""The terms of an agreement as a page shows them: who gives what to whom, for what, how soon, at night."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sharewell import packs
from sharewell.core.policy import Policy
from sharewell.core.terms import EVENTS, URGENCIES, Agreement, Party, Route, Scope
from sharewell.web.staff.agreement import words

Change = Callable[[str], str]  # the address of the form of a part; empty where nobody may change it


def terms_shown(terms: Agreement, change: Change) -> dict[str, Any]:
    """All terms, in parts named as the template names them, each with the way to change it."""
    return {
        "parties": [
            {**_party(party), "url": change(f"party-{at}")}
            for at, party in enumerate(terms.parties)
        ],
        "roles": _roles(terms, change),
        "change_clocks": change("clocks"),
        "change_leads": change("leads"),
        "clocks": [
            {
                "event": words.EVENTS[event],
                "within": [
                    words.within(terms.clocks.get((event, urgency))) for urgency in URGENCIES
                ],
            }
            for event in EVENTS
        ],
        "steps": [
            {"when": words.TRIGGERS[s.trigger], "after": words.after(s.after), "to": s.to}
            for s in terms.escalation
        ],
        "consent": {"routes": terms.consent_routes, "exceptions": terms.consent_exceptions},
        "duties": _duties(terms),
    }


def _party(party: Party) -> dict[str, str]:
    receives = words.listed("recipient_roles", party.receives_as)
    parts = ", ".join(words.PARTS[part] for part in party.parts).capitalize()
    signed = f"; signed by {party.signed_by}" if party.signed_by else ""
    on = f" on {words.day(party.signed_on)}" if party.signed_on else ""
    said = f"{parts} as {receives}" if receives else parts
    return {
        "key": party.name,
        "value": f"{party.legal_entity}. {said}.",
        "note": f"{party.agency}{signed}{on}",
    }


def _roles(terms: Agreement, change: Change) -> list[dict[str, Any]]:
    """By recipient role, in the order of the text: where it is reached, and what may go there."""
    policy, known = packs.policy(terms.jurisdiction), words.names(terms.parties)
    roles = dict.fromkeys([*(r.role for r in terms.routes), *(d.role for d in terms.datasets)])
    return [
        {
            "label": words.named("recipient_roles", role),
            "routes": [
                _route(row, known, at, change)
                for at, row in enumerate(terms.routes)
                if row.role == role
            ],
            "datasets": [
                {**_dataset(row, policy), "change": change(f"dataset-{at}")}
                for at, row in enumerate(terms.datasets)
                if row.role == role
            ],
            "short": _short(role, terms),
        }
        for role in roles
    ]


def _short(role: str, terms: Agreement) -> str:
    """The most that may go to a role, and by which way, in a few words."""
    tiers = [row.tier for row in terms.datasets if row.role == role]
    most = f"up to Tier {max(tiers)}" if tiers else "no dataset"
    ways = dict.fromkeys(
        words.CHANNELS[row.channel].lower() for row in terms.routes if row.role == role
    )
    return f"{most}; {', '.join(ways) or 'no route'}"


def _route(row: Route, known: dict[str, str], at: int, change: Change) -> list[dict[str, str]]:
    night = row.out_of_hours
    route = change(f"route-{at}")
    rows = [
        ("For", words.listed("purposes", row.purposes), route),
        ("From", _senders(row.senders, known), ""),
        ("To", f"{known[row.agency]}, {row.function}", route),
        ("How", f"{words.CHANNELS[row.channel]}: {row.how}", ""),
        ("Confirmed when", row.confirms_action, ""),
        (
            "Out of hours",
            f"{night.name}, {night.phone}, {night.when}" if night else "",
            change(f"night-{at}"),
        ),
    ]
    return [{"key": k, "value": v, "unknown": "Nobody named", "url": url} for k, v, url in rows]


def _senders(senders: Iterable[str], known: dict[str, str]) -> str:
    return ", ".join(sorted(known.get(each, each) for each in senders)) or "Every party"


def _dataset(row: Scope, policy: Policy) -> dict[str, Any]:
    only = [
        f.label for name, f in policy.fields.items() if row.only is not None and name in row.only
    ]
    return {
        "tier": row.tier,
        "means": words.named("tiers", str(row.tier)).lower(),
        "purposes": words.listed("purposes", row.purposes),
        "only": only,
    }


def _duties(terms: Agreement) -> list[dict[str, str]]:
    leads = {"Disclosure lead": terms.disclosure_lead, "Governance lead": terms.governance_lead}
    rows = [
        *((what, _lead(lead.name, lead.deputy)) for what, lead in leads.items()),
        ("Recorded in", terms.recorded_in),
        ("Reviewed by", f"{terms.reviewed_by}, every {words.within(terms.review_every)}"),
        ("Passing it on", f"{words.ONWARD[terms.onward]}. {terms.onward_says}"),
        ("Kept for", terms.retention),
        ("A breach goes to", terms.breach_contact),
        ("Access requests", terms.access_lead),
        ("Rests on", _gateways(terms.gateways, packs.policy(terms.jurisdiction))),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def _lead(name: str, deputy: str) -> str:
    return f"{name}; deputy: {deputy or 'not named'}" if name else ""


def _gateways(ids: Sequence[str], policy: Policy) -> str:
    titles = [policy.provisions[id_].title if id_ in policy.provisions else id_ for id_ in ids]
    return "; ".join(titles)
