"""The consent pages, through the test client: every clause of the conversation, and who is refused."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import Case, CaseRead, Draft, SafeContact
from sharewell.consent.models import Conversation
from sharewell.consent.tests.stage import make_case
from sharewell.testing import LONG_AGO, Cast, make_cast, sign_in
from sharewell.web.staff.tests.consent_form import consent_data, stands, unsafe_data

pytestmark = pytest.mark.django_db
PAGES = ("case_consent", "consent_record", "consent_withdraw", "consent_release")
FORMS = PAGES[1:]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def url(name: str, case: Case) -> str:
    return reverse(name, kwargs={"case_id": case.id})


def recorded(client: Client, case: Case, data: dict[str, Any] | None = None) -> Conversation:
    response = client.post(url("consent_record", case), data or consent_data())
    assert response.status_code == 302, response.content.decode()
    return stands(case)


def text(client: Client, name: str, case: Case) -> str:
    response = client.get(url(name, case))
    assert response.status_code == 200
    return response.content.decode()


# --- the page --------------------------------------------------------------------------------------


def test_the_page_begins_with_whether_it_is_safe_to_ask(alice: Client, case: Case) -> None:
    """Safety first, then the script beside each question, then what was decided."""
    page = text(alice, "consent_record", case)
    order = ["Is it safe to ask them?", "The conversation", "Who decides", "What they decided"]
    order += ["What they agreed to", "Boundaries", "What they want"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_the_script_stands_beside_the_questions(alice: Client, case: Case) -> None:
    """The limits of confidentiality are in it, with simpler words, and material to show."""
    page = text(alice, "consent_record", case)
    assert "I cannot promise to keep a secret" in page
    assert "I cannot keep everything secret." in page
    assert reverse("consent_leaflet", args=["adult"]) in page
    assert reverse("consent_card", args=["pl"]) in page


def test_for_a_child_the_page_asks_who_agrees(alice: Client, cast: Cast) -> None:
    """Parental responsibility, parents who differ, the child's own competence, and both told apart."""
    page = text(alice, "consent_record", make_case(cast, kind="child"))
    for words in (
        "Somebody with parental responsibility",
        "Do those with parental responsibility see it differently?",
        "Does the child understand enough to decide this?",
        "With a parent or carer",
        "Is it safe to tell the parents or carers",
        "Is it safe to tell the child",
        "Gillick",
    ):
        assert words in page
    assert "Can they make this decision" not in page


def test_labels_are_asked_only_under_a_special_regime(alice: Client, case: Case) -> None:
    assert "psychotherapy" not in text(alice, "consent_record", case)
    case.agency.regimes = ["hipaa"]
    case.agency.save()
    assert "Psychotherapy notes" in text(alice, "consent_record", case)


def test_nothing_of_the_person_is_in_title_or_address(alice: Client, case: Case) -> None:
    recorded(alice, case)
    for name in PAGES:
        page = text(alice, name, case)
        title = page[page.index("<title>") : page.index("</title>")]
        assert "Nell" not in title
        assert "Quill" not in url(name, case)


def test_every_page_is_read_into_the_access_table(alice: Client, case: Case) -> None:
    text(alice, "case_consent", case)
    assert CaseRead.objects.filter(case=case, what="consent").count() == 1


# --- recording -------------------------------------------------------------------------------------


def test_a_conversation_is_recorded_and_stands_on_the_case(alice: Client, case: Case) -> None:
    """Position in one sentence, what it covers, until when, boundaries, what they want."""
    made = recorded(alice, case)
    assert made.covers_recipients == ["housing"]
    assert made.boundaries == [{"deny_role": "family_carer"}]
    assert made.must_not_know == ["Ray", "Dan"]
    assert made.revisit_when == ["capacity"]
    page = text(alice, "case_consent", case)
    assert "They agreed on" in page
    assert "for keeping or finding a safe home" in page
    assert "No contact with family or a family carer" in page
    assert "No contact with Ray" in page
    assert "To keep the flat" in page


def test_not_safe_to_ask_needs_two_answers_and_no_script(alice: Client, case: Case) -> None:
    made = recorded(alice, case, unsafe_data())
    assert (made.position, made.reason) == ("not_sought", "increases_risk")
    assert made.reason_words == "He is in the room at every visit."
    assert "They were not asked" in text(alice, "case_consent", case)


