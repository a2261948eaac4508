"""What was said by telephone is confirmed in writing within its clock, by the same message on paper."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sharewell import packs
from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Agency, Sealed
from sharewell.cases.models import Task
from sharewell.disclosures import confirming
from sharewell.disclosures.models import Delivery, Disclosure
from sharewell.disclosures.operations import acknowledgement_record, confirmation_record
from sharewell.disclosures.tests.stage import make_desk, make_sent
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sent(cast: Cast, now: datetime) -> Disclosure:
    return make_sent(cast, now, make_desk(email=""), recipient_role="childrens_social_care")


def rang(cast: Cast, sent: Disclosure, at: datetime, how: str = "phone") -> None:
    acknowledgement_record(
        account=cast.alice,
        disclosure_id=sent.pk,
        how=how,
        contact="01632 960100",
        name="Dee Desk",
        said="Told all of it; they go today.",
        role="duty worker",
        at=at,
        now=at,
    )


def handed_over(cast: Cast, sent: Disclosure, moment: datetime, **changes: Any) -> Delivery:
    given = {"name": "Dee Desk", "role": "duty worker", "contact": "Front desk"}
    whole = {**given, "account": cast.alice, "at": moment, "now": moment, **changes}
    return confirmation_record(disclosure_id=sent.pk, **whole)


def test_who_rang_has_the_task_to_confirm_it_by_the_clock_of_the_place(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    rang(cast, sent, now + HOUR)
    task = Task.objects.get(kind="confirm_in_writing")
    assert (task.owner, task.about_id) == (cast.alice, sent.pk)
    assert packs.clocks()["csc.written"].within.amount == 24
    assert task.due_at == now + 25 * HOUR, "from the call, not from the sending"


@pytest.mark.parametrize(
    ("role", "clock"),
    [("childrens_social_care", "us.ca.child"), ("adult_social_care", "us.ca.elder")],
)
def test_each_place_has_its_own_clock(
    cast: Cast, sent: Disclosure, now: datetime, role: str, clock: str
) -> None:
    Agency.objects.filter(pk=cast.agency.pk).update(
        jurisdiction="us", state="us-ca", time_zone="America/Los_Angeles"
    )
    Disclosure.objects.update(recipient_role=role)
    found = Disclosure.objects.select_related("agency").get()
    by = confirming.due(found, now)
    if clock == "us.ca.child":
        assert by == now + 36 * HOUR
    else:  # two working days from a Friday end on a Tuesday
        assert by == datetime(2026, 11, 25, 1, tzinfo=UTC)  # five in the afternoon there


def test_where_no_clock_is_known_the_task_has_its_own(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    Disclosure.objects.update(recipient_role="housing")
    assert confirming.due(Disclosure.objects.get(), now) == now + 24 * HOUR


def test_a_task_that_waits_already_is_not_doubled(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    confirming.ask(disclosure=sent, account=cast.alice, called_at=now, now=now)
    rang(cast, sent, now + HOUR)
    assert Task.objects.get(kind="confirm_in_writing").due_at == now + 25 * HOUR


@pytest.mark.parametrize("channel", ["inbox", "portal_link", "webhook", "print"])
def test_what_has_arrived_in_writing_needs_no_other_writing(
    cast: Cast, sent: Disclosure, now: datetime, channel: str
) -> None:
    sent.deliveries.create(channel=channel, state="done", next_at=now, done_at=now)
    rang(cast, sent, now + HOUR)
    assert not Task.objects.filter(kind="confirm_in_writing").exists()


def test_a_link_that_is_only_on_its_way_is_no_writing_yet(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    sent.deliveries.create(channel="portal_link", state="waiting", next_at=now)
    rang(cast, sent, now + HOUR)
    assert Task.objects.filter(kind="confirm_in_writing").exists()


def test_paper_that_was_taken_is_the_writing(cast: Cast, sent: Disclosure, now: datetime) -> None:
    rang(cast, sent, now + HOUR, how="print")
    assert not Task.objects.filter(kind="confirm_in_writing").exists()


def test_handed_over_it_is_done_with_who_took_it_as_evidence_once(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    rang(cast, sent, now + HOUR)
    first = handed_over(cast, sent, now + 2 * HOUR)
    again = handed_over(cast, sent, now + 3 * HOUR, name="Somebody else")
    assert (first.pk, first.state, first.done_at) == (again.pk, "done", now + 2 * HOUR)
    task = Task.objects.get(kind="confirm_in_writing")
    assert (task.done_at, task.done_by) == (now + 2 * HOUR, cast.alice)
    (kept,) = Sealed.objects.filter(name="confirmation")
    assert json.loads(bytes(kept.content))["name"] == "Dee Desk"
    lines = sent.case.chronology.filter(about_id=sent.pk, text__startswith="Confirmed in writing")
    assert lines.count() == 1


@pytest.mark.parametrize(
    "changes", [{"name": " "}, {"role": ""}, {"at": HOUR}, {"at": -HOUR}], ids=str
)
def test_what_is_not_whole_or_not_true_is_refused(
    cast: Cast, sent: Disclosure, now: datetime, changes: dict[str, Any]
) -> None:
    if "at" in changes:
        changes = {"at": now + changes["at"]}
    with pytest.raises(Invalid) as caught:
        handed_over(cast, sent, now, **changes)
    assert set(caught.value.errors) == set(changes)
    assert not sent.deliveries.filter(channel="print").exists()


def test_outside_the_circle_nothing_is_confirmed(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    with pytest.raises(NotFound):
        handed_over(cast, sent, now, account=cast.stranger)
    Disclosure.objects.update(state="draft")
    with pytest.raises(NotFound):
        handed_over(cast, sent, now)
