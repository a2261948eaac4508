"""A strategy meeting in a browser: called, held, refused to close until it is whole, closed, confirmed, put in writing."""

from __future__ import annotations

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import Case
from sharewell.disclosures.tests.stage import make_case
from sharewell.followup.models import Meeting
from sharewell.testing import Cast, make_account, make_agency, make_function
from tests.journeys.walking import Walk


def look_at_errors(walk: Walk, name: str) -> None:
    """Look at a page whose error summary took the focus, from the top: the quick exit moves along over the rest."""
    walk.page.get_by_role("alert").wait_for()
    walk.page.evaluate("window.scrollTo(0, 0)")
    walk.look(name)


def call(walk: Walk, case: Case) -> Meeting:
    """From the case to a meeting that began an hour ago, called in the hurry."""
    begins = timezone.localtime() - timedelta(hours=1)
    walk.open(reverse("case_detail", args=[case.pk]))
    walk.press("Meetings about this case")
    walk.look("meeting_list")
    walk.press("Call a meeting")
    walk.press("Call this meeting")
    look_at_errors(walk, "meeting_call_wrong")
    walk.choose("What kind of meeting is it?", "Strategy discussion")
    walk.fill("What is it to decide?", "Who sees them first.")
    for name, part in zip(
        ("day", "month", "year", "time"),
        (begins.day, begins.month, begins.year, f"{begins:%H:%M}"),
        strict=True,
    ):
        walk.page.locator(f"[name=starts_at_{name}]").fill(str(part))
    walk.page.get_by_label("How long does it take?").select_option("60")
    walk.choose("How do people come together?", "By video")
    walk.fill("Where is it, or how is it joined?", "https://meet.example/4")
    walk.page.get_by_label("Who chairs it?").select_option(label="Bea Manager")
    walk.page.get_by_label("Who writes the record?").select_option(label="Alice Practitioner")
    walk.press("Call this meeting")
    walk.page.get_by_role("heading", name="Strategy discussion").wait_for()
    return Meeting.objects.get()


def invite(walk: Walk, desk: str) -> None:
    """Ask an agency."""
    walk.press("Ask somebody")
    walk.page.get_by_label("An agency", exact=True).check()
    walk.page.get_by_label("Which desk?").select_option(label=desk)
    walk.fill("Why are they needed there?", "They can act.")
    walk.press("Ask them")
    walk.page.get_by_role("heading", name="Strategy discussion").wait_for()


def hold(walk: Walk) -> None:
    """Who was there, a decision, an action."""
    walk.press("Record who was there")
    for box in walk.page.get_by_label(re.compile("were they there")).all():
        box.select_option(label="There")
    walk.look("meeting_attendance")
    walk.press("Record who was there")
    walk.press("Record a decision")
    walk.fill("What was decided?", "A visit by social care.")
    walk.fill("Why?", "They can act today.")
    walk.press("Record this decision")
    walk.press("Record an action")
    soon = timezone.localdate() + timedelta(days=3)
    walk.fill("What will be done?", "Visit at school")
    walk.page.get_by_label("Who does it?", exact=True).select_option(label="West care desk")
    for name in ("day", "month", "year"):
        walk.page.locator(f"[name=due_on_{name}]").fill(str(getattr(soon, name)))
    walk.look("meeting_action")
    walk.press("Record this action")
    walk.page.get_by_role("heading", name="Decisions").wait_for()


def close(walk: Walk) -> None:
    """Refused with all that is missing, then closed."""
    walk.press("Close the record")
    walk.press("Close the record")
    look_at_errors(walk, "meeting_close_refused")
    said = walk.page.inner_text("main")
    assert "Say when it is looked at again." in said
    assert "if the risk increases before the review" in said
    review = timezone.localdate() + timedelta(days=7)
    for name in ("day", "month", "year"):
        walk.page.locator(f"[name=review_on_{name}]").fill(str(getattr(review, name)))
    walk.fill("If the risk increases before that", "Ring the duty desk at once.")
    walk.fill("Who had to be there and was not", "Health: rung, they agree.")
    walk.press("Close the record")
    walk.page.get_by_role("heading", name="The record, version 1").wait_for()
    walk.look("meeting_closed")


def meeting_walk(walk: Walk, cast: Cast) -> None:
    """The whole way."""
    case = make_case(cast, timezone.now() - timedelta(days=2))
    care = make_agency("west-care", "West care", kind="local_authority")
    staff = make_account("Kim Duty", care, "partner")
    make_function("West care desk", care, "adult_social_care", staff)
    walk.sign_in(cast.alice)
    meeting = call(walk, case)
    invite(walk, "West care desk")
    invite(walk, cast.police.name)
    walk.press("Prepare the meeting")
    walk.fill("What the person says and wants", "“I want to stay at home.”")
    walk.look("meeting_prepare")
    walk.press("Keep this preparation")
    walk.press("Read it")
    walk.look("meeting_preparation")
    walk.press("Back to the meeting")
    hold(walk)
    close(walk)
    walk.sign_in(cast.bea)
    walk.open(reverse("meeting_detail", args=[meeting.pk]))
    walk.press("Confirm this record")
    walk.page.get_by_text("by Bea Manager").first.wait_for()
    walk.page.get_by_role("button", name=re.compile("Write to them.*West care desk")).click()
    ask = walk.page.locator("#id_ask")
    ask.wait_for(state="attached")
    assert "Visit at school" in ask.input_value()


def test_a_strategy_meeting_closed(walk: Walk, cast: Cast) -> None:
    """With script and without."""
    meeting_walk(walk, cast)


def test_a_strategy_meeting_closed_on_a_phone(phone: Walk, cast: Cast) -> None:
    """The same on a telephone."""
    meeting_walk(phone, cast)
