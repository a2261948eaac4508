"""The message holds the fields that may go and nothing else, cut and cleaned, and states what is unknown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.decision import Decision, decide
from sharewell.core.minimise import Message, Value, minimise
from sharewell.core.request import Boundary, Request
from sharewell.core.tests.requests import NOW, WORDS, asked, requests

ALL = {field: Value(text=f"secret of {field}") for field in WORDS.fields}


def message(decision: Decision, record: dict[str, Value] | None = None) -> Message:
    return minimise(ALL if record is None else record, decision, packs.policy("england"))


def part(decision: Decision, field: str, value: Value) -> dict[str, Any]:
    (found,) = [
        p for p in message(decision, {field: value}).as_dict()["fields"] if p["field"] == field
    ]
    return dict(found)


# --- the allow-list -----------------------------------------------------------------------------------


@given(requests())
def test_never_a_field_that_the_decision_does_not_name(request: Request) -> None:
    policy = packs.policy(request.jurisdiction)
    decision = decide(request, policy)
    made = minimise(ALL, decision, policy)
    assert {p.field for p in made.fields} <= set(decision.fields)
    sent = made.canonical().decode()
    for field in set(WORDS.fields) - set(decision.fields):
        assert f'"secret of {field}"' not in sent


def test_a_field_that_nobody_ever_heard_of_stays_behind() -> None:
    record = {**ALL, "subject.bank_card": Value(text="4929")}
    assert "4929" not in message(asked("housing", "housing_stability"), record).canonical().decode()


def test_the_catalogues_bars_hold_even_for_a_decision_built_by_hand() -> None:
    decision = asked("housing", "housing_stability")
    forged = decision._replace(tiers={**decision.tiers, "staff.vetting": 1, "consent.reason": 1})
    named = {p.field for p in message(forged).fields}
    assert not named & {"staff.vetting", "consent.reason"}


def test_fields_stand_in_the_order_of_the_catalogue() -> None:
    made = message(asked("housing", "housing_stability", "ask", "subject.name", "concern.reason"))
    assert [p.field for p in made.fields] == ["subject.name", "concern.reason", "ask"]


def test_what_is_withheld_is_named_to_the_sender_and_never_sent() -> None:
    made = message(asked("housing", "housing_stability", "subject.name", "clinical.substance_use"))
    assert [(w.field, w.reason) for w in made.withheld] == [
        ("clinical.substance_use", "above_tier")
    ]
    assert "substance" not in made.canonical().decode()


# --- unknown, long, strange ------------------------------------------------------------------------------


@pytest.mark.parametrize("why", WORDS.unknown_values)
def test_an_unknown_value_says_why_and_is_never_blank(why: str) -> None:
    found = part(
        asked("housing", "housing_stability", "subject.name"), "subject.name", Value(unknown=why)
    )
    assert (found["unknown"], found["text"]) == (why, "")


@pytest.mark.parametrize("value", [Value(), Value(text="  \n "), Value(items=("", " "))])
def test_a_blank_value_is_stated_as_unknown(value: Value) -> None:
    found = part(asked("housing", "housing_stability", "subject.name"), "subject.name", value)
    assert found["unknown"] == "unknown"


def test_a_field_without_a_value_is_stated_as_unknown() -> None:
    made = message(asked("housing", "housing_stability", "subject.name"), {})
    assert made.as_dict()["fields"][0]["unknown"] == "unknown"


@pytest.mark.parametrize(
    ("field", "limit"), [("concern.reason", 300), ("concern.observed", 600), ("views.short", 300)]
)
def test_a_text_is_cut_to_its_length_and_marked(field: str, limit: int) -> None:
    found = part(asked("police", "exploitation_concern", field), field, Value(text="word " * 400))
    assert len(found["text"]) <= limit
    assert found["truncated"]
    assert found["text"].endswith("…")


def test_a_text_of_the_full_length_is_not_cut() -> None:
    found = part(
        asked("police", "exploitation_concern", "concern.reason"),
        "concern.reason",
        Value(text="x" * 300),
    )
    assert (len(found["text"]), found["truncated"]) == (300, False)


def reason(text: str) -> dict[str, Any]:
    field = "concern.reason"
    return part(asked("police", "exploitation_concern", field), field, Value(text=text))


def test_a_text_is_cut_between_words() -> None:
    assert reason("x" * 290 + " never cut within a word")["lines"] == ["x" * 290 + " never…"]


def test_no_line_is_a_mark_alone() -> None:
    """Where the limit leaves room for the mark only, the line is left out, and the text is marked cut."""
    found = reason("x" * 299 + "\nmore")
    assert (found["lines"], found["truncated"]) == (["x" * 299], True)


def test_where_one_letter_and_the_mark_fit_both_stand() -> None:
    assert reason("x" * 298 + "\nmore")["lines"] == ["x" * 298, "m…"]


def test_what_is_not_known_is_neither_cut_nor_of_a_kind() -> None:
    value = Value(unknown="refused", kind="reported", source_role="GP")
    found = part(asked("housing", "housing_stability", "subject.name"), "subject.name", value)
    assert (found["truncated"], found["kind"], found["source_role"]) == (False, None, "")


def test_a_message_says_in_which_version_of_the_form_it_is() -> None:
    """A partner's program reads it by this number; another number is another form."""
    assert message(asked("housing", "housing_stability")).as_dict()["v"] == 1


