"""The people of a case in a browser: household, a wrong digit, a colleague alleged, two records, one and two again."""

from __future__ import annotations

from django.urls import reverse

from sharewell.cases.models import Case
from sharewell.cases.telling import PersonTold
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast
from tests.journeys.walking import Walk


def people(walk: Walk, case: Case) -> None:
    """Open the people of a case."""
    walk.open(reverse("case_people", args=[case.pk]))


def mary(cast: Cast) -> Case:
    """A case about Mary Mill."""
    return open_case(cast, people=[PersonTold(key="1", name="Mary Mill", subject_kind="adult")])


def record_household(walk: Walk) -> None:
    """Tom lives there, and gets a case of his own."""
    walk.press("Add somebody of the household")
    walk.look("household_add")
    walk.fill("What is their name?", "Tom")
    walk.page.get_by_label("What are they to the person?").select_option("child")
    walk.choose("Adult or child?", "Child, under 18")
    walk.fill("Age in years", "9")
    walk.choose("Are they at risk too?", "Yes")
    walk.press("Record this")
    walk.page.get_by_text("9 years old").first.wait_for()


def record_number(walk: Walk) -> None:
    """A digit is wrong, the reason is read, and what was typed is put right where it stands."""
    walk.press("Add a number")
    walk.choose("Which number is it?", "NHS number")
    walk.fill("What is the number?", "450 557 7105")
    walk.press("Record this")
    walk.page.get_by_text("does not fit the others").first.wait_for()
    walk.look("identifier_wrong")
    number = walk.page.get_by_label("What is the number?")
    assert number.input_value() == "450 557 7105"
    number.fill("450 557 7104")
    walk.press("Record this")
    walk.page.get_by_text("450 557 7104").first.wait_for()


def record_alleged(walk: Walk) -> None:
    """Stan works there: he and his team are shut out, and the page says so."""
    walk.press("Add a person alleged to cause harm")
    walk.choose("Who is it?", "Somebody who works here and has an account")
    walk.page.get_by_label("Which member of staff?").select_option(label="Stan Stranger")
    walk.page.get_by_label("What are they to the person?").select_option("professional")
    walk.look("alleged_add")
    walk.press("Record this")
    walk.page.get_by_text("can see that this case exists").wait_for()
    walk.look("case_people_alleged")


def test_the_people_of_a_case_are_recorded(walk: Walk, cast: Cast) -> None:
    case = mary(cast)
    walk.sign_in(cast.alice)
    walk.open(reverse("case_detail", args=[case.pk]))
    walk.press("People")
    walk.look("case_people")
    record_household(walk)
    record_number(walk)
    record_alleged(walk)
    walk.page.get_by_role("button", name="Open a case about them").click()
    walk.page.get_by_text("A case of their own is open").wait_for()
    people(walk, case)
    walk.page.get_by_role("link", name="End nhs number").click()
    walk.fill("Why does it no longer hold?", "It is her sister's")
    walk.look("row_end")
    walk.press("End it")
    walk.page.get_by_text("What no longer holds").click()
    walk.look("case_people_ended")


def test_two_records_of_one_person_are_brought_together_and_parted(walk: Walk, cast: Cast) -> None:
    case, other = mary(cast), mary(cast)
    walk.sign_in(cast.alice)
    people(walk, case)
    walk.page.get_by_role("heading", name="Is this the same person?").wait_for()
    walk.look("case_people_same")
    walk.page.get_by_role("link", name="Look at both").click()
    walk.look("duplicate_decide")
    walk.choose("Are they about the same person?", "Yes, the same person")
    walk.fill("How do you know?", "The same address and voice")
    walk.press("Record this")
    walk.page.get_by_text("The two are one case now").wait_for()
    assert walk.open(reverse("case_detail", args=[other.pk])).status == 404
    people(walk, case)
    walk.page.get_by_role("link", name="Part them again").click()
    walk.fill("How do you know that they are two people?", "Two women of one name")
    walk.look("case_unmerge")
    walk.press("Part them")
    walk.page.get_by_text("each record is as it was").wait_for()
    assert walk.open(reverse("case_detail", args=[other.pk])).status == 200


def test_somebody_new_may_be_known_already(walk: Walk, cast: Cast) -> None:
    case = mary(cast)
    walk.sign_in(cast.alice)
    walk.open(reverse("concern_raise"))
    walk.page.get_by_role("group", name="Is anybody in danger now?").get_by_label("No").check()
    walk.fill("Name", "Mary Mill")
    walk.page.get_by_label("Adult", exact=True).first.check()
    walk.fill("What did you see and hear?", "A bruise on the left arm.")
    walk.fill("In one sentence, why are you worried?", "She may be hurt at home.")
    walk.press("Raise this concern")
    question = walk.page.get_by_role(
        "group", name="Is this somebody you already have a case about?"
    )
    question.wait_for()
    walk.look("concern_maybe_same")
    question.get_by_label(case.reference).check()
    walk.press("Raise this concern")
    walk.page.get_by_text("Your concern is with the manager on duty").wait_for()
    assert Case.objects.count() == 1


def test_the_pages_fit_a_phone(phone: Walk, cast: Cast) -> None:
    case, other = mary(cast), mary(cast)
    phone.sign_in(cast.alice)
    people(phone, case)
    phone.look("case_people")
    phone.open(reverse("duplicate_decide", args=[case.pk, other.pk]))
    phone.look("duplicate_decide")
    phone.open(reverse("alleged_add", args=[case.pk]))
    phone.look("alleged_add")
