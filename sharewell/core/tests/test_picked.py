"""What is picked out of a table reads as the dict of those entries, in the order of the table."""

import copy
import json
import pickle

import pytest

from sharewell.core.picked import Names, Picked
from sharewell.core.tests.requests import asked

TABLE = {"one": 1, "two": 2, "three": 3, "four": 4}
PICKED = Picked(TABLE, Names(("four", "two", "elsewhere")))
PLAIN = {"two": 2, "four": 4}


def test_it_is_what_a_dict_of_those_entries_is() -> None:
    assert PICKED == PLAIN
    assert PLAIN == PICKED
    assert PICKED != {"two": 2}
    assert repr(PICKED) == repr(PLAIN)
    assert (len(PICKED), bool(PICKED)) == (2, True)


def test_it_keeps_the_order_of_the_table() -> None:
    orders = [PICKED, PICKED.keys(), [name for name, _ in PICKED.items()], dict(PICKED), {**PICKED}]
    assert [list(each) for each in orders] == [["two", "four"]] * 5
    assert list(PICKED.values()) == [2, 4]


@pytest.mark.parametrize("name", ["one", "elsewhere", "nowhere"])
def test_what_was_not_asked_or_is_not_there_is_not_in_it(name: str) -> None:
    assert name not in PICKED
    assert PICKED.get(name, 0) == 0
    with pytest.raises(KeyError):
        PICKED[name]


def test_what_is_in_it_is_found() -> None:
    assert "two" in PICKED
    assert (PICKED["two"], PICKED.get("four")) == (2, 4)


def test_of_nothing_asked_there_is_nothing() -> None:
    empty = Picked(TABLE, Names(["elsewhere"]))
    assert [len(empty), bool(empty), list(empty), dict(empty)] == [0, False, [], {}]


def test_a_copy_is_a_dict_of_its_own() -> None:
    pickled = pickle.loads(pickle.dumps(PICKED))  # noqa: S301 - what was pickled a moment ago
    assert [type(pickled), type(copy.deepcopy(PICKED))] == [dict, dict]
    assert pickled == copy.deepcopy(PICKED) == PLAIN


def test_a_decision_in_json_names_its_fields_in_the_order_of_the_catalogue() -> None:
    said = asked(
        "housing", "housing_stability", "ask", "clinical.substance_use", "subject.name"
    ).as_dict()
    assert list(said)[:5] == ["outcome", "tier", "fields", "tiers", "withheld"]
    assert json.loads(json.dumps(said))["fields"] == ["subject.name", "ask"]
    assert list(said["tiers"]) == ["subject.name", "ask"]
    assert said["withheld"].keys() == {"clinical.substance_use"}
