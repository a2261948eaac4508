"""Need to know, in a browser: a colleague is let in, kept and leaves; a case is restricted, closed and opened again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import Case, CircleMember, Task
from sharewell.cases.operations import circle_invite
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast
from tests.journeys.walking import Walk


@pytest.fixture
def case(cast: Cast) -> Case:
    """Mary's case, in which Alice, Bea and Sam stand."""
    return open_case(cast, now=timezone.now())


def day(walk: Walk, days: int) -> None:
    """Type a day so many days from now."""
    at = timezone.localtime(timezone.now() + timedelta(days=days))
    for name, value in (("Day", at.day), ("Month", at.month), ("Year", at.year)):
        walk.page.get_by_label(name, exact=True).fill(str(value))


def to_access(walk: Walk, case: Case) -> None:
    walk.open(reverse("case_detail", args=[case.pk]))
    parts = walk.page.get_by_role("navigation", name="Parts of this case")
    parts.get_by_role("link", name="Access").click()
    walk.page.get_by_role("heading", name="Who may read this case").wait_for()


def test_a_colleague_is_let_in_with_a_reason_kept_and_leaves(
    walk: Walk, cast: Cast, case: Case
) -> None:
    walk.sign_in(cast.alice)
    to_access(walk, case)
    walk.press("Let a colleague in")
    day(walk, 400)
    walk.press("Let them in")
    walk.page.get_by_role("alert").wait_for()
    walk.look("circle_invite_wrong")
    walk.page.get_by_label("Who?").select_option(str(cast.stranger.pk))
    walk.fill("Why do they need to know?", "Visits her on Tuesdays")
    day(walk, 20)
    walk.press("Let them in")
    walk.page.get_by_text("They can read this case now.").wait_for()
    walk.look("circle_list")
    member = CircleMember.objects.get(case=case, account=cast.stranger)
    assert member.review_at is not None

    task = Task.objects.get(kind="circle_review", about_id=cast.stranger.pk)
    Task.objects.filter(pk=task.pk).update(due_at=timezone.now() - timedelta(hours=1))
    walk.open(reverse("home"))
    walk.press("Does a colleague still need to read a case?")
    walk.look("circle_review_task")
    walk.press("Keep them, or end it")
    walk.fill("Why do they need to know?", "Still visits her")
    day(walk, 25)
    walk.look("circle_renew")
    walk.press("Yes, keep them")
    walk.page.get_by_text("Kept until the new day.").wait_for()

    walk.sign_in(cast.stranger)
    to_access(walk, case)
    assert "Alice Practitioner let you read this case until" in walk.page.inner_text("main")
    walk.page.get_by_role("link", name=re.compile(r"^Leave")).click()
    walk.page.get_by_role("heading", name="Leave this case").wait_for()
    walk.press("Leave")
    walk.page.get_by_role("alert").wait_for()
    walk.look("circle_leave_wrong")
    walk.fill("Why?", "Another colleague visits her now")
    walk.press("Leave")
    assert walk.open(reverse("case_detail", args=[case.pk])).status == 404


def test_a_case_is_restricted_closed_and_opened_again(walk: Walk, cast: Cast, case: Case) -> None:
    given = {"case": case, "now": timezone.now(), "reason": "Helps"}
    circle_invite(account=cast.alice, member=cast.stranger, **given)
    walk.sign_in(cast.sam)
    to_access(walk, case)
    walk.press("Restrict this case")
    walk.choose("Which of these hold?", "It is, or may be, heard at a MARAC")
    walk.fill("Why, in a sentence?", "The plan of Tuesday is known to few.")
    walk.look("case_restrict")
    walk.press("Record this")
    to_access(walk, case)
    walk.look("circle_restricted")
    assert "Restricted: only those named may read this case." in walk.page.inner_text("main")
    assert "Stan Stranger" not in walk.page.get_by_role("table").inner_text()

    Task.objects.filter(case=case).update(done_at=timezone.now())
    walk.press("Close this case")
    walk.press("Close it")
    walk.page.get_by_role("alert").wait_for()
    walk.look("case_close_wrong")
    walk.choose("How did it end?", "The person is safe, and the plan is done")
    walk.fill(
        "What is the person's situation now", "She lives with her sister, and says so herself."
    )
    walk.press("Close it")
    walk.page.get_by_text("The case is closed.").wait_for()
    to_access(walk, case)
    walk.look("case_closed")
    walk.press("Open this case again")
    walk.fill("Why is it opened again?", "Her sister rang.")
    walk.look("case_reopen")
    walk.press("Open it again")
    walk.page.get_by_role("heading", name="Who may read this case").wait_for()
    case.refresh_from_db()
    assert case.state == "open"


def test_what_an_originator_says_of_passing_on_is_put_on_a_line_and_lifted(
    walk: Walk, cast: Cast, case: Case
) -> None:
    walk.sign_in(cast.alice)
    line = case.chronology.filter(section="concern").earliest("id")
    walk.open(reverse("caveat_set", args=[case.pk, line.pk]))
    walk.press("Record the caveat")
    walk.page.get_by_role("alert").wait_for()
    walk.look("caveat_set_wrong")
    walk.choose("What did they say of passing it on?", "Said at a MARAC")
    walk.fill("Who gave it?", "Downshire Police, MARAC co-ordinator")
    walk.press("Record the caveat")
    walk.page.get_by_role("link", name="Lift it").wait_for()
    walk.look("caveat_list")
    walk.page.get_by_role("link", name="Lift it").click()
    walk.fill("Why does it no longer hold?", "The co-ordinator let it go.")
    walk.look("caveat_lift")
    walk.press("Lift it")
    walk.page.get_by_text("Nothing in this case is under a caveat.").wait_for()


def test_who_looked_is_shown_to_the_lead(walk: Walk, cast: Cast, case: Case) -> None:
    for account in (cast.alice, cast.bea):
        walk.sign_in(account)
        walk.open(reverse("case_detail", args=[case.pk]))
    walk.sign_in(cast.sam)
    walk.open(reverse("access_list", args=[case.pk]))
    walk.look("access_list")
    assert "Bea Manager" in walk.page.inner_text("main")
    walk.page.get_by_label("Whose").select_option(str(cast.alice.pk))
    walk.press("Show")
    said = walk.page.locator("main .sw-waiting").inner_text()
    assert "Alice Practitioner" in said
    assert "Bea Manager" not in said
    walk.look("access_list_one")


@pytest.mark.parametrize(
    "name", ["circle_list", "circle_invite", "case_restrict", "case_close", "access_list"]
)
def test_on_a_phone(phone: Walk, cast: Cast, case: Case, name: str) -> None:
    """Nothing scrolls sideways at 320 pixels."""
    phone.sign_in(cast.sam)
    phone.open(reverse(name, args=[case.pk]))
    phone.look(name)
