"""Digests: to whom, when, how often, and that they say how much and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from sharewell.agencies.access import Invalid
from sharewell.agencies.models import Absence, Account
from sharewell.cases.models import Case, Task
from sharewell.cases.records import open_task
from sharewell.cases.tests.told import open_case
from sharewell.followup.digesting import digests_due, digests_make
from sharewell.followup.models import Digest
from sharewell.followup.operations import digest_attempt, digest_choose, digest_settle
from sharewell.followup.operations.digest import ATTEMPTS, LEASE
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
HOME = "https://here.example/home/"
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """Mary's case; what the concern asked of people is done, and Alice has one late task."""
    case = open_case(cast, now=NOW)
    Task.objects.update(done_at=NOW)
    open_task(agency=cast.agency, kind="consent_ask", owner=cast.alice, now=NOW, case=case)
    return case


def send(now: datetime) -> list[str]:
    """Make and send what is due; the addresses that were written to."""
    mail.outbox.clear()
    digests_make(now)
    digests_due(lambda: now, address=HOME)
    return sorted(each.to[0] for each in mail.outbox)


def to(*accounts: Account) -> list[str]:
    """Their addresses."""
    return sorted(each.email for each in accounts)


def test_by_default_those_with_tasks_are_told_once_a_day_in_the_morning(
    cast: Cast, case: Case
) -> None:
    assert send(MORNING - MINUTE) == []
    assert send(MORNING) == to(cast.alice)
    assert send(MORNING + MINUTE) == []
    assert send(MORNING - HOUR) == []  # a clock that moves back
    assert send(MORNING) == []
    assert send(MORNING + timedelta(days=1)) == to(cast.alice)


def test_it_says_how_much_and_where_and_nothing_else(cast: Cast, case: Case) -> None:
    open_task(
        agency=cast.agency, kind="inform_person", owner=cast.alice, now=MORNING - HOUR, case=case
    )
    send(MORNING)
    (told,) = mail.outbox
    assert told.subject == "What waits for you"
    assert "Late: 1\n" in str(told.body)
    assert "Due until 24 November, 08:00: 1\n" in str(told.body)
    assert HOME in str(told.body)
    for secret in ("Mary", "Mill", case.reference, "consent", "Alder", "concern", "safeguarding"):
        assert secret.casefold() not in f"{told.subject} {told.body}".casefold()


def test_with_nothing_to_say_nothing_is_sent(cast: Cast, case: Case) -> None:
    digest_choose(account=cast.bea, kind="daily", now=NOW)
    assert send(MORNING) == to(cast.alice)
    assert Digest.objects.get(account=cast.bea).state == "nothing"


def test_at_the_end_of_each_shift_for_those_who_chose_it(cast: Cast, case: Case) -> None:
    digest_choose(account=cast.alice, kind="shift", now=NOW)
    assert send(MORNING) == to(cast.alice)  # the shift that ended at half past six
    assert send(MORNING + 6 * HOUR) == []
    assert send(MORNING + 7 * HOUR) == to(cast.alice)  # half past two


def test_those_who_want_none_who_left_and_who_are_away_are_left_alone(
    cast: Cast, case: Case
) -> None:
    for account in (cast.bea, cast.sam, cast.gita):
        open_task(agency=cast.agency, kind="inform_person", owner=account, now=NOW)
    digest_choose(account=cast.bea, kind="none", now=NOW)
    Account.objects.filter(pk=cast.sam.pk).update(is_active=False)
    Absence.objects.create(
        account=cast.gita,
        starts_at=NOW,
        until=MORNING + HOUR,
        recorded_at=NOW,
        recorded_by=cast.ada,
    )
    assert send(MORNING) == to(cast.alice)


