"""Tasks: a named owner, a clock, an end with its outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sharewell import packs
from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.cases import catalogues, queries, records
from sharewell.cases.models import Case, Task
from sharewell.cases.operations import task_defer, task_done, task_open
from sharewell.cases.operations.task import ClosedByAct, TaskClosed
from sharewell.cases.tests.told import LATER, open_case, raise_concern
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def task(cast: Cast, case: Case) -> Task:
    return task_open(
        agency=cast.agency,
        case=case,
        kind="consent_ask",
        owner=cast.alice,
        due_at=LATER,
        now=NOW,
        actor=cast.sam,
    )


def test_opening_putting_off_and_closing_leave_one_entry_each(cast: Cast, task: Task) -> None:
    before = Entry.objects.count()
    later = LATER + timedelta(days=2)
    task_defer(account=cast.alice, task_id=task.id, now=NOW, due_at=later, reason="Away")
    task_done(account=cast.alice, task_id=task.id, now=later, outcome="Agreed")
    assert Entry.objects.count() == before + 2


def test_a_kind_that_is_not_in_the_pack_cannot_be_opened(cast: Cast, case: Case) -> None:
    with pytest.raises(LookupError):
        records.open_task(agency=cast.agency, kind="tea", owner=cast.alice, now=NOW, case=case)


def test_the_clock_of_its_kind_runs_where_no_moment_is_given(cast: Cast, case: Case) -> None:
    opened = records.open_task(
        agency=cast.agency, kind="consent_ask", owner=cast.alice, now=NOW, case=case
    )
    assert opened.due_at == catalogues.task_due("consent_ask", agency=cast.agency, now=NOW) > NOW


def test_what_waits_is_mine_late_first_and_names_no_case_outside_my_view(
    cast: Cast, case: Case, task: Task
) -> None:
    hidden = open_case(cast, account=cast.stranger)
    records.open_task(
        agency=cast.agency, kind="consent_ask", owner=cast.alice, now=NOW, case=hidden
    )
    after = LATER + timedelta(hours=1)
    waiting = queries.waiting(viewer=cast.alice, now=after)
    assert [each.late for each in waiting] == [True, False]
    assert [each.case for each in waiting] == [case, None]
    assert not queries.waiting(viewer=cast.olu, now=after)


def test_what_is_done_no_longer_waits(cast: Cast, task: Task) -> None:
    task_done(account=cast.alice, task_id=task.id, now=NOW, outcome="Agreed")
    assert not queries.waiting(viewer=cast.alice, now=LATER)
    assert task.case is not None
    line = task.case.chronology.latest("line")
    assert (line.section, line.recorded_by) == ("action", cast.alice)
    assert line.text.endswith(". Agreed")
    with pytest.raises(TaskClosed):
        task_done(account=cast.alice, task_id=task.id, now=NOW, outcome="Twice")
    with pytest.raises(TaskClosed):
        task_defer(account=cast.alice, task_id=task.id, now=NOW, due_at=LATER, reason="Too late")


@pytest.mark.parametrize("who", ["stranger", "olu", "ada", "ivo", "pat"])
def test_others_cannot_tell_that_there_is_a_task(cast: Cast, task: Task, who: str) -> None:
    with pytest.raises(NotFound):
        task_done(account=getattr(cast, who), task_id=task.id, now=NOW, outcome="x")


def test_a_practitioner_of_the_circle_does_not_close_another_s_task(cast: Cast, case: Case) -> None:
    of_bea = records.open_task(
        agency=cast.agency, kind="consent_ask", owner=cast.bea, now=NOW, case=case
    )
    with pytest.raises(NotAllowed):
        task_done(account=cast.alice, task_id=of_bea.id, now=NOW, outcome="x")


def test_what_ends_with_an_act_is_not_closed_by_hand(cast: Cast) -> None:
    concern = raise_concern(cast)
    triage = Task.objects.get(about_id=concern.id)
    with pytest.raises(ClosedByAct):
        task_done(account=cast.bea, task_id=triage.id, now=NOW, outcome="Read")


@pytest.mark.parametrize("days", [-1, 8])
def test_it_is_put_off_only_within_its_bound(cast: Cast, task: Task, days: int) -> None:
    with pytest.raises(Invalid):
        task_defer(
            account=cast.alice,
            task_id=task.id,
            now=NOW,
            due_at=LATER + timedelta(days=days),
            reason="Away",
        )


def test_every_row_of_the_packs_says_where_it_comes_from() -> None:
    rows = [
        *catalogues.task_kinds().values(),
        *catalogues.categories().values(),
        *catalogues.facts_for("adult"),
        *catalogues.facts_for("child"),
    ]
    assert all(row.source and row.status for row in rows)
    assert {row.status for row in rows} <= {"verified", "reported", "from_knowledge", "proposal"}


def test_indicator_ids_are_unique_within_their_category() -> None:
    for category in catalogues.categories().values():
        ids = [each.id for each in category.indicators]
        assert len(ids) == len(set(ids)) > 0, category.id


def test_the_facts_offered_are_those_of_the_vocabulary() -> None:
    known = packs.vocabulary().facts
    asked = {
        fact.id: {answer.id for answer in fact.answers}
        for kind in ("adult", "child")
        for fact in catalogues.facts_for(kind)
    }
    for fact, answers in asked.items():
        assert answers == set(known[fact]) - {"unknown"}, fact
    assert set(asked) | {"subject_kind"} == set(known)
    assert [flag.id for flag in catalogues.flags()] == sorted(
        packs.vocabulary().flags, key=[flag.id for flag in catalogues.flags()].index
    )
