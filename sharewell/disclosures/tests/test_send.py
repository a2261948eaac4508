"""Sending: exactly what was seen, once, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Sealed
from sharewell.cases import records
from sharewell.cases.models import CircleMember, Task
from sharewell.disclosures import drafts, operations
from sharewell.disclosures.models import Delivery, Disclosure
from sharewell.disclosures.operations.send import MessageChanged, NotShareable
from sharewell.disclosures.standing import NotEditable
from sharewell.disclosures.tests.world import AGREED, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db

COVERS = {
    "covers_recipients": ["adult_social_care", "housing"],
    "covers_purposes": ["exploitation_concern", "housing_stability"],
}


@pytest.fixture
def world() -> World:
    world = World()
    world.facts(harm="concern", others_at_risk="none", undue_influence="false")
    world.talk(AGREED, **COVERS)
    return world


@pytest.fixture
def draft(world: World) -> Disclosure:
    return world.draft("housing_stability", "housing", ask="Change the lock this week.")


def test_by_agreement_it_goes_within_what_was_agreed(world: World, draft: Disclosure) -> None:
    """V01: consent is relied on, the person is told, and going back to them is somebody's task."""
    decision = world.preview(draft).decision
    assert decision.outcome == "share", decision.reasons
    assert decision.consent_relied_on
    sent = world.send(draft)
    kinds = set(Task.objects.filter(case=world.case, done_at=None).values_list("kind", flat=True))
    assert {"inform_person", "consent_revisit"} <= kinds
    assert Task.objects.filter(case=world.case, kind="consent_revisit", done_at=None).count() == 1
    assert sent.conversation is not None


def test_a_double_click_sends_once(world: World, draft: Disclosure) -> None:
    """The same key again returns what was sent and leaves nothing new."""
    shown = world.preview(draft)
    given = {
        "account": world.cast.alice,
        "disclosure_id": draft.pk,
        "version": draft.version,
        "seen": shown.seen,
        "send_key": uuid.uuid4(),
        "now": world.now,
    }
    first = operations.disclosure_send(**given)
    counts = [Entry.objects.count(), Delivery.objects.count(), Task.objects.count()]
    assert operations.disclosure_send(**given) == first
    assert counts == [Entry.objects.count(), Delivery.objects.count(), Task.objects.count()]
    with pytest.raises(NotEditable):
        operations.disclosure_send(**{**given, "send_key": uuid.uuid4()})


def test_two_people_editing_the_second_is_told(world: World, draft: Disclosure) -> None:
    """What the second typed is not lost in silence, nor does it overwrite."""
    version = draft.version
    given: dict[str, Any] = {"disclosure_id": draft.pk, "version": version, "now": world.now}
    drafts.disclosure_update(account=world.cast.alice, **given, ask="Fit a chain.")
    with pytest.raises(Conflict):
        drafts.disclosure_update(account=world.cast.bea, **given, ask="Change the door.")
    draft.refresh_from_db()
    assert draft.ask == "Fit a chain."


def test_what_the_sender_leaves_out_does_not_go(world: World, draft: Disclosure) -> None:
    """Of the dataset the sender may send less; leaving out all of it sends nothing rather than all."""
    fields = world.preview(draft).decision.fields
    world.edit(draft, left_out=["housing.tenure"])
    assert "housing.tenure" not in world.preview(draft).decision.fields
    world.edit(draft, left_out=list(fields))
    with pytest.raises(Invalid) as refused:
        world.send(draft)
    assert set(refused.value.errors) == {"left_out"}


def test_words_are_proposed_for_tier_1_by_agreement_and_nowhere_else(
    world: World, draft: Disclosure
) -> None:
    """Beyond the essentials, or without agreement, necessity is in the sender's own words."""
    world.edit(draft, rationale="", proportionality="")
    shown = world.preview(draft)
    assert shown.decision.tier == 2
    assert shown.own_words
    assert shown.decision.outcome == "complete_first"
    beyond = [part.field for part in shown.message.fields if part.tier > 1] if shown.message else []
    world.edit(draft, left_out=beyond)
    shown = world.preview(draft)
    assert not shown.own_words
    assert shown.texts["rationale"]
    assert shown.decision.outcome == "share"
    assert world.send(draft).rationale == shown.texts["rationale"]


def test_a_page_read_before_an_edit_sends_nothing(world: World, draft: Disclosure) -> None:
    version = draft.version
    world.edit(draft, ask="Fit a chain.")
    with pytest.raises(Conflict):
        world.send(draft, version=version)


