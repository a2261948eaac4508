"""V05: she is afraid of him, and asking her would put her at risk. Shared without asking, the essentials only."""

from __future__ import annotations

import json

import pytest

from sharewell.agencies.models import Sealed
from sharewell.cases.models import ChronologyEntry, Task
from sharewell.disclosures import queries
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import UNSAFE_TO_ASK, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World()
    world.facts(
        harm="serious",
        others_at_risk="none",
        serious_crime="true",
        undue_influence="true",
        position_of_trust="false",
    )
    world.know(
        subject__safe_contact="By Tuesday's carer, alone",
        concern__injuries="Bruise, left cheek",
        risk__unsafe_actions="No letters; do not ring",
        source__identity="Her partner",
        source__access="Lives with her",
        clinical__summary="Asthma",
        views__full="Wants to be left in peace",
    )
    world.talk(UNSAFE_TO_ASK)
    return world


def asked(world: World) -> Disclosure:
    return world.draft(
        "immediate_safety",
        "adult_social_care",
        consent_reason="Asking her in his presence would raise the risk of violence.",
        ask="See her alone within a day.",
    )


def test_the_essentials_go_without_asking_and_nothing_clinical(world: World) -> None:
    """The decision is to share Tier 1, not by consent, and she is not told yet."""
    shown = world.preview(asked(world))
    decision = shown.decision
    assert decision.outcome == "share", decision.reasons
    assert decision.tier == 1
    assert not decision.consent_relied_on
    assert decision.inform in {"deferred", "no"}
    assert {"subject.safe_contact", "risk.unsafe_actions", "source.identity"} <= set(
        decision.fields
    )
    assert "clinical.summary" not in decision.fields
    assert b"Asthma" not in shown.message_bytes
    assert b"left in peace" not in shown.message_bytes
    assert b"Her partner" in shown.message_bytes
    assert shown.own_words


def test_sending_leaves_the_exact_copy_the_tasks_and_one_entry(world: World) -> None:
    """What was previewed left, byte for byte, and everything that follows has an owner and a clock."""
    draft = asked(world)
    shown = world.preview(draft)
    before = Entry.objects.count()
    sent = world.send(draft)
    assert Entry.objects.count() == before + 1
    assert sent.state == "sent"
    assert bytes(sent.message_bytes or b"") == shown.message_bytes
    sealed = Sealed.objects.get(entry_id=sent.entry_id, name="message")
    assert bytes(sealed.content) == shown.message_bytes
    assert json.loads(bytes(sent.message_bytes or b"")) == sent.message
    channels = set(sent.deliveries.values_list("channel", flat=True))
    assert "inbox" in channels
    assert sent.ack_due_at is not None
    assert sent.ack_due_at > world.now
    kinds = set(Task.objects.filter(about_id=sent.pk, done_at=None).values_list("kind", flat=True))
    assert {"inform_person", "disclosure_review"} <= kinds
    review = Task.objects.get(about_id=sent.pk, kind="disclosure_review")
    assert (review.due_at - world.now).total_seconds() <= 24 * 3600
    assert sent.informings.get().told is False
    line = ChronologyEntry.objects.get(case=world.case, section="disclosure")
    assert line.about_id == sent.pk


def test_without_the_reason_in_words_it_waits(world: World) -> None:
    """The code of the reason does not stand for the sentence."""
    draft = asked(world)
    world.talk(
        {**UNSAFE_TO_ASK, "position": "refused", "reason": "intimidation"}
        | {"discussed_with": "Nell, he was near", "given_by": "person"}
    )
    world.edit(draft, consent_reason="")
    decision = world.preview(draft).decision
    assert decision.outcome == "complete_first"
    assert "consent_reason" in decision.missing


def test_the_record_says_what_to_whom_why_and_where_it_stands(world: World) -> None:
    """A reviewer reads the whole judgement in one place."""
    sent = world.send(asked(world))
    found = queries.record(viewer=world.cast.bea, disclosure_id=sent.pk, now=world.now)
    assert found.to_whom == "West adult_social_care desk"
    assert found.why
    assert found.proportionality
    assert found.outcome_intended
    assert "not asked" in found.consent
    assert found.consent_reason.startswith("Asking her")
    assert found.basis
    assert found.exact == bytes(sent.message_bytes or b"")
    assert found.review_at is not None
    assert found.place is not None
