"""The emergency route: nothing that is missing stops the essentials, and what was skipped has a clock."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from sharewell import packs
from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.agencies.models import Duty, RoleHeld
from sharewell.cases import catalogues as cases
from sharewell.cases import queries, records
from sharewell.cases.models import Case, Task
from sharewell.cases.records import Known
from sharewell.core import emergency
from sharewell.core.faults import PackError
from sharewell.core.policy import Policy
from sharewell.disclosures import catalogues, operations
from sharewell.disclosures import queries as queries_of
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.operations.emergency import (
    IsTheSource,
    NotARecipient,
    NotLate,
)
from sharewell.disclosures.tests.world import World
from sharewell.ledger.models import Entry
from sharewell.testing import put_on_duty

pytestmark = pytest.mark.django_db

ESSENTIALS = {
    "subject.current_location": "Kitchen, 4 Mill Lane",
    "risk.immediate": "She is being hit now",
    "source.identity": "Her partner, there now",
    "ask": "Attend now",
}


@pytest.fixture
def world() -> World:
    return World()


def send(world: World, case: Case | None = None, **more: object) -> Disclosure:
    given = {
        "account": world.cast.alice,
        "case": case or world.case,
        "form_key": uuid.uuid4(),
        "essentials": ESSENTIALS,
        "now": world.now,
        "recipient": world.cast.police,
        **more,
    }
    return operations.emergency_send(**given)


def test_the_essentials_go_when_nothing_else_was_recorded(world: World) -> None:
    """No consent, no facts, no reasons, no agreement: sent, Tier 1, to be acknowledged in ten minutes."""
    before = Entry.objects.count()
    sent = send(world)
    assert Entry.objects.count() == before + 1
    assert sent.state == "sent"
    assert sent.route == "emergency"
    assert (sent.decision or {})["tier"] == 1
    assert b"Mill Lane" in bytes(sent.message_bytes or b"")
    assert b"help is coming" not in bytes(sent.message_bytes or b"")
    assert sent.ack_due_at == world.now + timedelta(minutes=10)


def test_what_was_skipped_becomes_a_task_with_a_clock(world: World) -> None:
    """The sender is asked for the reasons afterwards; writing them down closes the task."""
    sent = send(world)
    task = Task.objects.get(about_id=sent.pk, kind="emergency_record")
    assert task.owner == world.cast.alice
    assert task.due_at <= world.now + timedelta(hours=24)
    assert "why the person was not asked" in task.note
    texts = dict.fromkeys(
        ["rationale", "proportionality", "consent_reason", "outcome_intended", "inform_plan"],
        "Written afterwards.",
    )
    world.wait(hours=2)
    operations.emergency_complete(
        account=world.cast.alice, disclosure_id=sent.pk, texts=texts, now=world.now
    )
    task.refresh_from_db()
    assert task.done_at == world.now
    sent.refresh_from_db()
    assert sent.completed_at == world.now


def test_the_same_form_sends_once(world: World) -> None:
    """A double click at two in the morning is one message."""
    key = uuid.uuid4()
    first = send(world, form_key=key)
    before = Entry.objects.count()
    assert send(world, form_key=key) == first
    assert Entry.objects.count() == before
    assert Disclosure.objects.filter(case=world.case).count() == 1


def unusable(jurisdiction: str, state: str | None = None) -> Policy:
    """The policy that stands where the packs cannot be used."""
    return emergency.policy(
        jurisdiction, state, PackError("rules-uk.yaml", "x", "when", "is wrong")
    )


def unreadable(*_: object, **__: object) -> object:
    """A disk that gives nothing."""
    raise OSError


@pytest.mark.parametrize("policy", [unusable, unreadable])
def test_it_is_sent_when_the_packs_cannot_be_read(
    world: World, monkeypatch: pytest.MonkeyPatch, policy: object
) -> None:
    """A broken pack stops no Tier 1 emergency message, and its clock is still ten minutes."""
    monkeypatch.setattr(packs, "policy", policy)
    monkeypatch.setattr(packs, "parse", unreadable)
    for reads in ("sharewell.cases.catalogues.shaped", "sharewell.disclosures.catalogues.shaped"):
        monkeypatch.setattr(reads, unreadable)
    for kept in (cases.task_kinds, catalogues._deciding):
        kept.cache_clear()
    sent = send(world)
    assert sent.state == "sent"
    assert b"Mill Lane" in bytes(sent.message_bytes or b"")
    assert sent.ack_due_at == world.now + timedelta(minutes=10)
    assert Task.objects.filter(about_id=sent.pk, kind="emergency_record").exists()


def test_a_person_whose_name_is_not_known_yet_gets_a_case_and_a_message(world: World) -> None:
    """The concern is raised in the same step; the name may follow."""
    key = uuid.uuid4()
    case = operations.emergency_start(
        account=world.cast.alice, form_key=key, now=world.now, place="Bus station, stand 4"
    )
    assert case.person.name == "Not known yet"
    assert case.concerns.get().concern.immediate_danger
    again = operations.emergency_start(account=world.cast.alice, form_key=key, now=world.now)
    assert again == case
    sent = send(world, case=case)
    assert sent.state == "sent"
    send(world, case=case, essentials={"subject.name": "Nora Finch"})
    case.person.refresh_from_db()
    assert case.person.name == "Nora Finch"


def test_nobody_on_duty_is_no_obstacle(world: World) -> None:
    """With no rota and no lead the case opens in the hands of the one who is there."""
    Duty.objects.all().delete()
    RoleHeld.objects.exclude(account=world.cast.alice).delete()
    case = operations.emergency_start(
        account=world.cast.alice, form_key=uuid.uuid4(), now=world.now, name="Nora Finch"
    )
    assert case.owner == world.cast.alice
    assert send(world, case=case).state == "sent"


def test_the_call_is_logged_once_with_number_time_taker_and_reference(world: World) -> None:
    """What was skipped stays blank; the reference travels with the message."""
    given = {
        "account": world.cast.alice,
        "case": world.case,
        "number": "999",
        "called_at": world.now - timedelta(minutes=2),
        "call_taker": "Jo",
        "incident_reference": "4471",
        "said": "",
        "form_key": uuid.uuid4(),
        "now": world.now,
    }
    call = operations.emergency_call_log(**given)
    assert operations.emergency_call_log(**given) == call
    sent = send(world)
    assert b"4471" in bytes(sent.message_bytes or b"")


def test_what_is_too_long_is_cut_for_the_message_and_kept_in_the_case(world: World) -> None:
    """Nobody shortens a text while somebody is in danger; the end of it stands in the timeline."""
    long = f"{'He has a knife. ' * 200}The baby is upstairs."
    sent = send(
        world,
        essentials={"risk.immediate": long},
        recipient=None,
        recipient_role="police",
        recipient_name=f"{'Control room ' * 30}desk nine",
    )
    assert b"He has a knife." in bytes(sent.message_bytes or b"")
    kept = " ".join(world.case.chronology.values_list("text", flat=True))
    assert "The baby is upstairs." in kept
    assert "desk nine" in kept
    case = operations.emergency_start(
        account=world.cast.alice,
        form_key=uuid.uuid4(),
        now=world.now,
        name=f"{'Nora ' * 500}Finch",
        what=long,
        place=long,
    )
    kept = " ".join(case.chronology.values_list("text", flat=True))
    assert kept.count("The baby is upstairs.") == 2
    assert "Finch" in kept


def test_a_call_is_logged_whatever_was_typed(world: World) -> None:
    """Too long is cut and kept; a time that lies ahead gives way to now, and the log says so."""
    call = operations.emergency_call_log(
        account=world.cast.alice,
        case=world.case,
        number="999 " * 30,
        called_at=world.now + timedelta(hours=3),
        call_taker="Jo " * 100,
        incident_reference="R" * 120 + "-END",
        said="They come. " * 500 + "Door code 1234.",
        form_key=uuid.uuid4(),
        now=world.now,
    )
    assert call.called_at == world.now
    assert "lies ahead" in call.said
    kept = " ".join(world.case.chronology.values_list("text", flat=True))
    assert "-END" in kept
    assert "Door code 1234." in kept


def test_the_alleged_source_and_a_landlord_never_receive_it(world: World) -> None:
    """Immediate danger opens the way to those who can act, and to nobody else."""
    with pytest.raises(NotARecipient):
        send(world, recipient=None, recipient_role="family_carer", recipient_name="Her partner")
    assert not Disclosure.objects.filter(case=world.case).exists()


@pytest.mark.parametrize(
    ("name", "recorded"),
    [
        ("Joe Bloggs", "Joe Bloggs"),
        ("JOE  BLÖGGS", "Joe Bloggs, her partner, 45"),
        ("Joe Bloggs (off duty)", "her partner Joe Bloggs"),
    ],
)
def test_one_named_as_the_source_never_receives_it_whatever_they_are_said_to_be(
    world: World, name: str, recorded: str
) -> None:
    """The name recorded for who the danger comes from is compared, capitals and accents aside."""
    essentials = {**ESSENTIALS, "source.identity": recorded}
    to: dict[str, Any] = {
        "recipient": None,
        "recipient_role": "police",
        "recipient_name": name,
    }
    with pytest.raises(IsTheSource):
        send(world, essentials=essentials, **to)
    world.know(source__identity=recorded)
    with pytest.raises(IsTheSource):
        send(world, essentials={"source.identity": ""}, **to)
    assert not Disclosure.objects.filter(case=world.case).exists()


def test_one_whom_the_sender_says_to_be_the_source_never_receives_it(world: World) -> None:
    with pytest.raises(IsTheSource) as refused:
        send(
            world,
            recipient=None,
            recipient_role="police",
            recipient_name="PC Grey",
            alleged_source=True,
        )
    assert "Ring the emergency number" in refused.value.sentence


def test_a_service_that_is_only_spoken_of_receives_it(world: World) -> None:
    """The comparison of names stops no service for a word that both have."""
    sent = send(
        world,
        essentials={"source.identity": "A man known to the police"},
        recipient=None,
        recipient_role="police",
        recipient_name="Police",
    )
    assert sent.state == "sent"


def test_a_recipient_outside_the_directory_is_rung(world: World) -> None:
    """Role and name are enough; the sender is given the number to ring."""
    sent = send(
        world,
        recipient=None,
        recipient_role="emergency_services",
        recipient_name="Ambulance control",
        recipient_contact="01632 960999",
    )
    assert sent.deliveries.get().channel == "phone"


def test_unacknowledged_after_ten_minutes_the_on_call_manager_is_paged_once(world: World) -> None:
    """Sent never means that help is coming."""
    sent = send(world)
    with pytest.raises(NotLate):
        operations.emergency_page(disclosure_id=sent.pk, now=world.now)
    world.wait(minutes=10)
    assert operations.emergency_page(disclosure_id=sent.pk, now=world.now) == world.cast.sam
    before = Entry.objects.count()
    assert operations.emergency_page(disclosure_id=sent.pk, now=world.now) == world.cast.sam
    assert Entry.objects.count() == before
    assert Task.objects.get(about_id=sent.pk, kind="emergency_unacknowledged").done_at is None
    assert sent.deliveries.filter(channel="page").exists()


def test_where_nobody_else_can_be_told_the_record_says_so_and_what_to_do(world: World) -> None:
    """A page to the sender alone tells nobody: it is written plainly, with the numbers to ring."""
    sent = send(world)
    Duty.objects.all().delete()
    RoleHeld.objects.exclude(account=world.cast.alice).delete()
    world.wait(minutes=10)
    paged = operations.emergency_page(disclosure_id=sent.pk, now=world.now)
    assert paged == world.cast.alice
    line = world.case.chronology.order_by("-line").first()
    task = Task.objects.get(about_id=sent.pk, kind="emergency_unacknowledged")
    shown = queries_of.record(viewer=world.cast.alice, disclosure_id=sent.pk, now=world.now)
    assert line is not None
    for text in (line.text, task.note, shown.paged):
        assert "Nobody else could be told" in text
        assert "01632 960100" in text, "the recipient's number"
        assert "01632 960001" in text, "the duty number of the agency"
        assert "Outside the agency ring Downshire Police" in text


def test_a_sender_who_is_on_call_themself_is_not_the_one_paged(world: World) -> None:
    """Where anybody else can be told, they are; and the record says nothing of nobody."""
    Duty.objects.all().delete()
    put_on_duty(world.cast.alice, "on_call_manager")
    sent = send(world)
    world.wait(minutes=10)
    assert operations.emergency_page(disclosure_id=sent.pk, now=world.now) == world.cast.sam
    shown = queries_of.record(viewer=world.cast.alice, disclosure_id=sent.pk, now=world.now)
    assert shown.paged == ""


def test_without_on_call_or_lead_the_manager_on_duty_is_paged(world: World) -> None:
    sent = send(world)
    Duty.objects.filter(kind="on_call_manager").delete()
    RoleHeld.objects.filter(role__in=["safeguarding_lead", "governance_lead"]).delete()
    world.wait(minutes=10)
    assert operations.emergency_page(disclosure_id=sent.pk, now=world.now) == world.cast.bea


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("stranger", NotFound), ("olu", NotFound), ("ada", NotFound), ("gita", NotFound)],
)
def test_only_the_circle_sends(world: World, who: str, refusal: type[Exception]) -> None:
    """The emergency route opens no case to anybody who may not know of it."""
    with pytest.raises(refusal):
        send(world, account=getattr(world.cast, who))


def test_one_without_casework_cannot_start_one(world: World) -> None:
    """An administrator opens no case."""
    with pytest.raises(NotAllowed):
        operations.emergency_start(account=world.cast.ada, form_key=uuid.uuid4(), now=world.now)


def test_what_was_recorded_before_keeps_how_it_is_known(world: World) -> None:
    """The page comes filled in; what nobody changed on it stays as its observer recorded it."""
    seen = Known(field="concern.observed", text="A bruise on the arm.", kind="observed")
    records.record_fields(case=world.case, entries=[seen], now=world.now, by=world.cast.bea)
    send(world, essentials={**ESSENTIALS, "concern.observed": "A bruise on the arm."})
    kept = queries.known_fields(world.case)["concern.observed"]
    assert (kept.kind, kept.recorded_by) == ("observed", world.cast.bea)


def test_what_was_emptied_on_the_page_does_not_go(world: World) -> None:
    world.know(source__identity="Dan Quill, 45")
    sent = send(world, essentials={**ESSENTIALS, "source.identity": ""})
    assert b"Dan Quill" not in bytes(sent.message_bytes or b"")
    assert b"Mill Lane" in bytes(sent.message_bytes or b"")


def test_what_was_typed_about_a_case_known_already_is_kept_once(world: World) -> None:
    """Whoever names a case on the first screen loses none of what they typed beside it."""
    given = {"account": world.cast.alice, "now": world.now, "case": world.case}
    before = Entry.objects.count()
    for _ in range(2):
        case = operations.emergency_start(
            form_key=uuid.uuid4(), what="He has a knife.", place="The yard", **given
        )
    assert case == world.case
    known = queries.known_fields(world.case)
    assert known["risk.immediate"].text == "He has a knife."
    assert known["subject.current_location"].text == "The yard"
    assert Entry.objects.count() == before + 1
