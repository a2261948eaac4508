"""The one door for words to the person, the household and carers, in a case with its plan and boundaries."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import sharewell
from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.cases.models import ContactWord
from sharewell.cases.operations import contact_accept, safe_contact_record
from sharewell.cases.safety import ContactPlan
from sharewell.consent import contacting
from sharewell.consent.contacting import ContactRefused
from sharewell.consent.operations import contact_word_release
from sharewell.core.contacting import CARER, Addressee, Allowed, Refused, Wording
from sharewell.disclosures.models import Delivery
from sharewell.disclosures.operations.deliver import delivery_attempt
from sharewell.disclosures.tests.stage import make_sent
from sharewell.disclosures.tests.world import AGREED, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
PLAN = ContactPlan(
    ways=[
        {"channel": c, "address": "07700 900123", "safe": "true"}
        for c in ("text", "phone", "email")
    ],
    when="listed",
    windows=[{"days": [1], "from": "10:00", "to": "12:00"}],
    no_letters=True,
    must_not_know=[{"name": "Ray Quill", "relation": "partner"}],
)


@pytest.fixture
def world() -> World:
    world = World()
    world.facts(harm="concern")
    return world


def plan(world: World) -> None:
    safe_contact_record(account=world.cast.alice, case=world.case, now=world.now, plan=PLAN)


def release(world: World, **more: Any) -> ContactWord:
    given: dict[str, Any] = {
        "account": world.cast.alice,
        "case": world.case,
        "now": world.now,
        "form_key": uuid.uuid4(),
        "to": Addressee(),
        "channel": "text",
        "at": TUESDAY,
        "wording": Wording("", "See you on Tuesday."),
        **more,
    }
    return contact_word_release(**given)


def test_a_word_that_the_plan_allows_is_kept_once_with_its_evidence(world: World) -> None:
    plan(world)
    before, key = Entry.objects.count(), uuid.uuid4()
    word = release(world, form_key=key)
    assert release(world, form_key=key) == word
    assert Entry.objects.count() == before + 1
    line = world.case.chronology.order_by("line").last()
    assert line is not None
    assert line.text == "A word to the person, by text, was let through."


def test_a_refused_word_leaves_nothing_and_says_the_safe_way(world: World) -> None:
    plan(world)
    before = Entry.objects.count()
    with pytest.raises(ContactRefused) as refused:
        release(world, channel="letter")
    assert "the plan forbids letters" in refused.value.sentence
    assert "Safe: by phone to 07700 900123" in refused.value.sentence
    assert (ContactWord.objects.count(), Entry.objects.count()) == (0, before)


def test_only_those_who_work_on_the_case_let_words_go(world: World) -> None:
    plan(world)
    for account, refusal in ((world.cast.olu, NotFound), (world.cast.ada, NotFound)):
        with pytest.raises(refusal):
            release(world, account=account)
    assert issubclass(NotAllowed, Exception)


def test_what_the_person_ruled_out_in_a_conversation_counts_as_the_plan(world: World) -> None:
    """Boundaries name channels and people; they count with a plan and without."""
    world.talk(
        AGREED,
        covers_recipients=["housing"],
        covers_purposes=["housing_stability"],
        boundaries=[{"deny_channel": "phone"}, {"deny_person": "Ann Mill"}],
    )
    to = Addressee(CARER, "Ann Mill", "friend", knows=True)
    ask: dict[str, Any] = {"case": world.case, "at": TUESDAY, "now": world.now}
    assert isinstance(contacting.may_go(to=Addressee(), channel="phone", **ask), Refused)
    assert isinstance(contacting.may_go(to=Addressee(), channel="meeting", **ask), Allowed)
    plan(world)
    assert isinstance(contacting.may_go(to=Addressee(), channel="phone", **ask), Refused)
    assert isinstance(contacting.may_go(to=to, channel="email", **ask), Refused)


def test_times_are_those_of_the_agency(world: World) -> None:
    """Half past ten in London in summer is half past nine in universal time."""
    plan(world)
    summer = datetime(2027, 6, 1, 9, 30, tzinfo=UTC)
    ask: dict[str, Any] = {
        "case": world.case,
        "to": Addressee(),
        "channel": "text",
        "now": world.now,
    }
    assert isinstance(contacting.may_go(at=summer, **ask), Allowed)
    assert isinstance(contacting.may_go(at=summer.replace(hour=11), **ask), Refused)


def test_danger_and_no_plan_refuse_until_a_manager_accepts(world: World) -> None:
    world.facts(harm="serious")
    ask: dict[str, Any] = {
        "case": world.case,
        "to": Addressee(),
        "channel": "phone",
        "at": TUESDAY,
        "now": world.now,
    }
    assert isinstance(contacting.may_go(**ask), Refused)
    contact_accept(account=world.cast.bea, case=world.case, now=world.now, reason="Alone tonight.")
    assert isinstance(contacting.may_go(**ask), Allowed)


def test_a_delivery_to_a_family_carer_passes_the_gate_and_one_to_professionals_never_waits(
    world: World,
) -> None:
    plan(world)
    cast, now = world.cast, world.now
    make_sent(cast, now, cast.police, case=world.case)
    waiting = list(Delivery.objects.filter(state="waiting"))
    assert waiting
    for _ in waiting:
        attempt = delivery_attempt(now=now)
        assert attempt is not None
        assert attempt.go
    Delivery.objects.all().delete()
    carer = make_sent(cast, now, None, case=world.case, recipient_role="family_carer")
    Delivery.objects.all().delete()
    Delivery.objects.create(
        disclosure=carer, channel="email_notice", address="ray@example.org", next_at=now
    )
    attempt = delivery_attempt(now=now)
    assert attempt is not None
    assert not attempt.go
    kept = Delivery.objects.get()
    assert (kept.state, kept.fault) == ("failed", "safe_contact")
    assert cast.alice.tasks.waiting().filter(kind="delivery_failed").exists()


# Who may touch a channel: what is worked there has passed the gate (dispatch, delivery_attempt).
# What goes to colleagues only says that something waits.
CHANNEL_USERS = {
    "sharewell/followup/notices.py",
    "sharewell/followup/paging.py",
    "sharewell/disclosures/delivering.py",
    "sharewell/disclosures/operations/deliver.py",
    "sharewell/disclosures/operations/acknowledge.py",
    "sharewell/disclosures/operations/confirm.py",  # asks the gate itself where it is no professional
    "sharewell/disclosures/webhooks.py",  # to the system of a receiving function
    "sharewell/followup/digesting.py",  # how much waits, to colleagues
    "sharewell/followup/invitations.py",  # to colleagues and receiving functions alone
}
SENDS = {"sharewell.channels", "django.core.mail", "smtplib", "requests", "httpx", "urllib.request"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_channel_is_called_beside_the_door() -> None:
    """Whatever could carry a word out is imported where the gate stands before it, and nowhere else."""
    package = Path(sharewell.__file__).parent
    found = {
        str(path.relative_to(package.parent))
        for path in package.rglob("*.py")
        if "tests" not in path.parts and "channels" not in path.parts
        for name in imports(path)
        if any(name == each or name.startswith(f"{each}.") for each in SENDS)
    }
    assert found - CHANNEL_USERS == set(), "let it go through sharewell/consent/contacting.py"
