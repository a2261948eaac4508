"""The path to a disclosure: purpose, recipient, what is known, check and send."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import Delivery, Disclosure
from sharewell.disclosures.tests.world import AGREED, UNSAFE_TO_ASK, World
from sharewell.testing import sign_in
from sharewell.web.tests import sharing_stage as stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> World:
    return stage.world()


@pytest.fixture
def alice(client: Client, told: World) -> Client:
    return sign_in(client, told.cast.alice)


def test_the_path_asks_purpose_then_recipient_then_what_is_known(
    alice: Client, told: World
) -> None:
    desk = told.desk("housing")
    begun = alice.post(
        reverse("disclosure_start", args=[told.case.pk]), {"purpose": "housing_stability"}
    )
    draft = Disclosure.objects.get()
    assert begun["Location"] == reverse("disclosure_recipient", args=[draft.pk])
    chosen = {
        "version": draft.version,
        "recipient": str(desk.pk),
        "off_route_reason": "They hold her tenancy.",
        "alleged_source": "false",
        "connected_to_source": "false",
    }
    after = alice.post(begun["Location"], chosen)
    assert after["Location"] == reverse("disclosure_facts", args=[draft.pk])
    facts = alice.get(after["Location"])
    assert "They have not been asked yet" in stage.text_of(facts)
    known = {"version": Disclosure.objects.get().version, "fact_harm": "concern"}
    last = alice.post(after["Location"], known)
    assert last["Location"] == reverse("disclosure_preview", args=[draft.pk])
    assert Disclosure.objects.get().facts == {"harm": "concern"}


def test_a_recipient_that_is_not_the_usual_way_says_why_and_needs_a_reason(
    alice: Client, told: World
) -> None:
    desk = told.desk("housing")
    draft = told.draft("housing_stability", "housing", recipient=None, off_route_reason="")
    address = reverse("disclosure_recipient", args=[draft.pk])
    page = stage.text_of(alice.get(address))
    assert "There is no agreement with" in page
    assert desk.hours in page
    assert desk.phone in page
    given = {
        "version": draft.version,
        "recipient": str(desk.pk),
        "alleged_source": "false",
        "connected_to_source": "unknown",
    }
    refused = alice.post(address, given)
    assert refused.status_code == 422
    assert "not the usual way" in stage.text_of(refused)
    assert Disclosure.objects.get().recipient is None
    assert alice.post(address, {**given, "off_route_reason": "They act."}).status_code == 302


def test_somebody_outside_the_directory_is_named_with_a_role(alice: Client, told: World) -> None:
    draft = told.draft("housing_stability", "housing", recipient=None)
    address = reverse("disclosure_recipient", args=[draft.pk])
    given = {
        "version": draft.version,
        "recipient": "outside",
        "recipient_name": "Mill Trust",
        "recipient_contact": "01632 960 222",
        "off_route_reason": "Nobody else does this here.",
        "alleged_source": "false",
        "connected_to_source": "false",
    }
    refused = alice.post(address, given)
    assert refused.status_code == 422
    assert "Mill Trust" in refused.content.decode(), "what was typed is kept"
    assert alice.post(address, {**given, "recipient_role": "housing"}).status_code == 302
    kept = Disclosure.objects.get()
    assert (kept.to_whom, kept.recipient_role) == ("Mill Trust", "housing")


def test_the_page_shows_the_answer_its_reasons_the_message_and_what_stays(
    alice: Client, told: World
) -> None:
    told.know(subject__current_location="At the day centre", history__trauma="Hurt before.")
    draft = stage.coerced(told)
    page = stage.text_of(alice.get(reverse("disclosure_preview", args=[draft.pk])))
    assert "This may be sent" in page
    assert "At the day centre" in page
    assert "Please see her alone" in page
    assert "Hurt before" not in page, "what is withheld is named, not shown"
    assert "Withheld from this message" in page
    assert "Send to West police desk" in page


def test_words_are_saved_and_checked_again(alice: Client, told: World) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    typed = stage.preview_post(page, ask="Ring her at the day centre. \u202eesrever")
    saved = alice.post(reverse("disclosure_update", args=[draft.pk]), typed)
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert draft.ask == "Ring her at the day centre. esrever", "no override of direction is kept"


def test_words_saved_while_typing_answer_with_the_time_and_the_newest_version(
    alice: Client, told: World
) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    typed = stage.preview_post(page, ask="Ring first.")
    answer = alice.post(
        reverse("disclosure_update", args=[draft.pk]), typed, headers={"HX-Request": "true"}
    )
    draft.refresh_from_db()
    assert "Saved at" in answer.content.decode()
    assert f'value="{draft.version}"' in answer.content.decode()


def test_text_that_is_too_long_is_refused_and_kept(alice: Client, told: World) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    typed = stage.preview_post(page, ask="x" * 601, outcome_intended="Something else.")
    answer = alice.post(reverse("disclosure_update", args=[draft.pk]), typed)
    assert answer.status_code == 422
    assert "x" * 601 in answer.content.decode()
    assert "Something else." in answer.content.decode()


def test_two_people_editing_see_both_versions(alice: Client, told: World) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    told.edit(draft, by=told.cast.bea, ask="Bea asks for a visit.")
    typed = stage.preview_post(page, ask="Alice asks for a call.")
    answer = alice.post(reverse("disclosure_update", args=[draft.pk]), typed)
    assert answer.status_code == 409
    assert [(row["theirs"], row["yours"]) for row in answer.context["meanwhile"]] == [
        ("Bea asks for a visit.", "Alice asks for a call.")
    ]
    assert stage.form_of(answer)["ask"] == "Alice asks for a call."
    draft.refresh_from_db()
    assert draft.ask == "Bea asks for a visit.", "nothing is overwritten unseen"
    again = stage.preview_post(answer)
    assert alice.post(reverse("disclosure_update", args=[draft.pk]), again).status_code == 302
    draft.refresh_from_db()
    assert draft.ask == "Alice asks for a call."


def test_sending_twice_with_one_key_sends_once(alice: Client, told: World) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    typed = stage.preview_post(page)
    address = reverse("disclosure_send", args=[draft.pk])
    for _ in range(2):
        answer = alice.post(address, typed)
        assert answer["Location"] == reverse("disclosure_record", args=[draft.pk])
    assert Disclosure.objects.get().state == "sent"
    assert Delivery.objects.filter(channel="inbox").count() == 1
    record = stage.text_of(alice.get(answer["Location"]))
    assert "Nobody has acknowledged it yet" in record
    assert "help is coming" not in record


def test_what_changed_since_it_was_read_is_shown_and_asked_again(
    alice: Client, told: World
) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    told.know(subject__current_location="Moved to her sister")
    address = reverse("disclosure_send", args=[draft.pk])
    answer = alice.post(address, stage.preview_post(page))
    assert answer.status_code == 409
    shown = stage.text_of(answer)
    assert "What changed since you read it" in shown
    assert "Where they are now" in shown
    assert Disclosure.objects.get().state == "draft"
    assert alice.post(address, stage.preview_post(answer)).status_code == 302
    assert Disclosure.objects.get().state == "sent"


def test_what_is_missing_is_named_with_its_place_and_nothing_is_sent(
    alice: Client, told: World
) -> None:
    draft = stage.coerced(told)
    draft = told.edit(draft, outcome_intended="", rationale="")
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    assert 'href="#id_outcome_intended"' in page.content.decode()
    assert 'href="#id_rationale"' in page.content.decode()
    answer = alice.post(reverse("disclosure_send", args=[draft.pk]), stage.preview_post(page))
    assert answer.status_code == 422
    assert Disclosure.objects.get().state == "draft"
    written = stage.preview_post(answer, outcome_intended="A visit.", rationale="They can see her.")
    assert alice.post(reverse("disclosure_send", args=[draft.pk]), written).status_code == 302
    assert Disclosure.objects.get().outcome_intended == "A visit."


def test_words_that_a_rule_proposes_are_not_taken_for_the_senders_own(
    alice: Client, told: World
) -> None:
    told.facts(harm="concern", others_at_risk="none")
    told.talk(
        AGREED,
        covers_recipients=["housing"],
        covers_purposes=["housing_stability"],
        covers_tier=1,
    )
    draft = told.draft("housing_stability", "housing", rationale="", proportionality="")
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    proposed = stage.form_of(page)["rationale"]
    assert proposed
    typed = stage.preview_post(page, ask="Keep her tenancy.")
    alice.post(reverse("disclosure_update", args=[draft.pk]), typed)
    draft.refresh_from_db()
    assert (draft.rationale, draft.ask) == ("", "Keep her tenancy.")


def test_a_field_can_be_left_out(alice: Client, told: World) -> None:
    told.know(subject__current_location="At the day centre")
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    typed = stage.preview_post(page, left_out=["subject.current_location"])
    alice.post(reverse("disclosure_update", args=[draft.pk]), typed)
    after = stage.text_of(alice.get(reverse("disclosure_preview", args=[draft.pk])))
    assert "At the day centre" not in after
    assert "You left it out" in after


def test_more_than_what_usually_goes_is_added_by_the_sender(alice: Client, told: World) -> None:
    told.know(concern__verbatim="He said he would throw me out.", pattern="Each Friday")
    told.facts(harm="serious", undue_influence="true", others_at_risk="none")
    told.talk(UNSAFE_TO_ASK)
    draft = told.draft("exploitation_concern", "police")
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    assert "Each Friday" in stage.text_of(page)
    assert "throw me out" not in stage.text_of(page)
    offered = dict(page.context["form"].fields["extra_fields"].choices)
    assert offered == {"concern.verbatim": "Their own words in full"}
    for added, shown in ((["concern.verbatim"], True), ([], False)):
        page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
        typed = stage.preview_post(page, extra_fields=added)
        alice.post(reverse("disclosure_update", args=[draft.pk]), typed)
        after = stage.text_of(alice.get(reverse("disclosure_preview", args=[draft.pk])))
        assert ("throw me out" in after) is shown


def test_a_message_about_an_adult_says_nothing_of_school(alice: Client, told: World) -> None:
    page = stage.text_of(alice.get(reverse("disclosure_preview", args=[stage.coerced(told).pk])))
    assert "Whether parents or carers know" not in page
    assert "School" not in page


def test_to_leave_out_everything_is_no_message(alice: Client, told: World) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    everything = [field for field, _ in page.context["form"].fields["left_out"].choices]
    typed = stage.preview_post(page, left_out=everything)
    answer = alice.post(reverse("disclosure_update", args=[draft.pk]), typed)
    assert answer.status_code == 422
    assert "Leave something to send" in stage.text_of(answer)
    told.edit(draft, left_out=everything)
    stuck = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    assert "Leave something to send" in stage.text_of(stuck)
    alice.post(reverse("disclosure_restore", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.left_out == []


def test_a_draft_that_was_given_up_stays_readable(alice: Client, told: World) -> None:
    draft = stage.coerced(told)
    alice.post(reverse("disclosure_close", args=[draft.pk]))
    assert "given up" in stage.text_of(alice.get(reverse("disclosure_record", args=[draft.pk])))


def test_the_sharing_page_shows_how_long_nobody_has_answered(alice: Client, told: World) -> None:
    sent = stage.sent(told)
    address = reverse("case_sharing", args=[told.case.pk])
    page = stage.text_of(alice.get(address))
    assert "West police desk" in page
    assert "Not acknowledged yet" in page
    Disclosure.objects.filter(pk=sent.pk).update(ack_due_at=timezone.now() - timedelta(hours=1))
    assert "Late: not acknowledged" in stage.text_of(alice.get(address))


def test_the_record_stands_up_to_review(alice: Client, told: World) -> None:
    sent = stage.sent(told)
    record = stage.text_of(alice.get(reverse("disclosure_record", args=[sent.pk])))
    for words in (
        "West police desk",
        "the police",
        sent.rationale,
        sent.proportionality,
        sent.outcome_intended,
        "They were not asked",
        "SHA-256",
        sent.entry_id,
    ):
        assert words in record, words
    copy = alice.get(reverse("disclosure_copy", args=[sent.pk]))
    assert copy.content == bytes(sent.message_bytes or b"")


def test_a_key_that_is_no_key_is_refused_with_a_sentence(alice: Client, told: World) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    for wrong in ({"send_key": "no key"}, {"version": "one"}, {"version": ""}):
        answer = alice.post(
            reverse("disclosure_send", args=[draft.pk]), {**stage.preview_post(page), **wrong}
        )
        assert answer.status_code == 422
    assert Disclosure.objects.get().state == "draft"


def test_words_typed_into_what_somebody_sent_meanwhile_are_shown(
    alice: Client, told: World
) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    told.send(draft, by=told.cast.bea)
    typed = stage.preview_post(page, ask="Words that came too late.")
    for name in ("disclosure_update", "disclosure_send"):
        answer = alice.post(reverse(name, args=[draft.pk]), typed)
        assert answer.status_code == 409
        assert "Words that came too late." in stage.text_of(answer)
    assert Delivery.objects.filter(channel="inbox").count() == 1


def test_another_key_for_what_was_sent_sends_nothing_more(alice: Client, told: World) -> None:
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    typed = stage.preview_post(page)
    address = reverse("disclosure_send", args=[draft.pk])
    alice.post(address, typed)
    answer = alice.post(address, {**typed, "send_key": str(uuid.uuid4())})
    assert answer.status_code in {302, 409}
    assert Delivery.objects.filter(channel="inbox").count() == 1
