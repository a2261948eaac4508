"""Break-glass: what it opens, to whom and for how long, and what a search never gives away."""

from __future__ import annotations

import re
import uuid
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account
from sharewell.cases import operations as cases
from sharewell.cases import queries
from sharewell.cases.models import Case, GlassBreak, GlassSearch, Recorded, Task, Wall
from sharewell.cases.operations.breakglass import Ended, Tried
from sharewell.cases.readonly import ReadOnly
from sharewell.disclosures.operations import emergency_call_log
from sharewell.disclosures.queries import essentials
from sharewell.disclosures.tests.breaking import (
    BORN,
    HOUR,
    MINUTE,
    apart_team,
    broken,
    make_world,
    seek,
    wall,
    whole,
)
from sharewell.disclosures.tests.world import World
from sharewell.followup.clocks import clocks_run
from sharewell.testing import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_essentials_come_first_and_the_record_stays_shut(world: World) -> None:
    world.know(concern__reason="He threatened her", pattern="Every payday")
    opened = broken(world)
    assert opened.case == world.case
    assert opened.ends_at == NOW + HOUR
    shown = essentials(viewer=world.cast.stranger, access_id=opened.pk, now=NOW)
    assert shown.message is not None
    assert {part.tier for part in shown.message.fields} == {1}
    assert "He threatened her" in str(shown.message.as_dict())
    assert "Every payday" not in str(shown.message.as_dict())
    with pytest.raises(NotFound):
        queries.case(viewer=world.cast.stranger, case_id=world.case.pk, now=NOW)


def test_the_whole_record_is_a_second_step_for_an_hour(world: World) -> None:
    opened = broken(world)
    later = NOW + 20 * MINUTE
    whole(world, opened, later)
    stan, case = world.cast.stranger, world.case
    page = queries.case_page(viewer=stan, case_id=case.pk, now=later + 59 * MINUTE)
    assert page.case == case
    assert not page.writes
    with pytest.raises(NotFound):
        queries.case(viewer=stan, case_id=case.pk, now=later + HOUR)
    over = essentials(viewer=stan, access_id=opened.pk, now=later + HOUR)
    assert (over.ended_at, over.message) == (later + HOUR, None)
    with pytest.raises(Ended):
        whole(world, opened, later + HOUR)


def test_it_is_given_up_at_once(world: World) -> None:
    opened = whole(world, broken(world))
    stan = world.cast.stranger
    cases.break_glass_end(account=stan, access_id=opened.pk, now=NOW + 5 * MINUTE)
    with pytest.raises(NotFound):
        queries.case(viewer=stan, case_id=world.case.pk, now=NOW + 6 * MINUTE)
    shown = essentials(viewer=stan, access_id=opened.pk, now=NOW + 6 * MINUTE)
    assert shown.message is None
    assert shown.ended_at == NOW + 5 * MINUTE


def test_it_is_for_reading_and_holds_up_no_emergency(world: World) -> None:
    whole(world, broken(world))
    stan, now = world.cast.stranger, NOW + MINUTE
    told = [cases.Part(section="note", text="I was here.")]
    with pytest.raises(ReadOnly):
        cases.chronology_add(account=stan, case=world.case, now=now, event_at=NOW, parts=told)
    with pytest.raises(ReadOnly):
        cases.flags_record(account=stan, case=world.case, flags=[], now=now)
    assert not world.case.chronology.filter(text="I was here.").exists()
    call = emergency_call_log(
        account=stan,
        case=world.case,
        number="999",
        called_at=now,
        call_taker="",
        incident_reference="",
        said="",
        form_key=uuid.uuid4(),
        now=now,
    )
    assert call.recorded_by == stan


def test_a_wall_raised_meanwhile_ends_it(world: World) -> None:
    opened = broken(world)
    apart_team(world)
    wall(world, world.cast.stranger)
    with pytest.raises(NotFound):
        essentials(viewer=world.cast.stranger, access_id=opened.pk, now=NOW + MINUTE)
    with pytest.raises(NotFound):
        whole(world, opened, NOW + MINUTE)


