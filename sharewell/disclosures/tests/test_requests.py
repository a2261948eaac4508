"""Requests to us: nothing is confirmed, nothing goes unchecked, a power is a fact, and each has its clock."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Sealed
from sharewell.cases.models import Case, Task
from sharewell.disclosures import queries, requests
from sharewell.disclosures.models import InformationRequest
from sharewell.disclosures.operations import (
    request_answer,
    request_check,
    request_link,
    request_receive,
    request_refuse,
)
from sharewell.disclosures.operations.requests import Asked, NotChecked, NotLinked, RequestDecided
from sharewell.disclosures.tests.world import World
from sharewell.followup.clocks import clocks_run
from sharewell.testing import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def receive(world: World, case: Case | None = None, **more: Any) -> InformationRequest:
    given: dict[str, Any] = {
        "kind": "police",
        "who": "PC Lamb, missing persons",
        "about": "Nell Quill",
        "asked": "Does she stay with you?",
        "purpose": "immediate_safety",
        "received_at": world.now,
        "function": world.desk("police").pk,
        **more,
    }
    return request_receive(
        account=world.cast.alice,
        asked=Asked(**given),
        case=case,
        form_key=uuid.uuid4(),
        now=world.now,
    )


def check(
    world: World, made: InformationRequest, said: str = "0100 200, the desk sergeant"
) -> None:
    given = {"account": world.cast.alice, "request_id": made.pk, "now": world.now}
    request_check(**given, how="called_back", said=said)


def refuse(world: World, made: InformationRequest, **more: Any) -> InformationRequest:
    given = {"neither": False, "reasons": "No power, and no need.", "written": False, **more}
    return request_refuse(account=world.cast.sam, request_id=made.pk, now=world.now, **given)


def act(world: World, made: InformationRequest) -> dict[str, Any]:
    return {"account": world.cast.sam, "request_id": made.pk, "now": world.now}


def desk_with(world: World, number: str) -> None:
    desk = world.desk("police")
    desk.phone = number
    desk.save()


def test_a_request_has_a_decider_a_task_and_a_clock_by_its_kind(world: World) -> None:
    """Sooner where they need it sooner; a line of the timeline, without a power said so."""
    made = receive(world, world.case)
    assert made.due_at == world.now + timedelta(hours=requests.kinds()["police"].hours)
    task = Task.objects.get(kind="request_decide")
    assert (task.owner, task.due_at, task.case) == (world.cast.sam, made.due_at, world.case)
    assert "citing no power" in world.case.chronology.get(about_id=made.pk).text
    soon = world.now + timedelta(hours=2)
    assert receive(world, needed_by=soon).due_at == soon
    assert receive(world, kind="court").decider == world.cast.gita


def test_the_same_words_whether_or_not_there_is_a_case(client: Client, world: World) -> None:
    """What may be said stands on both pages alike, and holds no name."""
    sign_in(client, world.cast.sam)
    pages = [
        client.get(reverse("request_detail", args=[receive(world, case).pk])).content.decode()
        for case in (world.case, None)
    ]
    said = requests.words("taken")
    assert all(said in page for page in pages)
    assert "neither confirm nor deny" in said


def test_the_one_who_took_it_down_does_not_learn_that_it_was_linked(world: World) -> None:
    """Outside the circle a linked request is gone, like one that never was theirs."""
    stranger = world.cast.stranger
    made = request_receive(
        account=stranger,
        asked=Asked(
            kind="police",
            who="PC Lamb",
            about="Nell Quill",
            asked="Where is she?",
            purpose="immediate_safety",
            received_at=world.now,
        ),
        case=None,
        form_key=uuid.uuid4(),
        now=world.now,
    )
    assert queries.request(viewer=stranger, request_id=made.pk, now=world.now).case is None
    request_link(**act(world, made), reference=world.case.reference.lower())
    with pytest.raises(NotFound):
        queries.request(viewer=stranger, request_id=made.pk, now=world.now)


def test_nothing_goes_before_identity_is_checked(world: World) -> None:
    made = receive(world, world.case)
    with pytest.raises(NotChecked):
        request_answer(**act(world, made))


@pytest.mark.parametrize(
    ("contact", "said"),
    [("0770 000 000", "0770000000, he answered"), ("", "0999 111"), ("", "I know his voice")],
)
def test_the_number_they_gave_or_another_than_the_directorys_shows_nothing(
    world: World, contact: str, said: str
) -> None:
    desk_with(world, "0100 200")
    made = receive(world, world.case, contact=contact)
    with pytest.raises(Invalid):
        check(world, made, said)
    check(world, made)


@pytest.mark.parametrize(
    ("kind", "power", "fact"),
    [
        ("police", "", "informal_request"),
        ("police", "They say they must.", "informal_request"),
        ("board", "Care Act 2014 s.45", "statutory_request"),
        ("board", "", "informal_request"),
        ("court", "Order of 3 November", "court_order"),
    ],
)
def test_the_answer_is_an_ordinary_disclosure_with_the_fact_of_the_power(
    world: World, kind: str, power: str, fact: str
) -> None:
    """A demand without a power is an ordinary request, whoever makes it."""
    desk_with(world, "0100 200")
    made = receive(world, world.case, kind=kind, power=power, fields=["concern.reason"])
    check(world, made)
    new = request_answer(**act(world, made))
    assert new.facts == {"legal_demand": fact}
    assert (new.state, new.case, new.recipient, new.purpose) == (
        "draft",
        world.case,
        made.function,
        "immediate_safety",
    )
    assert new.extra_fields == ["concern.reason"]
    assert request_answer(**act(world, made)) == new
    assert not Task.objects.waiting().filter(kind="request_decide").exists()
    with pytest.raises(RequestDecided):
        refuse(world, made)


def test_without_a_case_there_is_nothing_to_answer_with(world: World) -> None:
    desk_with(world, "0100 200")
    made = receive(world)
    check(world, made)
    with pytest.raises(NotLinked):
        request_answer(**act(world, made))
    with pytest.raises(Invalid):
        request_link(**act(world, made), reference="NONE-SUCH")


def test_a_refusal_has_reasons_in_writing_where_the_law_asks(world: World) -> None:
    made = receive(world, world.case, kind="board", power="Care Act 2014 s.45")
    with pytest.raises(Invalid) as refused:
        refuse(world, made)
    assert set(refused.value.errors) == {"written"}
    with pytest.raises(Invalid):
        refuse(world, made, reasons=" ", written=True)
    assert refuse(world, made, written=True).in_writing_at == world.now


def test_where_refusing_tells_too_much_only_neither_is_said(world: World) -> None:
    """Nobody linked; or an agency under VAWA (V20)."""
    with pytest.raises(Invalid) as refused:
        refuse(world, receive(world))
    assert set(refused.value.errors) == {"neither"}
    agency = world.case.agency
    agency.regimes = ["vawa"]
    agency.save()
    made = receive(world, world.case)
    with pytest.raises(Invalid):
        refuse(world, made)
    assert refuse(world, made, neither=True).state == "neither"


def test_only_the_decider_or_a_lead_decides(world: World, now: datetime) -> None:
    made = receive(world, world.case)
    with pytest.raises(NotAllowed):
        request_refuse(
            account=world.cast.alice,
            request_id=made.pk,
            neither=True,
            reasons="No.",
            written=False,
            now=now,
        )


def test_a_request_about_nobody_we_know_is_forgotten_in_time(world: World) -> None:
    """Its words, and what its evidence had sealed; the entries stand."""
    made = refuse(world, receive(world), neither=True)
    kept = refuse(world, receive(world, world.case))
    clocks_run(world.now + requests.kept_for() - timedelta(minutes=1))
    made.refresh_from_db()
    assert made.about == "Nell Quill"
    clocks_run(world.now + requests.kept_for() + timedelta(minutes=1))
    made.refresh_from_db()
    kept.refresh_from_db()
    assert "Nell" not in made.about + made.who + made.asked
    assert kept.about == "Nell Quill"
    sealed = Sealed.objects.filter(name=f"request_{made.pk.hex}")
    assert all(b"Nell" not in bytes(each.content) for each in sealed)


def test_the_list_is_for_leads_and_names_nobody(client: Client, world: World) -> None:
    receive(world, world.case)
    sign_in(client, world.cast.sam)
    listed = client.get(reverse("request_list")).content.decode()
    assert "The police" in listed
    assert "Nell" not in listed
    with pytest.raises(NotAllowed):
        queries.requests(viewer=world.cast.alice, now=world.now)


def test_the_form_takes_a_request_down(client: Client, world: World) -> None:
    sign_in(client, world.cast.alice)
    address = reverse("request_receive")
    assert client.post(address, {"who": "PC Lamb"}).status_code == 422
    local = world.now
    done = client.post(
        address,
        {
            "form_key": str(uuid.uuid4()),
            "kind": "police",
            "who": "PC Lamb",
            "about": "Somebody",
            "asked": "Do you know her?",
            "purpose": "immediate_safety",
            "received_at_day": local.day,
            "received_at_month": local.month,
            "received_at_year": local.year,
            "received_at_time": "00:01",
        },
    )
    made = InformationRequest.objects.get()
    assert done["Location"] == reverse("request_detail", args=[made.pk])
    assert client.get(done["Location"]).status_code == 200
