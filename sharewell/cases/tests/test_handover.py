"""Handing over: named cases, to a named colleague who is let in until their shift ends, and no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account, Site, Team
from sharewell.cases import queries
from sharewell.cases.models import Case, CaseRead, Handover, Task, Wall
from sharewell.cases.operations import AlreadyTaken, facts_record, handover_give, handover_take
from sharewell.cases.records import ConflictOfInterest, open_task
from sharewell.cases.tests.told import open_case
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
END = NOW + 12 * HOUR


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def give(cast: Cast, case: Case, **changes: Any) -> Handover:
    told: dict[str, Any] = {
        "account": cast.alice,
        "to": cast.stranger,
        "watch": {case.pk: "Ring her at 20:00."},
        "until": END,
        "now": NOW,
    }
    return handover_give(**{**told, **changes})


def test_the_colleague_reads_the_case_until_the_shift_ends(cast: Cast, case: Case) -> None:
    assert not queries.stands_in(viewer=cast.stranger, case=case, now=NOW)
    given = give(cast, case)
    read = queries.handover(viewer=cast.stranger, handover_id=given.pk, now=NOW + HOUR)
    assert [(row.case, row.watch) for row in read.cases] == [(case, "Ring her at 20:00.")]
    assert queries.stands_in(viewer=cast.stranger, case=case, now=END - HOUR)
    assert not queries.stands_in(viewer=cast.stranger, case=case, now=END)
    with pytest.raises(NotFound):
        queries.handover(viewer=cast.stranger, handover_id=given.pk, now=END)


def test_letting_in_is_on_record_with_its_reason(cast: Cast, case: Case) -> None:
    entries = Entry.objects.count()
    give(cast, case)
    member = case.circle.get(account=cast.stranger)
    assert (member.reason, member.expires_at) == ("Handed over for a shift", END)
    assert member.invited_by == cast.alice
    assert case.chronology.latest("line").text.startswith("Alice Practitioner handed the case over")
    let_in = case.chronology.filter(section="disclosure").latest("line")
    assert let_in.text.startswith("Stan Stranger was let in to read this case until ")
    assert Entry.objects.count() == entries + 1


def test_it_waits_for_the_colleague_until_they_take_it_over_once(cast: Cast, case: Case) -> None:
    given = give(cast, case)
    assert Task.objects.waiting().get(kind="handover_take").owner == cast.stranger
    handover_take(account=cast.stranger, handover_id=given.pk, now=NOW + HOUR)
    assert not Task.objects.waiting().filter(kind="handover_take").exists()
    with pytest.raises(AlreadyTaken):
        handover_take(account=cast.stranger, handover_id=given.pk, now=NOW + HOUR)


@pytest.mark.parametrize("who", ["bea", "sam", "olu", "gita", "ada"])
def test_nobody_else_reads_or_takes_it(cast: Cast, case: Case, who: str) -> None:
    given, account = give(cast, case), getattr(cast, who)
    with pytest.raises(NotFound):
        queries.handover(viewer=account, handover_id=given.pk, now=NOW)
    with pytest.raises(NotFound):
        handover_take(account=account, handover_id=given.pk, now=NOW)


def test_only_ones_own_cases_are_handed_over(cast: Cast, case: Case) -> None:
    with pytest.raises(NotFound):
        give(cast, case, account=cast.stranger, to=cast.alice)
    with pytest.raises(NotAllowed):
        give(cast, case, account=cast.gita)
    assert not Handover.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"watch": {}}, "cases"),
        ({"until": NOW}, "until"),
        ({"until": NOW + timedelta(hours=73)}, "until"),
    ],
)
def test_what_is_missing_is_said(
    cast: Cast, case: Case, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        give(cast, case, **change)
    assert list(wrong.value.errors) == [field]


@pytest.mark.parametrize("who", ["alice", "olu", "ada", "gita", "hana"])
def test_it_goes_to_a_colleague_who_works_on_cases(cast: Cast, case: Case, who: str) -> None:
    with pytest.raises(Invalid) as wrong:
        give(cast, case, to=getattr(cast, who))
    assert list(wrong.value.errors) == ["to"]


def test_to_watch_must_be_said_for_each_case(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid) as wrong:
        give(cast, case, watch={case.pk: " "})
    assert list(wrong.value.errors) == [f"watch_{case.pk}"]


def test_one_walled_off_is_handed_nothing(cast: Cast, case: Case) -> None:
    Wall.objects.create(case=case, account=cast.stranger, reason="Named in it", raised_at=NOW)
    with pytest.raises(ConflictOfInterest):
        give(cast, case)
    assert not Handover.objects.exists()


def test_the_sheet_holds_what_is_grave_or_due_and_the_gravest_first(cast: Cast, case: Case) -> None:
    Task.objects.all().delete()
    due, quiet = open_case(cast), open_case(cast)
    Task.objects.all().delete()
    facts_record(account=cast.alice, case=case, now=NOW, facts={"harm": "serious"})
    at = NOW + 2 * HOUR
    open_task(agency=cast.agency, kind="consent_ask", owner=cast.bea, now=NOW, case=due, due_at=at)
    sheet = queries.handover_sheet(viewer=cast.alice, now=NOW, until=END)
    assert [row.case for row in sheet.rows] == [case, due]
    assert sheet.rows[1].due[0][1] == at
    assert quiet not in [row.case for row in sheet.rows]
    sooner = queries.handover_sheet(viewer=cast.alice, now=NOW, until=NOW + HOUR)
    assert [row.case for row in sooner.rows] == [case]
    assert CaseRead.objects.filter(case=case, account=cast.alice, what="handover").count() == 2


def test_the_sheet_of_one_outside_is_empty(cast: Cast, case: Case) -> None:
    facts_record(account=cast.alice, case=case, now=NOW, facts={"harm": "immediate"})
    assert queries.handover_sheet(viewer=cast.stranger, now=NOW, until=END).rows == []
    with pytest.raises(NotAllowed):
        queries.handover_sheet(viewer=cast.gita, now=NOW, until=END)


def test_the_sheet_can_be_narrowed_to_the_team_or_the_site_of_the_owner(
    cast: Cast, case: Case
) -> None:
    facts_record(account=cast.alice, case=case, now=NOW, facts={"harm": "serious"})
    team = case.owner.team
    other = Team.objects.create(agency=cast.agency, name="Another")

    def shown(of: Team | None, at: Site | None = None) -> list[Case]:
        found = queries.handover_sheet(
            viewer=cast.alice,
            now=NOW,
            until=END,
            team=of.pk if of else None,
            site=at.pk if at else None,
        )
        return [row.case for row in found.rows]

    assert shown(None) == [case]
    assert shown(team) == [case]
    assert shown(other) == []
    here = Site.objects.create(agency=cast.agency, name="Here", kind="home")
    there = Site.objects.create(agency=cast.agency, name="There", kind="home")
    Team.objects.filter(pk=other.pk).update(site=here)
    Account.objects.filter(pk=case.owner_id).update(team=other)
    assert shown(None, here) == [case]
    assert shown(None, there) == []


def test_the_sheet_takes_as_many_queries_for_many_cases_as_for_one(cast: Cast, case: Case) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as made:
            queries.handover_sheet(viewer=cast.alice, now=NOW, until=END)
        return len(made)

    facts_record(account=cast.alice, case=case, now=NOW, facts={"harm": "serious"})
    one = count()
    for _ in range(3):
        more = open_case(cast)
        facts_record(account=cast.alice, case=more, now=NOW, facts={"harm": "serious"})
    assert count() == one
