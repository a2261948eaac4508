"""A correction is a new version that points at the old: decided again, acknowledged anew, both in the record."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.agencies.access import Invalid, NotFound
from sharewell.cases.models import Task
from sharewell.disclosures import corrected, queries
from sharewell.disclosures.models import Acknowledgement, Correction, Disclosure
from sharewell.disclosures.operations import (
    disclosure_acknowledge,
    disclosure_correct,
    disclosure_open_by_partner,
    disclosure_recall,
)
from sharewell.disclosures.operations.correct import CorrectedBefore
from sharewell.disclosures.tests.world import AGREED, World
from sharewell.followup.clocks import clocks_run
from sharewell.testing import sign_in

pytestmark = pytest.mark.django_db
RIGHT = "The bruise was on the right arm."


@pytest.fixture
def world() -> World:
    world = World()
    world.facts(harm="concern", others_at_risk="none", undue_influence="false")
    partners = ["adult_social_care", "police"]
    world.talk(AGREED, covers_purposes=["protection_planning"], covers_recipients=partners)
    return world


@pytest.fixture
def sent(world: World) -> Disclosure:
    return world.send(world.draft("protection_planning", "adult_social_care"))


def field_of(sent: Disclosure) -> str:
    """A field that the message told and that somebody recorded."""
    return next(each.field for each in corrected.told(sent) if each.field.startswith("concern."))


def correct(world: World, sent: Disclosure, **more: object) -> Disclosure:
    given = {"right": {field_of(sent): RIGHT}, "leave_out": [], "reason": "Misheard.", **more}
    return disclosure_correct(
        account=world.cast.alice, disclosure_id=sent.pk, now=world.now, **given
    )


def test_the_new_version_goes_to_the_same_recipient_and_says_what_it_replaces(
    world: World, sent: Disclosure
) -> None:
    world.wait(hours=1)
    new = correct(world, sent)
    assert (new.recipient, new.purpose, new.state) == (sent.recipient, sent.purpose, "draft")
    with pytest.raises(Invalid):
        world.edit(new, recipient=world.desk("police").pk)
    new = world.send(new)
    assert RIGHT in str(new.message)
    assert (new.message or {})["heading"]["replaces"].startswith("the message of ")
    made = Correction.objects.get()
    assert [(row["after"]) for row in made.changed if row["after"] == RIGHT] == [RIGHT]
    assert "correct" in sent.case.chronology.filter(about_id=sent.pk).latest("line").text


def test_the_recipient_acknowledges_anew_and_reads_what_changed_in_both(
    client: Client, world: World, sent: Disclosure
) -> None:
    desk = world.desk("adult_social_care").staff.get()
    disclosure_open_by_partner(account=desk, disclosure_id=sent.pk, now=world.now)
    disclosure_acknowledge(account=desk, disclosure_id=sent.pk, now=world.now)
    new = world.send(correct(world, sent))
    assert not Acknowledgement.objects.filter(disclosure=new).exists()
    assert new.ack_due_at
    sign_in(client, desk)
    old_page = client.get(reverse("inbox_message", args=[sent.pk])).content.decode()
    new_page = client.get(reverse("inbox_message", args=[new.pk])).content.decode()
    assert "replaces this one" in old_page
    assert "This corrects an earlier message" in new_page
    assert RIGHT in old_page
    assert "Misheard." not in old_page + new_page


def test_nobody_is_chased_for_what_was_replaced(world: World, sent: Disclosure) -> None:
    new = world.send(correct(world, sent))
    world.wait(days=20)
    clocks_run(world.now)
    chased = Task.objects.filter(kind="acknowledgement_chase").values_list("about_id", flat=True)
    assert set(chased) == {new.pk}


def test_what_should_not_have_been_told_is_left_out(world: World, sent: Disclosure) -> None:
    field = field_of(sent)
    new = world.send(correct(world, sent, right={}, leave_out=[field]))
    assert field not in {part["field"] for part in (new.message or {})["fields"]}
    assert "" in [row["after"] for row in Correction.objects.get().changed]


def test_others_who_were_told_the_same_are_listed(world: World, sent: Disclosure) -> None:
    """Of the same case alone, and not any more once corrected or recalled there."""
    other = world.send(world.draft("protection_planning", "police"))
    new = correct(world, sent)

    def listed(about: Disclosure) -> list[Disclosure]:
        alice = world.cast.alice
        return list(queries.record(viewer=alice, disclosure_id=about.pk, now=world.now).elsewhere)

    new = world.send(new)
    assert listed(new) == listed(sent) == [other]
    disclosure_recall(
        account=world.cast.alice,
        disclosure_id=other.pk,
        reason="Wrong desk.",
        aware_at=world.now,
        now=world.now,
    )
    assert listed(new) == []


def test_one_correction_at_a_time_and_of_the_newest(world: World, sent: Disclosure) -> None:
    new = correct(world, sent)
    assert correct(world, sent, reason="Again.") == new
    new = world.send(new)
    with pytest.raises(CorrectedBefore):
        correct(world, sent)
    assert correct(world, new, right={field_of(new): "Both arms."})


def test_a_correction_says_what_is_right_and_why(
    world: World, sent: Disclosure, now: datetime
) -> None:
    with pytest.raises(Invalid):
        correct(world, sent, reason=" ")
    with pytest.raises(Invalid):
        correct(world, sent, right={"consent.position": "Agreed"})
    with pytest.raises(NotFound):
        disclosure_correct(
            account=world.cast.stranger,
            disclosure_id=sent.pk,
            right={},
            leave_out=[],
            reason="",
            now=now,
        )


def test_the_form_leads_to_the_new_version(client: Client, world: World, sent: Disclosure) -> None:
    sign_in(client, world.cast.alice)
    address = reverse("disclosure_correct", args=[sent.pk])
    assert "It said:" in client.get(address).content.decode()
    number = [each.field for each in corrected.told(sent)].index(field_of(sent)) + 1
    done = client.post(address, {f"right_{number}": RIGHT, "reason": "Misheard."})
    assert done["Location"] == reverse("disclosure_preview", args=[Correction.objects.get().new_id])
