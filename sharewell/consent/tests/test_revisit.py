"""Going back to the person: at a date, and when capacity, risk or the recipient changes; each is a task."""

from __future__ import annotations

from typing import Any

import pytest

from sharewell.cases.models import Case, Task
from sharewell.cases.records import open_task
from sharewell.consent import operations, records
from sharewell.consent.tests.stage import later, make_case, talk
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def test_the_revisit_date_and_the_changes_are_kept(cast: Cast, case: Case) -> None:
    made = talk(cast, case, revisit_at=later(days=7), revisit_when=["capacity", "risk"])
    assert Task.objects.get(about_id=made.id).due_at == later(days=7)


@pytest.mark.parametrize("change", ["capacity", "risk", "recipient"])
def test_a_change_that_was_named_raises_a_task_once(cast: Cast, case: Case, change: str) -> None:
    made = talk(cast, case, revisit_when=[change])
    first = records.revisit_on(case, change, later(hours=1), cast.bea)
    assert first is not None
    assert (first.kind, first.owner, first.about_id) == ("consent_revisit", cast.alice, made.id)
    assert records.revisit_on(case, change, later(hours=2), cast.bea) is None


def test_a_change_that_was_not_named_raises_none(cast: Cast, case: Case) -> None:
    talk(cast, case, revisit_when=["risk"])
    assert records.revisit_on(case, "recipient", later(hours=1), cast.bea) is None
    assert records.revisit_on(make_case(cast), "risk", later(hours=1), cast.bea) is None


def test_a_change_of_the_facts_is_noticed_where_it_is_recorded(cast: Cast, case: Case) -> None:
    """Judging harm or capacity anew opens the task that the person asked for; other facts do not."""
    talk(cast, case, revisit_when=["risk", "capacity"])
    judged: dict[str, Any] = {"account": cast.bea, "case": case}
    operations.facts_record(**judged, facts={"safe_to_inform": "false"}, now=later(hours=1))
    assert Task.objects.filter(note__startswith="The risk").count() == 0
    operations.facts_record(**judged, facts={"harm": "serious"}, now=later(hours=2))
    assert Task.objects.filter(note__startswith="The risk").count() == 1
    operations.facts_record(**judged, facts={"harm": "serious"}, now=later(hours=3))
    assert Task.objects.filter(note__startswith="The risk").count() == 1
    operations.facts_record(**judged, facts={"capacity": "lacks"}, now=later(hours=4))
    assert Task.objects.filter(note__contains="ability").count() == 1


def test_a_recipient_who_was_not_agreed_to_is_noticed(cast: Cast, case: Case) -> None:
    talk(cast, case, revisit_when=["recipient"])
    assert records.revisit_on_recipient(case, "housing", later(hours=1), cast.alice) is None
    assert records.revisit_on_recipient(case, "police", later(hours=1), cast.alice) is not None


def test_not_yet_asked_is_a_task_to_ask(cast: Cast, case: Case) -> None:
    talk(cast, case, {"position": "unknown"})
    assert Task.objects.get(case=case).kind == "consent_ask"


def test_a_conversation_does_every_waiting_task_to_ask(cast: Cast, case: Case) -> None:
    """Also one that a decision opened, which is about a disclosure."""
    waiting = open_task(
        agency=case.agency, case=case, kind="consent_ask", owner=cast.alice, now=NOW
    )
    talk(cast, case)
    waiting.refresh_from_db()
    assert waiting.done_by == cast.alice
    assert Task.objects.waiting().filter(case=case).count() == 1
