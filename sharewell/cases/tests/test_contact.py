"""How people are reached: the plan in versions, its review, and a manager's leave to ask without one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.cases import queries
from sharewell.cases.models import Case, SafeContact, Task
from sharewell.cases.operations import contact_accept, safe_contact_record
from sharewell.cases.operations.contact import PlanStands
from sharewell.cases.safety import ContactPlan, plan_of, read
from sharewell.cases.tests.told import LATER, open_case
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
PLAN = ContactPlan(
    ways=[
        {"channel": "text", "address": "07700 900123", "safe": "true"},
        {"channel": "phone", "address": "01632 960177", "safe": "false"},
    ],
    when="listed",
    windows=[{"days": [0, 1, 2, 3, 4], "from": "10:00", "to": "12:00"}],
    code_word="Bluebell",
    must_not_know=[{"name": "Ray Mill", "relation": "partner"}],
    never="Never say who rings",
    no_letters=True,
    interpreter="Polish, through the advocacy service",
    meeting_place="the library",
    cover="The optician",
    agreed_by="Alice",
    agreed_on=NOW.date(),
)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def record(cast: Cast, case: Case, plan: ContactPlan = PLAN, **more: Any) -> SafeContact:
    return safe_contact_record(account=cast.alice, case=case, now=LATER, plan=plan, **more)


def test_a_plan_is_kept_whole_and_the_version_before_stays_readable(cast: Cast, case: Case) -> None:
    first = record(cast, case)
    record(cast, case, ContactPlan(how="By her sister"))
    assert plan_of(SafeContact.objects.get(pk=first.pk)) == plan_of(first)
    assert plan_of(first).as_json() == {**PLAN.as_json(), "review_on": "2026-12-18"}
    assert [each.how for each in queries.safe_contacts(case)] == ["By her sister", ""]
    lines = list(case.chronology.filter(section="contact").order_by("line"))
    assert [each.text for each in lines[-2:]] == [
        "A safe contact plan was recorded.",
        "The safe contact plan was changed.",
    ]
    assert "Bluebell" not in "".join(each.text for each in lines)


def test_recipients_are_told_the_plan_and_never_the_code_word(cast: Cast, case: Case) -> None:
    record(cast, case)
    fields = queries.known_fields(case)
    assert fields["subject.safe_contact"].text == (
        "by text to 07700 900123; in person at the library; weekdays 10:00 to 12:00; interpreter: Polish, "
        "through the advocacy service; leave no message; must not know: Ray Mill (husband or partner)"
    )
    assert fields["risk.unsafe_actions"].text == (
        "Never say who rings. No letters; not by phone to 01632 960177"
    )
    assert "Bluebell" not in "".join(entry.text for entry in fields.values())


def test_one_task_brings_the_plan_back_on_its_review_day(cast: Cast, case: Case) -> None:
    """In the time zone of the agency; a new version does the task that waited."""
    record(cast, case)
    record(cast, case, ContactPlan(how="x", review_on=date(2026, 12, 1)))
    first, second = Task.objects.filter(case=case, kind="safe_contact_check").order_by(
        "opened_at", "due_at"
    )
    waits = [task for task in (first, second) if task.done_at is None]
    assert len(waits) == 1
    assert waits[0].due_at.isoformat() == "2026-12-01T09:00:00+00:00"
    assert waits[0].owner == case.owner


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ways", {"ways": [{"channel": "pigeon", "address": "", "safe": "true"}]}),
        ("ways", {"ways": [{"channel": "text", "address": "1", "safe": "perhaps"}]}),
        ("windows", {"windows": [{"days": [], "from": "10:00", "to": "12:00"}]}),
        ("windows", {"windows": [{"days": [7], "from": "10:00", "to": "12:00"}]}),
        ("windows", {"windows": [{"days": [1], "from": "12:00", "to": "10:00"}]}),
        ("windows", {"windows": [{"days": [1], "from": "ten", "to": "12:00"}]}),
        ("when", {"windows": []}),
        ("when", {"when": "any"}),
        ("must_not_know", {"must_not_know": [{"name": "Ray", "relation": "boss of all"}]}),
        ("must_not_know", {"must_not_know": [{"name": "", "relation": ""}]}),
        ("review_on", {"review_on": NOW.date() - timedelta(days=1)}),
        ("agreed_on", {"agreed_on": NOW.date() + timedelta(days=2)}),
        ("agreed_by", {"agreed_by": ""}),
    ],
)
def test_a_plan_that_no_gate_could_read_is_refused(
    cast: Cast, case: Case, field: str, changes: dict[str, Any]
) -> None:
    wrong = ContactPlan(**{**PLAN.as_columns(), **changes})
    with pytest.raises(Invalid) as refused:
        record(cast, case, wrong)
    assert field in refused.value.errors
    assert not SafeContact.objects.exists()


def test_a_boundary_of_the_person_is_a_prohibition_of_the_plan() -> None:
    assert read(PLAN, denied=["email"]).never == {"letter", "email"}


def test_a_manager_accepts_contact_without_a_plan_for_some_hours(cast: Cast, case: Case) -> None:
    before = Entry.objects.count()
    leave = contact_accept(account=cast.bea, case=case, now=LATER, reason="She is alone tonight.")
    assert Entry.objects.count() == before + 1
    assert leave.until == LATER + timedelta(hours=72)
    assert queries.contact_leave(case, LATER + timedelta(hours=71)) == leave
    assert queries.contact_leave(case, leave.until) is None
    assert queries.contact_leave(case, LATER - timedelta(seconds=1)) is None


def test_only_a_manager_or_lead_of_the_circle_accepts_with_a_reason_and_without_a_plan(
    cast: Cast, case: Case
) -> None:
    for account, refusal in ((cast.alice, NotAllowed), (cast.olu, NotFound), (cast.ada, NotFound)):
        with pytest.raises(refusal):
            contact_accept(account=account, case=case, now=LATER, reason="x")
    with pytest.raises(Invalid):
        contact_accept(account=cast.bea, case=case, now=LATER, reason=" ")
    record(cast, case)
    with pytest.raises(PlanStands):
        contact_accept(account=cast.bea, case=case, now=LATER, reason="x")


def test_the_banners_of_many_cases_cost_as_many_queries_as_of_one(
    cast: Cast, case: Case, django_assert_num_queries: Any
) -> None:
    cases = [case, *(open_case(cast) for _ in range(4))]
    record(cast, cases[1])
    record(cast, cases[1], ContactPlan(how="By her sister"))
    contact_accept(account=cast.bea, case=cases[2], now=LATER, reason="x")
    with django_assert_num_queries(2):
        found = queries.reaches(cases, LATER)
    assert [each.plan.how if each.plan else None for each in found] == [
        None,
        "By her sister",
        None,
        None,
        None,
    ]
    assert [bool(each.leave) for each in found] == [False, False, True, False, False]


@pytest.mark.django_db(transaction=True)
def test_plans_in_words_keep_their_words_when_the_tables_change() -> None:
    """What no gate can check counts as not known to be safe."""
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    named = next(key for key in executor.loader.graph.nodes if key[1].endswith("_safe_contact"))
    before = [
        key for key in executor.loader.disk_migrations[named].dependencies if key[0] == "cases"
    ]
    try:
        executor.migrate(before)
        whole = [*before, *executor.loader.graph.leaf_nodes("agencies")]
        old = executor.loader.project_state(whole).apps
        agency = old.get_model("agencies", "Agency").objects.create(
            name="A", slug="a", jurisdiction="england"
        )
        account = old.get_model("agencies", "Account").objects.create(
            email="a@example.org", name="A", agency=agency
        )
        person = old.get_model("cases", "Person").objects.create(
            agency=agency, name="N", subject_kind="adult"
        )
        case = old.get_model("cases", "Case").objects.create(
            agency=agency,
            person=person,
            reference="R",
            owner=account,
            manager=account,
            opened_at=NOW,
        )
        old.get_model("cases", "SafeContact").objects.create(
            case=case,
            channel="Her mobile",
            number="07700 900123",
            must_not_know="Her brother",
            recorded_at=NOW,
            recorded_by=account,
        )
        executor = MigrationExecutor(connection)
        executor.migrate(latest)
        kept = SafeContact.objects.get()
        assert (kept.how, kept.when, kept.ways) == ("Her mobile, 07700 900123", "unknown", [])
        assert kept.must_not_know == [{"name": "Her brother", "relation": ""}]
        assert not read(plan_of(kept)).in_time(NOW)
    finally:
        MigrationExecutor(connection).migrate(latest)
