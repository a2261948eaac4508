"""What a conversation means for a decision, in the vocabulary's shape."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from sharewell import packs
from sharewell.consent import check, positions, script, words
from sharewell.consent.tests.stage import AGREED, REFUSED, UNSAFE, later, make_case, talk
from sharewell.core import request
from sharewell.core.vocabulary import Vocabulary, vocabulary
from sharewell.testing import NOW, make_cast

pytestmark = pytest.mark.django_db


def known() -> Vocabulary:
    return vocabulary(msgspec.yaml.decode(packs.read()["vocabulary.yaml"]), ())


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def asked(consent: dict[str, Any]) -> dict[str, Any]:
    """A whole request around the consent part."""
    return {
        "at": "2026-11-23T10:00:00Z",
        "jurisdiction": "england",
        "sender": {"kind": "care_provider", "regimes": []},
        "purpose": "housing_stability",
        "recipient": {"role": "housing", "agreement": "in_force"},
        "facts": {"subject_kind": "adult"},
        "consent": consent,
    }


def test_nothing_recorded_is_unknown() -> None:
    assert positions.as_request(None) == {"position": "unknown"}
    assert positions.facts(None) == {}


def test_an_agreement_has_the_vocabularys_shape() -> None:
    """V01: position, who gave it, what it covers, boundaries, dates, written, understanding checked."""
    cast = make_cast()
    made = talk(cast, make_case(cast), must_not_know=["Ray"])
    assert positions.as_request(made) == {
        "position": "obtained",
        "given_by": "person",
        "covers": {
            "recipients": ["housing"],
            "purposes": ["housing_stability"],
            "tier": 2,
            "labels": [],
        },
        "boundaries": [{"deny_role": "family_carer"}, {"deny_person": "Ray"}],
        "written": False,
        "understanding_checked": True,
        "recorded_at": stamp(NOW),
        "expires_at": stamp(later(days=90)),
    }


@pytest.mark.parametrize("fields", [AGREED, REFUSED, UNSAFE, {"position": "unknown"}])
def test_the_core_reads_every_position(fields: dict[str, Any]) -> None:
    """What is recorded here is a request that the core takes."""
    cast = make_cast()
    consent = positions.as_request(talk(cast, make_case(cast), fields))
    read = request.parse(asked(consent), known())
    assert read.consent.position == consent["position"]
    assert len(read.consent.boundaries) == len(consent["boundaries"])


def test_the_words_cover_the_cores_vocabulary() -> None:
    """Every purpose, recipient, reason and position that the core knows can be recorded and read."""
    sets = known()
    assert set(sets.purposes) == set(words.PURPOSES)
    assert set(sets.recipient_roles) == set(words.ROLES)
    assert set(sets.consent_positions) == set(words.POSITIONS)
    assert {name: set(ids) for name, ids in sets.consent_reasons.items()} == {
        name: set(ids) for name, ids in check.REASONS.items()
    }
    assert set(sets.consent_labels) == {row.id for row in script.rules().labels}


def test_a_reason_travels_with_its_position() -> None:
    cast = make_cast()
    shape = positions.as_request(talk(cast, make_case(cast), UNSAFE))
    assert (shape["position"], shape["reason"]) == ("not_sought", "increases_risk")
    assert "covers" not in shape


def test_what_was_not_agreed_covers_nothing() -> None:
    """Boxes ticked for an agreement that did not come about are not kept."""
    cast = make_cast()
    made = talk(cast, make_case(cast), AGREED | {"position": "refused"})
    assert (made.covers_recipients, made.covers_tier, made.expires_at) == ([], None, None)


def test_known_facts_only() -> None:
    cast = make_cast()
    made = talk(cast, make_case(cast))
    assert positions.facts(made) == {
        "capacity": "has",
        "safe_to_ask": "true",
        "safe_to_inform": "true",
    }


def test_a_child_and_the_parents_are_told_apart() -> None:
    """`safe_to_inform` speaks of the parents, `safe_to_inform_child` of the child."""
    cast = make_cast()
    told = UNSAFE | {"safe_to_inform": "false", "safe_to_inform_child": "true"}
    found = positions.facts(talk(cast, make_case(cast, kind="child"), told))
    assert (found["safe_to_inform"], found["safe_to_inform_child"]) == ("false", "true")


def test_an_agreement_expires_at_its_end() -> None:
    cast = make_cast()
    made = talk(cast, make_case(cast), expires_at=later(days=3))
    assert not positions.expired(made, NOW + timedelta(days=3, seconds=-1))
    assert positions.expired(made, NOW + timedelta(days=3))


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"role": "police"}, {}),
        ({"purpose": "early_help"}, {}),
        ({"tier": 3}, {}),
        ({"people": ["RAY"]}, {"must_not_know": ["Ray"]}),
        ({}, {"position": "refused"}),
    ],
)
def test_an_agreement_allows_no_more_than_it_covers(
    asked: dict[str, Any], fields: dict[str, Any]
) -> None:
    cast = make_cast()
    within: dict[str, Any] = {"role": "housing", "purpose": "housing_stability", "tier": 2}
    made = talk(cast, make_case(cast), AGREED | fields)
    assert not positions.allows(made, **(within | asked))
    assert positions.allows(talk(cast, make_case(cast)), **within)
