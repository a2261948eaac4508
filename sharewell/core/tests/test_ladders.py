"""Ladders and glossary: what each level means and needs, and what a partnership may put in place or beside."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from sharewell import packs
from sharewell.core.glossary import FILE as WORDS
from sharewell.core.ladders import FILE, ladders
from sharewell.core.overlay import laid_over
from sharewell.core.policy import PackError

FILES = packs.read()
LOCAL = {
    "reason": "Our partnership names them so.",
    "author": "A. Lead",
    "review_on": date(2027, 5, 1),
}
SAYS = "Local: Our partnership names them so. (A. Lead; to be reviewed on 2027-05-01)."


def _shipped() -> dict[str, Any]:
    pack: dict[str, Any] = yaml.safe_load(FILES[FILE])
    return pack


def _read(pack: dict[str, Any]) -> Any:
    known: dict[str, Any] = {"clocks": packs.clocks(), "vocabulary": packs.vocabulary()}
    return ladders(FILE, yaml.safe_dump(pack).encode(), **known)


@pytest.mark.parametrize(
    ("number", "level"),
    [(0, "standard"), (9, "standard"), (10, "medium"), (13, "medium"), (14, "high"), (27, "high")],
)
def test_dash_points_to_a_level_by_the_number_of_yes_answers(number: int, level: str) -> None:
    """Section 5.3 of the domain reference: 0 to 9, 10 to 13, 14 and more."""
    pointed = packs.ladders().ladders["dash"].pointed_to(number)
    assert pointed is not None
    assert pointed.id == level


def test_a_ladder_without_a_number_points_to_nothing() -> None:
    assert packs.ladders().ladders["child"].pointed_to(14) is None


@pytest.mark.parametrize(
    ("place", "about", "ids"),
    [
        ("england", "child", ["child", "dash", "lado"]),
        ("england", "adult", ["adult", "dash"]),
        ("scotland", "adult", ["dash", "three_point"]),
        ("us", "adult", ["aps"]),
        ("us", "child", []),
    ],
)
def test_each_place_and_person_is_offered_its_own_ladders(
    place: str, about: str, ids: list[str]
) -> None:
    assert [each.id for each in packs.ladders().offered(place=place, about=about)] == ids


def test_every_level_says_what_it_means_what_it_needs_and_whether_agreement_is() -> None:
    for ladder in packs.ladders().ladders.values():
        for level in ladder.levels:
            assert all(len(each) > 10 for each in (level.means, level.needs, level.agreement))
    child = packs.ladders().ladders["child"]
    assert [each.agreement.startswith("Agreement is not required") for each in child.levels] == [
        False,
        False,
        False,
        True,
    ]


def test_adult_protective_services_have_a_day_or_a_week() -> None:
    clocks = {each.id: each.clock for each in packs.ladders().ladders["aps"].levels}
    spans = {id_: (c.within.amount, c.within.unit) for id_, c in clocks.items() if c}
    assert spans == {"immediate": (24, "hours"), "not_immediate": (7, "days")}


def test_a_partnership_names_its_own_levels_and_the_page_says_whose_they_are() -> None:
    child = next(dict(row) for row in _shipped()["ladders"] if row["id"] == "child")
    ours = {
        **child,
        "label": "Windscreen of need",
        "source": "Board paper 3",
        "status": "proposal",
        "local": LOCAL,
    }
    beside = {**ours, "id": "neglect", "label": "Neglect tool"}
    own = {FILE: yaml.safe_dump({"ladders": [ours, beside]}).encode()}
    files, rows, found = laid_over(FILES, own)
    assert (len(rows), found) == (2, ())
    read = _read(yaml.safe_load(files[FILE])).ladders
    assert read["child"].label == "Windscreen of need"
    assert read["neglect"].source == f"{SAYS} Board paper 3"


@pytest.mark.parametrize("missing", ["reason", "author", "review_on"])
def test_a_ladder_of_their_own_needs_reason_author_and_review_date(missing: str) -> None:
    child = next(dict(row) for row in _shipped()["ladders"] if row["id"] == "child")
    local = {key: value for key, value in LOCAL.items() if key != missing}
    own = {FILE: yaml.safe_dump({"ladders": [{**child, "local": local}]}).encode()}
    files, rows, found = laid_over(FILES, own)
    assert rows == ()
    assert [f"local.{missing}: is missing" in str(fault) for fault in found] == [True]
    assert _read(yaml.safe_load(files[FILE])) == packs.ladders()


def test_a_partnership_adds_a_word_of_its_own() -> None:
    word = {"id": "huddle", "term": "huddle", "means": "The daily call of our partners."}
    row = {**word, "source": "Board paper 3", "status": "proposal", "local": LOCAL}
    files, rows, found = laid_over(FILES, {WORDS: yaml.safe_dump({"terms": [row]}).encode()})
    assert (len(rows), found) == (1, ())
    assert "huddle" in {each["id"] for each in yaml.safe_load(files[WORDS])["terms"]}


def _dash(**changes: Any) -> dict[str, Any]:
    pack = _shipped()
    for row in pack["ladders"]:
        if row["id"] == "dash":
            row.update(changes)
    return pack


def _levels(*starts: int | None) -> list[dict[str, Any]]:
    row = {"means": "So.", "needs": "This.", "agreement": "decided"}
    return [
        {**row, "id": f"l{n}", "label": f"L{n}", **({} if start is None else {"from": start})}
        for n, start in enumerate(starts)
    ]


@pytest.mark.parametrize(
    ("pack", "why"),
    [
        (_dash(asks=None), "dash: levels: name a number"),
        (_dash(levels=_levels(0, 14, 10)), "dash: levels: do not each say `from`"),
        (_dash(levels=_levels(0, None)), "dash: levels: do not each say `from`"),
        (_dash(levels=_levels(5, 10)), "dash: levels: leave out what holds from 0"),
        (_dash(levels=_levels(0)), "dash: levels: is not a list of two levels"),
        (_dash(places=["france"]), "dash: places: `france`"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(pack: dict[str, Any], why: str) -> None:
    with pytest.raises(PackError, match=why):
        _read(pack)


def test_words_are_found_as_whole_words_where_they_are_used() -> None:
    words = packs.glossary()

    def found(text: str, place: str = "england") -> set[str]:
        return {each.id for each in words.used_in([text], place=place)}

    assert found("Refer to MARAC and the IDVA.") == {"marac", "idva"}
    assert found("Mash the potatoes; dash home.") == set()
    assert found("A Strategy Discussion") == {"strategy"}
    assert found("Refer to MARAC.", place="us") == set()
