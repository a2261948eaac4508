"""Safe contact in a browser: the plan, the card, the gate for a letter, and seeing somebody alone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import Case, ContactWord, SafeContact
from sharewell.cases.operations import private_plan_make, safe_contact_record
from sharewell.cases.safety import ContactPlan
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast
from tests.journeys.walking import Walk


@pytest.fixture
def case(cast: Cast) -> Case:
    """Mary's case."""
    return open_case(cast, now=timezone.now())


@pytest.fixture
def plan(cast: Cast, case: Case) -> SafeContact:
    """She rings from work; no letters, and her husband must not know."""
    return safe_contact_record(
        account=cast.alice,
        case=case,
        now=timezone.now(),
        plan=ContactPlan(
            ways=[{"channel": "phone", "address": "01632 960077", "safe": "true"}],
            when="any",
            no_letters=True,
            must_not_know=[{"name": "Ray", "relation": "partner"}],
            code_word="Bluebell",
            meeting_place="the library",
            cover="The dentist's reminder",
        ),
    )


def test_a_plan_is_recorded_and_stands_on_every_page(walk: Walk, cast: Cast, case: Case) -> None:
    walk.sign_in(cast.alice)
    walk.open(reverse("safe_contact_record", args=[case.pk]))
    walk.press("Record this plan")
    walk.page.get_by_role("alert").wait_for()
    walk.look("safe_contact_wrong")
    walk.page.get_by_label("No letters").check()
    walk.page.locator("[name=way_0_channel]").select_option("phone")
    walk.page.locator("[name=way_0_address]").fill("01632 960077")
    walk.page.locator("[name=way_0_safe]").select_option("true")
    walk.page.locator("[name=hidden_0_name]").fill("Ray")
    walk.page.locator("[name=hidden_0_relation]").select_option("partner")
    walk.page.get_by_label("At any time").check()
    walk.press("Record this plan")
    walk.page.get_by_text("The safe contact plan is recorded.").wait_for()
    walk.look("safe_contact_case")
    assert "01632 960077" in walk.page.inner_text("body")


@pytest.mark.usefixtures("plan")
def test_a_letter_is_refused_with_the_reason_and_the_safe_way(
    walk: Walk, cast: Cast, case: Case
) -> None:
    walk.sign_in(cast.alice)
    walk.open(reverse("contact_reach", args=[case.pk]))
    walk.choose("For whom is it?", "The person")
    walk.page.locator("[name=channel]").select_option("letter")
    walk.page.locator("[name=inside]").fill("Can we meet on Tuesday?")
    walk.press("Ask whether it may go")
    walk.page.get_by_role("heading", name="It may not go").wait_for()
    assert walk.page.content().count("Nothing you typed is lost") == 1
    walk.look("contact_refused")
    said = walk.page.inner_text("main")
    assert "the plan forbids letters" in said
    assert "Safe: by phone to 01632 960077" in said
    assert walk.page.locator("[name=inside]").input_value() == "Can we meet on Tuesday?"
    walk.page.locator("[name=channel]").select_option("phone")
    walk.press("Ask whether it may go")
    walk.page.get_by_role("heading", name="It may go by phone").wait_for()
    walk.look("contact_word")
    assert ContactWord.objects.get().channel == "phone"


@pytest.mark.usefixtures("plan")
def test_the_card_for_staff_prints_on_one_page(desktop: Walk, cast: Cast, case: Case) -> None:
    desktop.sign_in(cast.alice)
    desktop.open(reverse("contact_card", args=[case.pk]))
    desktop.look("contact_card")
    for size in ("A4", "Letter"):
        pdf = desktop.page.pdf(format=size)
        assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1, size


def test_they_are_seen_alone_by_a_plan_with_attempts(walk: Walk, cast: Cast, case: Case) -> None:
    walk.sign_in(cast.alice)
    walk.open(reverse("private_plan", args=[case.pk]))
    walk.press("Plan to see them alone")
    walk.press("Make this plan")
    walk.page.get_by_role("alert").wait_for()
    walk.look("private_plan_wrong")
    walk.fill("What is seeing them alone for?", "To ask her what she wants")
    walk.page.get_by_role("group", name="How may a private moment").get_by_role(
        "checkbox"
    ).first.check()
    walk.press("Make this plan")
    walk.page.get_by_role("heading", name="The plan").wait_for()
    walk.press("Record an attempt")
    walk.page.locator("[name=way]").select_option(index=1)
    walk.choose("Were they alone?", "No")
    walk.choose("What came of it?", "Somebody else was there")
    walk.page.locator("[name=words]").fill("He stayed in the room.")
    walk.look("private_attempt")
    walk.press("Record this attempt")
    walk.page.get_by_role("table").wait_for()
    walk.look("private_plan")
    assert "He stayed in the room." in walk.page.inner_text("main")


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize(
    "name", ["safe_contact_record", "contact_reach", "contact_card", "private_plan"]
)
def test_on_a_phone(phone: Walk, cast: Cast, case: Case, name: str) -> None:
    given = {"account": cast.alice, "case": case, "now": timezone.now()}
    private_plan_make(aim="Ask her", ways=["outing"], **given)
    phone.sign_in(cast.alice)
    phone.open(reverse(name, args=[case.pk]))
    phone.look(name)
