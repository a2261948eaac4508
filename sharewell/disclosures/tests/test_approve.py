"""Tier 3 goes item by item and V11: a whole record never; each with its reason and another's approval."""

from __future__ import annotations

from typing import Any

import pytest

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account
from sharewell.cases.models import CircleMember, Task
from sharewell.disclosures import operations, queries, seen
from sharewell.disclosures.attachments import AttachmentRefused, Cleaned, clean
from sharewell.disclosures.models import Attachment, Disclosure, Item
from sharewell.disclosures.operations.approve import (
    AlreadyAnswered,
    ApproverIsSender,
    AskedOfAnother,
    Reworded,
)
from sharewell.disclosures.standing import Conflicted, NotEditable
from sharewell.disclosures.tests.world import AGREED, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db

PAGE = Cleaned(b"%PDF-1.7 one page", "application/pdf", "attachment.pdf", 17, "3", [])


@pytest.fixture
def world() -> World:
    world = World()
    world.facts(harm="serious", others_at_risk="none", undue_influence="false")
    world.know(
        clinical__narrative="Forty years of notes",
        needs__functional_impact="Cannot climb stairs",
        capacity__assessment="Assessed on 3 November: has capacity",
    )
    world.talk(
        AGREED,
        covers_recipients=["adult_social_care"],
        covers_purposes=["safeguarding_enquiry"],
        covers_tier=3,
    )
    return world


@pytest.fixture
def draft(world: World) -> Disclosure:
    return world.draft("safeguarding_enquiry", "adult_social_care")


def ask(world: World, draft: Disclosure, **more: Any) -> Item:
    given = {
        "account": world.cast.alice,
        "disclosure_id": draft.pk,
        "field": "capacity.assessment",
        "rationale": "The enquiry turns on it.",
        "authority": "Care Act 2014, section 42",
        "approver": world.cast.gita,
        "now": world.now,
        **more,
    }
    return operations.item_ask(**given)


def answer(
    world: World,
    item: Item,
    who: Account | None = None,
    *,
    yes: bool = True,
    stamp: str | None = None,
) -> Item:
    given = {
        "account": who or world.cast.gita,
        "item_id": item.pk,
        "note": "Seen and weighed.",
        "now": world.now,
    }
    if not yes:
        return operations.item_refuse(**given)
    return operations.item_approve(**given, seen=seen.asked(item) if stamp is None else stamp)


def attach(world: World, draft: Disclosure, **more: Any) -> Attachment:
    given = {
        "account": world.cast.alice,
        "disclosure_id": draft.pk,
        "cleaned": PAGE,
        "reason": "The map of the injuries.",
        "approver": world.cast.gita,
        "now": world.now,
        **more,
    }
    return operations.attachment_add(**given)


def test_an_item_waits_for_its_approver_and_the_rest_may_go(
    world: World, draft: Disclosure
) -> None:
    """Withheld with its reason until approved; the message without it is ready."""
    ask(world, draft)
    shown = world.preview(draft)
    assert shown.decision.outcome == "share"
    assert shown.withheld["capacity.assessment"] == "lacks_approver"
    assert b"Assessed on" not in shown.message_bytes
    assert shown.own_words


def test_the_approver_is_let_in_for_a_while_and_asked(world: World, draft: Disclosure) -> None:
    """Gita saw no case before; she sees this one until her standing ends, with a task."""
    with pytest.raises(NotFound):
        queries.disclosure(viewer=world.cast.gita, disclosure_id=draft.pk, now=world.now)
    item = ask(world, draft)
    page = queries.disclosure(viewer=world.cast.gita, disclosure_id=draft.pk, now=world.now)
    assert page.may_approve
    assert not page.may_edit
    assert CircleMember.objects.get(case=world.case, account=world.cast.gita).expires_at
    assert Task.objects.get(about_id=item.pk, done_at=None).owner == world.cast.gita
    waiting = queries.waiting(viewer=world.cast.gita, now=world.now)
    assert [each.pk for each in waiting.to_approve] == [item.pk]
    draft.refresh_from_db()
    assert draft.state == "awaiting_approval"


def test_approved_by_another_it_goes(world: World, draft: Disclosure) -> None:
    """Rationale, authority and approver are there: the item is in the message."""
    item = ask(world, draft)
    before = Entry.objects.count()
    answer(world, item)
    answer(world, item)
    assert Entry.objects.count() == before + 1
    line = draft.case.chronology.get(section="decision", about_id=draft.pk)
    assert "was approved" in line.text
    draft.refresh_from_db()
    assert draft.state == "draft"
    shown = world.preview(draft)
    assert "capacity.assessment" in shown.decision.fields
    assert b"Assessed on" in shown.message_bytes
    assert world.send(draft).state == "sent"
    assert not Task.objects.filter(about_id=item.pk, done_at=None).exists()


