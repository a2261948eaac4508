"""What a state adds stands over federal law; where a state is not held, what is said is safe."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sharewell import packs
from sharewell.core import yamltext
from sharewell.core.checking.packfaults import faults
from sharewell.core.deadlines import due
from sharewell.core.policy import PackError, load, states_held
from sharewell.core.statelaw import state_laws
from sharewell.core.tests.requests import WORDS

FILES = packs.read()
LAW = "state-law.yaml"
PLACES = "jurisdictions.yaml"


def _changed(name: str, old: str, new: str) -> dict[str, bytes]:
    text = FILES[name].decode()
    assert old in text
    return {**FILES, name: text.replace(old, new, 1).encode()}


def test_california_has_its_own_rows_zone_and_calendar_over_the_federal_ones() -> None:
    california, federal = packs.policy("us", "us-ca"), packs.policy("us")
    assert california.fault is None
    assert "us.ca.wic.15630" in california.provisions.keys() - federal.provisions.keys()
    assert federal.provisions.keys() < california.provisions.keys()
    assert (california.time_zone, california.calendar) == ("America/Los_Angeles", "us_california")
    assert (federal.time_zone, federal.calendar) == ("America/New_York", "us_federal")


def test_a_state_that_is_not_held_has_neither_the_rows_of_another_nor_silence() -> None:
    rules = {rule.id for rule in packs.policy("us", "us-tx").rules}
    assert "us-state-not-held" in rules
    assert not any(id_.startswith("ca-") for id_ in rules)
    assert rules == {rule.id for rule in packs.policy("us").rules}


def test_every_row_of_a_state_says_where_it_comes_from_and_cites_what_exists() -> None:
    for state in states_held(FILES, "us"):
        policy = packs.policy("us", state)
        assert all(row.source and row.status for row in policy.rules)
        assert all(row.source and row.status for row in policy.provisions.values())
        own = {id_ for rule in policy.rules for id_ in rule.basis if id_.startswith("us.")}
        assert own <= policy.provisions.keys()


# What turns on a fact that no request carries, so that a person decides by it, or what only frames.
BY_A_PERSON = {
    "us.aps.fed.407",  # the state agency's own records
    "us.ca.hsc.120980",  # a row withholds by it
    "us.ca.wic.15630.1",  # a financial institution is no kind of sender
    "us.ca.wic.5328",  # whether a record is one of mental health services
    "us.ferpa.1232g.b.1.L",  # whether the agency has the care of the child
    "us.ferpa.99.3",  # whether it comes from a record
    "us.hipaa.512c.1.iii.B",  # what the official states
    "us.hipaa.512f.2",  # whether it is only to find somebody
    "us.hipaa.512f.5",  # where the crime was
    "us.hipaa.512f.6",  # where the emergency was
    "us.hipaa.528.a.2",  # whether the accounting is suspended
    "us.p2.11",
    "us.p2.62",  # whether it came from research or audit
    "us.p2.66",  # whom the order is against
    "us.p2.67",  # whether the order is for an agent
}


def test_each_provision_of_the_united_states_is_cited_by_a_rule_or_a_person_decides_by_it() -> None:
    places = [packs.policy("us", state) for state in (None, *states_held(FILES, "us"))]
    held = {id_ for policy in places for id_ in policy.provisions}
    cited = {id_ for policy in places for rule in policy.rules for id_ in rule.basis}
    assert held - cited == BY_A_PERSON


def test_each_provision_of_the_united_states_that_has_an_address_names_an_official_one() -> None:
    official = (
        "https://www.ecfr.gov/current/",
        "https://uscode.house.gov/view.xhtml",
        "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml",
    )
    provisions = packs.policy("us", "us-ca").provisions.values()
    assert [row.id for row in provisions if row.link and not row.link.startswith(official)] == []
    assert sum(bool(row.link) for row in provisions) > 90


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("files: [rules-us-ca.yaml", "rows: [rules-us-ca.yaml", "us-ca: files: is missing"),
        ("[rules-us-ca.yaml, provisions-us-ca.yaml]", "[rules-us-zz.yaml]", "rules-us-zz.yaml"),
    ],
)
def test_a_fault_in_what_a_state_names_is_told_with_its_place(old: str, new: str, why: str) -> None:
    files = _changed(PLACES, old, new)
    with pytest.raises(PackError, match=why):
        load(files, "us", "us-ca")
    found, _ = faults(files, {}, date(2026, 11, 22))
    assert any(why in str(fault) for fault in found)
    assert load(files, "us", "us-tx").fault is None


def test_a_state_that_is_held_holds_every_item() -> None:
    held = packs.state_laws()
    for state in states_held(FILES, "us"):
        assert {law.item for law in held.of(state)} == set(held.items)
    assert {law.state for law in held.laws} == set(states_held(FILES, "us"))


def test_a_state_with_an_item_missing_is_refused_by_name() -> None:
    pack = yamltext.read(FILES[LAW])
    pack["laws"] = [law for law in pack["laws"] if law["item"] != "may_decline"]
    with pytest.raises(PackError, match="us-ca: may_decline: is missing"):
        state_laws(LAW, yamltext.written(pack), WORDS)


def test_a_state_that_is_not_held_answers_with_what_to_do() -> None:
    held = packs.state_laws()
    assert held.of("us-ny") == ()
    for words in ("immediate danger", "privacy officer", "lawyer"):
        assert words in held.not_held


def test_what_is_due_in_california_runs_through_a_day_that_only_the_federation_keeps() -> None:
    clock = packs.clocks()["us.ca.elder"]
    friday = datetime(2026, 10, 9, 23, 0, tzinfo=UTC)  # 16:00 in Los Angeles
    california = packs.calendars()["us_california"]
    ends = due(clock.within, friday, california, "America/Los_Angeles")
    assert ends == datetime(2026, 10, 14, 0, 0, tzinfo=UTC)  # Tuesday 17:00; Columbus Day is worked
    assert not california.working(date(2026, 3, 31))
    assert not california.working(date(2026, 11, 27))
    assert california.holidays[date(2028, 11, 10)] == "Veterans Day (observed)"
    assert california.working(date(2026, 7, 3))  # 4 July is a Saturday, and is not kept before


def test_the_clock_of_a_child_report_does_not_wait_for_a_working_day() -> None:
    clock = packs.clocks()["us.ca.child"]
    friday = datetime(2026, 10, 9, 23, 0, tzinfo=UTC)
    ends = due(clock.within, friday, packs.calendars()["us_california"], "America/Los_Angeles")
    assert ends == datetime(2026, 10, 11, 11, 0, tzinfo=UTC)
