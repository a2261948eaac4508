"""Requests of every kind, for tests that hold something of all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.decision import Decision, decide
from sharewell.core.request import (
    Boundary,
    Consent,
    Covers,
    Facts,
    Recipient,
    Request,
    Sender,
    Wants,
)

WORDS = packs.vocabulary()
NOW = datetime(2026, 11, 16, 10, tzinfo=UTC)
REGIMES = st.lists(st.sampled_from(WORDS.regimes), max_size=2, unique=True).map(tuple)


def _some(values: tuple[str, ...], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


@st.composite
def consents(draw: st.DrawFn, /) -> Consent:
    """A position with whatever goes with it, fitting or not."""
    position = draw(st.sampled_from(WORDS.consent_positions))
    reasons = WORDS.consent_reasons.get(position, ())
    return Consent(
        position=position,
        reason=draw(st.sampled_from(reasons)) if reasons else None,
        given_by=draw(st.sampled_from((None, *WORDS.given_by))),
        covers=Covers(
            recipients=draw(st.sampled_from(((), WORDS.recipient_roles))),
            purposes=draw(st.sampled_from(((), WORDS.purposes))),
            tier=draw(st.sampled_from((None, 1, 2, 3))),
            labels=draw(_some(WORDS.consent_labels)),
        ),
        boundaries=tuple(Boundary("deny_role", r) for r in draw(_some(WORDS.recipient_roles, 1))),
        recorded_at=draw(st.sampled_from((None, NOW - timedelta(days=1)))),
        expires_at=draw(st.sampled_from((None, NOW, NOW + timedelta(days=9)))),
        written=draw(st.booleans()),
    )


@st.composite
def requests(draw: st.DrawFn, /, **fixed: Any) -> Request:
    """A request of any kind; ``fixed`` are facts that are given."""
    jurisdiction = draw(st.sampled_from(WORDS.jurisdictions))
    facts = {name: draw(st.sampled_from(values)) for name, values in WORDS.facts.items()}
    fields = draw(_some(WORDS.fields, 8))
    return Request(
        at=NOW,
        jurisdiction=jurisdiction,
        sender=Sender(
            draw(st.sampled_from(WORDS.sender_kinds)),
            draw(REGIMES) if jurisdiction == "us" else (),
            draw(st.sampled_from((None, True, False))),
        ),
        purpose=draw(st.sampled_from(WORDS.purposes)),
        recipient=Recipient(
            role=draw(st.sampled_from(WORDS.recipient_roles)),
            agreement=draw(st.sampled_from(WORDS.agreement_states)),
            alleged_source=draw(st.sampled_from((False, False, False, True))),
            connected_to_source=draw(st.sampled_from(("false", "unknown", "true"))),
        ),
        facts=Facts(**{**facts, **fixed}),
        consent=draw(consents()),
        flags=draw(_some(WORDS.flags)),
        wants=draw(
            st.sampled_from((Wants(), Wants(fields=fields or None), Wants(tier=1), Wants(tier=3)))
        ),
        supplied=draw(st.sampled_from(((), WORDS.supplied, ("rationale", "proportionality")))),
    )


def agreeing(request: Request) -> Request:
    """The same request with agreement in full scope, in writing, in date, by whoever may give it."""
    facts = replace(request.facts, undue_influence="false")
    if facts.subject_kind == "child":
        facts = replace(facts, capacity="lacks", representative_is_source="false")
    elif facts.capacity == "lacks":
        facts = replace(facts, capacity="has")
    covers = Covers(WORDS.recipient_roles, WORDS.purposes, 3, WORDS.consent_labels)
    consent = Consent(
        position="obtained",
        given_by="parent" if facts.subject_kind == "child" else "person",
        covers=covers,
        recorded_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=30),
        written=True,
    )
    return replace(request, facts=facts, consent=consent)


def asked(
    role: str, purpose: str, *fields: str, flags: tuple[str, ...] = (), **facts: Any
) -> Decision:
    """The decision on these fields (all, where none is named) where the person agreed to everything.

    ``facts`` may also hold the sender's kind and regimes, the place, another position, who agrees, how and
    with what labels, boundaries, and a policy other than that of the place.
    """
    place = facts.pop("place", "england")
    policy = facts.pop("policy", None) or packs.policy(place)
    consent = Consent(
        position=facts.pop("position", "obtained"),
        given_by=facts.pop("given_by", "person"),
        covers=Covers(
            WORDS.recipient_roles, WORDS.purposes, 3, facts.pop("labels", WORDS.consent_labels)
        ),
        boundaries=facts.pop("boundaries", ()),
        written=facts.pop("written", False),
        expires_at=NOW + timedelta(days=9),
    )
    request = Request(
        at=NOW,
        jurisdiction=place,
        sender=Sender(facts.pop("kind", "local_authority"), facts.pop("regimes", ())),
        purpose=purpose,
        recipient=Recipient(role, "in_force", connected_to_source="false"),
        facts=Facts(**{"subject_kind": "adult", "capacity": "has", "harm": "concern", **facts}),
        consent=consent,
        flags=flags,
        wants=Wants(fields=fields or None),
        supplied=WORDS.supplied,
    )
    return decide(request, policy)
