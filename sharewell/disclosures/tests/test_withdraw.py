"""She takes her agreement back: what has not arrived stops, what rested on it is open again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.cases import records
from sharewell.cases.models import CircleMember, Task
from sharewell.consent.models import Conversation
from sharewell.consent.records import standing
from sharewell.disclosures import operations
from sharewell.disclosures.models import Disclosure, Opening
from sharewell.disclosures.tests.world import AGREED, UNSAFE_TO_ASK, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World()
    world.facts(harm="concern", others_at_risk="none", undue_influence="false")
    world.talk(AGREED, covers_recipients=["housing"], covers_purposes=["housing_stability"])
    return world


@pytest.fixture
def sent(world: World) -> Disclosure:
    return world.send(world.draft("housing_stability", "housing"))


def withdraw(world: World, **fields: Any) -> Conversation:
    found = standing(world.case)
    return operations.consent_withdraw(
        account=fields.pop("account", world.cast.alice),
        case=world.case,
        now=world.now,
        form_key=fields.pop("form_key", uuid.uuid4()),
        follows=fields.pop("follows", found.pk if found else None),
        fields={"discussed_with": "Nell alone", **fields},
    )


def test_what_waits_stops_and_the_decision_reopens(world: World, sent: Disclosure) -> None:
    """Nothing had arrived: it is stopped, and a draft stands in which it is decided again."""
    withdraw(world)
    sent.refresh_from_db()
    assert sent.state == "stopped"
    assert set(sent.deliveries.values_list("state", flat=True)) == {"stopped"}
    opened = sent.reopened_as.get()
    assert opened.state == "draft"
    assert Task.objects.filter(about_id=opened.pk, kind="decision_reopened", done_at=None).exists()
    assert not Task.objects.filter(about_id=sent.pk, kind="inform_person", done_at=None).exists()


@pytest.mark.parametrize(("safe", "told"), [("true", True), ("unknown", True), ("false", False)])
def test_partners_are_told_only_where_it_is_safe(
    world: World, sent: Disclosure, safe: str, told: bool
) -> None:
    """It had been read: it cannot be taken back, and telling them may put her at risk."""
    Opening.objects.create(disclosure=sent, name="Lee", role="Desk", at=world.now)
    withdraw(world, safe_to_tell_partners=safe)
    sent.refresh_from_db()
    assert sent.state == "sent"
    tasks = Task.objects.filter(about_id=sent.pk, done_at=None)
    assert tasks.filter(kind="decision_reopened").exists()
    assert tasks.filter(kind="withdrawal_tell_partners").exists() is told


def test_what_never_rested_on_it_goes_on(world: World) -> None:
    """Shared without agreement, for safety: her taking back another agreement does not stop it."""
    world.facts(harm="serious", undue_influence="true", serious_crime="true")
    world.talk(UNSAFE_TO_ASK)
    urgent = world.send(
        world.draft("immediate_safety", "adult_social_care", consent_reason="Not safe to ask.")
    )
    world.facts(undue_influence="false")
    world.talk(AGREED, covers_recipients=["housing"], covers_purposes=["housing_stability"])
    withdraw(world)
    urgent.refresh_from_db()
    assert urgent.state == "sent"
    assert urgent.deliveries.filter(state="waiting").exists()


def test_those_let_in_to_approve_leave(world: World, sent: Disclosure) -> None:
    """Access that was given for what was agreed ends with it."""
    records.join_circle(
        case=world.case, account=world.cast.gita, relation="approver", now=world.now
    )
    withdraw(world)
    assert not CircleMember.objects.standing(world.now).filter(account=world.cast.gita).exists()


def test_the_same_form_withdraws_once(world: World, sent: Disclosure) -> None:
    """The second time nothing new is written; the first left one entry of each room."""
    key, follows, before = uuid.uuid4(), standing(world.case), Entry.objects.count()
    assert follows is not None
    first = withdraw(world, form_key=key, follows=follows.pk)
    after = Entry.objects.count()
    assert after == before + 2
    assert withdraw(world, form_key=key, follows=follows.pk) == first
    assert Entry.objects.count() == after


@pytest.mark.parametrize(
    ("who", "refusal"), [("stranger", NotFound), ("olu", NotFound), ("ada", NotFound)]
)
def test_only_the_circle_withdraws(
    world: World, sent: Disclosure, who: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        withdraw(world, account=getattr(world.cast, who))
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_standing_without_casework_withdraws_nothing(world: World, sent: Disclosure) -> None:
    records.join_circle(
        case=world.case, account=world.cast.gita, relation="approver", now=world.now
    )
    with pytest.raises(NotAllowed):
        withdraw(world, account=world.cast.gita)


def talk_again(world: World, **changes: Any) -> Conversation:
    found = standing(world.case)
    assert found is not None
    return operations.conversation_record(
        account=world.cast.alice,
        case=world.case,
        now=world.now,
        form_key=uuid.uuid4(),
        follows=found.pk,
        fields={
            **AGREED,
            "covers_recipients": ["housing"],
            "covers_purposes": ["housing_stability"],
            **changes,
        },
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"covers_recipients": ["police"]},
        {"covers_purposes": ["early_help"]},
    ],
)
def test_what_is_no_longer_agreed_to_stops(
    world: World, sent: Disclosure, changes: dict[str, Any]
) -> None:
    """She agrees to less than before: what waits for somebody she leaves out is not sent."""
    talk_again(world, **changes)
    sent.refresh_from_db()
    assert sent.state == "stopped"
    assert sent.reopened_as.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"covers_recipients": ["housing", "police"]},
        {"position": "not_possible", "reason": "unconscious", "reason_words": "In hospital."},
    ],
)
def test_what_is_still_agreed_to_goes_on(
    world: World, sent: Disclosure, changes: dict[str, Any]
) -> None:
    """The same, more, or a time when she cannot be asked stops nothing."""
    talk_again(world, **changes)
    sent.refresh_from_db()
    assert sent.state == "sent"
