"""Telling the person is a task with an owner and a clock; where it is not safe it waits, and comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Invalid, NotFound
from sharewell.cases.models import ChronologyEntry, Task
from sharewell.cases.operations import safe_contact_record
from sharewell.cases.safety import ContactPlan
from sharewell.disclosures import operations
from sharewell.disclosures.models import Disclosure, Informing
from sharewell.disclosures.operations.inform import NotSent
from sharewell.disclosures.tests.world import AGREED, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World()
    world.facts(harm="concern", others_at_risk="none", undue_influence="false")
    world.talk(AGREED, covers_recipients=["housing"], covers_purposes=["housing_stability"])
    return world


@pytest.fixture
def sent(world: World) -> Disclosure:
    return world.send(world.draft("housing_stability", "housing"))


def done(world: World, sent: Disclosure, **more: Any) -> Informing:
    given = {
        "account": world.cast.alice,
        "disclosure_id": sent.pk,
        "whom": "person",
        "words_said": "Told her at the day centre; she is glad.",
        "told_at": world.now,
        "how": "meeting",
        "despite": "She asked to hear it there, alone.",
        "now": world.now,
        **more,
    }
    return operations.inform_done(**given)


def defer(world: World, sent: Disclosure, **more: Any) -> Informing:
    given = {
        "account": world.cast.alice,
        "disclosure_id": sent.pk,
        "whom": "person",
        "reason": "He is there all week.",
        "until": world.now + timedelta(days=3),
        "now": world.now,
        **more,
    }
    return operations.inform_defer(**given)


def test_telling_closes_the_task_and_stays_on_record(world: World, sent: Disclosure) -> None:
    before = Entry.objects.count()
    done(world, sent)
    assert Entry.objects.count() == before + 1
    assert not Task.objects.filter(about_id=sent.pk, kind="inform_person", done_at=None).exists()
    assert ChronologyEntry.objects.filter(about_id=sent.pk, section="contact").exists()


def test_putting_it_off_has_a_reason_and_a_date_that_comes_back(
    world: World, sent: Disclosure
) -> None:
    before = Entry.objects.count()
    defer(world, sent)
    assert Entry.objects.count() == before + 1
    task = Task.objects.get(about_id=sent.pk, kind="inform_person", done_at=None)
    assert task.due_at == world.now + timedelta(days=3)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until": timedelta(days=8)}, "until"),
        ({"until": timedelta(0)}, "until"),
        ({"reason": ""}, "reason"),
        ({"whom": "neighbour"}, "whom"),
    ],
)
def test_it_is_not_put_off_for_ever(
    world: World, sent: Disclosure, change: dict[str, Any], field: str
) -> None:
    if isinstance(change.get("until"), timedelta):
        change = {"until": world.now + change["until"]}
    with pytest.raises(Invalid) as refused:
        defer(world, sent, **change)
    assert field in refused.value.errors


def test_nobody_was_told_in_the_future(world: World, sent: Disclosure) -> None:
    with pytest.raises(Invalid):
        done(world, sent, told_at=world.now + timedelta(hours=1))


def test_what_was_not_sent_is_not_told(world: World) -> None:
    draft = world.draft("housing_stability", "housing")
    with pytest.raises(NotSent):
        done(world, draft)


@pytest.mark.parametrize("who", ["stranger", "olu", "ada", "pat"])
def test_outsiders_record_nothing(world: World, sent: Disclosure, who: str) -> None:
    for act in (done, defer):
        with pytest.raises(NotFound):
            act(world, sent, account=getattr(world.cast, who))


PLAN = ContactPlan(
    ways=[{"channel": "text", "address": "07700 900123", "safe": "true"}],
    when="any",
    no_letters=True,
    must_not_know=[{"name": "Ray Quill", "relation": "parent"}],
)


def test_telling_against_the_plan_is_recorded_only_with_the_reason(
    world: World, sent: Disclosure
) -> None:
    """It is done, so it is not refused; the plan's reason stands beside the question."""
    safe_contact_record(account=world.cast.alice, case=world.case, now=world.now, plan=PLAN)
    assert done(world, sent, how="text", despite="").despite == ""
    with pytest.raises(Invalid) as asked:
        done(world, sent, how="letter", despite=" ")
    assert "Not by letter: the plan forbids letters." in asked.value.errors["despite"][0]
    told = done(world, sent, how="letter", despite="It was handed over at the clinic.")
    assert (told.how, told.despite) == ("letter", "It was handed over at the clinic.")


def test_telling_the_family_is_held_against_who_must_not_know(
    world: World, sent: Disclosure
) -> None:
    safe_contact_record(account=world.cast.alice, case=world.case, now=world.now, plan=PLAN)
    with pytest.raises(Invalid) as asked:
        done(world, sent, whom="family", how="phone", despite="")
    assert "Ray Quill (parent) must not know." in asked.value.errors["despite"][0]


def test_the_plan_travels_to_professionals_as_the_handling_note(world: World) -> None:
    """Whom not to tell and what not to use stand on the message; nothing is refused to them."""
    world.know(subject__safe_contact="Her mobile")
    safe_contact_record(account=world.cast.alice, case=world.case, now=world.now, plan=PLAN)
    sent = world.send(world.draft("housing_stability", "housing"))
    message = sent.message
    assert message
    assert message["do_not_tell"] == ["Ray Quill (parent)"]
    assert message["do_not_use"] == ["letter"]
