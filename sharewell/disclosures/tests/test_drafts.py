"""Drafts: what is typed is kept or refused by field, never cut or lost in silence."""

from __future__ import annotations

from typing import Any

import pytest

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.cases import records
from sharewell.consent import records as consent_records
from sharewell.disclosures import assemble, drafts, known, queries, words
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.standing import NotEditable
from sharewell.disclosures.tests.world import UNSAFE_TO_ASK, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def draft(world: World) -> Disclosure:
    return drafts.disclosure_open(account=world.cast.alice, case=world.case, now=world.now)


def test_a_draft_leaves_no_evidence(world: World) -> None:
    """Nothing has left yet; only its being sent or decided is an entry."""
    before = Entry.objects.count()
    draft = drafts.disclosure_open(account=world.cast.alice, case=world.case, now=world.now)
    world.edit(draft, ask="Fit a chain.")
    drafts.disclosure_close(
        account=world.cast.alice, disclosure_id=draft.pk, version=2, now=world.now
    )
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"purpose": "gossip"},
        {"recipient_role": "neighbour"},
        {"recipient": "6a1c2f0e-7a53-4a52-9e0f-2f4f6f0f0a11"},
        {"facts": {"harm": "rather bad"}},
        {"facts": {"weather": "true"}},
        {"extra_fields": ["shoe.size"]},
        {"left_out": ["shoe.size"]},
        {"urgency": "soon"},
        {"alleged_source": "maybe"},
        {"ask": "x" * 601},
        {"rationale": "x" * 4001},
        {"state": "sent"},
        {"message": {}},
    ],
)
def test_what_is_not_a_value_is_refused_by_field(
    world: World, draft: Disclosure, fields: dict[str, Any]
) -> None:
    """Wrong types, over-long text and other columns change nothing."""
    with pytest.raises(Invalid) as refused:
        world.edit(draft, **fields)
    assert set(refused.value.errors) == set(fields)
    draft.refresh_from_db()
    assert draft.version == 1


def test_stray_characters_do_not_stay() -> None:
    """Control and direction characters could hide or turn what a recipient reads."""
    assert words.tidy("a\x00b\u202ec\r\nd ") == "abc\nd"


def test_who_the_person_is_stands_in_the_case(world: World, draft: Disclosure) -> None:
    """An edit of the facts cannot turn an adult into a child."""
    assert world.edit(draft, facts={"subject_kind": "child", "harm": "serious"}).facts == {
        "harm": "serious"
    }


def test_a_preview_needs_a_purpose_and_a_recipient(world: World, draft: Disclosure) -> None:
    with pytest.raises(Invalid) as refused:
        world.preview(draft)
    assert set(refused.value.errors) == {"purpose", "recipient"}


def test_a_draft_given_up_is_not_edited(world: World, draft: Disclosure) -> None:
    drafts.disclosure_close(
        account=world.cast.alice, disclosure_id=draft.pk, version=1, now=world.now
    )
    with pytest.raises(NotEditable):
        world.edit(draft, ask="Fit a chain.")


@pytest.mark.parametrize("who", ["stranger", "olu", "pat", "ada", "ivo", "gita", "hana"])
def test_outside_the_circle_there_is_nothing(world: World, draft: Disclosure, who: str) -> None:
    """Not to open, read, preview, list or edit; the answer is the same as for what does not exist."""
    account = getattr(world.cast, who)
    given: dict[str, Any] = {"disclosure_id": draft.pk, "now": world.now}
    with pytest.raises(NotFound):
        drafts.disclosure_open(account=account, case=world.case, now=world.now)
    with pytest.raises(NotFound):
        drafts.disclosure_update(account=account, version=1, **given, ask="x")
    with pytest.raises(NotFound):
        assemble.preview(viewer=account, **given)
    for read in (queries.disclosure, queries.record, queries.exact_copy, queries.approvers):
        with pytest.raises(NotFound):
            read(viewer=account, **given)
    with pytest.raises(NotFound):
        queries.for_case(viewer=account, case=world.case, now=world.now)
    assert queries.waiting(viewer=account, now=world.now).drafts == ()


def test_one_asked_to_approve_reads_and_edits_nothing(world: World, draft: Disclosure) -> None:
    records.join_circle(
        case=world.case, account=world.cast.gita, relation="approver", now=world.now
    )
    with pytest.raises(NotAllowed):
        world.edit(draft, by=world.cast.gita, ask="x")


def test_how_soon_follows_from_what_it_is_for_until_the_sender_says(world: World) -> None:
    """Keeping somebody safe now is to be seen now; a weekend is not the usual time for it."""
    draft = drafts.disclosure_open(
        account=world.cast.alice, case=world.case, now=world.now, purpose="immediate_safety"
    )
    assert draft.urgency == "immediate"
    assert world.edit(draft, urgency="urgent").urgency == "urgent"
    assert world.edit(draft, purpose="immediate_safety").urgency == "urgent"
    assert world.edit(draft, purpose="housing_stability").urgency == "standard"


def test_by_when_is_said_with_what_the_case_asks(world: World) -> None:
    """The words asked may come from the case; a time given here goes with them."""
    world.know(ask="Fit a chain.")
    draft = world.draft("housing_stability", "housing", ask="", ask_by=world.now)
    record = known.record_for(draft, facts={}, conversation=None, consent_reason="", now=world.now)
    assert record["ask"].text == "Fit a chain. By 20 November 2026, 10:00."


def test_a_recipient_outside_the_directory_is_asked_about_before_the_rules_answer() -> None:
    """Nobody knows whether they may be the source: that is asked, and not taken for a no."""
    world = World()
    draft = world.draft("safeguarding_enquiry", "adult_social_care")
    unlisted: dict[str, Any] = {
        "recipient": None,
        "recipient_role": "police",
        "recipient_name": "Joe Bloggs",
    }
    world.edit(draft, **unlisted, alleged_source="unknown")
    with pytest.raises(Invalid) as refused:
        world.preview(draft)
    assert "alleged_source" in refused.value.errors
    world.edit(draft, alleged_source="false")
    assert world.preview(draft).decision.outcome


def test_figures_hold_words_of_the_closed_lists_and_nothing_that_was_typed(world: World) -> None:
    world.know(risk__level="Serious, says Nell Quill", concern__observed="Nell Quill fell")
    world.talk(UNSAFE_TO_ASK)
    draft = world.draft("assurance", "hr")
    facts = {"harm": "serious", "capacity": "has"}
    standing = consent_records.standing(world.case)
    record = known.record_for(
        draft, facts=facts, conversation=standing, consent_reason="", now=world.now
    )
    chosen = {field: list(value.choices) for field, value in record.items() if value.choices}
    assert chosen == {
        "risk.level": ["Serious"],
        "capacity.conclusion": ["Can make this decision"],
        "consent.position": ["They were not asked"],
    }


def test_who_already_knows_says_the_day_on_which_each_was_last_told(world: World) -> None:
    world.facts(harm="serious", undue_influence="true", others_at_risk="none")
    world.talk(UNSAFE_TO_ASK)
    for _ in range(2):
        world.send(world.draft("protection_planning", "police", ask="See her alone."))
        world.wait(days=1)
    draft = world.draft("assurance", "regulator")
    record = known.record_for(draft, facts={}, conversation=None, consent_reason="", now=world.now)
    assert record["disclosure.history"].items == ["the police, 21 November 2026"]
