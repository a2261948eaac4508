"""Requests drawn at random from a seed: the same ones each time, for covering sets and measurements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from sharewell import packs
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
ENOUGH = ("rationale", "proportionality", "consent_reason")


def situation(random: Random, jurisdiction: str, wants: Wants | None = None) -> Request:
    """One request in this jurisdiction; every value of every set may occur in it.

    ``wants`` is what is asked for; left out, forty fields of the catalogue.
    """
    us = jurisdiction == "us"
    return Request(
        at=NOW,
        jurisdiction=jurisdiction,
        sender=Sender(
            random.choice(WORDS.sender_kinds),
            _some(random, WORDS.regimes, 2) if us else (),
            random.choice((None, True, False)),
        ),
        purpose=random.choice(WORDS.purposes),
        recipient=Recipient(
            role=random.choice(WORDS.recipient_roles),
            agreement=random.choice(WORDS.agreement_states),
            alleged_source=random.random() < 0.05,
            connected_to_source=random.choice(("false", "false", "false", "unknown", "true")),
        ),
        facts=Facts(**{name: random.choice(values) for name, values in WORDS.facts.items()}),
        consent=_consent(random),
        flags=_some(random, WORDS.flags, 2),
        wants=wants or Wants(fields=tuple(random.sample(WORDS.fields, 40))),
        supplied=random.choice(((), ENOUGH, WORDS.supplied)),
    )


def _consent(random: Random) -> Consent:
    position = random.choice(WORDS.consent_positions)
    reasons = WORDS.consent_reasons.get(position)
    denied = _some(random, WORDS.recipient_roles, 6) if random.random() < 0.3 else ()
    return Consent(
        position=position,
        reason=random.choice(reasons) if reasons else None,
        given_by=random.choice((None, *WORDS.given_by)),
        covers=Covers(
            recipients=random.choice((WORDS.recipient_roles, WORDS.recipient_roles, ())),
            purposes=random.choice((WORDS.purposes, WORDS.purposes, ())),
            tier=random.choice((None, 1, 2, 3)),
            labels=_some(random, WORDS.consent_labels, 2),
        ),
        boundaries=tuple(Boundary("deny_role", role) for role in denied),
        recorded_at=random.choice((None, NOW - timedelta(days=1))),
        expires_at=random.choice((None, NOW, NOW + timedelta(days=9))),
        written=random.random() < 0.5,
    )


def _some(random: Random, values: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(random.sample(values, random.randint(0, min(most, len(values)))))
