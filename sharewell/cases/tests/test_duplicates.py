"""Who may be one person: suggested among one's own cases alone, and decided by a person."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Account, Agency
from sharewell.cases import operations, queries
from sharewell.cases.models import Case, CircleMember, NotSame, Person, Wall
from sharewell.cases.records import Known, open_case
from sharewell.cases.tests import told
from sharewell.cases.tests.test_merge import BORN, case, cast, merge, other, person
from sharewell.cases.tests.told import LATER
from sharewell.testing import NOW, Cast, make_account, make_agency

pytestmark = pytest.mark.django_db
__all__ = ["case", "cast", "other"]


def suggested(viewer: Account, case: Case) -> list[tuple[Case, str]]:
    found = queries.duplicates(viewer=viewer, case=case, now=LATER)
    return [(each.case, each.because.id) for each in found]


def test_a_likely_duplicate_is_suggested_with_its_reason(
    cast: Cast, case: Case, other: Case
) -> None:
    told.open_case(cast, people=[person("Tom Reed")])
    assert suggested(cast.alice, case) == [(other, "name_birth")]
    assert suggested(cast.alice, other) == [(case, "name_birth")]


def test_names_numbers_and_homes_count(cast: Cast, case: Case) -> None:
    polly = told.open_case(cast, people=[person("Polly Stone", None)])
    assert suggested(cast.alice, polly) == []
    operations.name_add(account=cast.alice, case=polly, now=NOW, kind="former", name="Mary Mill")
    assert suggested(cast.alice, polly) == [(case, "name_alone")]
    home = [Known(field="subject.home_address", text="2 Rose Lane, TE5 7AA", kind="reported")]
    for each in (case, polly):
        operations.field_record(account=cast.alice, case=each, now=NOW, entries=home)
    assert suggested(cast.alice, polly) == [(case, "name_home")]
    for each in (case, polly):
        operations.identifier_add(
            account=cast.alice, case=each, now=NOW, kind="nhs", number="4505577104"
        )
    assert suggested(cast.alice, polly) == [(case, "number")]


def test_nothing_outside_the_viewers_own_circles_is_suggested(cast: Cast, case: Case) -> None:
    hidden = told.open_case(cast, account=cast.stranger, people=[person()])
    Wall.objects.create(case=hidden, account=cast.alice, reason="x", raised_at=NOW)
    assert suggested(cast.alice, case) == []
    assert queries.duplicates_of_told(viewer=cast.olu, people=[person()], now=LATER) == {}


@pytest.mark.parametrize("regimes", [[], ["vawa"]])
@pytest.mark.parametrize("ours", [[], ["vawa"]])
def test_another_agency_is_never_looked_at(
    cast: Cast, case: Case, regimes: list[str], ours: list[str]
) -> None:
    """Neither way round; a victim-services agency (VAWA) is outside whatever partners compare."""
    Agency.objects.filter(pk=cast.agency.pk).update(regimes=ours)
    haven = make_agency("haven-house", "Haven House", kind="victim_services", jurisdiction="us")
    haven.regimes = regimes
    haven.save()
    vera = make_account("Vera Haven", haven, "practitioner")
    theirs = open_case(
        person=Person.objects.create(
            agency=haven, name="Mary Mill", birth_date=BORN, subject_kind="adult"
        ),
        owner=vera,
        manager=vera,
        now=NOW,
    )
    # Even an account that stands, by mistake, in a circle of the other agency.
    CircleMember.objects.create(case=theirs, account=cast.alice, relation="invited", joined_at=NOW)
    CircleMember.objects.create(case=case, account=vera, relation="invited", joined_at=NOW)
    for viewer, mine in ((cast.alice, case), (vera, theirs)):
        assert suggested(viewer, mine) == []
        told_of = queries.duplicates_of_told(viewer=viewer, people=[person()], now=LATER)
        assert [each.case for each in told_of["1"]] == [mine]
    with pytest.raises(NotFound):
        merge(cast, case, theirs)


def test_suggesting_costs_the_same_however_many_cases_there_are(cast: Cast, case: Case) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            queries.duplicates(viewer=cast.alice, case=case, now=LATER)
        return len(found)

    told.open_case(cast, people=[person("Marie Mill")])
    before = cost()
    for number in range(6):
        told.open_case(cast, people=[person(f"Mary Mill{number}")])
    assert cost() == before


# --- decided -----------------------------------------------------------------------------------------


def test_two_people_are_not_suggested_again(cast: Cast, case: Case, other: Case) -> None:
    with pytest.raises(Invalid):
        operations.duplicate_dismiss(
            account=cast.alice, case=case, other=other, now=LATER, reason=" "
        )
    first = operations.duplicate_dismiss(
        account=cast.alice, case=case, other=other, now=LATER, reason="Sisters"
    )
    assert suggested(cast.alice, case) == []
    assert suggested(cast.alice, other) == []
    again = operations.duplicate_dismiss(
        account=cast.bea, case=other, other=case, now=LATER, reason="Sisters, she says"
    )
    assert again == first


def test_a_concern_about_somebody_new_remembers_who_it_is_not(cast: Cast, case: Case) -> None:
    found = queries.duplicates_of_told(viewer=cast.alice, people=[person("Mary Mil")], now=LATER)
    assert [each.case for each in found["1"]] == [case]
    new = told.open_case(cast, people=[person("Mary Mil", not_same=[str(case.pk)])])
    assert NotSame.objects.count() == 1
    assert suggested(cast.alice, new) == []
    hidden = told.open_case(cast, account=cast.stranger, people=[person("Zoe")])
    Wall.objects.create(case=hidden, account=cast.alice, reason="x", raised_at=NOW)
    with pytest.raises(NotFound):
        told.open_case(cast, people=[person("Zoe", not_same=[str(hidden.pk)])])
