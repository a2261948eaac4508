"""What adds up: each rule fires on its example and misses narrowly; windows are exact; more never means less."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.deadlines import Clock
from sharewell.core.events import counted
from sharewell.core.faults import PackError
from sharewell.core.overlay import laid_over
from sharewell.core.patternpack import EXAMPLE_NOW, FILE, patterns
from sharewell.core.patterns import Entry, Pattern, fired, shift_of, starts, words

LONDON, LOS_ANGELES = ZoneInfo("Europe/London"), ZoneInfo("America/Los_Angeles")
RULES = packs.patterns().rules
EVENTS = packs.events()
SECOND = timedelta(seconds=1)
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)


def entry(at: datetime, **facts: object) -> Entry:
    """A small concern of one team about one person, changed by these facts."""
    base = Entry(
        id=f"{at.isoformat()} {sorted(map(str, facts.values()))}",
        at=at,
        recorded_at=at,
        kind="concern",
        person="one",
        events=frozenset({"low_level"}),
        team="day team",
        shift="day",
    )
    return replace(base, **facts)  # type: ignore[arg-type]


def test_the_twelve_rules_are_there() -> None:
    assert list(RULES) == [f"CUM{number}" for number in range(1, 13)]
    assert [rule.id for rule in RULES.values() if rule.at_once] == ["CUM9"]


@every_rule
def test_a_rule_fires_on_its_example_and_says_so_without_a_name(rule: Pattern) -> None:
    found = fired(rule, rule.example.fires, EXAMPLE_NOW, LONDON)
    assert len(found) == 1, rule.id
    assert {each.id for each in found[0].entries} == {each.id for each in rule.example.fires}
    said = words(found[0], LONDON, "£")
    assert "{" not in said
    assert any(letter.isdigit() for letter in said)


@every_rule
def test_a_rule_misses_its_near_miss(rule: Pattern) -> None:
    assert fired(rule, rule.example.misses, EXAMPLE_NOW, LONDON) == []
    assert rule.example.near_miss


@every_rule
def test_no_entry_can_be_taken_from_an_example(rule: Pattern) -> None:
    """The example is the smallest: so the near miss lies next to the border, not far from it."""
    for left_out in rule.example.fires:
        fewer = [each for each in rule.example.fires if each is not left_out]
        assert fired(rule, fewer, EXAMPLE_NOW, LONDON) == [], left_out.id


@every_rule
def test_a_rule_not_in_force_is_silent(rule: Pattern) -> None:
    today = EXAMPLE_NOW.date()
    assert not fired(replace(rule, until_day=today), rule.example.fires, EXAMPLE_NOW, LONDON)
    later = replace(rule, from_day=today + timedelta(days=1))
    assert not fired(later, rule.example.fires, EXAMPLE_NOW, LONDON)
    assert fired(replace(rule, from_day=today), rule.example.fires, EXAMPLE_NOW, LONDON)


def test_the_red_list_of_the_rule_is_that_of_the_events() -> None:
    named = {event for each in RULES["CUM9"].when for kind in each.of for event in kind.event}
    assert named == {event.id for event in EVENTS.values() if event.red}


ENTRIES = st.builds(
    Entry,
    id=st.uuids().map(str),
    at=st.integers(-10, 500).map(lambda hours: EXAMPLE_NOW - timedelta(days=hours)),
    recorded_at=st.integers(0, 20).map(lambda days: EXAMPLE_NOW - timedelta(days=days)),
    kind=st.sampled_from(["concern", "note", "refusal", "unanswered", "relation"]),
    person=st.sampled_from(["a", "b", "c", "d"]),
    subject_kind=st.sampled_from(["adult", "child"]),
    events=st.frozensets(st.sampled_from(list(EVENTS)), max_size=3),
    categories=st.frozensets(st.sampled_from(["care_act.neglect", "child.sexual"])),
    told=st.booleans(),
    team=st.sampled_from(["", "x", "y"]),
    shift=st.sampled_from(["day", "night"]),
    agency=st.sampled_from(["own", "theirs"]),
    sources=st.frozensets(st.sampled_from(["worker", "other"])),
    service=st.sampled_from(["", "home"]),
    hours=st.none() | st.integers(0, 50).map(Decimal),
    amount=st.none() | st.integers(0, 300).map(Decimal),
    due_at=st.none() | st.integers(0, 60).map(lambda days: EXAMPLE_NOW - timedelta(days=days)),
)


@given(st.sampled_from(list(RULES.values())), st.lists(ENTRIES, max_size=12), ENTRIES)
def test_one_more_entry_never_silences_a_rule(
    rule: Pattern, entries: list[Entry], more: Entry
) -> None:
    before = {each.key: each for each in fired(rule, entries, EXAMPLE_NOW, LONDON)}
    after = {each.key: each for each in fired(rule, [*entries, more], EXAMPLE_NOW, LONDON)}
    for key, found in before.items():
        assert {each.id for each in found.entries} <= {each.id for each in after[key].entries}


@given(st.sampled_from(list(RULES.values())), st.lists(ENTRIES, max_size=12))
def test_what_lies_outside_the_window_never_counts(rule: Pattern, entries: list[Entry]) -> None:
    if rule.window is None:
        return
    start = starts(rule.window, EXAMPLE_NOW, LONDON)

    def inside(each: Entry) -> bool:
        at = each.recorded_at if rule.measured == "recorded" else each.at
        return start <= at <= EXAMPLE_NOW or each.kind == "refusal"

    within = [each for each in entries if inside(each)]
    assert fired(rule, entries, EXAMPLE_NOW, LONDON) == fired(rule, within, EXAMPLE_NOW, LONDON)


@given(st.sampled_from(list(RULES.values())), st.permutations(list(range(6))), st.data())
def test_the_order_of_entries_means_nothing(
    rule: Pattern, order: list[int], data: st.DataObject
) -> None:
    entries = [data.draw(ENTRIES) for _ in order]
    turned = [entries[place] for place in order]
    assert fired(rule, entries, EXAMPLE_NOW, LONDON) == fired(rule, turned, EXAMPLE_NOW, LONDON)


@pytest.mark.parametrize("zone", [LONDON, LOS_ANGELES], ids=str)
def test_both_ends_of_a_window_count_and_a_second_beyond_does_not(zone: ZoneInfo) -> None:
    now, rule = EXAMPLE_NOW, RULES["CUM1"]
    start = starts(Clock(30, "days"), now, zone)
    others = [entry(now), entry(now - timedelta(days=3))]
    assert fired(rule, [entry(start), *others], now, zone)
    assert not fired(rule, [entry(start - SECOND), *others], now, zone)
    assert not fired(rule, [entry(now + SECOND), others[1], entry(start)], now, zone)


@pytest.mark.parametrize(
    ("now", "zone", "window", "began"),
    [
        # Clocks went back on 25 October: the same hour of the wall is an hour earlier in UTC.
        ((2026, 11, 20, 10), LONDON, Clock(30, "days"), (2026, 10, 21, 9)),
        ((2026, 4, 10, 9), LONDON, Clock(30, "days"), (2026, 3, 11, 10)),
        ((2026, 11, 20, 18), LOS_ANGELES, Clock(30, "days"), (2026, 10, 21, 17)),
        ((2026, 11, 21, 3), LOS_ANGELES, Clock(1, "days"), (2026, 11, 20, 3)),
        # 01:30 of 29 March was skipped in London; of 25 October there were two, and the first counts.
        ((2026, 4, 28, 0, 30), LONDON, Clock(30, "days"), (2026, 3, 29, 0, 30)),
        ((2026, 11, 24, 1, 30), LONDON, Clock(30, "days"), (2026, 10, 25, 0, 30)),
        ((2026, 11, 20, 10), LONDON, Clock(12, "months"), (2025, 11, 20, 10)),
        ((2027, 3, 31, 10), LONDON, Clock(1, "months"), (2027, 2, 28, 11)),
        ((2028, 2, 29, 10), LONDON, Clock(12, "months"), (2027, 2, 28, 10)),
    ],
)
def test_when_a_window_began(
    now: tuple[int, ...], zone: ZoneInfo, window: Clock, began: tuple[int, ...]
) -> None:
    assert starts(window, utc(*now), zone) == utc(*began)


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_the_shift_is_that_of_the_local_clock() -> None:
    night = (time(21), time(7))
    assert shift_of(utc(2026, 7, 1, 20), night, LONDON) == "night"  # 21:00 in summer
    assert shift_of(utc(2026, 7, 1, 6), night, LONDON) == "day"  # 07:00
    assert shift_of(utc(2026, 1, 1, 20), night, LONDON) == "day"
    assert shift_of(utc(2026, 7, 1, 20), night, LOS_ANGELES) == "day"
    assert shift_of(utc(2026, 1, 1, 3), (time(0), time(6)), LONDON) == "night"


def test_twice_the_time_is_late_only_when_it_is_over() -> None:
    rule, sent = RULES["CUM10"], EXAMPLE_NOW - timedelta(hours=8)
    asked = entry(sent, kind="unanswered", due_at=sent + timedelta(hours=4))
    assert not fired(rule, [asked], EXAMPLE_NOW, LONDON)
    assert fired(rule, [asked], EXAMPLE_NOW + SECOND, LONDON)


def test_what_five_notes_of_three_teams_say() -> None:
    days, teams = (55, 41, 27, 13, 0), ("a", "b", "c", "a", "b")
    notes = [
        entry(EXAMPLE_NOW - timedelta(days=ago), team=team)
        for ago, team in zip(days, teams, strict=True)
    ]
    (found,) = fired(RULES["CUM2"], notes, EXAMPLE_NOW, LONDON)
    assert words(found, LONDON, "£") == "5 concerns from 3 teams in 55 days"
    (small,) = fired(RULES["CUM1"], notes, EXAMPLE_NOW, LONDON)
    assert words(small, LONDON, "£") == "3 small concerns from 3 teams in 27 days"


def test_a_team_that_is_not_recorded_is_no_other_team() -> None:
    notes = [entry(EXAMPLE_NOW, team="a"), entry(EXAMPLE_NOW - timedelta(days=1), team="")]
    assert not fired(RULES["CUM2"], notes, EXAMPLE_NOW, LONDON)


def test_signs_of_a_concern_count_as_the_events_that_they_stand_for() -> None:
    found = counted(
        EVENTS,
        marked=["low_level"],
        indicators=["care_act.domestic/strangulation"],
        categories=["care_act.domestic"],
    )
    assert found == {"low_level", "strangulation", "domestic_incident"}
    assert counted(EVENTS, marked=[], indicators=["x/y"], categories=[]) == frozenset()


def read(old: str, new: str) -> None:
    """Read the pack with one thing changed in it."""
    text = packs.read()[FILE].decode()
    assert text.count(old) >= 1
    known = ["care_act.sexual", "child.sexual", "aps.sexual", "us_child.sexual"]
    known += ["care_act.neglect", "care_act.physical"]
    patterns(FILE, text.replace(old, new, 1).encode(), events=EVENTS, categories=known)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("shape: count", "shape: guess", r"CUM1: when\[0\].shape"),
        ("event: [low_level]", "event: [small]", r"CUM1: when\[0\].of\[0\].event"),
        ("at_least: 3", "at_least: 0", r"CUM1: when\[0\].at_least"),
        ("window: {days: 30}", "window: {hours: 30}", "CUM1: window"),
        ("    window: {days: 30}\n", "", "CUM1: window"),
        ("{count} small", "{name} small", "CUM1: says"),
        ("to: oversight", "to: everybody", "CUM1: task.to"),
        ("over: 100", "over: -1", r"CUM5: when\[1\].over"),
        ('night: ["21:00", "07:00"]', "night: [late]", "settings.night"),
        ("near_miss: Two of", "near: Two of", "CUM1: example"),
        ("of: [{kind: [refusal]}]", "of: [{}]", "CUM4: when"),
    ],
)
def test_a_fault_of_the_pack_is_named_by_its_row_and_key(old: str, new: str, place: str) -> None:
    if old == "of: [{kind: [refusal]}]":
        old, new = "first: [{kind: [refusal]}]", "first: [{}]"
    with pytest.raises(PackError, match=rf"patterns\.yaml: {place}"):
        read(old, new)


OWN = """patterns:
  - id: {id}
    label: Losses that add up
    about: person
    when: [{{shape: sum, of: [{{event: [loss]}}], over: 40}}]
    window: {{days: 30}}
    says: "{{count}} losses, {{amount}}"
    action: Decide again.
    task: {{to: oversight, within: {{working_days: 1}}}}
    source: The partnership's own figure
    status: proposal
    local: {{reason: Forty pounds is a week's food here, author: Partnership board, review_on: 2027-11-01}}
    example:
      fires: [{{days_ago: 1, event: [loss], amount: 41}}]
      near_miss: Exactly the figure.
      misses: [{{days_ago: 1, event: [loss], amount: 40}}]
"""


def test_a_partnership_sets_its_own_figure_with_reason_author_and_review() -> None:
    files, rows, faults = laid_over(packs.read(), {FILE: OWN.format(id="CUM5").encode()})
    assert not faults
    assert (rows[0].row, rows[0].review_on) == ("CUM5", date(2027, 11, 1))
    rule = patterns(FILE, files[FILE], events=EVENTS, categories=_categories()).rules["CUM5"]
    assert fired(rule, rule.example.fires, EXAMPLE_NOW, LONDON)
    assert "Forty pounds" in rule.source


def test_the_red_list_is_not_for_a_partnership_to_change() -> None:
    files, rows, faults = laid_over(packs.read(), {FILE: OWN.format(id="CUM9").encode()})
    assert (rows, len(faults)) == ((), 1)
    assert "red list is the same everywhere" in str(faults[0])
    assert patterns(FILE, files[FILE], events=EVENTS, categories=_categories()).rules["CUM9"]


def _categories() -> set[str]:
    return {row["id"] for row in packs_rows("indicators.yaml", "categories")}


def packs_rows(name: str, key: str) -> list[dict[str, str]]:
    """The rows of a shipped pack."""
    from sharewell.core.faults import opened

    return list(opened(name, packs.read()[name])[key])