def test_a_missing_reason_is_shown_beside_its_question(alice: Client, case: Case) -> None:
    data = unsafe_data(reason_unsafe="", words_unsafe="")
    response = alice.post(url("consent_record", case), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_reason_unsafe"' in page
    assert 'href="#id_words_unsafe"' in page
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    ("change", "target"),
    [
        ({"position": ""}, "id_position"),
        ({"position": "not_possible", "reason_not_possible": ""}, "id_reason_not_possible"),
        ({"explained": ["opening"]}, "id_explained"),
        ({"covers_tier": ""}, "id_covers_tier"),
        ({"capacity": ""}, "id_capacity"),
        ({"understanding_how": ""}, "id_understanding_how"),
        ({"deny_role": ["housing"]}, "id_deny_person"),
        ({"wants_to_happen": "x" * 2001}, "id_wants_to_happen"),
        ({"covers_recipients": ["everybody"]}, "id_covers_recipients"),
        (
            {"revisit_on_day": "31", "revisit_on_month": "2", "revisit_on_year": "2027"},
            "id_revisit_on",
        ),
    ],
)
def test_every_fault_points_at_its_field_and_loses_nothing(
    alice: Client, case: Case, change: dict[str, Any], target: str
) -> None:
    response = alice.post(url("consent_record", case), consent_data(**change))
    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{target}"' in page
    assert f'id="{target}"' in page
    assert "She told me back who would be told." in page or "understanding_how" in change
    assert not Conversation.objects.exists()


def test_the_answers_of_a_faulty_form_are_kept_as_a_draft(alice: Client, case: Case) -> None:
    alice.post(url("consent_record", case), consent_data(position=""))
    assert Draft.objects.get(form="consent_record", about=str(case.id)).data["covers_tier"] == ["2"]
    page = text(alice, "consent_record", case)
    assert "She told me back who would be told." in page
    assert "What you typed before is here" in page


def test_a_draft_is_gone_once_recorded_or_given_up(alice: Client, case: Case) -> None:
    alice.post(url("consent_record", case), consent_data(action="save"))
    assert Draft.objects.count() == 1
    alice.post(url("consent_record", case), {"action": "discard"})
    assert Draft.objects.count() == 0
    alice.post(url("consent_record", case), consent_data(action="save"))
    recorded(alice, case)
    assert Draft.objects.count() == 0


def test_a_draft_is_its_writers_alone(client: Client, cast: Cast, case: Case) -> None:
    sign_in(client, cast.alice).post(url("consent_record", case), consent_data(action="save"))
    page = text(sign_in(client, cast.bea), "consent_record", case)
    assert "She told me back" not in page


def test_the_same_form_twice_is_one_conversation(alice: Client, case: Case) -> None:
    data = consent_data()
    recorded(alice, case, data)
    recorded(alice, case, data)
    assert Conversation.objects.count() == 1


def test_the_second_editor_reads_the_first_and_can_go_on(alice: Client, case: Case) -> None:
    """409 with what was recorded meanwhile and all that was typed; sent again, it follows."""
    data = consent_data()
    first = recorded(alice, case, unsafe_data())
    response = alice.post(url("consent_record", case), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "What was recorded while you were writing" in page
    assert "asking could put them or somebody else at more risk" in page
    assert "She told me back who would be told." in page
    assert f'name="follows" value="{first.pk}"' in page
    assert recorded(alice, case, data | {"follows": str(first.pk)}).follows == first


def test_stray_unicode_and_markup_are_harmless(alice: Client, case: Case) -> None:
    made = recorded(
        alice, case, consent_data(wants_to_happen="a\x00b\u202e <script>alert(1)</script>")
    )
    assert made.wants_to_happen == "ab <script>alert(1)</script>"
    assert "<script>alert(1)" not in text(alice, "case_consent", case)


@pytest.mark.parametrize("field", ["form_key", "follows"])
def test_a_broken_key_is_refused(alice: Client, case: Case, field: str) -> None:
    response = alice.post(url("consent_record", case), consent_data() | {field: "no-uuid"})
    assert response.status_code == 422
    assert not Conversation.objects.exists()


# --- afterwards ------------------------------------------------------------------------------------


def test_history_stays_readable(alice: Client, case: Case) -> None:
    first = recorded(alice, case)
    recorded(alice, case, unsafe_data(first))
    page = text(alice, "case_consent", case)
    assert "They agreed on" in page
    assert "They were not asked" in page
    assert page.count("moj-timeline__item") == 2


def test_boundaries_are_carried_into_the_next_form(alice: Client, case: Case) -> None:
    recorded(alice, case)
    page = text(alice, "consent_record", case)
    assert "Ray\nDan" in page


def test_an_expired_agreement_is_shown_as_expired(alice: Client, case: Case) -> None:
    made = recorded(alice, case)
    Conversation.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(days=1))
    page = text(alice, "case_consent", case)
    assert "Expired" in page
    assert "ask again before relying on it" in page
    assert "no agreement in date to sign" in text(alice, "consent_release", case)


