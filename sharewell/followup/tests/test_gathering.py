"""What rules look at beyond one case: who joined the household, and what is raised in one service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharewell.agencies.models import Site, Team
from sharewell.cases.models import Task
from sharewell.cases.operations import alleged_add, household_add, row_end
from sharewell.cases.operations.alleged import AllegedTold
from sharewell.followup import looking, queries
from sharewell.followup.gathering import gather, gather_alike
from sharewell.followup.models import Pattern
from sharewell.followup.tests.notes import Notes, about, make_notes, rules, tell
from sharewell.testing import NOW, make_account, make_cast

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(hours=1)


@pytest.fixture
def notes(django_capture_on_commit_callbacks: Any) -> Notes:
    """Mary's case, and the colleagues who write in it."""
    return make_notes(make_cast(), django_capture_on_commit_callbacks)


def lives_there(notes: Notes, name: str, **told: Any) -> Any:
    """Alice records somebody who lives with Mary; what waits for the commit is done."""
    with notes.commits(execute=True):
        return household_add(
            account=notes.cast.alice,
            case=notes.case,
            now=NOW,
            name=name,
            source_role="Her son",
            **told,
        )


def test_a_child_who_is_new_in_the_household_raises_one_review(notes: Notes) -> None:
    lives_there(notes, "Tom Mill", kind="child", subject_kind="child", age=9)
    lives_there(notes, "Uma Mill", kind="mother", subject_kind="adult", at_risk="yes")
    pattern = Pattern.objects.get()
    assert (pattern.rule, pattern.says) == ("CUM12", "2 at risk added to the household")
    assert pattern.person_id == notes.case.person_id
    assert Task.objects.filter(kind="pattern_review").count() == 1
    page = queries.pattern(viewer=notes.cast.sam, pattern_id=pattern.pk, now=SOON)
    assert {each.team for each in page.entries} == {"First team"}
    told = {(p.source, p.text) for each in page.entries if each.told for p in each.told.pieces}
    assert told == {
        (
            "Her son",
            "Lives with the person: Tom Mill, son or daughter, 9 years old on 20 November 2026",
        ),
        ("Her son", "Lives with the person: Uma Mill, mother, at risk"),
    }


@pytest.mark.parametrize("at_risk", ["no", "unknown"])
def test_an_adult_who_is_not_at_risk_raises_none(notes: Notes, at_risk: str) -> None:
    lives_there(notes, "Joe Mill", kind="friend", subject_kind="adult", at_risk=at_risk)
    looking.look_at_all(agency=notes.cast.agency, now=SOON)
    assert rules() == []


def test_one_who_was_recorded_as_living_there_by_mistake_raises_nothing_in_the_night(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "look", lambda **_: None)
    tom = lives_there(notes, "Tom Mill", kind="child", subject_kind="child")
    row_end(
        account=notes.cast.alice,
        case=notes.case,
        noun="household",
        row_id=tom.pk,
        now=NOW,
        reason="A mistake",
    )
    looking.look_at_all(agency=notes.cast.agency, now=SOON)
    assert rules() == []


def works_at(notes: Notes, name: str, site: str, kind: str = "home") -> Any:
    """Somebody who works at a site, in its own team."""
    here, _ = Site.objects.get_or_create(agency=notes.cast.agency, name=site, kind=kind)
    team, _ = Team.objects.get_or_create(agency=notes.cast.agency, name=f"Team {site}", site=here)
    account = make_account(name, notes.cast.agency, "practitioner")
    account.team = team
    account.save()
    return account


def neglected(notes: Notes, by: Any, *names: str, **changes: Any) -> None:
    """Concerns about neglect, each of somebody else, twenty days apart; what waits for the commit is done."""
    for number, name in enumerate(names, 1):
        person = about(name, categories=["care_act.neglect"])
        then = NOW - timedelta(days=20 * (len(names) - number))
        with notes.commits(execute=True):
            tell(notes.cast, account=by, people=[person], now=then, **changes)


def test_the_same_harm_to_four_residents_of_one_home_is_one_review(notes: Notes) -> None:
    nora = works_at(notes, "Nora Nurse", "Oak House")
    neglected(notes, nora, "Ann", "Ben", "Cat")
    assert rules() == []
    neglected(notes, nora, "Dan")
    pattern = Pattern.objects.get()
    assert (pattern.rule, pattern.person) == ("CUM11", None)
    assert pattern.says == "4 people of one service with the same kind of concern, in 40 days"
    assert pattern.entries.count() == 4
    looking.look_at_all(agency=notes.cast.agency, now=SOON)
    assert rules() == ["CUM11"]


def test_four_residents_of_two_homes_are_no_pattern_of_one(notes: Notes) -> None:
    neglected(notes, works_at(notes, "Nora Nurse", "Oak House"), "Ann", "Ben", "Cat")
    neglected(notes, works_at(notes, "Carl Carer", "Elm House"), "Dan")
    looking.look_at_all(agency=notes.cast.agency, now=SOON)
    assert rules() == []


