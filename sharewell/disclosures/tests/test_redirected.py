"""A recipient says that it belongs with somebody else: a draft to them waits for the sender, and nothing goes by itself."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import Task
from sharewell.disclosures import queries
from sharewell.disclosures.models import Answer, Disclosure
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.tests.answers import give
from sharewell.disclosures.tests.packing import SAYS, answered, asked, texts_of, whole
from sharewell.disclosures.tests.stage import make_sent
from sharewell.disclosures.tests.world import REASONS
from sharewell.testing import Cast, make_agency, make_cast, make_function, sign_in

pytestmark = pytest.mark.django_db
LEFT = ("message", "message_bytes", "decision", "sent_at", "sent_by")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sent(cast: Cast, now: datetime) -> Disclosure:
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    return sent


@pytest.mark.parametrize(
    "said",
    ["Children desk", "the hub", "children DESK, West Council.", "West Council, Children desk"],
)
def test_whom_they_name_has_a_draft_that_waits_for_the_sender(
    cast: Cast, sent: Disclosure, now: datetime, said: str
) -> None:
    council = make_agency("west-council", "West Council", kind="")
    desk = make_function("Children desk", council, "childrens_social_care")
    given = give(cast.pat, sent, now, "redirect", to_whom=said)
    draft = given.decision
    assert draft is not None
    assert (draft.state, draft.case, draft.purpose) == ("draft", sent.case, sent.purpose)
    assert (draft.ask, draft.rationale) == (sent.ask, "")
    known = said != "the hub"
    assert draft.recipient == (desk if known else None)
    assert draft.recipient_role == ("childrens_social_care" if known else "")
    assert draft.to_whom == ("Children desk" if known else said)
    task = Task.objects.waiting().get(kind="answer_redirected")
    assert (task.owner, task.about_id) == (cast.alice, draft.pk)
    assert queries.disclosure(viewer=cast.alice, disclosure_id=draft.pk, now=now).may_edit
    assert not draft.deliveries.exists()


def test_who_names_the_same_again_or_one_who_has_it_begins_no_other_draft(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    council = make_agency("west-council", "West Council", kind="")
    desk = make_function("Children desk", council, "childrens_social_care")
    first = give(cast.pat, sent, now, "redirect", to_whom="Children desk")
    again = give(cast.pat, sent, now, "redirect", to_whom="children desk")
    assert again.decision == first.decision
    twice = [give(cast.pat, sent, now, "redirect", to_whom="The hub").decision for _ in range(2)]
    assert twice[0] == twice[1]
    assert first.decision is not None
    Disclosure.objects.filter(pk=first.decision.pk).update(
        state="sent", **{name: getattr(sent, name) for name in LEFT}
    )
    gone = give(cast.pat, sent, now, "redirect", to_whom=f"{desk.name}, {council.name}")
    assert gone.decision is None
    told = Task.objects.waiting().get(kind="answer_redirected", about_id=sent.pk)
    assert "has gone already" in told.note


def test_of_two_desks_with_one_name_none_is_chosen_and_never_the_one_who_answers(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    for slug in ("east", "west"):
        council = make_agency(slug, f"{slug} Council", kind="")
        make_function("Children desk", council, "childrens_social_care")
    for said in ("Children desk", sent.to_whom):
        draft = give(cast.pat, sent, now, "redirect", to_whom=said).decision
        assert draft is not None
        assert (draft.recipient, draft.recipient_name) == (None, said)


def test_within_a_packet_it_draws_on_the_same_words_and_tells_of_nobody() -> None:
    world = asked()
    packet = whole(world)
    copies = answered(world, packet)
    who = world.desk("housing").staff.get()
    police = world.desk("police")
    draft = give(who, copies["housing"], world.now, "redirect", to_whom=police.name).decision
    assert draft is not None
    assert (draft.packet, draft.recipient, draft.state) == (packet, police, "draft")
    known = texts_of(world, world.edit(draft, None, **REASONS, purpose="safeguarding_enquiry"))
    assert known["concern.reason"] == SAYS["concern.reason"]
    assert known["disclosure.history"] == ""
    page = queries.inbox_open(viewer=who, disclosure_id=copies["housing"].pk, now=world.now)
    assert draft.pk.hex not in repr(page)


def test_one_who_has_a_copy_of_the_packet_for_another_purpose_gets_no_second() -> None:
    world = asked()
    copies = answered(world, whole(world))
    who = world.desk("housing").staff.get()
    care = world.desk("adult_social_care")
    before = Disclosure.objects.count()
    given = give(who, copies["housing"], world.now, "redirect", to_whom=care.name)
    assert (given.decision, Disclosure.objects.count()) == (None, before)


def test_the_task_leads_to_the_draft_and_the_pages_say_who_named_whom(
    client: Client, cast: Cast, sent: Disclosure, now: datetime
) -> None:
    council = make_agency("west-council", "West Council", kind="")
    make_function("Children desk", council, "childrens_social_care")
    draft = give(cast.pat, sent, now, "redirect", to_whom="Children desk").decision
    other = give(cast.pat, sent, now, "redirect", to_whom="The hub").decision
    assert draft is not None
    assert other is not None
    alice = sign_in(client, cast.alice)
    task = Task.objects.waiting().get(kind="answer_redirected", about_id=draft.pk)
    way = reverse("disclosure_preview", args=[draft.pk])
    assert way in alice.get(reverse("task_detail", args=[task.pk])).content.decode()
    record = alice.get(reverse("disclosure_record", args=[sent.pk])).content.decode()
    assert "Prepared on what they answered" in record
    assert way in record
    said = f"{sent.to_whom} says that it belongs with <strong>Children desk</strong>."
    assert said in alice.get(way).content.decode()
    asked_first = alice.get(reverse("disclosure_preview", args=[other.pk]))
    assert asked_first["Location"] == reverse("disclosure_recipient", args=[other.pk])
    choose = alice.get(asked_first["Location"]).content.decode()
    assert f"{sent.to_whom} says that it belongs with <strong>The hub</strong>." in choose
    assert 'value="The hub"' in choose
    assert Answer.objects.count() == 2