def test_one_who_leaves_between_the_making_and_the_sending_is_not_written_to(
    cast: Cast, case: Case
) -> None:
    digests_make(MORNING)
    Account.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert send(MORNING) == []
    assert Digest.objects.get().state == "dropped"


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        (
            "Europe/London",
            datetime(2027, 3, 28, tzinfo=UTC),
            7,
        ),  # the clocks went forward that night
        ("Europe/London", datetime(2027, 10, 31, tzinfo=UTC), 8),  # and back
        ("America/Los_Angeles", datetime(2026, 12, 31, tzinfo=UTC), 16),
        ("Europe/London", datetime(2027, 1, 1, tzinfo=UTC), 8),
    ],
)
def test_morning_is_that_of_the_agency_once_over_changes_of_the_clock_and_the_year(
    cast: Cast, case: Case, zone: str, day: datetime, hour: int
) -> None:
    cast.agency.time_zone = zone
    cast.agency.save()
    moments = [day + HOUR * (hour + off) - MINUTE * ago for off in (-1, 0, 1) for ago in (1, 0)]
    sent = [moment for moment in moments if send(moment)]
    assert sent == [day + HOUR * hour]
    assert Digest.objects.filter(period__startswith=f"{day:%Y-%m-%d}").count() == 1


def test_one_who_is_away_between_the_making_and_the_sending_is_not_written_to(
    cast: Cast, case: Case
) -> None:
    digests_make(MORNING)
    Absence.objects.create(
        account=cast.alice,
        starts_at=MORNING,
        until=MORNING + HOUR,
        recorded_at=MORNING,
        recorded_by=cast.ada,
    )
    assert send(MORNING) == []
    assert Digest.objects.get().state == "dropped"


@pytest.mark.parametrize(
    ("day", "summer"),
    [(datetime(2027, 3, 28, tzinfo=UTC), True), (datetime(2027, 10, 31, tzinfo=UTC), False)],
)
def test_each_shift_is_told_once_on_the_days_on_which_the_clocks_change(
    cast: Cast, case: Case, day: datetime, summer: bool
) -> None:
    digest_choose(account=cast.alice, kind="shift", now=NOW)
    moments = [day + HOUR + 30 * MINUTE * number for number in range(44)]
    sent = [moment for moment in moments if send(moment) or send(moment)]
    local = [day + HOUR * (hour - summer) + 30 * MINUTE for hour in (6, 14, 21)]
    assert sent == local


def test_a_killed_worker_is_taken_over_and_another_sends_no_second(cast: Cast, case: Case) -> None:
    digests_make(MORNING)
    first = digest_attempt(now=MORNING)
    assert first is not None
    assert digest_attempt(now=MORNING + MINUTE) is None
    assert send(MORNING + 3 * MINUTE) == to(cast.alice)
    digest_settle(attempt=first, now=MORNING + 3 * MINUTE, fault="fault")
    assert Digest.objects.get().state == "done"


def test_where_every_worker_is_killed_the_digest_is_given_up_and_the_next_one_comes(
    cast: Cast, case: Case
) -> None:
    digests_make(MORNING)
    for again in range(ATTEMPTS):
        killed = digest_attempt(now=MORNING + LEASE * again)
        assert killed is not None
        assert (killed.number, killed.digest.state) == (again + 1, "waiting")
    last = digest_attempt(now=MORNING + LEASE * ATTEMPTS)
    assert last is not None
    assert last.digest.state == "failed"
    assert Digest.objects.get().state == "failed"
    assert send(MORNING + LEASE * (ATTEMPTS + 1)) == []
    late = digest_settle(attempt=killed, now=MORNING + HOUR)  # it wakes up after all
    assert late.state == "failed"
    assert send(MORNING + timedelta(days=1)) == to(cast.alice)


def test_each_act_leaves_one_entry(cast: Cast, case: Case) -> None:
    before = Entry.objects.count()
    send(MORNING)
    assert Entry.objects.count() == before + 3  # made, attempted, settled
    digest_choose(account=cast.alice, kind="none", now=MORNING)
    digest_choose(account=cast.alice, kind="none", now=MORNING)
    assert Entry.objects.count() == before + 4
    with pytest.raises(Invalid):
        digest_choose(account=cast.alice, kind="hourly", now=MORNING)


def test_a_mail_server_that_fails_is_tried_again(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_arguments: object) -> int:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", down)
        assert send(MORNING) == []
    assert Digest.objects.get().state == "waiting"
    assert send(MORNING + 2 * MINUTE) == to(cast.alice)