def test_what_was_approved_for_one_says_nothing_of_another(world: World, draft: Disclosure) -> None:
    """Each Tier 3 field has its own reason and approval; a second one does not slip in with the first."""
    answer(world, ask(world, draft))
    world.edit(draft, extra_fields=["capacity.assessment", "clinical.narrative", "attachment"])
    shown = world.preview(draft)
    assert "capacity.assessment" in shown.decision.fields
    assert "clinical.narrative" not in shown.decision.fields
    assert "attachment" not in shown.decision.fields
    assert {"clinical.narrative", "attachment"} <= set(shown.withheld)
    assert b"Forty years" not in shown.message_bytes


def test_what_is_written_after_the_approval_is_not_approved(
    world: World, draft: Disclosure
) -> None:
    """The approver weighed these words for this recipient; other words, or another desk, are asked anew."""
    item = ask(world, draft)
    answer(world, item)
    with pytest.raises(Invalid):
        world.edit(draft, recipient=world.desk("police").pk)
    world.wait(minutes=5)
    world.know(capacity__assessment="The whole psychiatric history")
    shown = world.preview(draft)
    assert b"psychiatric" not in shown.message_bytes
    assert shown.withheld["capacity.assessment"] == "lacks_approver"
    again = ask(world, draft)
    assert again.approved_at is None
    answer(world, again)
    assert b"psychiatric" in world.preview(draft).message_bytes


def test_what_was_rewritten_while_the_approver_read_is_not_approved(
    world: World, draft: Disclosure
) -> None:
    """The approver answers what they read: other words, or another reason, are read first."""
    item = ask(world, draft)
    stamp = seen.asked(item)
    world.know(capacity__assessment="The whole psychiatric history")
    with pytest.raises(Reworded):
        answer(world, item, stamp=stamp)
    stamp = seen.asked(item)
    again = ask(world, draft, rationale="Because they asked.")
    for each in (stamp, ""):
        with pytest.raises(Reworded):
            answer(world, again, stamp=each)
    again.refresh_from_db()
    assert again.approved_at is None
    assert answer(world, again).approved_at


def test_refused_it_stays_and_the_reason_is_kept(world: World, draft: Disclosure) -> None:
    item = answer(world, ask(world, draft), yes=False)
    assert item.refused_at
    shown = world.preview(draft)
    assert "capacity.assessment" not in shown.decision.fields
    assert b"Assessed on" not in shown.message_bytes
    asked_again = ask(world, draft, approver=world.cast.sam)
    assert asked_again.refused_at is None


def test_whoever_asks_or_sends_cannot_approve(world: World, draft: Disclosure) -> None:
    """Four eyes: not the asker, and whoever approved a part does not send it."""
    with pytest.raises(ApproverIsSender):
        ask(world, draft, approver=world.cast.alice)
    item = ask(world, draft, account=world.cast.bea, approver=world.cast.sam)
    with pytest.raises(ApproverIsSender):
        answer(world, item, world.cast.bea)
    answer(world, item, world.cast.sam)
    with pytest.raises(ApproverIsSender):
        world.send(draft, by=world.cast.sam)
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert world.send(draft, by=world.cast.bea).state == "sent"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("stranger", NotFound), ("olu", NotFound), ("hana", NotFound)],
)
def test_outsiders_answer_nothing(
    world: World, draft: Disclosure, who: str, refusal: type[Exception]
) -> None:
    item = ask(world, draft)
    with pytest.raises(refusal):
        answer(world, item, getattr(world.cast, who))


