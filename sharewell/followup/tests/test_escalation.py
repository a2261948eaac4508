"""The ladder of escalation: V26 plays out by itself, once, and nobody with a conflict of interest is put on a step."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sharewell import packs
from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Absence, NamedContact
from sharewell.cases.models import Case, Notice, Task, Wall
from sharewell.disclosures.models import Acknowledgement, Delivery, Disclosure, Opening
from sharewell.disclosures.tests.stage import make_case, make_sent
from sharewell.followup import operations, queries
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import Escalation, EscalationStep
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_account, make_cast

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)  # no daylight saving
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def at(day: int, hour: int = 17, minute: int = 0) -> datetime:
    """A moment so many days after that Monday, local time of the partner."""
    return MONDAY.replace(hour=hour, minute=minute) + day * DAY


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, MONDAY)


@pytest.fixture
def sent(cast: Cast, case: Case) -> Disclosure:
    """The packet of Monday at ten, to be acknowledged within one working day."""
    return make_sent(cast, MONDAY, cast.police, case=case, ack_due_at=at(1))


def entries(kind: str) -> int:
    return sum(kind.encode() in bytes(entry.data) for entry in Entry.objects.all())


def on_desks(kind: str = "escalation_step") -> list[str]:
    return [task.owner.name for task in Task.objects.waiting().filter(kind=kind)]


def steps() -> list[tuple[str, str]]:
    return [(each.step, each.holder.name) for each in EscalationStep.objects.order_by("pk")]


def minutes(first: datetime, last: datetime, by: timedelta) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += by


def attempt(escalation: Escalation, account: Any, now: datetime, **changes: Any) -> Escalation:
    given = {
        "how": "phone",
        "whom": "Dee, duty officer",
        "tried_at": now,
        "said": "She will look",
        "result": "will_answer",
        "danger": "same",
        "form_key": uuid.uuid4(),
        **changes,
    }
    return operations.escalation_attempt(
        account=account, escalation_id=escalation.pk, now=now, **given
    )


def test_v26_plays_out_by_itself_each_step_once(cast: Cast, sent: Disclosure) -> None:
    """Monday 10:00 sent; Tuesday 17:00 chased; Wednesday 17:00 stage 1; managers after two more working days."""
    deliveries = Delivery.objects.count()
    for now in minutes(MONDAY, at(21), timedelta(hours=1)):
        for _ in range(2):
            clocks_run(now)
    assert steps() == [
        ("chase", "Alice Practitioner"),
        ("practitioners", "Alice Practitioner"),
        ("managers", "Bea Manager"),
        ("senior", "Sam Lead"),
        ("partnership", "Gita Governance"),
    ]
    reached = list(EscalationStep.objects.order_by("pk").values_list("at", flat=True))
    assert reached == [at(1), at(2), at(4), at(11), at(15)], "Tue, Wed, Fri, Fri week, Tue after"
    assert entries("escalation.rose") == 4
    assert entries("acknowledgement.late") == 1
    assert Disclosure.objects.count() == 1, "the packet is sent to nobody again"
    assert Delivery.objects.count() == deliveries, "nor more widely"


def test_a_bank_holiday_and_a_weekend_are_not_counted(cast: Cast, case: Case) -> None:
    eve = datetime(2026, 12, 24, 10, tzinfo=UTC)  # Thursday; Friday and Monday are holidays
    make_sent(cast, eve, cast.police, case=case, ack_due_at=eve)
    clocks_run(eve)
    assert Escalation.objects.get().next_at == datetime(2026, 12, 29, 17, tzinfo=UTC)


def test_a_runner_that_stood_still_takes_nobodys_time_away(cast: Cast, sent: Disclosure) -> None:
    later = at(7, 12)
    for _ in range(3):
        clocks_run(later)
    assert steps() == [("chase", "Alice Practitioner")]
    assert Escalation.objects.get().next_at == at(8)


def test_two_runners_that_found_the_same_step_take_it_once(cast: Cast, sent: Disclosure) -> None:
    clocks_run(at(1))
    escalation = Escalation.objects.get()
    assert operations.escalation_rise(escalation_id=escalation.pk, now=at(2)) is not None
    assert operations.escalation_rise(escalation_id=escalation.pk, now=at(2)) is None
    assert entries("escalation.rose") == 1


def test_the_chase_does_not_go_up_twice_by_the_ladder_and_as_a_late_task(
    cast: Cast, sent: Disclosure
) -> None:
    for now in (at(1), at(2), at(4), at(5)):
        clocks_run(now)
    assert not Task.objects.filter(kind="task_late").exists()
    assert on_desks() == ["Bea Manager"], "one step waits at a time"
    assert on_desks("acknowledgement_chase") == ["Alice Practitioner"], "the sender keeps the chase"


def test_at_the_top_a_late_step_still_goes_to_somebody(cast: Cast, sent: Disclosure) -> None:
    for now in (at(1), at(2), at(4), at(11), at(15), at(60)):
        clocks_run(now)
    assert Task.objects.filter(kind="task_late").exists()


def test_an_acknowledgement_ends_it_by_itself(cast: Cast, sent: Disclosure) -> None:
    for now in (at(1), at(2), at(4)):
        clocks_run(now)
    opening = Opening.objects.create(disclosure=sent, name="Dee", role="Duty", at=at(4))
    Acknowledgement.objects.create(
        disclosure=sent, opening=opening, name="Dee", role="Duty", at=at(4)
    )
    for _ in range(2):
        clocks_run(at(11))
    ended = Escalation.objects.get()
    assert (ended.ending, ended.step, ended.ended_at) == ("acknowledged", "managers", at(11))
    assert not Task.objects.waiting().filter(kind__startswith="escalation").exists()
    assert entries("escalation.settled") == 1


def test_an_urgent_message_goes_up_in_hours(cast: Cast, case: Case) -> None:
    make_sent(cast, MONDAY, cast.police, case=case, ack_due_at=MONDAY, urgency="urgent")
    for now in minutes(MONDAY, MONDAY + timedelta(hours=8), timedelta(minutes=15)):
        clocks_run(now)
    assert steps()[1:] == [("managers", "Bea Manager"), ("senior", "Sam Lead")]


def test_one_with_a_conflict_of_interest_is_never_put_on_a_step(
    cast: Cast, case: Case, sent: Disclosure
) -> None:
    Wall.objects.create(case=case, account=cast.sam, reason="Named", raised_at=MONDAY)
    for now in minutes(MONDAY, at(21), timedelta(hours=1)):
        clocks_run(now)
    assert "Sam Lead" not in {name for _, name in steps()}
    assert not Case.objects.visible_to(cast.sam, at(21)).exists()


def test_where_nobody_inside_is_free_it_says_whom_to_ring_outside(
    cast: Cast, case: Case, sent: Disclosure
) -> None:
    for account in (cast.bea, cast.sam, cast.gita):
        Wall.objects.create(case=case, account=account, reason="Named", raised_at=MONDAY)
    for now in (at(1), at(2), at(4)):
        clocks_run(now)
    step = EscalationStep.objects.latest("pk")
    assert step.holder == cast.alice
    assert "Ring" in step.outside


def test_one_who_is_away_is_passed_over(cast: Cast, sent: Disclosure) -> None:
    Absence.objects.create(
        account=cast.bea, starts_at=MONDAY, until=at(30), recorded_at=MONDAY, recorded_by=cast.ada
    )
    for now in (at(1), at(2), at(4)):
        clocks_run(now)
    assert steps()[-1] == ("managers", "Sam Lead"), "who is on call"


def test_a_restricted_case_goes_no_further_than_those_inside(
    cast: Cast, case: Case, sent: Disclosure
) -> None:
    case.restrictions = ["allegation"]
    case.save()
    other = make_account("Mo Manager", cast.agency, "manager", in_team=False)
    for now in (at(1), at(2), at(4)):
        clocks_run(now)
    assert steps()[-1] == ("managers", "Bea Manager")
    assert not Case.objects.visible_to(other, at(4)).exists()


def test_an_attempt_asks_whether_the_danger_has_changed(cast: Cast, sent: Disclosure) -> None:
    clocks_run(at(1))
    escalation = Escalation.objects.get()
    with pytest.raises(Invalid) as refused:
        attempt(escalation, cast.alice, at(1, 18), danger="", how="")
    assert set(refused.value.errors) == {"danger", "how"}
    key = uuid.uuid4()
    for _ in range(2):
        attempt(escalation, cast.alice, at(1, 18), form_key=key)
    assert escalation.escalationattempts.count() == escalation.escalationrisks.count() == 1
    assert "She will look" in sent.case.chronology.filter(section="action").order_by("line")[1].text


def test_immediate_danger_skips_every_step(cast: Cast, sent: Disclosure) -> None:
    clocks_run(at(1))
    escalation = Escalation.objects.get()
    for _ in range(2):
        operations.escalation_judge(
            account=cast.alice,
            escalation_id=escalation.pk,
            danger="immediate",
            said="He is at the door",
            form_key=uuid.uuid4(),
            now=at(1, 18),
        )
    assert steps()[1:] == [("danger", "Sam Lead")]
    assert on_desks("escalation_danger") == ["Sam Lead"]
    assert Notice.objects.filter(account=cast.sam).count() == 1
    with pytest.raises(operations.escalation.Moved):
        operations.escalation_early(
            account=cast.alice,
            escalation_id=escalation.pk,
            step="danger",
            why="There is no step above",
            danger="same",
            form_key=uuid.uuid4(),
            now=at(1, 19),
        )
    with pytest.raises(Invalid):
        operations.escalation_end(
            account=cast.alice,
            escalation_id=escalation.pk,
            ending="agreed",
            reason="They come",
            danger="immediate",
            now=at(1, 19),
        )


def test_it_goes_up_early_with_a_reason_and_ends_with_one(cast: Cast, sent: Disclosure) -> None:
    clocks_run(at(1))
    escalation = Escalation.objects.get()
    given: dict[str, Any] = {"account": cast.alice, "escalation_id": escalation.pk, "now": at(2, 9)}
    early = {**given, "step": "chase", "danger": "more", "form_key": uuid.uuid4()}
    with pytest.raises(Invalid):
        operations.escalation_early(**early, why=" ")
    for _ in range(2):
        operations.escalation_early(**early, why="She has a new injury")
    with pytest.raises(operations.escalation.Moved):
        operations.escalation_early(**{**early, "form_key": uuid.uuid4()}, why="Again")
    assert [each for each, _ in steps()] == ["chase", "practitioners"]
    with pytest.raises(Invalid):
        operations.escalation_end(**given, ending="withdrawn", reason="", danger="same")
    with pytest.raises(Invalid):
        operations.escalation_end(**given, ending="acknowledged", reason="No", danger="same")
    operations.escalation_end(**given, ending="agreed", reason="They visit today", danger="same")
    with pytest.raises(operations.escalation.Ended):
        attempt(escalation, cast.alice, at(3))
    assert not Task.objects.waiting().exists()


def test_outside_the_circle_there_is_no_escalation(cast: Cast, sent: Disclosure) -> None:
    clocks_run(at(1))
    for account in (cast.stranger, cast.olu, cast.ada):
        with pytest.raises(NotFound):
            attempt(Escalation.objects.get(), account, at(2))


def test_both_views_of_a_disagreement_are_kept_and_it_climbs_too(
    cast: Cast, sent: Disclosure
) -> None:
    start: dict[str, Any] = {
        "account": cast.alice,
        "disclosure_id": sent.pk,
        "ours": "She was hurt twice in a week",
        "theirs": "Below their threshold",
        "form_key": uuid.uuid4(),
        "now": at(0),
    }
    with pytest.raises(NotFound):
        operations.escalation_start(**start)  # nobody answered: it is chased
    opening = Opening.objects.create(disclosure=sent, name="Dee", role="Duty", at=at(0))
    Acknowledgement.objects.create(
        disclosure=sent, opening=opening, name="Dee", role="Duty", at=at(0)
    )
    sent.answers.create(
        opening=opening, kind="decline", at=at(0), recorded_at=at(0), form_key=uuid.uuid4()
    )
    for _ in range(2):
        made = operations.escalation_start(**start)
    operations.escalation_position(
        account=cast.alice,
        escalation_id=made.pk,
        side="theirs",
        said="They visited in May",
        form_key=uuid.uuid4(),
        now=at(1),
    )
    for now in (at(2), at(9)):
        clocks_run(now)
    assert [each for each, _ in steps()] == ["practitioners", "managers", "senior"]
    ended = operations.escalation_end(
        account=cast.sam,
        escalation_id=made.pk,
        ending="settled",
        reason="They visit jointly",
        danger="same",
        lessons=True,
        now=at(10),
    )
    assert ended.lessons
    kept = list(made.escalationpositions.values_list("side", flat=True))
    assert kept == ["ours", "theirs", "theirs"]


def test_where_the_ladders_cannot_be_read_the_sender_still_chases(
    cast: Cast, sent: Disclosure, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise ValueError

    monkeypatch.setattr(packs, "escalation", lost)
    clocks_run(at(1))
    assert on_desks("acknowledgement_chase") == ["Alice Practitioner"]
    clocks_run(at(4))
    assert Task.objects.filter(kind="task_late").exists(), "and a late chase goes up as before"


def test_the_words_tell_nothing_of_the_case(cast: Cast) -> None:
    """They name the two sides and the day of the message; every slot is one of these."""
    rules = packs.escalation()
    given = dict.fromkeys(("sender", "agency", "to_whom", "sent", "phone"), "X")
    for ladder in rules.ladders.values():
        for step in ladder.steps:
            assert step.words.format(**given)
            assert (step.clock.force, step.clock.source) != ("", "")


def test_the_page_says_whom_to_ring_there_on_this_step_and_whether_they_are_open(
    cast: Cast, now: datetime
) -> None:
    sent = make_sent(cast, now, cast.police, ack_due_at=now)
    clocks_run(now)
    climbing = Escalation.objects.get()
    desk, agency = sent.recipient, cast.police.agency
    for name, title, function, more in (
        ("Ina", "Team manager", desk, {}),
        ("Nat", "Night manager", desk, {"when": "out_of_hours"}),
        ("Cy", "Constable", desk, {}),
        ("Dee", "Duty manager of the force", None, {}),
        ("Old", "Manager", desk, {"ended_at": now}),
    ):
        NamedContact.objects.create(
            agency=agency,
            function=function,
            name=name,
            job_title=title,
            phone="01632 960 1",
            **more,
        )

    def names() -> tuple[list[str], object]:
        shown = queries.escalation(viewer=cast.alice, escalation_id=climbing.pk, now=now)
        return [each.name for each in shown.contacts], shown.reach and shown.reach.open_now

    assert names() == ([], True), "the desk is rung on the first step"
    Escalation.objects.update(step="managers")
    assert names() == (["Ina", "Dee"], True)
