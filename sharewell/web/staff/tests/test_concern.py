"""The pages to raise and read a concern, through the test client."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.agencies.models import Duty, RoleHeld
from sharewell.cases.models import Case, CaseRead, Concern, Draft, Task
from sharewell.testing import Cast, make_cast, sign_in
from sharewell.web.staff.tests.concern_form import concern_data, same_page, two_people

pytestmark = pytest.mark.django_db
RAISE = "/concerns/raise/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def raised(client: Client, data: Mapping[str, Any] | None = None) -> Concern:
    response = client.post(RAISE, data or concern_data())
    assert response.status_code == 302, response.content.decode()
    return Concern.objects.latest("raised_at")


def test_the_page_asks_about_danger_before_anything_else(alice: Client) -> None:
    page = alice.get(RAISE).content.decode()
    assert page.index("Is anybody in danger now?") < page.index("Who is at risk")
    assert "Mary" not in page


def test_a_concern_raised_leads_to_its_page_without_its_content_in_the_address(
    alice: Client,
) -> None:
    concern = raised(alice)
    page = alice.get(reverse("concern_detail", args=[concern.id]))
    text = page.content.decode()
    assert "A bruise on the left arm." in text
    title = text[text.index("<title>") : text.index("</title>")]
    assert "Mary" not in title


def test_wrong_input_is_listed_and_everything_typed_is_kept(alice: Client) -> None:
    wrong = concern_data(person_0_name="", reason="x" * 301, statement_0_text="Kept words")
    response = alice.post(RAISE, wrong)
    text = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in text
    assert "Kept words" in text
    assert "x" * 301 in text
    assert not Concern.objects.exists()
    assert Draft.objects.get().data["statement_0_text"] == ["Kept words"]


def test_over_long_text_is_refused_with_the_figure_and_not_cut(alice: Client) -> None:
    text = alice.post(RAISE, concern_data(statement_0_text="y" * 4001)).content.decode()
    assert "4001" in text
    assert "y" * 4001 in text


def test_stray_unicode_is_cleaned_and_names_of_any_script_are_kept(alice: Client) -> None:
    concern = raised(
        alice,
        concern_data(
            person_0_name="Zoë \u202eŁ\x00 王芳",
            statement_0_text="caf\u0065\u0301 \U0001f622 \x07",
        ),
    )
    case = Case.objects.get()
    assert case.person.name == "Zoë Ł 王芳"
    assert concern.statements.get(part="statement").text.startswith("café")


def test_the_same_form_sent_twice_is_one_concern(alice: Client) -> None:
    data = concern_data()
    first, second = alice.post(RAISE, data), alice.post(RAISE, data)
    assert first["Location"] == second["Location"]
    assert Concern.objects.count() == 1


def test_a_changed_form_under_the_same_key_is_refused_and_shown_again(alice: Client) -> None:
    data = concern_data()
    alice.post(RAISE, data)
    response = alice.post(RAISE, {**data, "statement_0_text": "And more words."})
    assert response.status_code == 409
    assert "And more words." in response.content.decode()


def test_danger_goes_on_to_the_emergency_steps_and_the_concern_is_kept(alice: Client) -> None:
    response = alice.post(RAISE, concern_data(immediate_danger="true"))
    assert response.status_code == 302
    assert "concerns" not in response["Location"]
    assert Task.objects.get().kind == "concern_triage_immediate"


def test_in_danger_an_unfinished_form_blocks_nothing_and_loses_nothing(alice: Client) -> None:
    unfinished = concern_data(immediate_danger="true", person_0_name="", statement_0_text="Blood.")
    response = alice.post(RAISE, unfinished)
    assert response.status_code == 302
    assert not Concern.objects.exists()
    assert "Blood." in alice.get(RAISE).content.decode()


def test_the_emergency_button_raises_what_there_is(alice: Client) -> None:
    """A name and one statement are enough: the case is there when the emergency steps begin."""
    data = concern_data(action="emergency", immediate_danger="", reason="")
    response = alice.post(RAISE, {**data, "statement_0_text": "Smoke."})
    case = Case.objects.get()
    assert response["Location"] == reverse("emergency_start", args=[case.id])
    assert case.chronology.filter(text="Smoke.").exists()
    assert Task.objects.get().kind == "concern_triage_immediate"


def test_the_emergency_button_keeps_what_is_not_enough(alice: Client) -> None:
    data = concern_data(action="emergency", person_0_name="", statement_0_text="Smoke.")
    response = alice.post(RAISE, data)
    assert response["Location"] == reverse("emergency_start")
    assert "Smoke." in alice.get(RAISE).content.decode()


def test_in_danger_even_a_rota_without_anybody_blocks_nothing(cast: Cast, alice: Client) -> None:
    staff = [str(each.pk) for each in (cast.bea, cast.sam, cast.gita)]
    data = concern_data(immediate_danger="true", staff="true", about_staff=staff)
    answer = alice.post(RAISE, data)
    assert answer["Location"] == reverse(
        "emergency_start", args=[Case.objects.get(kind="protection").pk]
    )
    RoleHeld.objects.filter(account__in=[cast.sam, cast.gita]).delete()
    Duty.objects.all().delete()
    known = set(Case.objects.values_list("pk", flat=True))
    answer = alice.post(RAISE, concern_data(immediate_danger="true"))
    new = Case.objects.exclude(pk__in=known).get()
    assert answer["Location"] == reverse("emergency_start", args=[new.pk]), "it was raised"


def test_where_nobody_inside_can_take_it_the_page_says_whom_to_ring(
    cast: Cast, alice: Client
) -> None:
    staff = [str(each.pk) for each in (cast.bea, cast.sam, cast.gita)]
    concern = raised(alice, concern_data(staff="true", about_staff=staff))
    page = alice.get(reverse("concern_detail", args=[concern.id])).content.decode()
    assert "Nobody in this agency can take this." in page
    assert concern.outside["phone"] in page
    assert "Ring outside the agency about a concern" in alice.get(reverse("home")).content.decode()


def test_the_draft_is_restored_with_the_time_it_was_saved_and_gone_once_raised(
    alice: Client,
) -> None:
    data = concern_data(action="save", place="The day room", person_0_birth_date_day="3")
    saved = alice.post(RAISE, data).content.decode()
    assert "Saved on" in saved
    restored = alice.get(RAISE).content.decode()
    assert "The day room" in restored
    assert 'value="3"' in restored
    assert "There is a problem" not in restored
    raised(alice, {**data, "action": "raise", "person_0_birth_date_day": ""})
    assert not Draft.objects.exists()


def test_autosave_keeps_a_draft_for_its_writer_alone(cast: Cast, alice: Client) -> None:
    key = uuid.uuid4()
    answer = alice.post(f"/draft/concern_raise/{key}/", {"place": "Hall", "form_key": str(key)})
    assert answer.content.decode().startswith("Saved at ")
    assert "Hall" in alice.get(RAISE).content.decode()
    assert "Hall" not in sign_in(Client(), cast.stranger).get(RAISE).content.decode()


def test_a_draft_too_large_for_any_form_is_refused(alice: Client) -> None:
    answer = alice.post(f"/draft/concern_raise/{uuid.uuid4()}/", {"place": "x" * 200_001})
    assert answer.status_code == 422
    assert not Draft.objects.exists()


def test_bytes_that_are_no_text_break_nothing(alice: Client) -> None:
    body = f"form_key={uuid.uuid4()}&action=save&place=%ED%A0%BD%00x"
    answer = alice.post(RAISE, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "\0" not in Draft.objects.get().data["place"][0]


def test_another_form_can_be_started_and_the_first_is_offered(alice: Client) -> None:
    alice.post(RAISE, concern_data(action="save", place="First place"))
    fresh = alice.get(f"{RAISE}?new=1").content.decode()
    assert "First place" not in fresh
    assert "?draft=" in fresh
    assert "First place" in alice.get(RAISE).content.decode()


def test_a_draft_can_be_thrown_away(alice: Client) -> None:
    data = concern_data(action="save")
    alice.post(RAISE, data)
    alice.post(RAISE, {**data, "action": "discard"})
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("action", "name"), [("add_person", "person_1_name"), ("add_statement", "statement_2_text")]
)
def test_a_row_is_added_without_script_and_nothing_is_judged_yet(
    alice: Client, action: str, name: str
) -> None:
    response = alice.post(RAISE, concern_data(action=action, reason="", place="Kept"))
    text = response.content.decode()
    assert response.status_code == 200
    assert f'name="{name}"' in text
    assert "Kept" in text
    assert "There is a problem" not in text


def test_with_two_people_each_case_gets_only_its_own(alice: Client) -> None:
    concern = raised(alice, two_people())
    mary, tom = [each.case for each in concern.on_cases.order_by("id")]
    about_mary = [line.text for line in mary.chronology.all()]
    assert "A bruise on the left arm." in about_mary
    assert "Tom had not eaten." not in about_mary
    assert "Tom had not eaten." in [line.text for line in tom.chronology.all()]


def test_with_two_people_it_must_be_said_whom_each_statement_is_about(alice: Client) -> None:
    response = alice.post(RAISE, two_people(statement_2_about=""))
    assert response.status_code == 422
    assert "Say whom this is about" in response.content.decode()


def test_signs_go_only_to_the_people_they_were_ticked_for(alice: Client) -> None:
    concern = raised(
        alice,
        two_people(
            category_care_act_physical=["unexplained_injury"],
            category_child_neglect=["this kind"],
        ),
    )
    mary, tom = concern.on_cases.order_by("id")
    assert mary.categories == ["care_act.physical"]
    assert mary.indicators == ["care_act.physical/unexplained_injury"]
    assert (tom.categories, tom.indicators) == (["child.neglect"], [])


def test_a_list_for_adults_is_refused_for_a_child(alice: Client) -> None:
    data = concern_data(person_0_kind="child", category_care_act_domestic=["this kind"])
    assert alice.post(RAISE, data).status_code == 422


def test_the_lists_are_those_of_the_jurisdiction(client: Client, cast: Cast) -> None:
    cast.agency.jurisdiction = "us"
    cast.agency.save()
    page = sign_in(client, cast.alice).get(RAISE).content.decode()
    assert "Abandonment" in page
    assert "Modern slavery" not in page


def test_it_can_be_written_down_for_a_colleague_without_an_account(alice: Client) -> None:
    concern = raised(
        alice, concern_data(told_by="colleague", for_name="Bo Bank", for_role="bank worker")
    )
    page = alice.get(reverse("concern_detail", args=[concern.id])).content.decode()
    assert "for Bo Bank (bank worker)" in page
    missing = alice.post(RAISE, concern_data(told_by="colleague"))
    assert missing.status_code == 422


def test_a_concern_about_a_manager_goes_past_them_and_is_hidden_from_them(
    cast: Cast, alice: Client
) -> None:
    concern = raised(alice, concern_data(staff="true", about_staff=[str(cast.bea.pk)]))
    assert concern.received_by == cast.sam
    bea = sign_in(Client(), cast.bea)
    hidden = bea.get(reverse("concern_detail", args=[concern.id]))
    assert hidden.status_code == 404
    case = concern.on_cases.get().case
    assert bea.get(reverse("case_detail", args=[case.id])).status_code == 404
    assert case.person.name not in bea.get(reverse("case_list")).content.decode()


def test_a_person_known_to_the_viewer_can_be_chosen_and_nobody_else(
    cast: Cast, alice: Client
) -> None:
    case = raised(alice).on_cases.get().case
    page = alice.get(RAISE).content.decode()
    assert case.reference in page
    stan = sign_in(Client(), cast.stranger)
    assert case.reference not in stan.get(RAISE).content.decode()
    data = concern_data(person_0_known=str(case.person_id), person_0_name="", person_0_kind="")
    assert stan.post(RAISE, data).status_code == 422
    assert raised(alice, data).on_cases.get().case == case


def test_outside_the_circle_a_concern_is_as_if_it_were_not(cast: Cast, alice: Client) -> None:
    concern = raised(alice)
    for who in (cast.stranger, cast.olu, cast.ada, cast.ivo, cast.hana, cast.pat):
        client = sign_in(Client(), who)
        hidden = client.get(reverse("concern_detail", args=[concern.id]))
        nothing = client.get(reverse("concern_detail", args=[uuid.uuid4()]))
        assert hidden.status_code == nothing.status_code == 404
        assert same_page(hidden) == same_page(nothing)


@pytest.mark.parametrize("who", ["ada", "ivo", "hana", "pat", "gita"])
def test_other_roles_may_not_raise_concerns(client: Client, cast: Cast, who: str) -> None:
    other = sign_in(client, getattr(cast, who))
    assert other.get(RAISE).status_code == 403
    assert other.post(RAISE, concern_data()).status_code == 403
    assert not Concern.objects.exists()


def test_signed_out_nobody_raises_or_reads(client: Client, cast: Cast, alice: Client) -> None:
    concern = raised(alice)
    out = Client()
    assert out.get(RAISE).status_code == 302
    assert out.post(RAISE, concern_data()).status_code == 403
    assert out.post(f"/draft/concern_raise/{uuid.uuid4()}/").status_code == 403
    assert out.get(reverse("concern_detail", args=[concern.id])).status_code == 302
    assert out.post(reverse("concern_triage", args=[concern.id])).status_code == 403
    assert Concern.objects.count() == 1


def test_wrong_methods_are_refused(alice: Client) -> None:
    concern = raised(alice)
    assert alice.put(RAISE).status_code == 405
    assert alice.post(reverse("concern_detail", args=[concern.id])).status_code == 405
    assert alice.get(reverse("concern_triage", args=[concern.id])).status_code == 405
    assert alice.get(f"/draft/concern_raise/{uuid.uuid4()}/").status_code == 405


def test_each_reading_of_a_concern_is_in_the_access_table(cast: Cast, alice: Client) -> None:
    concern = raised(alice)
    alice.get(reverse("concern_detail", args=[concern.id]))
    read = CaseRead.objects.get(what="concern")
    assert (read.account, read.case) == (cast.alice, concern.on_cases.get().case)
