"""The consent conversation in a browser: unsafe to ask, agreed, changed, signed, taken back; a child; a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sharewell.cases.models import Case, SafeContact
from sharewell.cases.operations import safe_contact_record
from sharewell.cases.safety import ContactPlan
from sharewell.consent import words
from sharewell.consent.models import Conversation
from sharewell.consent.tests.stage import AGREED, make_case, talk
from sharewell.testing import LONG_AGO, NOW, Cast
from tests.journeys.walking import Walk


@pytest.fixture
def case(cast: Cast) -> Case:
    made = make_case(cast)
    SafeContact.objects.create(
        case=made,
        ways=[{"channel": "phone", "address": "01632 960177", "safe": "true"}],
        when="listed",
        windows=[{"days": [0, 1, 2, 3, 4], "from": "09:00", "to": "12:00"}],
        must_not_know=[{"name": "Ray", "relation": "partner"}],
        never="No letters",
        recorded_at=LONG_AGO,
        recorded_by=cast.alice,
    )
    return made


def at(name: str, case: Case) -> str:
    return reverse(name, kwargs={"case_id": case.id})


def stands(case: Case) -> Conversation:
    return Conversation.objects.newest().get(case=case)


def test_unsafe_to_ask_is_three_answers(walk: Walk, cast: Cast, case: Case) -> None:
    """V05: not safe, why, in words; recorded without going through the script."""
    walk.sign_in(cast.alice)
    walk.open(at("consent_record", case))
    script = walk.page.get_by_role("heading", name="The conversation")
    assert script.is_visible()
    walk.page.get_by_label("No", exact=True).first.check()
    assert script.is_visible() == (walk.mode != "script")
    walk.look("consent_record_unsafe")
    walk.page.get_by_label("Asking could put them or somebody else at more risk").first.check()
    walk.fill("In your own words: why could you not ask?", "He is in the room at every visit.")
    walk.press("Record that it was not safe to ask")
    assert "They were not asked" in walk.page.locator("main").inner_text()
    assert stands(case).reason == "increases_risk"
    walk.look("case_consent_unsafe")


def test_agreed_with_a_boundary_then_taken_back(walk: Walk, cast: Cast, case: Case) -> None:
    """V01: the script beside each question, what was agreed, no contact with family; then withdrawn."""
    walk.sign_in(cast.alice)
    walk.open(at("case_consent", case))
    walk.look("case_consent_none")
    walk.page.get_by_role("button", name="Hold the conversation").click()
    page = walk.page
    page.get_by_label("Yes", exact=True).first.check()
    for title in ("What I can and cannot keep to myself", "You can change your mind"):
        page.get_by_label(title).first.check()
    page.get_by_label("I checked that they understood").check()
    walk.fill("How did you check, and what did they say?", "She told me back who would know.")
    walk.fill("Who did you talk with, and who else was there?", "Alone, at the office")
    page.get_by_label("Yes, nothing suggests otherwise or I found that they can").check()
    page.get_by_label("They did themself").check()
    agreed = page.get_by_role("heading", name="What they agreed to")
    assert agreed.is_visible() == (walk.mode != "script")
    page.get_by_label("They agreed, to all or to some of it").check()
    assert agreed.is_visible()
    page.get_by_label("Keeping or finding a safe home").check()
    page.get_by_label("Housing", exact=True).first.check()
    page.get_by_label("The essentials and the detail needed to work together").check()
    page.get_by_text("Family or services that nobody may contact").click()
    page.locator("[name=deny_role][value=family_carer]").check()
    walk.fill("Who must not know?", "Ray")
    walk.look("consent_record")
    walk.press("Record the conversation")
    text = page.locator("main").inner_text()
    assert "They agreed on" in text
    assert "No contact with family or a family carer" in text
    walk.look("case_consent")
    page.get_by_role("link", name="Print a release to sign").click()
    walk.look("consent_release")
    walk.open(at("case_consent", case))
    page.get_by_role("button", name="They take back their agreement").click()
    walk.look("consent_withdraw")
    walk.press("Record it and stop sending")
    assert "taken their agreement back" in page.locator("main").inner_text()
    walk.look("case_consent_withdrawn")


def test_faults_are_listed_and_lead_to_their_fields(walk: Walk, cast: Cast, case: Case) -> None:
    walk.sign_in(cast.alice)
    walk.open(at("consent_record", case))
    walk.page.get_by_label("They agreed, to all or to some of it").check()
    walk.press("Record the conversation")
    summary = walk.page.get_by_role("alert")
    assert "An agreement counts only when" in summary.inner_text()
    assert summary.get_by_role("link").count() >= 6
    walk.look("consent_record_faults")


def test_a_childs_page(walk: Walk, cast: Cast) -> None:
    """Who agrees for a child, what a parent is told, and the two told apart."""
    walk.sign_in(cast.alice)
    walk.open(at("consent_record", make_case(cast, kind="child")))
    walk.page.get_by_label("Somebody with parental responsibility").check()
    assert walk.page.get_by_role("heading", name="The one who answers for them").is_visible()
    walk.look("consent_record_child")


@pytest.mark.parametrize("name", ["consent_leaflet", "consent_card"])
def test_material(walk: Walk, cast: Cast, name: str) -> None:
    walk.sign_in(cast.alice)
    walk.open(reverse(name, args=["adult" if name == "consent_leaflet" else "ur"]))
    walk.look(name)


@pytest.mark.parametrize(
    "name", ["case_consent", "consent_record", "consent_withdraw", "consent_release"]
)
def test_on_a_phone(phone: Walk, cast: Cast, case: Case, name: str) -> None:
    """Nothing scrolls sideways at 320 pixels."""
    talk(cast, case)
    phone.sign_in(cast.alice)
    phone.open(at(name, case))
    phone.look(f"{name}_phone")


def test_the_release_prints_on_one_page(walk: Walk, cast: Cast, case: Case) -> None:
    """Also when much was agreed, on A4 and on Letter, for an agency under several regimes."""
    case.agency.regimes = ["vawa", "part2", "hipaa"]
    case.agency.save()
    much = {
        "covers_recipients": [each for each in words.ROLES if each not in ("family_carer", "hr")],
        "covers_purposes": list(words.PURPOSES),
        "covers_labels": ["part2", "psychotherapy"],
        "given_by": "decision_maker",
        "capacity": "lacks",
        "capacity_note": "Does not know where she is.",
        "giver_name": "Wilhelmina Featherstonehaugh-Cholmondeley " * 4,
        "giver_authority": "Health care proxy of 3 May 2024, seen and copied at the office. " * 4,
    }
    talk(cast, case, AGREED | much, now=NOW)
    plan = ContactPlan(ways=[{"channel": "paper", "safe": "true"}], when="any")
    safe_contact_record(account=cast.alice, case=case, now=NOW, plan=plan)
    walk.sign_in(cast.alice)
    walk.open(at("consent_release", case))
    assert walk.page.locator(".sw-sheet").count() == 1
    for size in ("A4", "Letter"):
        pdf = walk.page.pdf(format=size)
        assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1, size
