"""The gate for every word to the person, the household and carers: what it refuses, and what it never holds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.contacting import (
    CARER,
    HOUSEHOLD,
    PERSON,
    PROFESSIONAL,
    Addressee,
    Allowed,
    Hidden,
    Plan,
    Refused,
    Rules,
    Standing,
    Way,
    Window,
    Wording,
    may_reach,
)

RULES = packs.contact()
CHANNELS = tuple(RULES.channels)
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
MORNING = Window(frozenset({1}), time(10), time(12))
WEEKDAYS = Window(frozenset(range(5)), time(10), time(12))
RAY = Hidden("Ray Quill", "partner")
HER = Addressee(PERSON)
QUIET = Wording("Appointment", "See you then.")
MOBILE = "07700 900123"
PLAN = Plan(
    ways=(Way("text", MOBILE, "true"), Way("phone", "01632 960177", "false")),
    when="listed",
    windows=(WEEKDAYS,),
    hidden=(RAY,),
    never=frozenset({"letter"}),
    code_word=True,
)


def ask(
    plan: Plan | None,
    to: Addressee = HER,
    channel: str = "text",
    at: datetime = TUESDAY,
    wording: Wording = QUIET,
    **standing: object,
) -> Allowed | Refused:
    return may_reach(
        plan,
        to,
        channel,
        at,
        wording,
        rules=RULES,
        standing=Standing(**standing),  # type: ignore[arg-type]
    )


def refused(answer: Allowed | Refused) -> str:
    assert isinstance(answer, Refused), answer
    return answer.sentence


def test_a_letter_is_refused_with_the_reason_and_the_safe_way() -> None:
    assert refused(ask(PLAN, channel="letter")) == (
        "Not by letter: the plan forbids letters. Not by letter: the plan does not say that it is safe. "
        "Safe: by text to 07700 900123, weekdays 10:00 to 12:00, code word first."
    )


def test_what_the_plan_names_as_safe_passes_with_its_address_and_what_to_mind() -> None:
    answer = ask(replace(PLAN, minds=("Never say where you ring from.",)))
    assert isinstance(answer, Allowed)
    assert answer.addresses == (MOBILE,)
    assert answer.minds == ("Say or write the code word first.", "Never say where you ring from.")


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 11, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 9, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 10, 30, tzinfo=UTC), False),
    ],
)
def test_outside_the_times_it_is_refused(at: datetime, inside: bool) -> None:
    answer = ask(replace(PLAN, windows=(MORNING,)), at=at)
    assert isinstance(answer, Allowed) == inside
    if not inside:
        assert "Not at this time: Tuesdays 10:00 to 12:00." in refused(answer)


def test_one_who_rings_is_answered_but_never_by_what_is_forbidden() -> None:
    """Times do not count when they ring first; that answers a call and opens nothing else."""
    night = TUESDAY + timedelta(hours=12)
    plan = replace(PLAN, ways=(Way("phone", MOBILE, "true"), Way("text", MOBILE, "true")))
    assert isinstance(ask(plan, channel="phone", at=night, rang_first=True), Allowed)
    assert isinstance(ask(plan, channel="phone", at=night), Refused)
    assert isinstance(ask(plan, channel="text", at=night, rang_first=True), Refused)
    barred = replace(plan, never=frozenset({"phone"}))
    assert isinstance(ask(barred, channel="phone", rang_first=True), Refused)


def test_a_plan_without_times_is_no_leave_for_any_time() -> None:
    assert "the safe times are not known" in refused(ask(replace(PLAN, when="unknown")))
    assert "the safe times are not known" in refused(ask(replace(PLAN, windows=())))
    assert isinstance(ask(replace(PLAN, when="any")), Allowed)


def test_a_message_is_left_only_where_the_plan_allows_it() -> None:
    plan = replace(PLAN, ways=(Way("phone", MOBILE, "true"),))
    assert "leave no message" in refused(ask(plan, channel="voicemail"))
    assert isinstance(ask(replace(plan, leave_message=True), channel="voicemail"), Allowed)
    silent = replace(plan, leave_message=True, never=frozenset({"phone"}))
    assert "forbids phone calls" in refused(ask(silent, channel="voicemail"))


def test_an_unsafe_number_is_never_offered_and_another_stays_safe() -> None:
    ways = (Way("text", MOBILE, "true"), Way("text", "+07700-900123", "false"))
    assert isinstance(ask(replace(PLAN, ways=ways)), Refused)
    both = replace(PLAN, ways=(*ways, Way("text", "07700 900456", "true")))
    answer = ask(both)
    assert isinstance(answer, Allowed)
    assert answer.addresses == ("07700 900456",)


@pytest.mark.parametrize("channel", ["text", "notification", "calendar", "email", "letter", "link"])
def test_what_can_be_seen_without_opening_is_in_neutral_words(channel: str) -> None:
    plan = Plan(ways=(Way(channel, "x1", "true"),), when="any")
    assert isinstance(ask(plan, channel=channel), Allowed)
    telling = ask(plan, channel=channel, wording=Wording("Your safeguarding enquiry"))
    assert "“safeguarding” and “enquiry” could give it away" in refused(telling)


def test_only_what_can_be_seen_counts_for_the_person() -> None:
    inside = Wording("Appointment", "About the police referral")
    for channel, allowed in {
        "email": True,
        "letter": True,
        "text": False,
        "calendar": False,
    }.items():
        plan = Plan(ways=(Way(channel, "x1", "true"),), when="any")
        assert isinstance(ask(plan, channel=channel, wording=inside), Allowed) == allowed, channel


def test_whole_words_give_a_case_away_and_names_that_hold_them_do_not() -> None:
    assert RULES.telling("The Harmony choir, with Harmer and Riskin") == ()
    assert RULES.telling("Abuses; SOCIAL  workers!") == ("abuse", "social worker")


@pytest.mark.parametrize("kind", [PERSON, HOUSEHOLD, CARER])
def test_without_a_plan_and_with_danger_nobody_is_reached_until_a_manager_accepts(
    kind: str,
) -> None:
    to = Addressee(kind, "Ann Mill", "sibling")
    for channel in CHANNELS:
        text = refused(ask(None, to, channel, danger=("control by somebody else",)))
        assert "No safe contact plan is recorded" in text
        assert "see them alone, ask what is safe, and record the plan" in text
    assert isinstance(ask(None, to, "phone", danger=("x",), accepted=True), Allowed)
    assert isinstance(ask(None, to, "letter", danger=("x",), accepted=True), Refused)


def test_without_a_plan_and_without_danger_the_person_is_only_asked() -> None:
    asked = {c for c in CHANNELS if isinstance(ask(None, channel=c), Allowed)}
    assert asked == {"phone", "meeting"}
    others = [ask(None, Addressee(CARER, "Ann", "friend"), channel) for channel in CHANNELS]
    assert all(isinstance(answer, Refused) for answer in others)


NAMES = st.sampled_from(["", "Ray", "Ray Quill", "Ann Mill", "quill RAY"])
RELATIONS = st.sampled_from(["", *RULES.relations, "unheard-of"])
WINDOWS = st.builds(
    lambda days, start, length: Window(frozenset(days), time(start), time(start + length)),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 20),
    st.integers(1, 3),
)
WAYS = st.builds(
    Way,
    st.sampled_from(CHANNELS),
    st.sampled_from(["", "07700 900123", "07700900456", "ann@example.org"]),
    st.sampled_from(["true", "false", "unknown"]),
)
PLANS = st.builds(
    Plan,
    ways=st.lists(WAYS, max_size=5).map(tuple),
    when=st.sampled_from(["any", "listed", "unknown"]),
    windows=st.lists(WINDOWS, max_size=3).map(tuple),
    hidden=st.lists(st.builds(Hidden, NAMES, RELATIONS), max_size=3).map(tuple),
    never=st.frozensets(st.sampled_from(CHANNELS), max_size=3),
    leave_message=st.booleans(),
    meeting_place=st.sampled_from(["", "The library"]),
    code_word=st.booleans(),
)
LAY = st.builds(
    Addressee, st.sampled_from([PERSON, HOUSEHOLD, CARER]), NAMES, RELATIONS, st.booleans()
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)
WORDINGS = st.builds(
    Wording,
    st.sampled_from(["", "Appointment", "Your safeguarding concern"]),
    st.sampled_from(["", "See you then.", "The police will come."]),
)
STANDINGS = st.builds(
    Standing, st.sampled_from([(), ("serious harm",)]), st.booleans(), st.booleans()
)
CASES = st.tuples(LAY, st.sampled_from(CHANNELS), MOMENTS, WORDINGS, STANDINGS)
Case = tuple[Addressee, str, datetime, Wording, Standing]


def go(plan: Plan | None, case: Case) -> Allowed | Refused:
    to, channel, at, wording, standing = case
    return may_reach(plan, to, channel, at, wording, rules=RULES, standing=standing)


@given(PLANS, CASES)
def test_what_is_allowed_breaks_no_part_of_the_plan(plan: Plan, case: Case) -> None:
    """A denied channel is never used, nor an unsafe address, nor another time; who must not know never receives."""
    answer = go(plan, case)
    to, channel, at, wording, standing = case
    row = RULES.channels[channel]
    if isinstance(answer, Refused):
        assert answer.reasons
        assert answer.safe_way.startswith("Safe: ")
        return
    assert plan.never.isdisjoint({channel, *row.falls_with})
    unsafe = {w.key for w in plan.ways if w.safe == "false" and w.channel == channel}
    assert "" not in unsafe
    assert unsafe.isdisjoint(Way("", each).key for each in answer.addresses)
    answered = standing.rang_first and channel == "phone"
    assert answered or plan.when == "any" or any(w.holds(at) for w in plan.windows)
    if to.kind != PERSON:
        words = set(to.name.casefold().split())
        for hidden in plan.hidden:
            theirs = set(hidden.name.casefold().split())
            assert not (theirs and (theirs <= words or words <= theirs))
            assert not (hidden.relation and hidden.relation == to.relation)
            assert not (row.home and RULES.lives_there(hidden.relation))
        assert to.knows or not RULES.telling(f"{wording.shown} {wording.inside}")
    if row.message:
        assert plan.leave_message
    if row.shows == "all":
        assert not RULES.telling(f"{wording.shown} {wording.inside}")


PROHIBITIONS = {
    "a channel ruled out": lambda p: [replace(p, never=p.never | {c}) for c in CHANNELS],
    "a way that is not safe": lambda p: [
        replace(p, ways=(*p.ways, Way(c, a, "false")))
        for c, a in product(CHANNELS, ["", "07700 900123"])
    ],
    "one more who must not know": lambda p: [
        replace(p, hidden=(*p.hidden, Hidden(n, r)))
        for n, r in product(["", "Ray Quill"], ["", "partner", "friend"])
    ],
    "a time taken away": lambda p: [
        replace(p, windows=p.windows[:n] + p.windows[n + 1 :]) for n in range(len(p.windows))
    ],
    "only listed times": lambda p: [replace(p, when="listed")] if p.when == "any" else [],
    "times not known": lambda p: [replace(p, when="unknown")],
    "no message": lambda p: [replace(p, leave_message=False)],
    "no place": lambda p: [replace(p, meeting_place="")],
    "a way no longer named": lambda p: [
        replace(p, ways=tuple(w for w in p.ways if w is not way))
        for way in p.ways
        if way.safe == "true"
    ],
}


@pytest.mark.parametrize("name", PROHIBITIONS)
@given(plan=PLANS, case=CASES)
def test_a_prohibition_more_never_permits_more(name: str, plan: Plan, case: Case) -> None:
    assume(isinstance(go(plan, case), Refused))
    for stricter in PROHIBITIONS[name](plan):
        assert isinstance(go(stricter, case), Refused)


@given(st.none() | PLANS, CASES)
def test_a_sign_of_danger_never_permits_more(plan: Plan | None, case: Case) -> None:
    to, channel, at, wording, standing = case
    calm, danger = replace(standing, danger=()), replace(standing, danger=("serious harm",))
    if isinstance(go(plan, (to, channel, at, wording, calm)), Refused):
        assert isinstance(go(plan, (to, channel, at, wording, danger)), Refused)


@given(st.none() | PLANS, st.sampled_from([*CHANNELS, "pigeon"]), MOMENTS, WORDINGS, STANDINGS)
def test_professionals_always_pass_with_the_note_and_without_any_pack(
    plan: Plan | None, channel: str, at: datetime, wording: Wording, standing: Standing
) -> None:
    """An emergency is never held up: neither by the plan, nor by the hour, nor by packs that are lost."""
    answer = may_reach(
        plan, Addressee(PROFESSIONAL), channel, at, wording, rules=Rules(), standing=standing
    )
    assert isinstance(answer, Allowed)
    for hidden in plan.hidden if plan else ():
        assert f"Do not tell: {hidden.name}" in "\n".join(answer.minds) or not hidden.name
    for barred in plan.never if plan else ():
        assert f"Do not use: {barred}" in answer.minds


def test_with_no_rules_nobody_but_professionals_is_reached() -> None:
    answer = may_reach(PLAN, HER, "text", TUESDAY, QUIET, rules=Rules())
    assert isinstance(answer, Refused)


def test_the_channels_that_a_person_may_rule_out_are_channels_here() -> None:
    from sharewell.consent import script

    assert {row.id for row in script.rules().channels} <= set(CHANNELS)


def test_facts_and_flags_that_are_signs_of_danger() -> None:
    calm = {"harm": "concern"}
    assert RULES.danger(calm, ()) == ()
    assert RULES.danger({}, ()) == ("serious harm or harm that nobody has judged yet",)
    assert RULES.danger({**calm, "safe_to_ask": "false"}, ()) == ("it was not safe to ask",)
    assert RULES.danger(calm, ("refuge",)) == ("the address is confidential or a refuge",)
