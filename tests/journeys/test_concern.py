"""A concern in a browser: one person, two people, danger, the manager's reading, the case, a task; a phone."""

from __future__ import annotations

import re

from django.urls import reverse

from sharewell.cases.models import Case, Concern, Draft, Task
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast
from tests.journeys.walking import Walk

RAISE = "/concerns/raise/"


def tell_of_mary(walk: Walk) -> None:
    """Fill in what must be answered about one adult."""
    walk.page.get_by_role("group", name="Is anybody in danger now?").get_by_label("No").check()
    walk.fill("Name", "Mary Mill")
    walk.page.get_by_label("Adult", exact=True).first.check()
    walk.fill("What did you see and hear?", "A bruise on the left arm.")
    walk.fill("What did they say, in their own words?", "Don't tell anyone.")
    walk.fill("In one sentence, why are you worried?", "She may be hurt at home.")


def test_a_concern_about_one_person_reaches_the_manager_and_gets_an_owner(
    walk: Walk, cast: Cast
) -> None:
    walk.sign_in(cast.alice)
    walk.open(RAISE)
    walk.look("concern_raise")
    tell_of_mary(walk)
    walk.press("Raise this concern")
    walk.look("concern_detail_raised")
    assert "Their own words" in walk.page.locator("main").inner_text()
    walk.sign_in(cast.bea)
    walk.open(reverse("concern_detail", args=[Concern.objects.get().id]))
    walk.page.get_by_label("Serious harm", exact=True).check()
    walk.fill("What comes next, and why?", "Alice visits today with Sam.")
    walk.look("concern_detail_triage")
    walk.press("Record this and close the task")
    assert Task.objects.get(kind="concern_triage").outcome == "Alice visits today with Sam."
    walk.look("concern_detail_read")


def test_wrong_answers_are_listed_with_everything_kept(walk: Walk, cast: Cast) -> None:
    walk.sign_in(cast.alice)
    walk.open(RAISE)
    walk.fill("What did you see and hear?", "Kept words.")
    walk.press("Raise this concern")
    walk.look("concern_raise_wrong")
    assert walk.page.get_by_label("What did you see and hear?").input_value() == "Kept words."
    walk.page.get_by_role("link", name="Give a name, or words that tell who is meant.").click()
    assert walk.page.evaluate("document.activeElement.name") == "person_0_name"


def test_the_guide_points_out_while_one_writes_and_stops_nobody(walk: Walk, cast: Cast) -> None:
    walk.sign_in(cast.alice)
    walk.open(RAISE)
    tell_of_mary(walk)
    box = walk.page.get_by_label("What did you see and hear?")
    box.press_sequentially(" He was obviously drunk.")
    if walk.mode == "no-script":
        walk.page.get_by_role("button", name="Save what you typed").first.click()
    beside = walk.page.locator("#id_statement_0_text-guide")
    beside.get_by_text("mark it as an opinion").wait_for()
    walk.look("concern_raise_guide")
    walk.press("Raise this concern")
    assert "He was obviously drunk." in walk.page.locator("main").inner_text()


def test_two_people_get_their_own_statements(walk: Walk, cast: Cast) -> None:
    walk.sign_in(cast.alice)
    walk.open(RAISE)
    tell_of_mary(walk)
    walk.press("Add another person")
    second = walk.page.get_by_role("group", name="Person 2", exact=True)
    second.get_by_label("Name", exact=True).fill("Tom Mill")
    second.get_by_label("Child, under 18").check()
    walk.press("Add another statement")
    walk.fill("What else?", "Tom had not eaten.")
    walk.page.locator("[name=statement_2_kind]").select_option("observed")
    for name, whom in (("statement_0", "0"), ("statement_1", "0"), ("statement_2", "1")):
        walk.page.locator(f"[name={name}_about]").select_option(whom)
    walk.page.locator("[name=reason_about]").select_option("all")
    walk.look("concern_raise_two")
    walk.press("Raise this concern")
    walk.look("concern_detail_two")
    tom = Case.objects.get(person__name="Tom Mill")
    assert "bruise" not in "".join(tom.chronology.values_list("text", flat=True))


def test_danger_goes_on_to_the_emergency_steps_and_nothing_is_lost(walk: Walk, cast: Cast) -> None:
    walk.sign_in(cast.alice)
    walk.open(RAISE)
    walk.fill("What did you see and hear?", "He has a knife.")
    walk.page.get_by_role("group", name="Is anybody in danger now?").get_by_label("Yes").check()
    walk.look("concern_raise_danger")
    walk.press("Go to the emergency steps")
    assert "/concerns/" not in walk.page.url
    walk.open(RAISE)
    assert walk.page.get_by_label("What did you see and hear?").input_value() == "He has a knife."
    walk.look("concern_raise_restored")


def test_what_is_typed_is_saved_on_the_server(walk: Walk, cast: Cast) -> None:
    walk.sign_in(cast.alice)
    walk.open(RAISE)
    walk.fill("Where?", "The day room")
    if walk.scripted:
        status = walk.page.locator("#draft-status")
        status.get_by_text(re.compile(r"Saved at \d\d:\d\d")).wait_for()
    else:
        walk.press("Save what you typed")
    assert Draft.objects.get().data["place"] == ["The day room"]


def test_the_case_is_read_and_filled_in_piece_by_piece(walk: Walk, cast: Cast) -> None:
    case = open_case(cast)
    walk.sign_in(cast.alice)
    walk.open("/cases/")
    walk.look("case_list")
    walk.page.get_by_role("link", name="Mary Mill").click()
    walk.look("case_detail")
    walk.press("Record a safe way to reach them")
    walk.fill("What else must never be done?", "No letters, do not ring.")
    walk.look("safe_contact_record")
    walk.press("Record this plan")
    assert "No letters, do not ring" in walk.page.locator("main").inner_text()
    walk.press("Judge the facts for decisions")
    harm = walk.page.get_by_role("group", name="How serious is the harm")
    harm.get_by_label("Serious harm", exact=True).check()
    walk.look("facts_record")
    walk.press("Record these")
    walk.look("case_detail_filled")
    walk.open(reverse("case_fields", args=[case.id]))
    walk.look("case_fields")
    walk.page.get_by_role("link", name=re.compile("Fill in where they are now")).click()
    walk.page.get_by_label("Not safe to ask").check()
    walk.look("field_record")
    walk.press("Record this")
    assert "Not safe to ask" in walk.page.locator("main").inner_text()


def test_a_task_is_done_with_its_outcome(walk: Walk, cast: Cast) -> None:
    case = open_case(cast)
    task = Task.objects.get(case=case)
    walk.sign_in(cast.bea)
    walk.open(reverse("task_detail", args=[task.id]))
    walk.look("task_detail")
    walk.press("Read the concern")
    assert "What comes next" in walk.page.locator("main").inner_text()


def test_on_a_phone_the_pages_fit(phone: Walk, cast: Cast) -> None:
    case = open_case(cast)
    phone.sign_in(cast.alice)
    for name, url in (
        ("concern_raise", RAISE),
        ("case_detail", reverse("case_detail", args=[case.id])),
        ("case_fields", reverse("case_fields", args=[case.id])),
    ):
        phone.open(url)
        phone.look(f"{name}_phone")
