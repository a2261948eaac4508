"""Two at the same moment: a double click, two managers, two editors, two invitations."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from sharewell.agencies.access import Conflict, Refusal
from sharewell.cases.models import (
    Case,
    ChronologyEntry,
    CircleMember,
    Concern,
    SafeContact,
    Task,
)
from sharewell.cases.operations import (
    Part,
    chronology_add,
    circle_invite,
    concern_triage,
    safe_contact_record,
)
from sharewell.cases.safety import ContactPlan
from sharewell.cases.tests.told import LATER, open_case, raise_concern
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run these together, each in a thread and connection of its own; what they returned or how they refused."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[number] = act()
        except Refusal as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_double_click_raises_one_concern(cast: Cast) -> None:
    key = uuid.uuid4()
    results = at_once(*[lambda: raise_concern(cast, form_key=key)] * 3)
    assert len(set(results)) == 1
    assert (Concern.objects.count(), Case.objects.count(), Task.objects.count()) == (1, 1, 1)


def test_of_two_managers_one_triages_and_the_other_is_told(cast: Cast) -> None:
    concern = raise_concern(cast)

    def triage(account: Any) -> Any:
        return concern_triage(
            account=account,
            concern_id=concern.id,
            now=LATER,
            owner=cast.alice,
            harm="serious",
            note="Visit.",
        )

    results = at_once(lambda: triage(cast.bea), lambda: triage(cast.sam))
    assert sum(isinstance(each, Conflict) for each in results) == 1
    assert Task.objects.filter(kind="concern_passed_on").count() == 1


def test_of_two_who_saw_the_same_plan_one_records_and_the_other_is_told(cast: Cast) -> None:
    case = open_case(cast)

    def record(account: Any) -> Any:
        plan = ContactPlan(how="By phone")
        return safe_contact_record(account=account, case=case, now=LATER, plan=plan, seen=0)

    results = at_once(lambda: record(cast.alice), lambda: record(cast.sam))
    assert sum(isinstance(each, Conflict) for each in results) == 1
    assert SafeContact.objects.count() == 1


def test_lines_added_together_are_all_kept_and_numbered_without_gaps(cast: Cast) -> None:
    case = open_case(cast)

    def add(text: str) -> Any:
        part = Part(text=text, section="note")
        return chronology_add(account=cast.alice, case=case, now=LATER, event_at=NOW, parts=[part])

    at_once(*[lambda text=text: add(text) for text in "abcd"])
    lines = ChronologyEntry.objects.filter(case=case).order_by("line")
    assert [each.line for each in lines] == [1, 2, 3, 4, 5]


def test_a_colleague_invited_twice_at_once_stands_once(cast: Cast) -> None:
    case = open_case(cast)

    def invite(account: Any) -> Any:
        return circle_invite(account=account, case=case, member=cast.gita, now=LATER, reason="Help")

    at_once(lambda: invite(cast.alice), lambda: invite(cast.sam))
    assert CircleMember.objects.filter(case=case, account=cast.gita).count() == 1
