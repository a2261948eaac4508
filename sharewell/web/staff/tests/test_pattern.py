"""The review of a pattern on its page: what fired and why in words, picture and table, closed or joined with a reason."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import CircleMember
from sharewell.followup.looking import nightly
from sharewell.followup.models import Pattern, PatternReview
from sharewell.followup.tests.notes import Notes, make_notes
from sharewell.testing import NOW, make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def notes(django_capture_on_commit_callbacks: Any) -> Notes:
    """Three small notes of two teams."""
    notes = make_notes(make_cast(), django_capture_on_commit_callbacks)
    night = notes.colleague("Nia Night", "Night team")
    for by, days in ((notes.cast.alice, 20), (night, 9), (night, 1)):
        notes.note(by, days, text=f"Untouched breakfast, {days} days ago.")
    return notes


@pytest.fixture
def sam(client: Client, notes: Notes) -> Client:
    """The oversight point, who stands in no circle."""
    CircleMember.objects.filter(account=notes.cast.sam).update(left_at=NOW)
    return sign_in(client, notes.cast.sam)


def address(name: str, *more: Any, rule: str = "CUM1") -> str:
    """An address about the pattern of a rule."""
    return reverse(name, args=[Pattern.objects.get(rule=rule).pk, *more])


def test_home_leads_to_what_came_together_without_a_word_of_the_case(sam: Client) -> None:
    home = sam.get(reverse("home")).content.decode()
    assert address("pattern_review") in home
    assert "Small concerns that add up" in home
    assert "Mary" not in home
    listed = sam.get(reverse("pattern_list")).content.decode()
    assert "3 small concerns from 2 teams in 19 days" in listed
    assert "Mary" not in listed


def test_the_page_says_what_fired_and_shows_each_entry_with_its_team(sam: Client) -> None:
    page = sam.get(address("pattern_review")).content.decode()
    assert "3 small concerns from 2 teams in 19 days." in page
    assert page.count("sw-picture__dot ") == 3
    assert "3 entries in 2 lanes from 31 October 2026 to 19 November 2026" in page
    rows = re.findall(r'<td class="govuk-table__cell">(First team|Night team)</td>', page)
    assert rows == ["First team", "Night team", "Night team"]
    for days in (20, 9, 1):
        assert f"Untouched breakfast, {days} days ago." in page
    assert "A bruise on the left arm." not in page  # what opened the case is not among them


def test_it_is_closed_with_outcome_and_reason_and_what_is_wrong_is_kept(sam: Client) -> None:
    url = address("pattern_close")
    wrong = sam.post(url, {"seen": "3", "reason": "Away that week."})
    assert wrong.status_code == 422
    assert "Away that week." in wrong.content.decode()
    given = {"seen": "3", "outcome": "oversight_meeting", "reason": "Away that week."}
    stale = sam.post(url, {**given, "seen": "2"})
    assert stale.status_code == 409
    assert "New entries came in while you were writing" in stale.content.decode()
    assert 'value="3"' in stale.content.decode()
    assert sam.post(url, given).status_code == 302
    assert PatternReview.objects.get().outcome == "oversight_meeting"
    page = sam.get(address("pattern_review")).content.decode()
    assert "An oversight meeting is held" in page
    assert "Close the review" not in page


def test_the_whole_case_is_read_only_after_joining_with_a_reason(sam: Client, notes: Notes) -> None:
    case = reverse("case_detail", args=[notes.case.pk])
    assert sam.get(case).status_code == 404
    url = address("pattern_join", 1)
    assert sam.post(url, {"reason": ""}).status_code == 422
    assert sam.post(address("pattern_join", 7), {"reason": "x"}).status_code == 404
    assert sam.post(url, {"reason": "To see the whole."})["Location"] == case
    assert sam.get(case).status_code == 200


def test_an_administrator_sees_the_nights_and_nothing_of_a_case(
    client: Client, notes: Notes
) -> None:
    nightly(NOW)
    page = sign_in(client, notes.cast.ada).get(reverse("pattern_list")).content.decode()
    assert "20 November 2026" in page
    assert "small concerns" not in page
    assert "No pattern waits for you." in page


def test_the_queries_of_the_page_do_not_grow_with_its_entries(
    sam: Client, notes: Notes, django_assert_max_num_queries: Any
) -> None:
    url = address("pattern_review")
    with django_assert_max_num_queries(100) as few:
        sam.get(url)
    for days in (8, 7, 6, 5):
        notes.note(notes.cast.alice, days - 5)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert sam.get(url).content.decode().count("sw-picture__dot ") == 7


def test_a_line_of_the_timeline_leads_to_its_review_for_the_reviewer_alone(notes: Notes) -> None:
    for name in ("case_detail", "chronology_list"):
        here = reverse(name, args=[notes.case.id])
        mine = sign_in(Client(), notes.cast.sam).get(here).content.decode()
        assert mine.count("Part of a pattern: 3 small concerns from 2 teams in 19 days") == 3
        assert address("pattern_review") in mine
        theirs = sign_in(Client(), notes.cast.alice).get(here).content.decode()
        assert "Part of a pattern" not in theirs
        assert address("pattern_review") not in theirs
