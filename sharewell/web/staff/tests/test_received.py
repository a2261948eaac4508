"""The pages on which what another agency told us comes into a case: kept while typed, and no hint of other cases."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import Case, CaseRead, NotSame
from sharewell.disclosures.models import Disclosure, InformationReceived
from sharewell.disclosures.operations import disclosure_recall
from sharewell.disclosures.tests.taking import lines, take, their_case, to_birch
from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def sent(world: World) -> Disclosure:
    return to_birch(world)


def page(world: World, sent: Disclosure) -> str:
    client = sign_in(Client(), world.cast.olu)
    return client.get(reverse("received_take", args=[sent.pk])).content.decode()


def post(world: World, sent: Disclosure, **fields: str) -> str:
    client = sign_in(Client(), world.cast.olu)
    given = {"form_key": str(uuid.uuid4()), "seen": "", **fields}
    response = client.post(reverse("received_take", args=[sent.pk]), given)
    return response.get("Location", "") or response.content.decode()


def seen(case: Case) -> dict[str, str]:
    return {"seen": str(case.pk)}


def test_a_case_of_the_same_name_is_offered_and_no_case_of_others(
    world: World, sent: Disclosure
) -> None:
    """Alder Care has a case of this very person: Birch Homes is shown its own alone."""
    assert world.case.reference not in page(world, sent)
    case = their_case(world.cast, world.now)
    shown = page(world, sent)
    assert case.reference in shown
    assert world.case.reference not in shown
    where = post(world, sent, where=str(case.pk), **seen(case))
    assert where == reverse("chronology_list", args=[case.pk])
    assert len(lines(case)) == 1


def test_a_reference_that_is_not_theirs_answers_as_one_that_is_none(
    world: World, sent: Disclosure
) -> None:
    asked = {"where": "other", "reference": world.case.reference}
    hidden = post(world, sent, **asked)
    nothing = post(world, sent, **{**asked, "reference": "AAAA-AAAA"})
    for said in (hidden, nothing):
        assert "No case of yours has this reference." in said
    assert not InformationReceived.objects.exists()


def test_somebody_who_may_be_known_is_asked_about_before_a_concern_is_raised(
    world: World, sent: Disclosure
) -> None:
    case = their_case(world.cast, world.now, "Tom Quill")
    new = {"where": "new", "name": "Tom Quill", "kind": "adult", "danger": "false"}
    assert "You may have a case about them" in post(world, sent, **new)
    assert not InformationReceived.objects.exists()
    post(world, sent, **new, **seen(case))
    made = InformationReceived.objects.get()
    assert made.case != case
    assert NotSame.objects.filter(one__in=[case, made.case], other__in=[case, made.case]).exists()


def test_danger_leads_to_the_emergency_steps(world: World, sent: Disclosure) -> None:
    new = {"where": "new", "name": "Tom Quill", "kind": "child", "danger": "true"}
    where = post(world, sent, **new)
    assert where == reverse("emergency_start", args=[InformationReceived.objects.get().case_id])


def test_the_inbox_tells_where_it_is_to_those_who_read_that_case_alone(
    world: World, sent: Disclosure
) -> None:
    """And nothing at all once its sender took it back."""
    case = their_case(world.cast, world.now)
    take(world, sent, case)
    message = reverse("inbox_message", args=[sent.pk])
    client = sign_in(Client(), world.cast.olu)
    assert case.reference in client.get(message).content.decode()
    Case.objects.filter(pk=case.pk).update(owner=world.cast.alice)
    case.circle.update(left_at=world.now)
    assert case.reference not in client.get(message).content.decode()
    disclosure_recall(
        account=world.cast.alice,
        disclosure_id=sent.pk,
        reason="Meant for another desk.",
        aware_at=world.now,
        now=world.now,
    )
    assert client.get(reverse("received_take", args=[sent.pk])).status_code == 404


@pytest.mark.parametrize("name", ["received_record", "request_receive"])
def test_what_is_typed_is_kept_for_its_writer(world: World, name: str) -> None:
    field = {"received_record": "text", "request_receive": "asked"}[name]
    client = sign_in(Client(), world.cast.alice)
    draft = reverse("draft_save", args=[name, world.case.pk])
    assert client.post(draft, {field: "Half a sentence"}).status_code == 200
    address = reverse(name, args=[world.case.pk])
    shown = client.get(address).content.decode()
    assert "Half a sentence" in shown
    assert f'hx-post="{draft}"' in shown
    other = sign_in(Client(), world.cast.bea).get(address).content.decode()
    assert "Half a sentence" not in other


def test_a_request_about_nobody_is_kept_while_typed_and_gone_once_taken_down(world: World) -> None:
    client = sign_in(Client(), world.cast.alice)
    address = reverse("request_receive")
    client.post(reverse("draft_save", args=["request_receive"]), {"asked": "Half a sentence"})
    assert "Half a sentence" in client.get(address).content.decode()
    given = {"kind": "police", "who": "PC Lamb", "about": "Nell", "asked": "Where?"}
    given |= {"purpose": "immediate_safety", "form_key": str(uuid.uuid4())}
    at = {"day": "1", "month": "2", "year": "2025", "time": "10:00"}
    given |= {f"received_at_{part}": value for part, value in at.items()}
    assert client.post(address, given).status_code == 302
    assert "Half a sentence" not in client.get(address).content.decode()


def test_to_choose_the_case_notes_one_read_of_it(world: World, sent: Disclosure) -> None:
    case = their_case(world.cast, world.now)
    before = CaseRead.objects.filter(case=case).count()
    post(world, sent, where=str(case.pk), **seen(case))
    assert CaseRead.objects.filter(case=case).count() == before + 1
