"""A level is kept with who gave it, when, why and on which ladder; nothing else follows from it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sharewell import packs
from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Sealed
from sharewell.cases import levels, queries, records
from sharewell.cases.levels import Chosen
from sharewell.cases.models import Case, ChronologyEntry, CircleMember, LevelGiven, Task
from sharewell.cases.operations import concern_triage, level_give
from sharewell.cases.tests.told import LATER, MARY, TOM, open_case, raise_concern
from sharewell.core.policy import PackError
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
HIGH = Chosen(ladder="dash", level="high", why="He has a key and watches the door.", number=11)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def give(cast: Cast, case: Case, chosen: Chosen = HIGH, **changes: Any) -> LevelGiven:
    told = {"account": cast.alice, "case": case, "now": LATER, "form_key": uuid.uuid4()}
    return level_give(chosen=chosen, **{**told, **changes})


def test_judgement_goes_before_the_number_and_both_are_kept(cast: Cast, case: Case) -> None:
    given = give(cast, case)
    assert (given.ladder, given.level, given.number, given.pointed_to) == (
        "dash",
        "high",
        11,
        "medium",
    )
    assert (given.by, given.at, given.why) == (cast.alice, LATER, HIGH.why)
    line = ChronologyEntry.objects.get(about_id=given.id)
    assert line.kind == "opinion"
    assert line.text.startswith("Level given: High (DASH, domestic abuse). The number was 11,")
    assert "points to: Medium" in line.text
    assert HIGH.why in line.text


def test_messages_say_the_level_and_keep_the_reason_back(cast: Cast, case: Case) -> None:
    give(cast, case)
    known = queries.known_fields(case)["risk.level"]
    assert (known.text, known.kind) == ("High (DASH, domestic abuse)", "opinion")


def test_nothing_follows_from_a_level(cast: Cast, case: Case) -> None:
    """Facts, tasks, circle and flags stand as they stood: a person decides, never the level."""

    def state() -> tuple[Any, ...]:
        case.refresh_from_db()
        tasks = list(Task.objects.order_by("pk").values())
        circle = list(CircleMember.objects.order_by("pk").values())
        return records.known_facts(case), tasks, circle, case.flags, case.state, case.owner_id

    before = state()
    give(cast, case)
    assert state() == before


def test_what_was_given_before_stays_and_the_newest_stands(cast: Cast, case: Case) -> None:
    first = give(cast, case)
    lower = Chosen(ladder="dash", level="medium", why="He has gone abroad.")
    second = give(cast, case, lower, now=LATER.replace(hour=LATER.hour + 1))
    assert queries.levels_given(case) == [second, first]
    assert queries.known_fields(case)["risk.level"].text.startswith("Medium")


def test_a_double_click_gives_it_once_with_one_entry(cast: Cast, case: Case) -> None:
    key, before = uuid.uuid4(), Entry.objects.count()
    assert give(cast, case, form_key=key) == give(cast, case, form_key=key)
    assert (LevelGiven.objects.count(), Entry.objects.count()) == (1, before + 1)
    sealed = bytes(Sealed.objects.get(name="level").content)
    assert b'"level":"high"' in sealed
    assert b'"pointed_to":"medium"' in sealed


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        (Chosen(ladder="dash", level="high", why=" "), "why"),
        (Chosen(ladder="dash", level="L4", why="So."), "level"),
        (Chosen(ladder="child", level="L4", why="So."), "level"),
        (Chosen(ladder="dash", level="high", why="So.", number=28), "number"),
        (Chosen(ladder="adult", level="concern", why="So.", number=1), "number"),
    ],
)
def test_a_level_needs_its_reason_and_a_ladder_for_this_person(
    cast: Cast, case: Case, chosen: Chosen, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        give(cast, case, chosen)
    assert set(refused.value.errors) == {field}
    assert not LevelGiven.objects.exists()


def test_outside_the_circle_there_is_nothing(cast: Cast, case: Case) -> None:
    with pytest.raises(NotFound):
        give(cast, case, account=cast.stranger)


def test_a_concern_about_two_people_is_given_a_level_for_each(cast: Cast) -> None:
    concern = raise_concern(cast, people=[MARY, TOM])
    mary, tom = (each.case for each in concern.on_cases.order_by("id"))
    child = Chosen(ladder="child", level="L3", why="Left alone at night.")
    concern_triage(
        account=cast.bea,
        concern_id=concern.id,
        now=LATER,
        owner=cast.alice,
        harm="unknown",
        note="Visit today.",
        given={tom.id: child},
    )
    (given,) = LevelGiven.objects.all()
    assert (given.case, given.concern, given.by, given.why) == (tom, concern, cast.bea, child.why)
    assert "harm" not in records.known_facts(tom)
    assert not queries.levels_given(mary)


def test_a_wrong_level_at_triage_stops_nothing_else_half_way(cast: Cast) -> None:
    concern = raise_concern(cast)
    case = concern.on_cases.get().case
    with pytest.raises(Invalid) as refused:
        concern_triage(
            account=cast.bea,
            concern_id=concern.id,
            now=LATER,
            owner=cast.alice,
            harm="serious",
            note="Visit today.",
            given={case.id: Chosen(ladder="dash", level="high", why="")},
        )
    assert set(refused.value.errors) == {"level_1_why"}
    assert Task.objects.waiting().filter(kind="concern_triage").exists()


def test_without_the_pack_no_ladder_is_offered_and_none_can_be_given(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> Any:
        raise PackError("ladders.yaml", "", "", "lost")

    monkeypatch.setattr(packs, "ladders", lost)
    assert (levels.offered(case), levels.advice()) == ((), "")
    with pytest.raises(Invalid):
        give(cast, case)