def test_nothing_can_be_hung_on_a_message() -> None:
    """It has the parts that are written down here and no room for another."""
    made = message(asked("housing", "housing_stability", "subject.name", "clinical.summary"))
    for each in (made, made.fields[0], made.withheld[0], ALL["subject.name"]):
        assert not hasattr(each, "__dict__")


def test_a_message_once_made_is_not_altered() -> None:
    """What was approved is what leaves: nothing along the way can change it in place."""
    made = message(asked("housing", "housing_stability", "subject.name"))
    with pytest.raises(AttributeError):
        made.purpose = "assurance"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        made.fields[0].lines = ()  # type: ignore[misc]
    with pytest.raises(AttributeError):
        ALL["subject.name"].text = "another"  # type: ignore[misc]


def test_what_is_withheld_is_not_altered() -> None:
    made = message(asked("housing", "housing_stability", "clinical.summary"))
    with pytest.raises(AttributeError):
        made.withheld[0].reason = ""  # type: ignore[misc]


def test_every_text_of_tier_1_has_a_limit() -> None:
    assert all(f.max_chars <= 600 for f in packs.policy("england").fields.values() if f.tier == 1)


def test_a_chronology_extract_has_ten_items_at_most() -> None:
    value = Value(items=tuple(f"day {n}" for n in range(14)))
    found = part(
        asked("police", "exploitation_concern", "chronology.extract"), "chronology.extract", value
    )
    assert (len(found["lines"]), found["truncated"]) == (10, True)


def test_characters_that_mislead_a_reader_are_taken_out() -> None:
    value = Value(text="Ann\u202e\u2066 Price\x00\ud800\r\nHer\u0065\u0301")
    found = part(asked("housing", "housing_stability", "subject.name"), "subject.name", value)
    assert found["lines"] == ["Ann Price", "Heré"]


@given(st.text(), st.lists(st.text(), max_size=20))
def test_any_text_makes_a_message_that_can_be_sent(text: str, items: list[str]) -> None:
    decision = asked("police", "exploitation_concern", "concern.observed", "pattern")
    record = {"concern.observed": Value(text=text), "pattern": Value(text=text, items=items)}
    made = message(decision, record)
    assert json.loads(made.canonical()) == made.as_dict()
    assert all(sum(map(len, p.lines)) <= 4000 for p in made.fields)


def test_kind_source_and_time_travel_with_a_fact() -> None:
    at = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
    value = Value(text="A bruise", kind="observed", source_role="support worker", at=at)
    found = part(
        asked("police", "exploitation_concern", "concern.injuries"), "concern.injuries", value
    )
    assert (found["kind"], found["source_role"], found["at"]) == (
        "observed",
        "support worker",
        "2026-11-01T09:30:00Z",
    )


def test_the_same_message_has_the_same_bytes_for_ever() -> None:
    decision = asked("housing", "housing_stability", "subject.name", "ask")
    assert message(decision).canonical() == message(decision).canonical()


def test_the_heading_is_carried_as_plain_values() -> None:
    decision = asked("housing", "housing_stability", "subject.name")
    made = minimise(
        ALL,
        decision,
        packs.policy("england"),
        sent_at=NOW,
        sender={"name": "Northgate"},
        to=("Day desk", NOW),
    )
    assert made.as_dict()["heading"] == {
        "sent_at": "2026-11-16T10:00:00Z",
        "sender": {"name": "Northgate"},
        "to": ["Day desk", "2026-11-16T10:00:00Z"],
    }


def test_the_ask_is_at_hand() -> None:
    decision = asked("housing", "housing_stability", "ask")
    assert message(decision, {"ask": Value(text="Change the lock")}).ask == "Change the lock"
    assert message(decision, {}).ask is None


# --- safe contact and handling ----------------------------------------------------------------------------


def test_who_must_not_know_travels_with_safe_contact() -> None:
    rows = (Boundary("deny_person", "her brother"), Boundary("deny_channel", "letter"))
    made = message(asked("housing", "housing_stability", "subject.safe_contact", boundaries=rows))
    assert (made.do_not_tell, made.do_not_use) == (("her brother",), ("letter",))


def test_who_must_not_know_stays_behind_where_safe_contact_does() -> None:
    rows = (Boundary("deny_person", "her brother"),)
    made = message(asked("housing", "housing_stability", "subject.name", boundaries=rows))
    assert made.do_not_tell == ()


def test_a_confidential_address_carries_its_label_in_danger() -> None:
    decision = asked(
        "police",
        "immediate_safety",
        "subject.home_address",
        flags=("confidential_address",),
        harm="immediate",
    )
    assert any("confidential" in line for line in message(decision).handling)


def test_a_message_asks_not_to_be_passed_on() -> None:
    assert any(
        "pass this on" in line for line in message(asked("housing", "housing_stability")).handling
    )


def test_history_exists_is_a_few_words_at_most() -> None:
    found = part(
        asked("police", "exploitation_concern", "history.exists"),
        "history.exists",
        Value(text="x " * 200),
    )
    assert len(found["text"]) <= 120