def test_a_practitioner_of_the_circle_cannot_approve(world: World, draft: Disclosure) -> None:
    item = ask(world, draft, account=world.cast.bea)
    with pytest.raises(NotAllowed):
        answer(world, item, world.cast.alice)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rationale": ""}, "rationale"),
        ({"authority": " "}, "authority"),
        ({"field": "weather"}, "field"),
        ({"field": "attachment"}, "field"),
        ({"rationale": "x" * 4001}, "rationale"),
    ],
)
def test_what_an_item_needs(
    world: World, draft: Disclosure, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(world, draft, **change)
    assert field in refused.value.errors


def test_who_cannot_be_asked(world: World, draft: Disclosure) -> None:
    """A practitioner, somebody of another agency, and one whom the concern is about."""
    for who in (world.cast.stranger, world.cast.olu):
        with pytest.raises(Invalid):
            ask(world, draft, approver=who)
    assert world.cast.alice not in queries.approvers(
        viewer=world.cast.alice, disclosure_id=draft.pk, now=world.now
    )


def test_a_colleague_of_the_one_it_is_about_cannot_approve(world: World, draft: Disclosure) -> None:
    """What bears on a team is approved outside it."""
    item = ask(world, draft)
    world.cast.gita.team = world.cast.stranger.team
    world.cast.gita.save()
    world.case.concerns.get().concern.about_staff.add(world.cast.stranger)
    with pytest.raises(Conflicted):
        answer(world, item)


def test_answered_once(world: World, draft: Disclosure) -> None:
    """Another approver cannot turn an answer round."""
    item = ask(world, draft)
    answer(world, item)
    with pytest.raises(AlreadyAnswered):
        answer(world, item, world.cast.sam, yes=False)


def test_only_the_one_who_was_asked_answers_until_somebody_else_is(
    world: World, draft: Disclosure
) -> None:
    """Another approver in the circle was not asked; where the named one is away the sender asks anew."""
    item, attachment = ask(world, draft), attach(world, draft)
    for yes in (True, False):
        with pytest.raises(AskedOfAnother):
            answer(world, item, world.cast.sam, yes=yes)
    on_file = {"account": world.cast.bea, "note": "Seen.", "now": world.now}
    for act in (operations.attachment_approve, operations.attachment_refuse):
        with pytest.raises(AskedOfAnother):
            act(attachment_id=attachment.pk, **on_file)
    again = ask(world, draft, approver=world.cast.sam)
    with pytest.raises(AskedOfAnother):
        answer(world, again, world.cast.gita)
    assert answer(world, again, world.cast.sam).approved_at
    assert Task.objects.filter(about_id=item.pk, done_at=None).count() == 0


def test_a_whole_record_is_never_attached() -> None:
    """V11: plain text as long as a record is refused; chosen pages are the way."""
    with pytest.raises(AttachmentRefused) as refused:
        clean(content=b"note\n" * 20000, claimed_type="text/plain", name="record.txt", pages="")
    assert refused.value.code == "whole_record"


def test_a_file_waits_for_its_own_approval_and_then_goes(world: World, draft: Disclosure) -> None:
    """V11: the referral goes with its essentials; the one page goes once somebody has looked at it."""
    attachment = attach(world, draft)
    shown = world.preview(draft)
    assert shown.decision.outcome == "share"
    assert shown.attachments == ()
    assert "attachment" not in shown.decision.fields
    operations.attachment_approve(
        account=world.cast.gita, attachment_id=attachment.pk, note="", now=world.now
    )
    shown = world.preview(draft)
    assert [file.pk for file in shown.attachments] == [attachment.pk]
    assert "attachment" in shown.decision.fields
    assert world.send(draft).state == "sent"


def test_a_file_taken_out_is_erased(world: World, draft: Disclosure) -> None:
    attachment = attach(world, draft)
    removed = operations.attachment_remove(
        account=world.cast.alice, attachment_id=attachment.pk, now=world.now
    )
    assert bytes(removed.content) == b""
    draft.refresh_from_db()
    assert draft.state == "draft"
    page = queries.disclosure(viewer=world.cast.alice, disclosure_id=draft.pk, now=world.now)
    assert page.attachments == ()


def test_each_file_has_its_own_reason(world: World, draft: Disclosure) -> None:
    with pytest.raises(Invalid) as refused:
        attach(world, draft, reason="")
    assert "reason" in refused.value.errors


def test_nothing_is_added_to_what_was_sent(world: World, draft: Disclosure) -> None:
    world.send(draft)
    with pytest.raises(NotEditable):
        attach(world, draft)
    with pytest.raises(NotEditable):
        ask(world, draft)


def test_a_file_beyond_what_the_person_agreed_is_said_to_stay_before_anybody_approves_it(
    world: World,
) -> None:
    """Approving is no way round an agreement to less; the sender is told while they can still ask."""
    world.facts(harm="concern", others_at_risk="none", undue_influence="false")
    covers = {
        "covers_recipients": ["adult_social_care"],
        "covers_purposes": ["safeguarding_enquiry"],
    }
    world.talk(AGREED, covers_tier=2, **covers)
    draft = world.draft("safeguarding_enquiry", "adult_social_care")
    given: dict[str, Any] = {
        "viewer": world.cast.alice,
        "shown": world.preview(draft),
        "now": world.now,
    }
    assert queries.file_held(**given) == "above_consent"
    world.talk(AGREED, covers_tier=3, **covers)
    assert queries.file_held(**{**given, "shown": world.preview(draft)}) == ""
