"""Clocks: each fires once, however often, late or early the runner looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from sharewell.agencies.models import Account, Duty
from sharewell.cases.catalogues import task_kinds
from sharewell.cases.models import Case, Task
from sharewell.cases.operations import witness_ask
from sharewell.cases.records import join_circle, open_task
from sharewell.cases.tests.told import raise_concern
from sharewell.disclosures.models import Acknowledgement, Disclosure, Opening, Referral
from sharewell.disclosures.operations import disclosure_recall
from sharewell.disclosures.tests.stage import make_case, make_desk, make_sent
from sharewell.followup import queries
from sharewell.followup.clocks import clocks_run
from sharewell.followup.operations import acknowledgement_chase, task_escalate
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_account, make_cast, put_on_duty

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast, now: datetime) -> Case:
    return make_case(cast, now)


def acknowledge(sent: Disclosure, at: datetime) -> None:
    opening = Opening.objects.create(disclosure=sent, name="Dee", role="Duty", at=at)
    Acknowledgement.objects.create(disclosure=sent, opening=opening, name="Dee", role="Duty", at=at)


def entries(kind: str) -> int:
    return sum(kind.encode() in bytes(entry.data) for entry in Entry.objects.all())


def waiting(kind: str) -> list[Account]:
    return [task.owner for task in Task.objects.waiting().filter(kind=kind)]


def test_a_message_not_acknowledged_in_time_is_chased_by_its_sender_once(
    cast: Cast, case: Case, now: datetime
) -> None:
    make_sent(cast, now, cast.police, case=case)
    clocks_run(now + 4 * HOUR - MINUTE)
    assert not Task.objects.exists()
    for _ in range(3):
        clocks_run(now + 4 * HOUR)
    assert waiting("acknowledgement_chase") == [cast.alice]
    assert entries("acknowledgement.late") == 1


def test_a_chase_that_is_late_goes_up_its_ladder_and_not_as_a_late_task(
    cast: Cast, case: Case, now: datetime
) -> None:
    make_sent(cast, now, cast.police, case=case)
    for later in (4 * HOUR, 9 * HOUR, 4 * DAY, 4 * DAY, 7 * DAY):
        clocks_run(now + later)
    assert waiting("escalation_step") == [cast.bea], "a working day, then two more"
    assert waiting("acknowledgement_chase") == [cast.alice], "the sender keeps the task"
    chases = Task.objects.filter(kind="acknowledgement_chase").values("pk")
    assert not Task.objects.filter(kind="task_late", about_id__in=chases).exists()


def test_what_was_acknowledged_or_withdrawn_is_not_chased(cast: Cast, now: datetime) -> None:
    acknowledge(make_sent(cast, now, cast.police), now + HOUR)
    withdrawn = make_sent(cast, now, cast.police)
    Disclosure.objects.filter(pk=withdrawn.pk).update(state="stopped")
    clocks_run(now + 900 * DAY)
    assert not Task.objects.filter(kind="acknowledgement_chase").exists()


def test_one_acknowledged_between_the_look_and_the_act_is_not_chased(
    cast: Cast, now: datetime
) -> None:
    sent = make_sent(cast, now, cast.police)
    found = list(queries.unacknowledged(now + DAY))
    acknowledge(sent, now + HOUR)
    assert acknowledgement_chase(disclosure_id=found[0], now=now + DAY) is None
    assert not Task.objects.exists()


def test_an_emergency_not_acknowledged_pages_the_on_call_manager_by_task_and_neutral_mail(
    cast: Cast, case: Case, now: datetime
) -> None:
    sent = make_sent(
        cast, now, cast.police, case=case, route="emergency", ack_due_at=now + 10 * MINUTE
    )
    clocks_run(now + 9 * MINUTE)
    assert not Task.objects.exists()
    for _ in range(3):
        clocks_run(now + 10 * MINUTE)
    assert waiting("emergency_unacknowledged") == [cast.sam]
    assert sent.deliveries.get(channel="page").address == cast.sam.email
    assert entries("emergency.paged") == 1
    assert not Task.objects.filter(kind="acknowledgement_chase").exists()


def test_a_late_task_goes_up_to_the_on_call_manager_who_may_then_read_the_case(
    cast: Cast, case: Case, now: datetime
) -> None:
    task = open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=now)
    clocks_run(task.due_at)
    assert not waiting("task_late"), "due at the very moment is still in time"
    clocks_run(task.due_at + MINUTE)
    up = Task.objects.get(kind="task_late")
    assert (up.owner, up.about_id, up.case) == (cast.sam, task.id, case)
    assert Case.objects.visible_to(cast.sam, task.due_at + HOUR).filter(pk=case.pk).exists()
    task.refresh_from_db()
    assert task.escalated_at == task.due_at + MINUTE
    line = case.chronology.latest("line")
    assert (line.section, line.recorded_by) == ("action", None)
    assert "Sam Lead takes it up." in line.text


def test_two_who_found_the_same_late_task_take_it_up_once(
    cast: Cast, case: Case, now: datetime
) -> None:
    task = open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=now)
    late = task.due_at + MINUTE
    assert task_escalate(task_id=task.id, now=late) is not None
    assert task_escalate(task_id=task.id, now=late) is None
    Task.objects.filter(pk=task.pk).update(escalated_at=None, done_at=late)
    assert task_escalate(task_id=task.id, now=late) is None
    assert Task.objects.filter(kind="task_late").count() == entries("task.escalated") == 1


def test_a_late_task_never_goes_up_to_its_owner_nor_to_one_whom_the_concern_is_about(
    cast: Cast, case: Case, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    about_gita = {cast.gita.pk}
    monkeypatch.setattr("sharewell.cases.records.conflicted", lambda _case: about_gita)
    open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.sam, now=now)
    clocks_run(now + 90 * DAY)
    assert waiting("task_late") == [cast.bea], "past its owner, and past Gita"
    monkeypatch.undo()
    open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.sam, now=now)
    clocks_run(now + 90 * DAY)
    assert cast.gita in waiting("task_late"), "who comes first where it is not about her"


def test_with_nobody_else_inside_the_owner_is_told_whom_to_ring(
    cast: Cast, case: Case, now: datetime
) -> None:
    make_sent(cast, now, cast.police, case=case)
    Duty.objects.all().delete()
    others = Account.objects.filter(agency=cast.agency).exclude(pk=cast.alice.pk)
    others.update(is_active=False)
    task = open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=now)
    up = task_escalate(task_id=task.id, now=now + 90 * DAY)
    assert up is not None
    assert (up.kind, up.owner) == ("task_late", cast.alice)
    assert up.note.startswith("Nobody in this agency can take this. Ring ")
    clocks_run(now + 90 * DAY)
    assert waiting("acknowledgement_chase") == [cast.alice]


def test_what_is_late_about_staff_goes_past_them_their_team_and_the_witness(
    cast: Cast, now: datetime
) -> None:
    """Bea, of the team of the one it names, is on call; a witness is chased by who looks after it."""
    put_on_duty(cast.bea, "on_call_manager", rank=0)
    closed = raise_concern(cast, now=now, about_staff=[cast.stranger]).allegation.case
    asked = witness_ask(
        account=cast.sam, case=closed, now=now, question="What?", witness=cast.alice
    )
    for task in Task.objects.waiting():
        up = task_escalate(task_id=task.pk, now=now + 90 * DAY)
        assert up is not None
        expected = cast.sam if task.about_id == asked.pk else cast.gita
        assert up.owner == expected, task.kind


def test_an_allegation_that_nobody_could_take_is_taken_up_by_the_runner(
    cast: Cast, now: datetime
) -> None:
    everybody = [cast.stranger, cast.sam, cast.gita]
    closed = raise_concern(cast, now=now, about_staff=everybody).allegation.case
    clocks_run(now)
    assert not closed.circle.exists()
    new = make_account("Nia New", cast.agency, "governance_lead", in_team=False)
    clocks_run(now)
    clocks_run(now)
    assert closed.circle.get().account == new


def test_a_task_done_or_put_off_is_not_late(cast: Cast, case: Case, now: datetime) -> None:
    done, put_off = (
        open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=now)
        for _ in range(2)
    )
    Task.objects.filter(pk=done.pk).update(done_at=now)
    Task.objects.filter(pk=put_off.pk).update(due_at=now + 10 * DAY)
    clocks_run(now + 9 * DAY)
    assert not waiting("task_late")
    clocks_run(now + 11 * DAY)
    assert len(waiting("task_late")) == 1


def test_the_date_to_go_back_about_consent_is_a_task_that_goes_up_when_it_passes(
    cast: Cast, case: Case, now: datetime
) -> None:
    open_task(
        agency=cast.agency, case=case, kind="consent_revisit", owner=cast.alice, now=now,
        due_at=now + 30 * DAY,
    )  # fmt: skip
    clocks_run(now + 31 * DAY)
    assert waiting("consent_revisit") == [cast.alice]
    assert waiting("task_late") == [cast.sam]


def test_a_question_not_decided_in_its_limit_is_passed_on_once_for_each_limit(
    cast: Cast, case: Case, now: datetime
) -> None:
    asked = make_sent(cast, now, cast.police, case=case, state="referred")
    referral = Referral.objects.create(
        disclosure=asked, decider_role="safeguarding_lead", decider=cast.sam, deputy=cast.bea,
        referred_at=now, referred_by=cast.alice, due_at=now + HOUR, question="x",
    )  # fmt: skip
    clocks_run(now + HOUR - MINUTE)
    referral.refresh_from_db()
    assert referral.passed_on_at is None
    for _ in range(3):
        clocks_run(now + HOUR)
    passed_on = Referral.objects.get()
    assert (passed_on.passed_on_at, passed_on.deputy) == (now + HOUR, cast.bea)
    assert entries("referral.passed_on") == 1
    for _ in range(3):
        clocks_run(now + 2 * HOUR)
    assert Referral.objects.get().deputy == cast.gita
    assert entries("referral.passed_on") == 2


def test_the_review_date_of_a_decision_not_to_share_opens_it_again_once(
    cast: Cast, case: Case, now: datetime
) -> None:
    held = make_sent(cast, now, cast.police, case=case, state="not_shared", review_at=now + 3 * DAY)
    clocks_run(now + 2 * DAY)
    assert not held.reopened_as.exists()
    for _ in range(3):
        clocks_run(now + 3 * DAY)
    assert held.reopened_as.get().state == "draft"
    assert entries("disclosure.reopened") == 1


JUMPS = (
    [0, 5],  # one jump forward
    [3650],  # ten years at once
    [1, 0, 2, 1, 5, 0],  # back and forth
    [0.01 * step for step in range(0, 300, 7)],  # a clock that runs
)


@pytest.mark.parametrize("days", JUMPS, ids=["days", "ten-years", "back-and-forth", "running"])
def test_a_moved_clock_fires_each_exactly_once(
    cast: Cast, case: Case, now: datetime, days: list[float]
) -> None:
    make_sent(cast, now, cast.police, case=case)
    make_sent(cast, now, make_desk(), case=case, route="emergency", ack_due_at=now + 10 * MINUTE)
    make_sent(cast, now, make_desk(), case=case, state="not_shared", review_at=now + DAY)
    for day in days:
        clocks_run(now + day * DAY)
    for kind in ("acknowledgement.late", "emergency.paged", "disclosure.reopened"):
        assert entries(kind) == 1, kind


def test_the_runner_reads_ids_and_never_a_message(
    cast: Cast, now: datetime, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _ in range(5):
        acknowledge(make_sent(cast, now, cast.police), now)
    clocks_run(now + 900 * DAY)  # takes the nightly look of that day
    with django_assert_max_num_queries(28) as asked:  # type: ignore[attr-defined]
        clocks_run(now + 900 * DAY)
    assert not any("message" in query["sql"] for query in asked.captured_queries)


def test_a_breach_that_nobody_assesses_or_reports_goes_up(cast: Cast, now: datetime) -> None:
    """First who it endangers, in a quarter of an hour; then the assessment; then the report, by its legal clock."""
    sent = make_sent(cast, now, cast.police)
    given = {"account": cast.alice, "disclosure_id": sent.pk, "now": now}
    disclosure_recall(**given, reason="Wrong desk.", aware_at=now)
    clocks_run(now + timedelta(minutes=16))
    clocks_run(now + timedelta(hours=25))
    late = Task.objects.filter(kind="task_late").values_list("note", flat=True)
    labels = task_kinds()
    assert {labels["recall_judge"].label, labels["breach_assess"].label} <= set(late)


def test_a_late_task_of_a_restricted_case_goes_up_to_the_lead_inside(
    cast: Cast, case: Case, now: datetime
) -> None:
    other = make_account("Olga Oncall", cast.agency, "manager")
    put_on_duty(other, "on_call_manager", rank=0)
    join_circle(case=case, account=cast.sam, relation="safeguarding_lead", now=now)
    Case.objects.filter(pk=case.pk).update(restrictions=["high_profile"])
    task = open_task(agency=case.agency, kind="consent_ask", owner=cast.alice, now=now, case=case)
    up = task_escalate(task_id=task.pk, now=now + 30 * DAY)
    assert up is not None
    assert up.owner == cast.sam
    assert not Case.objects.visible_to(other, now + 30 * DAY).exists()
