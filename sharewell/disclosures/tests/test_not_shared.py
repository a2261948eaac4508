"""V06 and V07: she refuses, freely at first; it is held, with thresholds and a review, and opened when one is reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.cases.models import ChronologyEntry, Task
from sharewell.disclosures import operations
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.operations.decide import NotDecided
from sharewell.disclosures.operations.send import NotShareable
from sharewell.disclosures.standing import Conflicted, NotEditable
from sharewell.disclosures.tests.world import REFUSED, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db

EARLY = {
    "harm": "concern",
    "others_at_risk": "none",
    "serious_crime": "false",
    "undue_influence": "false",
    "position_of_trust": "false",
    "source_has_care_needs": "false",
    "legal_demand": "none",
    "reporting_duty": "none",
}
LATER = {"harm": "serious", "serious_crime": "true", "undue_influence": "true"}


@pytest.fixture
def world() -> World:
    world = World()
    world.facts(**EARLY)
    world.talk(REFUSED)
    return world


@pytest.fixture
def draft(world: World) -> Disclosure:
    return world.draft("exploitation_concern", "adult_social_care")


def hold(world: World, draft: Disclosure, **more: Any) -> Disclosure:
    draft.refresh_from_db()
    given = {
        "account": world.cast.alice,
        "disclosure_id": draft.pk,
        "version": draft.version,
        "grounds": ["free_refusal"],
        "reasons": "She decided freely, knows what may follow, and nobody else is at risk.",
        "thresholds": [
            {"kind": "threat"},
            {"kind": "loss_over", "detail": "100 pounds in a month"},
        ],
        "review_at": world.now + timedelta(days=7),
        "not_reputation": True,
        "now": world.now,
        **more,
    }
    return operations.disclosure_not_shared(**given)


def test_a_free_refusal_is_held_and_cannot_be_sent(world: World, draft: Disclosure) -> None:
    """Refusal with capacity and nobody else at risk stands."""
    assert world.preview(draft).decision.outcome == "hold"
    with pytest.raises(NotShareable):
        world.send(draft)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_holding_tells_the_lead_offers_advocacy_and_sets_the_review(
    world: World, draft: Disclosure
) -> None:
    """A decision not to share is a record too, with thresholds and a date, and one entry."""
    before = Entry.objects.count()
    held = hold(world, draft)
    assert Entry.objects.count() == before + 1
    assert held.state == "not_shared"
    assert (held.decision or {})["outcome"] == "hold"
    assert held.entry_id
    tasks = {task.kind: task for task in Task.objects.filter(about_id=held.pk, done_at=None)}
    assert tasks["tell_safeguarding_lead"].owner == world.cast.sam
    assert "offer_advocacy" in tasks
    assert tasks["not_shared_review"].due_at == world.now + timedelta(days=7)
    assert set(held.thresholds.values_list("kind", flat=True)) == {"threat", "loss_over"}
    assert ChronologyEntry.objects.filter(about_id=held.pk, section="decision").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"review_at": timedelta(days=8)}, "review_at"),
        ({"review_at": timedelta(0)}, "review_at"),
        ({"grounds": []}, "grounds"),
        ({"grounds": ["reputation"]}, "grounds"),
        ({"reasons": " "}, "reasons"),
        ({"not_reputation": False}, "not_reputation"),
        ({"thresholds": []}, "thresholds"),
        ({"thresholds": [{"kind": "loss_over"}]}, "thresholds"),
        ({"thresholds": [{"kind": "weather"}]}, "thresholds"),
    ],
)
def test_what_a_decision_not_to_share_needs(
    world: World, draft: Disclosure, change: dict[str, Any], field: str
) -> None:
    """Grounds, words, thresholds and a review within the limit; reputation is on no list."""
    if isinstance(change.get("review_at"), timedelta):
        change = {"review_at": world.now + change["review_at"]}
    with pytest.raises(Invalid) as refused:
        hold(world, draft, **change)
    assert field in refused.value.errors
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_one_whom_it_is_about_and_their_team_cannot_hold_it(
    world: World, draft: Disclosure
) -> None:
    """A service cannot close a hold about itself."""
    concern = world.case.concerns.get().concern
    concern.about_staff.add(world.cast.stranger)  # of Alice's own team
    with pytest.raises(Conflicted):
        hold(world, draft)


def test_a_threshold_that_is_reached_opens_the_question_again(
    world: World, draft: Disclosure
) -> None:
    """V07: threats and losses; a new draft stands, and with the new facts it may go."""
    held = hold(world, draft)
    world.wait(days=6)
    threshold = held.thresholds.get(kind="threat")
    given = {
        "account": world.cast.alice,
        "threshold_id": threshold.pk,
        "note": "A visitor threatened her on Friday.",
        "now": world.now,
    }
    opened = operations.threshold_reached(**given)
    assert operations.threshold_reached(**given) == opened
    assert opened.reopens == held
    assert opened.state == "draft"
    assert opened.purpose == held.purpose
    assert opened.recipient == held.recipient
    assert opened.rationale == ""
    held.refresh_from_db()
    assert held.state == "not_shared"
    assert not Task.objects.filter(
        about_id=held.pk, kind="not_shared_review", done_at=None
    ).exists()
    assert Task.objects.filter(about_id=opened.pk, kind="decision_reopened", done_at=None).exists()
    world.facts(**LATER)
    world.know(pattern="Three visits, each followed by a loss", finance__pattern="900 pounds gone")
    world.know(actions__tried="Offered advocacy twice", finance__accounts="12-34-56 12345678")
    reasons: dict[str, Any] = {
        "rationale": "Only they can lead the enquiry.",
        "proportionality": "The pattern and what was tried, nothing of her accounts.",
        "consent_reason": "She is threatened, so her refusal is not free.",
        "outcome_intended": "An enquiry, and a safer home.",
        "inform_plan": "Told on Monday by Alice.",
        "no_agreement_reason": "None is needed in law.",
        "off_route_reason": "They lead enquiries.",
    }
    world.edit(opened, **reasons)
    decision = world.preview(opened).decision
    assert decision.outcome == "share", decision.reasons
    assert {"pattern", "finance.pattern", "actions.tried"} <= set(decision.fields)
    assert "finance.accounts" not in decision.fields
    assert decision.inform == "yes"
    sent = world.send(opened)
    assert Task.objects.filter(about_id=sent.pk, kind="inform_person", done_at=None).exists()


def test_the_review_date_opens_it_once(world: World, draft: Disclosure) -> None:
    """The clock runner acts for nobody; coming twice changes nothing."""
    held = hold(world, draft)
    world.wait(days=7)
    given = {"account": None, "disclosure_id": held.pk, "reason": "Review date.", "now": world.now}
    opened = operations.disclosure_reopen(**given)
    before = Entry.objects.count()
    assert operations.disclosure_reopen(**given) == opened
    assert Entry.objects.count() == before


def test_what_was_never_decided_is_not_reopened(world: World, draft: Disclosure) -> None:
    with pytest.raises(NotDecided):
        operations.disclosure_reopen(
            account=world.cast.alice, disclosure_id=draft.pk, reason="x", now=world.now
        )


def test_a_decision_is_not_edited_afterwards(world: World, draft: Disclosure) -> None:
    """What was decided stays as it was; another decision is another row."""
    hold(world, draft)
    with pytest.raises(NotEditable):
        world.edit(draft, rationale="Written later.")
    with pytest.raises(NotEditable):
        hold(world, draft)


def test_a_held_decision_always_has_a_next_review(world: World, draft: Disclosure) -> None:
    """Looking again ends in another date, within a week."""
    held = hold(world, draft)
    world.wait(days=5)
    given = {
        "account": world.cast.sam,
        "disclosure_id": held.pk,
        "outcome": "Nothing new; she goes to the club on Tuesdays.",
        "now": world.now,
    }
    with pytest.raises(Invalid):
        operations.disclosure_review(**given, next_review_at=None)
    review = operations.disclosure_review(**given, next_review_at=world.now + timedelta(days=7))
    assert review.next_at == world.now + timedelta(days=7)
    task = Task.objects.get(about_id=held.pk, kind="not_shared_review", done_at=None)
    assert task.due_at == review.next_at


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("stranger", NotFound), ("olu", NotFound), ("ada", NotFound), ("pat", NotFound)],
)
def test_outsiders_cannot_decide(
    world: World, draft: Disclosure, who: str, refusal: type[Exception]
) -> None:
    """Outside the circle, in another agency or without casework there is nothing to decide."""
    with pytest.raises(refusal):
        hold(world, draft, account=getattr(world.cast, who))


def test_one_in_the_circle_without_casework_cannot_decide(world: World, draft: Disclosure) -> None:
    """Standing to approve is not standing to hold."""
    from sharewell.cases import records

    records.join_circle(
        case=world.case, account=world.cast.gita, relation="approver", now=world.now
    )
    with pytest.raises(NotAllowed):
        hold(world, draft, account=world.cast.gita)