def test_what_changed_since_it_was_read_is_named(world: World, draft: Disclosure) -> None:
    """New facts make another message; the sender reads it again before anything leaves."""
    seen = world.preview(draft).seen
    world.know(subject__safe_contact="At the library only")
    with pytest.raises(MessageChanged) as refused:
        world.send(draft, seen=seen)
    assert refused.value.changes == ("subject.safe_contact",)
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert not Delivery.objects.exists()


def test_after_a_withdrawal_nothing_is_sent(world: World, draft: Disclosure) -> None:
    """The page was read while she agreed; she takes it back; the send is refused."""
    shown = world.preview(draft)
    operations.consent_withdraw(
        account=world.cast.alice,
        case=world.case,
        now=world.now,
        form_key=uuid.uuid4(),
        follows=shown.conversation.pk if shown.conversation else None,
        fields={"discussed_with": "Nell alone"},
    )
    with pytest.raises((MessageChanged, NotShareable)):
        world.send(draft, seen=shown.seen)
    with pytest.raises(NotShareable):
        world.send(draft)
    assert not Disclosure.objects.filter(state="sent").exists()


@pytest.mark.parametrize("name", ["outcome_intended", "no_agreement_reason", "off_route_reason"])
def test_what_is_missing_is_named_by_field(world: World, draft: Disclosure, name: str) -> None:
    """Each gap has its sentence, and the draft stands as it was."""
    if name == "no_agreement_reason":
        world.facts(harm="serious", undue_influence="true")
        world.edit(
            draft, purpose="exploitation_concern", recipient=world.desk("adult_social_care").pk
        )
    without: dict[str, Any] = {name: ""}
    world.edit(draft, **without)
    with pytest.raises(Invalid) as refused:
        world.send(draft)
    assert name in refused.value.errors


@contextmanager
def killed_at(write: int) -> Iterator[None]:
    """Kill the process at the nth write to the database."""
    seen = 0

    def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal seen
        if sql.split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}:
            seen += 1
            if seen == write:
                raise KeyboardInterrupt
        return execute(sql, *rest)

    with connection.execute_wrapper(wrapper):
        yield


def test_killed_at_any_write_nothing_is_half_done(world: World, draft: Disclosure) -> None:
    """Row, deliveries, tasks, timeline and entry stand together or not at all."""

    def counts() -> list[int]:
        models = (Entry, Sealed, Delivery, Task, CircleMember)
        return [m.objects.count() for m in models] + [world.case.chronology.count()]

    before, write = counts(), 0
    while write < 100:
        write += 1
        try:
            with killed_at(write):
                world.send(draft)
            break
        except KeyboardInterrupt:
            draft.refresh_from_db()
            assert (draft.state, counts()) == ("draft", before), f"killed at write {write}"
    assert write > 8
    draft.refresh_from_db()
    assert draft.state == "sent"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("stranger", NotFound),
        ("olu", NotFound),
        ("pat", NotFound),
        ("ada", NotFound),
        ("ivo", NotFound),
    ],
)
def test_only_the_circle_sends(
    world: World, draft: Disclosure, who: str, refusal: type[Exception]
) -> None:
    """Outside the circle, in another agency, or with no casework there is nothing to send."""
    with pytest.raises(refusal):
        world.send(draft, by=getattr(world.cast, who))


def test_standing_without_casework_sends_nothing(world: World, draft: Disclosure) -> None:
    records.join_circle(
        case=world.case, account=world.cast.gita, relation="approver", now=world.now
    )
    with pytest.raises(NotAllowed):
        world.send(draft, by=world.cast.gita)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="two writers at once: runs on PostgreSQL"
)
@pytest.mark.parametrize(
    ("same_click", "expected"), [(True, ["sent", "sent"]), (False, ["not_editable", "sent"])]
)
def test_two_sends_at_once_one_is_sent(
    transactional_db: None, same_click: bool, expected: list[str]
) -> None:
    """A double click, or two windows, in the same instant: one message and one entry."""
    world = World()
    world.facts(harm="concern", others_at_risk="none", undue_influence="false")
    world.talk(AGREED, **COVERS)
    draft = world.draft("housing_stability", "housing")
    shown = world.preview(draft)
    key = uuid.uuid4()

    def press(click: UUID) -> str:
        try:
            operations.disclosure_send(
                account=world.cast.alice,
                disclosure_id=draft.pk,
                version=shown.disclosure.version,
                seen=shown.seen,
                send_key=click,
                now=world.now,
            )
        except Conflict as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "sent"

    before = Entry.objects.count()
    with ThreadPoolExecutor(2) as pool:
        came = sorted(pool.map(press, [key, key if same_click else uuid.uuid4()]))
    assert came == expected
    assert Entry.objects.count() == before + 1
    assert Delivery.objects.filter(disclosure=draft, channel="inbox").count() == 1