def test_nobody_reads_what_another_opened(world: World) -> None:
    opened = broken(world)
    for other in (world.cast.alice, world.cast.olu, world.cast.ada):
        with pytest.raises(NotFound):
            essentials(viewer=other, access_id=opened.pk, now=NOW)
        with pytest.raises(NotFound):
            cases.break_glass_end(account=other, access_id=opened.pk, now=NOW)


@pytest.mark.parametrize("who", ["ada", "ivo", "hana", "gita", "pat"])
def test_only_casework_may_break_it(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        seek(world, getattr(world.cast, who))
    assert not GlassSearch.objects.exists()


def test_another_agency_finds_nobody(world: World) -> None:
    assert seek(world, world.cast.olu) == Tried()
    assert GlassSearch.objects.get().outcome == "none"


def test_one_of_the_circle_is_led_to_their_own_case(world: World) -> None:
    assert seek(world, world.cast.alice) == Tried(own=world.case)
    assert not GlassBreak.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Nell"), ("reason", "curious"), ("words", "  "), ("words", "x" * 2001)],
)
def test_what_is_missing_is_named(world: World, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        seek(world, **{field: value})
    assert list(refused.value.errors) == [field]
    assert not GlassSearch.objects.exists()


def test_the_same_form_twice_is_one_search(world: World) -> None:
    key = uuid.uuid4()
    first = broken(world, form_key=key)
    assert broken(world, form_key=key, now=NOW + MINUTE) == first
    assert GlassSearch.objects.count() == GlassBreak.objects.count() == 1


# --- whom a search finds ---


@pytest.mark.parametrize("name", ["nell quill", "Quill, Nell", "Nel Quill", "Néll  Quîll"])
def test_a_name_is_found_however_it_is_spelt(world: World, name: str) -> None:
    assert broken(world, name=name).case == world.case


@pytest.mark.parametrize(
    ("name", "born"),
    [("Nell Quill", date(1950, 4, 3)), ("Mark Quill", BORN), ("Nell Jones", BORN), ("N Q", BORN)],
)
def test_another_name_or_day_finds_nobody(world: World, name: str, born: date) -> None:
    assert seek(world, name=name, birth_date=born) == Tried()


def another_name(world: World, name: str, kind: str = "alias") -> Recorded:
    return cases.name_add(account=world.cast.alice, case=world.case, now=NOW, kind=kind, name=name)


@pytest.mark.parametrize(
    ("known", "typed"),
    [("Elinor Marsh", "Elinor Marsh"), ("Elinor Marsh", "Marsh, Elinor"), ("Polly", "Polly Quill")],
)
def test_another_name_of_the_person_finds_them(world: World, known: str, typed: str) -> None:
    assert seek(world, name=typed) == Tried()
    another_name(world, known)
    assert broken(world, name=typed).case == world.case


def test_a_name_typed_by_hand_finds_them_and_one_that_was_ended_does_not(world: World) -> None:
    world.know(subject__aliases="Nora Hill; Kitty Dale (her stage name)")
    assert broken(world, name="Kitty Dale").case == world.case
    wrong = another_name(world, "Wanda Wrong")
    cases.row_end(
        account=world.cast.alice, case=world.case, row_id=wrong.pk, noun="name", now=NOW, reason="X"
    )
    assert seek(world, name="Wanda Wrong") == Tried()
    assert broken(world, name="Nora Hill").case == world.case


def test_a_record_that_was_taken_into_another_leads_to_that_one(world: World) -> None:
    """Twice over, and by the name and the day that stood on the first."""
    chain = [world.raise_concern("Eleanor Kwill", birth_date=date(1950, 4, 3))]
    chain += [world.raise_concern("Ellie Quill"), world.case]
    for taken, into in pairwise(chain):
        cases.case_merge(
            account=world.cast.alice, case=into, other=taken, now=NOW, reason="One person."
        )
    for name, born in (("Eleanor Kwill", date(1950, 4, 3)), ("Nell Quill", BORN)):
        assert broken(world, name=name, birth_date=born).case == world.case
        GlassBreak.objects.update(ended_at=NOW)


def test_two_people_who_fit_are_never_a_list(world: World) -> None:
    twin = world.raise_concern("Nela Quill", birth_date=BORN)
    assert seek(world, name="Nele Quill") == Tried()
    assert GlassSearch.objects.get().outcome == "unclear"
    assert broken(world, name="Nela Quill").case == twin


def hidden_ways(world: World) -> dict[str, Any]:
    """Each way in which a case is hidden from Stan."""
    case, stan = world.case, world.cast.stranger

    def walled() -> None:
        wall(world, stan)

    def team_walled() -> None:
        Wall.objects.create(case=case, team=stan.team, reason="a conflict", raised_at=NOW)

    def named() -> None:
        case.concerns.get().concern.about_staff.set([stan])

    def restricted() -> None:
        Case.objects.filter(pk=case.pk).update(restrictions=["whistleblowing"])

    def allegation() -> None:
        Case.objects.filter(pk=case.pk).update(kind="allegation")

    return {f.__name__: f for f in (walled, team_walled, named, restricted, allegation)}


def statements(found: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the values and the names of savepoints."""
    kinds = [" ".join(each["sql"].split(" ")[:3]) for each in found]
    return [re.sub(r"SAVEPOINT.*", "SAVEPOINT", kind) for kind in kinds]


WAYS = ("walled", "team_walled", "named", "restricted", "allegation")


@pytest.mark.parametrize("way", WAYS)
def test_a_hidden_case_is_as_no_case_to_the_query(world: World, way: str) -> None:
    """The same answer, by the same statements, however the case is hidden."""
    hidden_ways(world)[way]()
    with CaptureQueriesContext(
        connection,
    ) as with_match:
        assert seek(world) == Tried()
    with CaptureQueriesContext(connection) as without:
        assert seek(world, name="Nobody Known", birth_date=date(1960, 1, 1)) == Tried()
    assert statements(with_match) == statements(without)
    assert [s.outcome for s in GlassSearch.objects.order_by("pk")].count("hidden") == 1
    assert not GlassBreak.objects.exists()
    assert not Task.objects.filter(kind__startswith="break_glass").exists(), "told by the clock"


@pytest.mark.parametrize("way", WAYS)
def test_the_oversight_point_alone_is_told_of_a_hidden_match(world: World, way: str) -> None:
    Account.objects.exclude(pk=world.cast.stranger.pk).update(team=None)
    hidden_ways(world)[way]()
    seek(world)
    clocks_run(NOW + MINUTE)
    task = Task.objects.get(kind="break_glass_hidden")
    assert (task.owner, task.case) == (world.cast.sam, None)
    assert "Stan Stranger" in task.note
    assert "Quill" not in task.note
    clocks_run(NOW + 2 * MINUTE)
    assert Task.objects.filter(kind="break_glass_hidden").count() == 1
    assert not Task.objects.filter(kind__in=("break_glass_review", "break_glass_told")).exists()
    clocks_run(
        NOW + 3 * HOUR
    )  # late: up to another, never to the seeker nor to one with a conflict
    late = Task.objects.filter(kind="task_late", about_id=task.pk).get()
    assert late.owner == world.cast.gita


def test_a_walled_off_manager_cannot_break_into_their_own_case(world: World) -> None:
    apart_team(world)
    bea = world.cast.bea
    world.case.circle.filter(account=bea).update(left_at=NOW - MINUTE)
    world.case.concerns.get().concern.about_staff.set([bea])
    assert seek(world, bea) == Tried()
    clocks_run(NOW + MINUTE)
    assert Task.objects.get(kind="break_glass_hidden").owner == world.cast.sam
    clocks_run(NOW + 3 * HOUR)
    owners = {task.owner for task in Task.objects.filter(kind="task_late")}
    assert bea not in owners


@pytest.mark.parametrize("restriction", ["marac", "high_profile"])
def test_some_restricted_cases_open(world: World, restriction: str) -> None:
    Case.objects.filter(pk=world.case.pk).update(restrictions=[restriction])
    assert broken(world).case == world.case


def test_the_number_of_people_born_that_day_costs_no_query(world: World) -> None:
    with CaptureQueriesContext(connection) as few:
        seek(world, name="Nobody Known")
    for number in range(5):
        world.raise_concern(f"Ann Other{number}", birth_date=BORN)
    with CaptureQueriesContext(connection) as many:
        seek(world, name="Nobody Known")
    assert len(few) == len(many)
