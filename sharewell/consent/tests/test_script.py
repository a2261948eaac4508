"""The scripted conversation: complete for everybody it is held with, and honest about secrecy."""

from __future__ import annotations

import pytest

from sharewell.agencies.models import Agency
from sharewell.consent import check, script, words
from sharewell.consent.models import POSITIONS, REVISITS
from sharewell.core.faults import PackError
from sharewell.packs.shapes import shaped

PLACES = ("england", "wales", "scotland", "northern_ireland", "us")


def agency(jurisdiction: str, *regimes: str) -> Agency:
    return Agency(jurisdiction=jurisdiction, regimes=list(regimes))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("audience", script.AUDIENCES)
def test_every_audience_everywhere_hears_the_whole_talk(place: str, audience: str) -> None:
    """Opening, limits, what and why, choice, change of mind, boundaries, wishes, understanding, ending."""
    lines = script.lines(agency(place), audience)
    assert [line.id for line in lines] == [
        "opening",
        "limits",
        "what",
        "choice",
        "change_mind",
        "boundaries",
        "wishes",
        "understanding",
        "ending",
    ]
    assert script.required_points(agency(place), audience) == ("limits", "change_mind")
    assert all(line.say and line.easy for line in lines)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("regimes", [(), ("vawa",), ("part2",)])
@pytest.mark.parametrize("audience", script.AUDIENCES)
def test_nobody_promises_secrecy(place: str, regimes: tuple[str, ...], audience: str) -> None:
    """Whoever asks and wherever, the limits are said, and no line says that all stays private."""
    limits = script.lines(agency(place, *regimes), audience)[1]
    said = limits.say.lower()
    assert any(
        word in said for word in ("cannot", "has to", "have to", "may have to", "makes", "except")
    )
    everything = " ".join(line.say + line.easy for line in script.lines(agency(place), audience))
    assert "nobody will ever know" not in everything.lower()
    assert "i promise" not in everything.lower()


def test_a_victim_service_says_what_its_law_says() -> None:
    """A row for a regime stands before one for a place."""
    said = script.lines(agency("us", "vawa"), "adult")[1].say
    assert "unless you sign" in said
    assert said != script.lines(agency("us"), "adult")[1].say


@pytest.mark.parametrize("place", PLACES)
def test_who_may_agree_for_a_child_is_said_everywhere(place: str) -> None:
    assert script.for_children(agency(place))


def test_every_card_says_the_same_and_is_marked_unchecked() -> None:
    """Eleven sentences each, in the same order, to be checked by a translator."""
    cards = script.cards()
    assert {"cy", "pl", "ur", "es"} <= set(cards)
    english = [[phrase.english for phrase in card.phrases] for card in cards.values()]
    assert all(each == english[0] for each in english)
    assert {card.status for card in cards.values()} == {"proposal"}
    assert cards["ur"].direction == "rtl"


def test_the_rules_cover_the_vocabulary() -> None:
    """Every position has a date to go back, every change its words, every reason its sentence."""
    rules = script.rules()
    assert {row.position for row in rules.revisit} == set(POSITIONS)
    assert {row.id for row in rules.changes} == set(REVISITS)
    assert set().union(*check.REASONS.values()) == set(words.REASONS)
    assert set(POSITIONS) == set(words.POSITIONS)


def test_labels_are_asked_only_where_a_regime_needs_them() -> None:
    assert script.labels(agency("england")) == []
    assert [row.id for row in script.labels(agency("us", "hipaa"))] == ["psychotherapy"]
    assert [row.id for row in script.labels(agency("us"), ["part2"])] == ["part2"]


def test_a_release_is_signed_where_the_law_wants_it() -> None:
    assert [row.signature for row in script.release(agency("england"))] == ["optional"]
    for regime in ("vawa", "part2", "hipaa", "ferpa"):
        assert [row.signature for row in script.release(agency("us", regime))] == ["required"]


def test_a_pack_outside_its_schema_is_refused_with_the_place() -> None:
    with pytest.raises(
        PackError,
        match=r"consent_cards\.yaml: row 1: cards: Object missing required field `source`",
    ):
        shaped("consent_cards.yaml", script.Cards, b"cards: [{language: xx}]")
