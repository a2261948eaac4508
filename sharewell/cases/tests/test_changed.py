"""What changed in a case since the viewer last looked: what others recorded, and nothing of their own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharewell.cases import queries
from sharewell.cases.models import Case
from sharewell.cases.operations import circle_invite, facts_record, safe_contact_record
from sharewell.cases.queries import Changed
from sharewell.cases.records import add_chronology
from sharewell.cases.safety import ContactPlan
from sharewell.cases.tests.told import open_case
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def look(cast: Cast, case: Case, now: datetime) -> Changed | None:
    return queries.case_page(viewer=cast.alice, case_id=case.pk, now=now).changed


def write(cast: Cast, case: Case, now: datetime, text: str, *, own: bool = False) -> None:
    by = cast.alice if own else cast.bea
    add_chronology(case=case, now=now, by=by, section="note", text=text)


def test_the_first_look_has_nothing_to_compare_with(cast: Cast, case: Case) -> None:
    assert look(cast, case, NOW) is None


def test_what_others_recorded_is_told_and_what_is_mine_is_not(cast: Cast, case: Case) -> None:
    look(cast, case, NOW)
    write(cast, case, NOW + HOUR, "Bea rang the GP.")
    write(cast, case, NOW + HOUR, "Alice wrote this.", own=True)
    found = look(cast, case, NOW + 2 * HOUR)
    assert found is not None
    assert found.since == NOW
    assert [line.entry.text for line in found.lines] == ["Bea rang the GP."]


def test_what_was_there_at_the_last_look_is_not_news(cast: Cast, case: Case) -> None:
    write(cast, case, NOW, "Old.")
    look(cast, case, NOW + HOUR)
    assert not look(cast, case, NOW + 2 * HOUR)


def test_a_page_read_again_does_not_take_the_news_away(cast: Cast, case: Case) -> None:
    look(cast, case, NOW)
    write(cast, case, NOW + HOUR, "News.")
    again = NOW + 2 * HOUR
    look(cast, case, again)
    assert look(cast, case, again + timedelta(minutes=5))
    assert not look(cast, case, again + HOUR)


def test_what_is_new_beside_the_timeline_is_told(cast: Cast, case: Case) -> None:
    look(cast, case, NOW)
    later = NOW + HOUR
    safe_contact_record(account=cast.bea, case=case, now=later, plan=ContactPlan(never="No post"))
    facts_record(account=cast.bea, case=case, now=later, facts={"harm": "serious"})
    circle_invite(account=cast.bea, case=case, member=cast.gita, now=later, reason="Advice")
    found = look(cast, case, NOW + 2 * HOUR)
    assert found is not None
    assert (found.safe_contact, found.facts, found.fields > 0) == (True, True, True)
    assert found.joined == [cast.gita.name]


def test_many_new_lines_are_cut_and_said_to_be(cast: Cast, case: Case) -> None:
    look(cast, case, NOW)
    for number in range(12):
        write(cast, case, NOW + HOUR, f"Line {number}")
    found = look(cast, case, NOW + 2 * HOUR)
    assert found is not None
    assert (len(found.lines), found.more) == (10, True)


def test_home_lists_the_cases_of_mine_with_news_and_no_others(cast: Cast, case: Case) -> None:
    write(cast, case, NOW, "Before.")
    look(cast, case, NOW + HOUR)
    now = NOW + 2 * HOUR
    assert queries.cases_changed(viewer=cast.alice, now=now) == []
    write(cast, case, now, "After.")
    assert queries.cases_changed(viewer=cast.alice, now=now) == [case]
    assert queries.cases_changed(viewer=cast.stranger, now=now) == []


def test_it_takes_as_many_queries_for_many_cases_as_for_one(cast: Cast, case: Case) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as made:
            queries.cases_changed(viewer=cast.alice, now=NOW + HOUR)
        return len(made)

    write(cast, case, NOW, "One.")
    one = count()
    for _ in range(3):
        write(cast, open_case(cast), NOW, "More.")
    assert count() == one