def test_taking_it_back_is_two_clicks(alice: Client, case: Case) -> None:
    """The page names what stops; nothing has to be given as a reason."""
    first = recorded(alice, case)
    page = text(alice, "consent_withdraw", case)
    assert "is stopped" in page
    data = {"form_key": str(uuid.uuid4()), "follows": str(first.pk)}
    response = alice.post(url("consent_withdraw", case), data)
    assert response.status_code == 302
    assert stands(case).position == "withdrawn"
    assert stands(case).must_not_know == ["Ray", "Dan"]


def test_a_no_after_a_yes_on_the_long_form_is_a_withdrawal_too(alice: Client, case: Case) -> None:
    first = recorded(alice, case)
    assert recorded(alice, case, consent_data(first, position="withdrawn")).position == "withdrawn"


def test_without_an_agreement_there_is_nothing_to_take_back(alice: Client, case: Case) -> None:
    made = recorded(alice, case, unsafe_data())
    assert "no agreement to take back" in text(alice, "consent_withdraw", case)
    data = {"form_key": str(uuid.uuid4()), "follows": str(made.pk)}
    assert alice.post(url("consent_withdraw", case), data).status_code == 409


def paper_is_safe(case: Case) -> None:
    """The plan says so, or the gate lets no form to sign through (test_consent_release.py)."""
    SafeContact.objects.create(
        case=case,
        ways=[{"channel": "paper", "safe": "true"}],
        when="any",
        recorded_at=LONG_AGO,
        recorded_by=case.owner,
    )


def test_a_release_says_what_was_agreed_and_can_be_signed(alice: Client, case: Case) -> None:
    paper_is_safe(case)
    first = recorded(alice, case)
    page = text(alice, "consent_release", case)
    assert "Agreement to share information" in page
    assert "A signature is not needed here" in page
    sheet = page[page.index('class="sw-sheet"') : page.index("When it is signed")]
    assert "housing, and nobody else" in sheet
    assert "Ray" not in sheet
    data = {"form_key": str(uuid.uuid4()), "follows": str(first.pk)}
    today = timezone.localdate()
    data |= {"signed_on_day": str(today.day), "signed_on_month": str(today.month)}
    data |= {"signed_on_year": str(today.year)}
    assert alice.post(url("consent_release", case), data).status_code == 302
    assert stands(case).written
    assert stands(case).covers_recipients == ["housing"]


@pytest.mark.parametrize(
    ("regime", "words"),
    [
        ("vawa", "I do not have to sign to get services"),
        ("part2", "42 CFR part"),
        ("hipaa", "My treatment, payment and benefits do not depend"),
    ],
)
def test_a_release_carries_what_the_law_asks_for(
    alice: Client, case: Case, regime: str, words: str
) -> None:
    case.agency.regimes = [regime]
    case.agency.save()
    paper_is_safe(case)
    recorded(alice, case)
    page = text(alice, "consent_release", case)
    assert "The law asks for a signature here" in page
    assert words in page
    assert "The law asks for a signature here" in text(alice, "case_consent", case)


@pytest.mark.parametrize("unsafe", ["told", "plan"])
def test_a_copy_is_warned_of_where_it_is_not_safe(
    alice: Client, cast: Cast, case: Case, unsafe: str
) -> None:
    made = recorded(
        alice,
        case,
        consent_data(must_not_know="", safe_to_inform="false" if unsafe == "told" else "true"),
    )
    if unsafe == "plan":
        SafeContact.objects.create(
            case=case,
            must_not_know=[{"name": "Ray", "relation": ""}],
            ways=[{"channel": "paper", "safe": "true"}],
            when="any",
            recorded_at=LONG_AGO,
            recorded_by=cast.alice,
        )
    page = text(alice, "consent_release", case)
    assert "Do not leave a copy" in page or "somebody must not know" in page
    today = timezone.localdate()
    data = {
        "form_key": str(uuid.uuid4()),
        "follows": str(made.pk),
        "signed_on_day": str(today.day),
        "signed_on_month": str(today.month),
        "signed_on_year": str(today.year),
        "copy_given": "on",
    }
    refused = alice.post(url("consent_release", case), data)
    assert refused.status_code == 422
    assert 'href="#id_copy_note"' in refused.content.decode()


def test_leaflet_and_cards_can_be_printed(alice: Client) -> None:
    """Easy words for each audience; other languages marked as not yet checked, in their direction."""
    for audience in ("adult", "child", "parent", "decision_maker"):
        assert alice.get(reverse("consent_leaflet", args=[audience])).status_code == 200
    page = alice.get(reverse("consent_card", args=["ur"])).content.decode()
    assert 'lang="ur" dir="rtl"' in page
    assert "Not yet checked by a translator" in page
    assert alice.get(reverse("consent_leaflet", args=["dog"])).status_code == 404
    assert alice.get(reverse("consent_card", args=["xx"])).status_code == 404
