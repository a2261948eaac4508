"""Every act of the room: one entry for who may, nothing at all for who may not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.disclosures import operations
from sharewell.disclosures.attachments import Cleaned
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import AGREED, REFUSED, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db

PAGE = Cleaned(b"%PDF-1.7 one page", "application/pdf", "attachment.pdf", 17, "3", [])
Act = Callable[[Account], Any]
Stage = Callable[[World], Act]
GROUNDS = {"reasons": "She decided freely.", "not_reputation": True, "grounds": ["free_refusal"]}


def about(draft: Disclosure, world: World) -> dict[str, Any]:
    """The draft as it is now, for an act of this moment."""
    draft.refresh_from_db()
    return {"disclosure_id": draft.pk, "version": draft.version, "now": world.now}


def agreed(world: World) -> Disclosure:
    """A draft that may go by agreement."""
    world.facts(harm="concern", others_at_risk="none", undue_influence="false")
    world.talk(AGREED, covers_recipients=["housing"], covers_purposes=["housing_stability"])
    return world.draft("housing_stability", "housing")


def refused(world: World) -> Disclosure:
    """A draft that the rules refer."""
    world.facts(harm="serious", others_at_risk="none", undue_influence="unknown")
    world.talk(REFUSED)
    return world.draft("exploitation_concern", "adult_social_care")


def held(world: World) -> Disclosure:
    """A decision not to share."""
    return operations.disclosure_not_shared(
        account=world.cast.alice,
        **about(agreed(world), world),
        **GROUNDS,
        thresholds=[{"kind": "threat"}],
        review_at=world.now + timedelta(hours=20),
    )


def item_ask(world: World) -> Act:
    draft = agreed(world)
    return lambda who: operations.item_ask(
        account=who,
        disclosure_id=draft.pk,
        field="capacity.assessment",
        rationale="Needed.",
        authority="Care Act",
        approver=world.cast.sam,
        now=world.now,
    )


def attachment_add(world: World) -> Act:
    draft = agreed(world)
    return lambda who: operations.attachment_add(
        account=who,
        disclosure_id=draft.pk,
        cleaned=PAGE,
        reason="Needed.",
        approver=world.cast.sam,
        now=world.now,
    )


def attachment_remove(world: World) -> Act:
    file = attachment_add(world)(world.cast.bea)
    return lambda who: operations.attachment_remove(
        account=who,
        attachment_id=file.pk,
        now=world.now,
    )


def not_shared(world: World) -> Act:
    draft = agreed(world)
    return lambda who: operations.disclosure_not_shared(
        account=who,
        **about(draft, world),
        **GROUNDS,
        thresholds=[],
        review_at=world.now + timedelta(hours=20),
    )


def refer(world: World) -> Act:
    draft = refused(world)
    return lambda who: operations.disclosure_refer(
        account=who, **about(draft, world), question="Is she free?"
    )


def threshold(world: World) -> Act:
    row = held(world).thresholds.get()
    return lambda who: operations.threshold_reached(
        account=who, threshold_id=row.pk, note="He threatened her.", now=world.now
    )


def reopen(world: World) -> Act:
    decided = held(world)
    return lambda who: operations.disclosure_reopen(
        account=who, disclosure_id=decided.pk, reason="New facts.", now=world.now
    )


def review(world: World) -> Act:
    decided = held(world)
    return lambda who: operations.disclosure_review(
        account=who,
        disclosure_id=decided.pk,
        outcome="Nothing new.",
        next_review_at=world.now + timedelta(days=1),
        now=world.now,
    )


def send(world: World) -> Act:
    draft = agreed(world)
    seen = world.preview(draft).seen
    return lambda who: operations.disclosure_send(
        account=who, **about(draft, world), send_key=uuid.uuid4(), seen=seen
    )


def call_log(world: World) -> Act:
    return lambda who: operations.emergency_call_log(
        account=who,
        case=world.case,
        number="999",
        called_at=world.now,
        call_taker="",
        incident_reference="",
        said="",
        form_key=uuid.uuid4(),
        now=world.now,
    )


def emergency_send(world: World) -> Act:
    return lambda who: operations.emergency_send(
        account=who,
        case=world.case,
        form_key=uuid.uuid4(),
        essentials={},
        now=world.now,
        recipient=world.cast.police,
    )


def complete(world: World) -> Act:
    sent = emergency_send(world)(world.cast.bea)
    return lambda who: operations.emergency_complete(
        account=who,
        disclosure_id=sent.pk,
        texts={"rationale": "She was being hit."},
        now=world.now,
    )


STAGES: list[Stage] = [
    item_ask,
    attachment_add,
    attachment_remove,
    not_shared,
    refer,
    threshold,
    reopen,
    review,
    send,
    call_log,
    emergency_send,
    complete,
]


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("stage", STAGES)
def test_each_act_leaves_one_entry(world: World, stage: Stage) -> None:
    act = stage(world)
    before = Entry.objects.count()
    act(world.cast.alice)
    assert Entry.objects.count() == before + 1


@pytest.mark.parametrize("stage", STAGES)
def test_who_may_not_leaves_nothing(world: World, stage: Stage) -> None:
    """A colleague outside the circle, another agency, a partner, an administrator, an approver."""
    act = stage(world)
    records.join_circle(
        case=world.case, account=world.cast.gita, relation="approver", now=world.now
    )
    cast, before = world.cast, Entry.objects.count()
    for who in (cast.stranger, cast.olu, cast.pat, cast.ada, cast.ivo, cast.hana):
        with pytest.raises(NotFound):
            act(who)
    with pytest.raises(NotAllowed):
        act(cast.gita)
    assert Entry.objects.count() == before


@pytest.mark.parametrize("stage", STAGES)
def test_one_who_left_the_circle_has_no_standing(world: World, stage: Stage) -> None:
    """Leaving ends access at once, whatever was begun before."""
    act = stage(world)
    records.leave_circle(case=world.case, account=world.cast.alice, now=world.now)
    with pytest.raises(NotFound):
        act(world.cast.alice)
