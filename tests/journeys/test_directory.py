"""The directory in a browser: somebody finds whom to ring, and the administrator keeps what stands there right."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.models import Function, NamedContact
from sharewell.followup.operations import named_contact_add, pathway_add
from sharewell.followup.operations.directory import Person
from sharewell.followup.operations.pathway import Way
from sharewell.testing import Cast, make_function
from sharewell.web.staff.forms.clock import WEEKDAYS
from tests.journeys.walking import Walk


@pytest.fixture
def desk(cast: Cast) -> Function:
    return make_function("Tenancy desk", cast.other_agency, "housing", cast.pat)


def test_an_entry_is_filled_found_by_what_is_needed_and_still_right(
    walk: Walk, cast: Cast, desk: Function
) -> None:
    walk.sign_in(cast.ada)
    walk.open(reverse("directory_list"))
    walk.look("directory_list_unsure")
    walk.press("Tenancy desk")
    walk.page.get_by_role("heading", name="Tenancy desk").wait_for()
    walk.look("directory_function_empty")
    walk.press("Change this entry")
    walk.fill("Monday", "mornings")
    walk.fill("Which places does it serve?", "Upham and Lower Upham")
    walk.press("Save")
    walk.page.get_by_role("alert").wait_for()
    walk.look("function_describe_wrong")
    assert walk.page.get_by_label("Monday").input_value() == "mornings"
    for day in WEEKDAYS:
        walk.fill(day, "all day")
    walk.page.get_by_label("These hours hold on public holidays too").check()
    walk.choose("What can it offer?", "Keeping a tenancy")
    walk.press("Save")
    walk.page.get_by_text("Saved, and verified today.").wait_for()

    walk.press("Add a contact")
    walk.fill("Name", "Hazel Brook")
    walk.press("Save")
    walk.page.get_by_role("alert").wait_for()
    walk.look("named_contact_wrong")
    walk.fill("Telephone number", "01632 960 053")
    walk.choose("When are they reached?", "When they are closed")
    walk.press("Save")
    walk.page.get_by_role("heading", name="Hazel Brook").wait_for()
    walk.look("directory_function")

    walk.sign_in(cast.alice)
    walk.open(reverse("directory_list"))
    walk.fill("Name, or what you need", "eviction")
    walk.press("Search")
    walk.page.get_by_text("Open now").wait_for()
    walk.page.get_by_text("Ring Tenancy desk: 01632 960100").wait_for()
    walk.look("directory_list_found")

    walk.sign_in(cast.ada)
    walk.open(reverse("directory_function", args=[desk.pk]))
    walk.press("Still right for Hazel Brook")
    walk.page.get_by_text("Verified today.").wait_for()
    assert NamedContact.objects.get().verified_by == cast.ada


def test_nothing_found_says_what_to_do(walk: Walk, cast: Cast, desk: Function) -> None:
    walk.sign_in(cast.alice)
    walk.open(reverse("directory_list"))
    walk.fill("Name, or what you need", desk.name)
    walk.fill("Place", "Nowhere")
    walk.press("Search")
    walk.page.get_by_text("Nothing in the directory holds all of that.").wait_for()
    walk.look("directory_list_none")


def test_a_pathway_is_written_with_its_steps(walk: Walk, cast: Cast, desk: Function) -> None:
    walk.sign_in(cast.ada)
    walk.open(reverse("pathway_list"))
    walk.look("pathway_list_none")
    walk.press("Write a pathway")
    walk.fill("What is it called?", "Somebody has moved in on a tenant")
    walk.press("Save")
    walk.page.get_by_role("alert").wait_for()
    walk.look("pathway_form_wrong")
    walk.page.get_by_label("For what?").select_option(label="Keeping a tenancy")
    walk.page.get_by_label("Step 1", exact=True).fill("Ask the tenant what they want")
    walk.page.get_by_label("Step 2", exact=True).fill("Ask for new locks")
    who = walk.page.get_by_label("Whom to turn to in step 2")
    who.select_option(label=f"{desk.name}, {desk.agency.name}")
    level = walk.page.get_by_label("From which level on?")
    level.select_option(label="Steps of adult safeguarding: Safeguarding concern")
    walk.press("Save")
    walk.page.get_by_role("heading", name="Somebody has moved in on a tenant").wait_for()
    walk.look("pathway_detail")
    walk.press("Tenancy desk, Birch Homes")
    walk.page.get_by_role("link", name="Somebody has moved in on a tenant").wait_for()


@pytest.mark.parametrize(
    "name",
    [
        "directory_list",
        "directory_function",
        "directory_agency",
        "function_describe",
        "function_day_set",
        "named_contact_add",
        "pathway_list",
        "pathway_add",
    ],
)
def test_on_a_phone(phone: Walk, cast: Cast, desk: Function, name: str) -> None:
    now = timezone.now()
    named_contact_add(
        account=cast.ada,
        agency_id=desk.agency_id,
        person=Person(name="Hazel Brook", email="hazel.brook@birch-homes.example"),
        form_key=uuid.uuid4(),
        now=now,
    )
    way = Way(title="A tenancy at risk", need="tenancy", steps=[("Ring them", desk.pk)])
    pathway_add(account=cast.ada, agency_id=cast.agency.pk, way=way, form_key=uuid.uuid4(), now=now)
    about = {
        "directory_list": {},
        "pathway_list": {},
        "directory_agency": {"agency_id": desk.agency_id},
        "pathway_add": {"agency_id": cast.agency.pk},
    }.get(name, {"function_id": desk.pk})
    phone.sign_in(cast.ada)
    phone.open(reverse(name, kwargs=about))
    phone.look(name)