@pytest.mark.parametrize("kind", ["office", "region"])
def test_a_site_that_looks_after_nobody_is_no_service(notes: Notes, kind: str) -> None:
    neglected(notes, works_at(notes, "Nora Nurse", "North", kind), "Ann", "Ben", "Cat", "Dan")
    looking.look_at_all(agency=notes.cast.agency, now=SOON)
    assert rules() == []


def test_a_victim_services_agency_takes_no_part_in_what_puts_residents_together(
    notes: Notes,
) -> None:
    notes.cast.agency.regimes = ["vawa"]
    notes.cast.agency.save()
    neglected(notes, works_at(notes, "Nora Nurse", "Oak House"), "Ann", "Ben", "Cat", "Dan")
    looking.look_at_all(agency=notes.cast.agency, now=SOON)
    assert rules() == []


def test_a_home_where_several_of_the_staff_are_named_is_one_review_of_the_home(
    notes: Notes,
) -> None:
    nora = works_at(notes, "Nora Nurse", "Oak House")
    hugo, iris = (works_at(notes, name, "Oak House") for name in ("Hugo Helper", "Iris Aide"))
    neglected(notes, nora, "Ann", about_staff=[hugo])
    neglected(notes, nora, "Ben")  # names nobody
    assert rules() == []
    neglected(notes, nora, "Cat", about_staff=[iris])
    pattern = Pattern.objects.get()
    assert (pattern.rule, pattern.key) == ("CUM3", nora.team.site_id.hex)
    assert pattern.entries.count() == 2


def test_one_of_the_staff_named_about_several_people_is_no_review_of_the_home_as_well(
    notes: Notes,
) -> None:
    nora, hugo = (works_at(notes, name, "Oak House") for name in ("Nora Nurse", "Hugo Helper"))
    neglected(notes, nora, "Ann", "Ben", about_staff=[hugo])
    pattern = Pattern.objects.get()
    assert (pattern.rule, pattern.key) == ("CUM3", hugo.pk.hex)


def test_its_queries_do_not_grow_with_who_lives_there_or_was_told_of(notes: Notes) -> None:
    nora = works_at(notes, "Nora Nurse", "Oak House")

    def queried() -> int:
        with CaptureQueriesContext(connection) as asked:
            found = gather(agency=notes.cast.agency, now=SOON)
            gather_alike(agency=notes.cast.agency, now=SOON, entries=found)
        return len(asked)

    lives_there(notes, "Tom Mill", kind="child", subject_kind="child")
    neglected(notes, nora, "Ann")
    few = queried()
    for name in ("Tim", "Tam", "Tod"):
        lives_there(notes, f"{name} Mill", kind="child", subject_kind="child")
    neglected(notes, nora, "Ben", "Cat", "Dan")
    assert queried() == few


def alleged(notes: Notes, case: Any, colleague: Any) -> Any:
    """Alice records a colleague as alleged to cause harm to the person of a case."""
    told = AllegedTold(kind="account", relation="professional", colleague=colleague)
    with notes.commits(execute=True):
        return alleged_add(account=notes.cast.alice, case=case, now=NOW, told=told).row


def test_a_colleague_alleged_in_the_cases_of_two_people_is_one_review(notes: Notes) -> None:
    hugo = make_account("Hugo Helper", notes.cast.agency, "practitioner")
    ben = tell(notes.cast, people=[about("Ben")]).on_cases.get().case
    alleged(notes, notes.case, hugo)
    assert "CUM3" not in rules()
    row = alleged(notes, ben, hugo)
    pattern = Pattern.objects.get(rule="CUM3")
    assert (pattern.key, pattern.person) == (hugo.pk.hex, None)
    page = queries.pattern(viewer=notes.cast.sam, pattern_id=pattern.pk, now=SOON)
    said = [piece.text for each in page.entries if each.told for piece in each.told.pieces]
    assert all(text.startswith("Alleged to cause harm: Hugo Helper") for text in said)
    assert len(said) == 2
    row_end(
        account=notes.cast.alice, case=ben, noun="alleged", row_id=row.pk, now=SOON, reason="Not he"
    )
    assert not [
        e
        for e in gather(agency=notes.cast.agency, now=SOON)
        if e.person == ben.person.pk.hex and e.kind == "alleged"
    ]


def test_a_colleague_alleged_in_one_case_and_named_by_a_concern_about_another_is_one_review(
    notes: Notes,
) -> None:
    hugo = make_account("Hugo Helper", notes.cast.agency, "practitioner")
    alleged(notes, notes.case, hugo)
    with notes.commits(execute=True):
        tell(notes.cast, people=[about("Ben")], about_staff=[hugo])
    assert Pattern.objects.get(rule="CUM3").entries.count() == 2
