"""The emergency route in pages: ring, log, send; from home in three screens, and nothing blocks it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.models import Duty, RoleHeld
from sharewell.cases.models import Case, Task
from sharewell.disclosures.models import Disclosure, EmergencyCall
from sharewell.disclosures.operations import emergency_page
from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in
from sharewell.web.tests import sharing_stage as stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> World:
    return stage.world()


@pytest.fixture
def alice(client: Client, told: World) -> Client:
    return sign_in(client, told.cast.alice)


def key() -> dict[str, str]:
    return {"form_key": str(uuid.uuid4())}


def test_every_page_leads_to_the_emergency_route(alice: Client, told: World) -> None:
    link = f'href="{reverse("emergency_start")}">Emergency steps'
    for address in (
        reverse("home"),
        reverse("concern_raise"),
        reverse("case_sharing", args=[told.case.pk]),
        reverse("disclosure_record", args=[uuid.uuid4()]),
    ):
        assert link in alice.get(address).content.decode(), address


def test_the_first_screen_says_to_ring_and_what_to_say(alice: Client, told: World) -> None:
    told.know(subject__current_location="12 Mill Lane, back door")
    page = alice.get(reverse("emergency_start", args=[told.case.pk]))
    shown = stage.text_of(page)
    assert 'href="tel:999"' in page.content.decode()
    assert "Ring 999 now" in shown
    for words in ("Alice Practitioner", "Nell Quill", "12 Mill Lane, back door"):
        assert words in shown


def test_three_screens_with_nothing_known_send_a_message(alice: Client, told: World) -> None:
    desk = told.desk("emergency_services")
    second = alice.post(reverse("emergency_start"), key())
    case = Case.objects.exclude(pk=told.case.pk).get()
    assert second["Location"] == reverse("emergency_call_log", args=[case.pk])
    third = alice.post(second["Location"], {**key(), "through": "no"})
    assert third["Location"] == reverse("emergency_send", args=[case.pk])
    assert EmergencyCall.objects.get().said == "Could not get through."
    page = alice.get(third["Location"])
    assert str(desk.pk) == page.context["form"]["recipient"].value(), "somebody is chosen already"
    record = alice.post(third["Location"], {**key(), "recipient": str(desk.pk)})
    sent = Disclosure.objects.get()
    assert record["Location"] == reverse("disclosure_record", args=[sent.pk])
    shown = stage.text_of(alice.get(record["Location"]))
    assert "This does not mean help is coming" in shown
    assert "Ring 999 again if" in shown
    assert "on-call manager is paged" in shown
    assert Task.objects.filter(about_id=sent.pk, kind="emergency_record").exists()


def test_the_call_may_be_skipped_and_the_message_says_that_none_is_logged(
    alice: Client, told: World
) -> None:
    address = reverse("emergency_send", args=[told.case.pk])
    assert "No call is logged" in stage.text_of(alice.get(address))
    alice.post(address, {**key(), "recipient": str(told.desk("police").pk)})
    assert "the call to the emergency number" in Task.objects.get(kind="emergency_record").note


def test_a_time_that_cannot_be_read_becomes_now_with_a_note(alice: Client, told: World) -> None:
    """Nobody corrects a form while somebody is in danger; what was typed is kept beside it."""
    address = reverse("emergency_call_log", args=[told.case.pk])
    typed = {**key(), "number": "999", "call_taker": "Operator 12", "called_at_time": "ten-ish"}
    before = timezone.now()
    assert alice.post(address, {**typed, "said": "They come."}).status_code == 302
    call = EmergencyCall.objects.get()
    assert call.called_at >= before
    assert "ten-ish" in call.said
    assert "They come." in call.said


def test_the_call_is_kept_once_with_its_time(alice: Client, told: World) -> None:
    address = reverse("emergency_call_log", args=[told.case.pk])
    at = stage.moment("called_at", timezone.now() - timedelta(minutes=3))
    typed = {**key(), "number": "999", **at, "incident_reference": "WP-77"}
    for _ in range(2):
        assert alice.post(address, typed).status_code == 302
    call = EmergencyCall.objects.get()
    assert call.incident_reference == "WP-77"
    assert call.called_at < timezone.now() - timedelta(minutes=2)


def test_no_length_and_no_stale_key_stops_any_of_the_three_screens(
    alice: Client, told: World
) -> None:
    """Too long is cut for the message and kept; a key that cannot be read gives way to a new one."""
    stale, long = {"form_key": "stale"}, "Far too long. " * 900
    first = alice.post(
        reverse("emergency_start"), {**stale, "name": long, "what": long, "place": long}
    )
    assert first.status_code == 302
    second = alice.post(first["Location"], {**stale, "number": long, "said": long})
    assert second.status_code == 302
    typed = {
        "recipient": "outside",
        "recipient_role": "police",
        "recipient_name": long,
        "recipient_contact": long,
        "risk_immediate": long,
        "subject_current_location": long,
    }
    assert alice.post(second["Location"], typed).status_code == 302
    assert Disclosure.objects.get().state == "sent"


def test_what_is_typed_goes_and_twice_with_one_key_goes_once(alice: Client, told: World) -> None:
    desk = told.desk("police")
    address = reverse("emergency_send", args=[told.case.pk])
    typed = {**key(), "recipient": str(desk.pk), "risk_immediate": "He has a knife."}
    for _ in range(2):
        assert alice.post(address, typed).status_code == 302
    sent = Disclosure.objects.get()
    assert b"He has a knife." in bytes(sent.message_bytes or b"")


def test_somebody_unlisted_who_can_act_may_get_it(alice: Client, told: World) -> None:
    address = reverse("emergency_send", args=[told.case.pk])
    typed = {**key(), "recipient": "outside", "recipient_name": "Coastguard"}
    asked = alice.post(address, typed)
    assert asked.status_code == 422
    assert "Coastguard" in asked.content.decode()
    given = {**typed, "recipient_role": "emergency_services", "recipient_contact": "999"}
    assert alice.post(address, given).status_code == 302
    assert Disclosure.objects.get().to_whom == "Coastguard"


def test_one_said_to_be_the_source_is_refused_with_the_other_ways(
    alice: Client, told: World
) -> None:
    """Asked only of somebody unlisted; the numbers and the directory stand on the same page."""
    desk = told.desk("police")
    address = reverse("emergency_send", args=[told.case.pk])
    assert alice.get(address).context["form"]["alleged_source"].value() == "no"
    typed = {
        **key(),
        "recipient": "outside",
        "recipient_role": "police",
        "recipient_name": "PC Grey",
        "alleged_source": "yes",
    }
    refused = alice.post(address, typed)
    shown = stage.text_of(refused)
    assert refused.status_code == 422
    assert "who the danger comes from" in shown
    assert "PC Grey" in refused.content.decode()
    assert 'href="tel:999"' in refused.content.decode()
    assert desk.name in shown
    assert alice.post(address, {**typed, "recipient": str(desk.pk)}).status_code == 302


def test_a_case_known_already_is_chosen(alice: Client, told: World) -> None:
    answer = alice.post(reverse("emergency_start"), {**key(), "case": str(told.case.pk)})
    assert answer["Location"] == reverse("emergency_call_log", args=[told.case.pk])
    assert Case.objects.count() == 1


def test_a_case_outside_ones_circle_cannot_be_chosen(client: Client, told: World) -> None:
    sign_in(client, told.cast.stranger)
    answer = client.post(reverse("emergency_start"), {**key(), "case": str(told.case.pk)})
    assert answer.status_code == 422


def test_one_without_casework_is_told_to_ring_and_opens_no_case(
    client: Client, told: World
) -> None:
    sign_in(client, told.cast.ada)
    assert "Ring 999 now" in stage.text_of(client.get(reverse("emergency_start")))
    assert client.post(reverse("emergency_start"), key()).status_code == 403
    assert Case.objects.count() == 1


def test_signed_out_and_wrong_method_are_refused(client: Client, told: World) -> None:
    address = reverse("emergency_start")
    assert client.get(address).status_code == 302
    assert client.post(address).status_code == 403
    sign_in(client, told.cast.alice)
    assert client.delete(address).status_code == 405


def test_what_was_skipped_is_written_down_afterwards(alice: Client, told: World) -> None:
    desk = told.desk("police")
    alice.post(reverse("emergency_send", args=[told.case.pk]), {**key(), "recipient": str(desk.pk)})
    sent = Disclosure.objects.get()
    address = reverse("emergency_complete", args=[sent.pk])
    assert alice.post(address, key()).status_code == 422
    assert alice.post(address, {**key(), "outcome_intended": "She is safe."}).status_code == 302
    record = stage.text_of(alice.get(reverse("disclosure_record", args=[sent.pk])))
    assert "She is safe." in record
    assert "written afterwards" in record


def test_after_ten_minutes_the_record_says_so(alice: Client, told: World) -> None:
    desk = told.desk("police")
    alice.post(reverse("emergency_send", args=[told.case.pk]), {**key(), "recipient": str(desk.pk)})
    sent = Disclosure.objects.get()
    Disclosure.objects.update(ack_due_at=timezone.now() - timedelta(minutes=1))
    record = stage.text_of(alice.get(reverse("disclosure_record", args=[sent.pk])))
    assert "the ten minutes have passed" in record


def test_the_record_says_that_nobody_else_could_be_told(alice: Client, told: World) -> None:
    desk = told.desk("police")
    alice.post(reverse("emergency_send", args=[told.case.pk]), {**key(), "recipient": str(desk.pk)})
    sent = Disclosure.objects.get()
    Disclosure.objects.update(ack_due_at=timezone.now() - timedelta(minutes=1))
    Duty.objects.all().delete()
    RoleHeld.objects.exclude(account=told.cast.alice).delete()
    emergency_page(disclosure_id=sent.pk, now=timezone.now())
    record = stage.text_of(alice.get(reverse("disclosure_record", args=[sent.pk])))
    assert "Nobody else could be told" in record
    assert desk.phone in record
    assert "on-call manager is paged" not in record
