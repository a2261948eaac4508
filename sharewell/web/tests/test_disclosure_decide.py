"""Deciding in pages: not to share, refer, answer, overrule, open again, approve, look again, tell."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import Draft
from sharewell.disclosures.models import Attachment, Disclosure, Informing, Item, Referral, Review
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


def no_share(draft: Disclosure, **changes: object) -> dict[str, object]:
    """The form of a decision not to share, filled in."""
    draft.refresh_from_db()
    return {
        "version": draft.version,
        "grounds": ["free_refusal"],
        "reasons": "She refused freely.",
        "thresholds": ["threat", "loss_over"],
        "detail_loss_over": "100 pounds in a month",
        **stage.moment("review_at", timezone.now() + timedelta(hours=24)),
        "not_reputation": "on",
        **changes,
    }


def test_a_decision_not_to_share_keeps_grounds_thresholds_and_review(
    alice: Client, told: World
) -> None:
    draft = stage.refused(told)
    assert "Hold for now" in stage.text_of(
        alice.get(reverse("disclosure_preview", args=[draft.pk]))
    )
    address = reverse("disclosure_not_shared", args=[draft.pk])
    assert alice.post(address, no_share(draft)).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "not_shared"
    assert {row.kind for row in draft.thresholds.all()} == {"threat", "loss_over"}
    shown = stage.text_of(alice.get(reverse("case_sharing", args=[told.case.pk])))
    assert "Decided not to share" in shown
    assert "This was reached" in shown
    assert "100 pounds in a month" in shown


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"not_reputation": ""}, "reputation"),
        ({"grounds": []}, "grounds"),
        ({"reasons": ""}, "Say why"),
        ({"detail_loss_over": ""}, "Say more about"),
        ({"grounds": ["reputation"]}, "not one of the available"),
    ],
)
def test_what_a_decision_not_to_share_lacks_is_asked_and_what_was_typed_is_kept(
    alice: Client, told: World, change: dict[str, object], says: str
) -> None:
    draft = stage.refused(told)
    address = reverse("disclosure_not_shared", args=[draft.pk])
    answer = alice.post(address, no_share(draft, **{"reasons": "Kept words.", **change}))
    assert answer.status_code == 422
    assert says in stage.text_of(answer)
    if "reasons" not in change:
        assert "Kept words." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_was_typed_and_not_sent_is_there_when_its_writer_comes_back(
    alice: Client, told: World
) -> None:
    draft = stage.refused(told)
    kept = reverse("draft_save", args=["disclosure_not_shared", draft.pk])
    alice.post(kept, {"reasons": "Begun on the bus.", "thresholds": ["threat"]})
    address = reverse("disclosure_not_shared", args=[draft.pk])
    back = alice.get(address)
    assert "Begun on the bus." in back.content.decode()
    assert back.context["form"]["thresholds"].value() == ["threat"]
    assert alice.post(address, no_share(draft)).status_code == 302
    assert not Draft.objects.exists(), "what was sent is no draft any more"


def test_a_reached_threshold_opens_the_decision_again(alice: Client, told: World) -> None:
    threshold = stage.threshold(told)
    address = reverse("threshold_reached", args=[threshold.pk])
    assert alice.post(address, {"note": ""}).status_code == 422
    answer = alice.post(address, {"note": "He shouted at her on Friday."})
    draft = Disclosure.objects.get(reopens=threshold.disclosure_id)
    assert answer["Location"] == reverse("disclosure_preview", args=[draft.pk])


def test_a_decision_can_be_taken_again_with_a_reason(alice: Client, told: World) -> None:
    old = stage.not_shared(told)
    answer = alice.post(reverse("disclosure_reopen", args=[old.pk]), {"reason": "She rang."})
    assert answer.status_code == 302
    assert Disclosure.objects.filter(reopens=old).exists()


def test_a_question_is_referred_and_its_decider_answers(
    client: Client, alice: Client, told: World
) -> None:
    draft = stage.unclear(told)
    draft.refresh_from_db()
    preview = reverse("disclosure_preview", args=[draft.pk])
    assert "Somebody else decides" in stage.text_of(alice.get(preview))
    alice.post(
        reverse("disclosure_refer", args=[draft.pk]),
        {"version": draft.version, "question": "She looked at the door."},
    )
    referral = Referral.objects.get()
    assert referral.decider.name in stage.text_of(alice.get(preview))
    sign_in(client, referral.decider)
    address = reverse("referral_decide", args=[referral.pk])
    asked = stage.text_of(client.get(address))
    assert "She looked at the door." in asked
    assert "What would go, if you decide to share" in asked
    assert "A bruise on the left cheek" in asked
    given = {
        "answer": "share",
        "grounds_share": ["undue_influence"],
        "reason": "She is not free to say.",
        "not_reputation": "on",
    }
    assert client.post(address, {**given, "grounds_share": []}).status_code == 422
    assert client.post(address, given).status_code == 302
    sign_in(client, told.cast.alice)
    shown = stage.text_of(client.get(preview))
    assert "This may be sent" in shown or "Complete this first" in shown
    assert "She is not free to say." in shown


def test_only_the_decider_answers_a_referral(alice: Client, told: World) -> None:
    referral = stage.referral(told)
    given = {
        "answer": "not_share",
        "grounds_not_share": ["below_threshold"],
        "reason": "No.",
        "not_reputation": "on",
    }
    answer = alice.post(reverse("referral_decide", args=[referral.pk]), given)
    assert answer.status_code == 403
    assert Referral.objects.get().decided_at is None


def test_the_lead_overrules_a_hold_and_a_practitioner_does_not(
    client: Client, alice: Client, told: World
) -> None:
    draft = stage.refused(told)
    draft.refresh_from_db()
    address = reverse("disclosure_overrule", args=[draft.pk])
    given = {"version": draft.version, "reason": "A neighbour saw him hit her."}
    assert alice.post(address, given).status_code == 403
    preview = reverse("disclosure_preview", args=[draft.pk])
    assert "Overrule" not in stage.text_of(alice.get(preview))
    sign_in(client, told.cast.sam)
    assert "Overrule" in stage.text_of(client.get(preview))
    assert client.post(address, given).status_code == 302
    assert "A neighbour saw him hit her." in stage.text_of(client.get(preview))


def test_a_field_is_asked_for_and_approved_by_somebody_else(
    client: Client, alice: Client, told: World
) -> None:
    item = stage.item(told)
    address = reverse("disclosure_approve", args=[item.disclosure_id])
    own = stage.text_of(alice.get(address))
    assert "You asked for this yourself" in own
    sign_in(client, told.cast.bea)
    page = client.get(address)
    shown = stage.text_of(page)
    for words in ("Hurt by an earlier partner.", item.rationale, item.authority):
        assert words in shown
    key = str(item.pk)
    refused = client.post(address, {"asked": key, f"{key}-answer": "refuse", f"{key}-note": ""})
    assert refused.status_code == 422, "a refusal says why"
    approved = {"asked": key, f"{key}-answer": "approve", f"{key}-seen": stamp_of(page)}
    told.know(history__trauma="Hurt by her father, at nine.")
    changed = client.post(address, approved)
    assert changed.status_code == 409, "it says something else than what was read"
    assert "Hurt by her father" in stage.text_of(changed)
    approved[f"{key}-seen"] = stamp_of(changed)
    assert client.post(address, approved).status_code == 302
    assert Item.objects.get().approver == told.cast.bea


def stamp_of(page: Any) -> str:
    """What the page hands back of the words it showed."""
    found = re.search(r'-seen" value="([0-9a-f]+)"', page.content.decode())
    assert found
    return found[1]


def test_another_approver_is_told_whom_it_waits_for_and_the_sender_can_ask_them(
    client: Client, alice: Client, told: World
) -> None:
    item = stage.item(told)
    address = reverse("disclosure_approve", args=[item.disclosure_id])
    preview = alice.get(reverse("disclosure_preview", args=[item.disclosure_id]))
    again = next(row["url"] for row in preview.context["withheld"] if row["field"] == item.field)
    given = {"rationale": item.rationale, "authority": item.authority}
    sign_in(client, told.cast.sam)
    assert f"Waits for {told.cast.bea.name}" in stage.text_of(client.get(address))
    key = str(item.pk)
    typed = {"asked": key, f"{key}-answer": "approve"}
    assert client.post(address, typed).status_code == 403
    sign_in(client, told.cast.alice)
    assert client.post(again, {**given, "approver": str(told.cast.sam.pk)}).status_code == 302
    assert Item.objects.get().asked_of == told.cast.sam


def test_a_sender_cannot_approve_their_own_question(alice: Client, told: World) -> None:
    item = stage.item(told)
    key = str(item.pk)
    address = reverse("disclosure_approve", args=[item.disclosure_id])
    answer = alice.post(address, {"asked": key, f"{key}-answer": "approve"})
    assert answer.status_code == 403
    assert Item.objects.get().approved_at is None


def test_asking_for_a_field_needs_reason_authority_and_approver(alice: Client, told: World) -> None:
    told.know(history__trauma="Hurt before.")
    draft = stage.coerced(told)
    page = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    address = next(
        row["url"] for row in page.context["withheld"] if row["field"] == "history.trauma"
    )
    assert "trauma" not in address, "an address names no field"
    assert alice.post(address, {"rationale": ""}).status_code == 422
    given = {
        "rationale": "They plan how to approach her.",
        "authority": "Her own wish.",
        "approver": str(told.cast.alice.pk),
    }
    assert alice.post(address, given).status_code == 422, "nobody approves their own question"
    assert alice.post(address, {**given, "approver": str(told.cast.bea.pk)}).status_code == 302
    assert Item.objects.get().asked_of == told.cast.bea


def test_a_file_is_cleaned_and_waits_and_one_that_may_not_go_is_refused(
    alice: Client, told: World
) -> None:
    draft = stage.coerced(told)
    address = reverse("attachment_add", args=[draft.pk])
    given = {"reason": "The note he wrote.", "approver": str(told.cast.bea.pk)}
    office = SimpleUploadedFile("Nell Quill.docx", b"PK\x03\x04 words", "application/msword")
    answer = alice.post(address, {**given, "file": office})
    assert answer.status_code == 422
    assert "Office files" in stage.text_of(answer)
    assert "The note he wrote." in answer.content.decode()
    note = SimpleUploadedFile("note.txt", b"You owe me.", "text/plain")
    assert alice.post(address, {**given, "file": note}).status_code == 302
    file = Attachment.objects.get()
    assert "Nell" not in file.name
    shown = alice.get(reverse("attachment_view", args=[file.pk]))
    assert shown.content == bytes(file.content)
    assert "attachment" in shown["Content-Disposition"]
    alice.post(reverse("attachment_remove", args=[file.pk]))
    assert alice.get(reverse("attachment_view", args=[file.pk])).status_code == 404


def test_a_file_is_nothing_to_those_outside_the_circle(client: Client, told: World) -> None:
    draft = stage.coerced(told)
    given = {"reason": "The note.", "approver": str(told.cast.bea.pk)}
    note = SimpleUploadedFile("note.txt", b"You owe me.", "text/plain")
    sign_in(client, told.cast.alice)
    client.post(reverse("attachment_add", args=[draft.pk]), {**given, "file": note})
    file = Attachment.objects.get()
    for who in (told.cast.stranger, told.cast.olu, told.cast.ada, told.cast.ivo):
        sign_in(client, who)
        assert client.get(reverse("attachment_view", args=[file.pk])).status_code == 404
        assert client.post(reverse("attachment_remove", args=[file.pk])).status_code == 404
    client.logout()
    assert client.get(reverse("attachment_view", args=[file.pk])).status_code == 302
    assert client.post(reverse("attachment_remove", args=[file.pk])).status_code == 403


def test_telling_the_person_is_recorded_or_put_off_with_a_reason(
    alice: Client, told: World
) -> None:
    sent = stage.sent(told)
    address = reverse("disclosure_inform", args=[sent.pk])
    assert alice.post(address, {"whom": "person", "told": "yes"}).status_code == 422
    later = stage.moment("until", timezone.now() + timedelta(hours=20))
    put_off = {"whom": "person", "told": "not_yet", "reason": "He is there.", **later}
    assert alice.post(address, put_off).status_code == 302
    done = {
        "whom": "person",
        "told": "yes",
        "how": "meeting",
        "words_said": "At the day centre; she was relieved.",
        "despite": "No plan yet; she was seen alone.",
        **stage.moment("told_at", timezone.now() - timedelta(minutes=10)),
    }
    assert alice.post(address, done).status_code == 302
    assert Informing.objects.filter(told=True).exists()
    assert "she was relieved" in stage.text_of(
        alice.get(reverse("disclosure_record", args=[sent.pk]))
    )


def test_what_came_of_it_is_recorded(alice: Client, told: World) -> None:
    sent = stage.sent(told)
    address = reverse("disclosure_review", args=[sent.pk])
    assert alice.post(address, {"outcome": ""}).status_code == 422
    assert alice.post(address, {"outcome": "A visit was made."}).status_code == 302
    assert Review.objects.get().outcome == "A visit was made."


def test_what_the_law_forbids_offers_no_overruling(client: Client, told: World) -> None:
    draft = stage.coerced(told)
    draft = told.edit(draft, alleged_source="true")
    sign_in(client, told.cast.sam)
    page = stage.text_of(client.get(reverse("disclosure_preview", args=[draft.pk])))
    assert "Must not be sent to this recipient" in page
    assert "Overrule" not in page
    answer = client.post(
        reverse("disclosure_overrule", args=[draft.pk]),
        {"version": draft.version, "reason": "It has to."},
    )
    assert answer.status_code == 403
