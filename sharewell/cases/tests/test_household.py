"""Households and who is alleged to cause harm: a case of one's own, special handling, and the wall."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Account, Sealed, Team
from sharewell.cases import operations, queries
from sharewell.cases.models import Case, CircleMember, HouseholdMember, Task, Wall
from sharewell.cases.operations.household import HasCase
from sharewell.cases.records import join_circle, open_task
from sharewell.cases.tests.test_people import add, end, known
from sharewell.cases.tests.told import LATER, open_case
from sharewell.testing import NOW, Cast, make_account, make_cast

pytestmark = pytest.mark.django_db
TOM: dict[str, Any] = {
    "kind": "child",
    "name": "Tom Mill",
    "subject_kind": "child",
    "age": 9,
    "at_risk": "yes",
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def team_of(cast: Cast, *names: str) -> Team:
    """Put these people into a team of their own."""
    team = Team.objects.create(agency=cast.agency, name="Night shift")
    for name in names:
        getattr(cast, name).team = team
        getattr(cast, name).save()
    return team


def test_children_and_adults_go_into_their_own_field(cast: Cast, case: Case) -> None:
    add("household", cast, case, **TOM)
    add(
        "household",
        cast,
        case,
        kind="mother",
        name="Joan",
        subject_kind="adult",
        birth_date=date(1930, 2, 1),
    )
    add(
        "household",
        cast,
        case,
        kind="child",
        name="Baby",
        subject_kind="unborn",
        birth_date=date(2027, 2, 1),
    )
    assert known(case, "household.children") == (
        "Tom Mill, son or daughter, 9 years old on 20 November 2026, at risk; "
        "Baby, son or daughter, expected 1 February 2027"
    )
    assert known(case, "household.adults") == "Joan, mother, born 1 February 1930"


def test_who_was_added_and_may_be_at_risk_is_found(cast: Cast, case: Case) -> None:
    tom = add("household", cast, case, **TOM)
    add("household", cast, case, kind="friend", name="Joe", subject_kind="adult")
    uma = add(
        "household", cast, case, kind="mother", name="Uma", subject_kind="adult", at_risk="yes"
    )
    assert list(queries.household_added(since=NOW)) == sorted([tom, uma], key=lambda r: r.pk)
    assert set(queries.household_added(since=NOW, case=case)) == {tom, uma}
    assert not queries.household_added(since=LATER).exists()
    assert not queries.household_added(since=NOW - timedelta(1), until=NOW).exists()
    end(cast, case, "household", tom)
    assert list(queries.household_added(since=NOW)) == [uma]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"subject_kind": "dog"}, "subject_kind"),
        ({"at_risk": "maybe"}, "at_risk"),
        ({"age": 130}, "age"),
        ({"subject_kind": "unborn"}, "age"),
        ({"birth_date": date(2027, 1, 1)}, "birth_date"),
        ({"kind": "boss"}, "kind"),
    ],
)
def test_what_cannot_be_so_is_refused(
    cast: Cast, case: Case, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add("household", cast, case, **{**TOM, **given})
    assert set(refused.value.errors) == {field}


def test_a_member_gets_a_case_of_their_own_with_what_the_home_shares(
    cast: Cast, case: Case
) -> None:
    operations.flags_record(
        account=cast.alice, case=case, now=NOW, flags=["confidential_address", "part2"]
    )
    kept_out = make_account("Kay Kept", cast.agency, "practitioner")
    Wall.objects.create(case=case, account=kept_out, reason="Named", raised_at=NOW)
    tom = add("household", cast, case, **TOM)
    new = operations.household_open(account=cast.alice, case=case, row_id=tom.pk, now=LATER)
    assert (new.person.name, new.person.subject_kind, new.person.age) == ("Tom Mill", "child", 9)
    assert new.flags == ["confidential_address"]
    assert new.owner == cast.alice
    assert Wall.objects.filter(case=new, account=kept_out).exists()
    assert known(new, "subject.name") == "Tom Mill"
    page = queries.people_page(viewer=cast.alice, case_id=case.pk, now=LATER)
    assert page.linked == {tom.pk: new}
    assert Sealed.objects.filter(case_id=new.pk, name="case").count() == 1
    with pytest.raises(HasCase):
        operations.household_open(account=cast.alice, case=case, row_id=tom.pk, now=LATER)


def test_a_case_of_a_member_that_others_opened_is_not_told(cast: Cast, case: Case) -> None:
    tom = add("household", cast, case, **TOM)
    first = operations.household_open(account=cast.alice, case=case, row_id=tom.pk, now=NOW)
    join_circle(case=case, account=cast.stranger, relation="invited", now=NOW)
    page = queries.people_page(viewer=cast.stranger, case_id=case.pk, now=NOW)
    assert page.linked == {}
    second = operations.household_open(account=cast.stranger, case=case, row_id=tom.pk, now=LATER)
    assert second != first


def test_the_one_a_concern_names_is_kept_out_of_the_new_case_too(cast: Cast) -> None:
    case = open_case(cast, about_staff=[cast.stranger])
    tom = add("household", cast, case, **TOM)
    new = operations.household_open(account=cast.alice, case=case, row_id=tom.pk, now=NOW)
    assert Wall.objects.filter(case=new, account=cast.stranger).exists()


def test_only_a_standing_member_gets_a_case(cast: Cast, case: Case) -> None:
    tom = add("household", cast, case, **TOM)
    end(cast, case, "household", tom)
    with pytest.raises(NotFound):
        operations.household_open(account=cast.alice, case=case, row_id=tom.pk, now=NOW)


# --- the person alleged ------------------------------------------------------------------------------

JOE: dict[str, Any] = {"kind": "other", "name": "Joe Reed", "relation": "former_partner"}


def test_a_person_alleged_is_told_and_sets_what_the_case_needs(cast: Cast, case: Case) -> None:
    kept = add(
        "alleged",
        cast,
        case,
        **JOE,
        access="Has a key",
        work="Drives the school bus",
        handling=["refuge", "referrer_protected", "confidential_address"],
    )
    case.refresh_from_db()
    assert case.flags == ["confidential_address", "refuge", "referrer_protected"]
    assert set(kept.flags) == set(case.flags)
    assert kept.walled is None
    assert known(case, "source.identity") == "Joe Reed, former partner"
    assert known(case, "source.access") == "Has a key"
    assert known(case, "source.employment") == "Drives the school bus"


def test_special_handling_is_never_dropped_while_the_record_asks_for_it(
    cast: Cast, case: Case
) -> None:
    kept = add("alleged", cast, case, **JOE, handling=["refuge"])
    with pytest.raises(Invalid) as refused:
        operations.flags_record(account=cast.alice, case=case, now=NOW, flags=[])
    assert "End that record first" in refused.value.errors["flags"][0]
    end(cast, case, "alleged", kept.row)
    case.refresh_from_db()
    assert case.flags == ["refuge"], "the end of a record takes nothing back by itself"
    operations.flags_record(account=cast.alice, case=case, now=NOW, flags=[])
    case.refresh_from_db()
    assert case.flags == []


def test_staff_without_an_account_are_in_a_position_of_trust(cast: Cast, case: Case) -> None:
    add("alleged", cast, case, kind="staff", name="Kim, agency nurse", relation="professional")
    assert queries.facts(case)["position_of_trust"] == "true"
    assert not Wall.objects.exists()


def test_somebody_of_the_household_is_chosen_from_it(cast: Cast, case: Case) -> None:
    joan = add("household", cast, case, kind="mother", name="Joan", subject_kind="adult")
    kept = add("alleged", cast, case, kind="household", member=joan, relation="mother")
    assert kept.row.name == "Joan"
    other = open_case(cast)
    with pytest.raises(NotFound):
        add("alleged", cast, other, kind="household", member=joan, relation="mother")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "stranger"}, "kind"),
        ({"relation": "boss"}, "relation"),
        ({"handling": ["part2"]}, "handling"),
        ({"handling": ["child_of_staff"]}, "handling"),
        ({"kind": "household", "name": "x"}, "member"),
        ({"kind": "account"}, "colleague"),
        ({"birth_date": date(2027, 1, 1)}, "birth_date"),
    ],
)
def test_what_cannot_be_so_of_a_person_alleged_is_refused(
    cast: Cast, case: Case, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add("alleged", cast, case, **{**JOE, **given})
    assert field in refused.value.errors


def accuse(cast: Cast, case: Case, colleague: Any) -> Any:
    return add(
        "alleged", cast, case, kind="account", colleague=colleague, relation="professional"
    ).walled


def sees(who: Any, case: Case) -> bool:
    return queries.stands_in(viewer=who, case=case, now=LATER)


def test_a_colleague_and_their_team_are_walled_off_at_once(cast: Cast, case: Case) -> None:
    """Whatever they hold, and whoever of the team stood in the circle."""
    team = team_of(cast, "stranger", "bea")
    join_circle(case=case, account=cast.stranger, relation="invited", now=NOW)
    assert sees(cast.stranger, case)
    assert sees(cast.bea, case)
    waiting = open_task(
        agency=cast.agency, kind="consent_ask", owner=cast.stranger, now=NOW, case=case
    )
    walled = accuse(cast, case, cast.stranger)
    assert (walled.accounts, walled.outside) == (2, None)
    assert not sees(cast.stranger, case)
    assert not sees(cast.bea, case)
    assert sees(cast.alice, case)
    assert sees(cast.sam, case)
    case.refresh_from_db()
    assert (case.owner, case.manager) == (cast.alice, cast.sam)
    assert set(Wall.objects.values_list("account", "team")) == {
        (cast.stranger.pk, None),
        (cast.bea.pk, None),
        (None, team.pk),
    }
    assert not CircleMember.objects.standing(LATER).filter(account=cast.bea).exists()
    assert Task.objects.get(pk=waiting.pk).owner == cast.sam
    assert queries.facts(case)["position_of_trust"] == "true"


def test_the_owner_who_is_alleged_loses_the_case_to_one_who_is_free(cast: Cast, case: Case) -> None:
    team_of(cast, "alice")
    accuse(cast, case, cast.alice)
    case.refresh_from_db()
    assert case.owner == cast.sam
    assert not sees(cast.alice, case)
    assert sees(cast.sam, case)


def test_where_the_team_is_the_whole_agency_who_wrote_it_down_can_still_act(
    cast: Cast, case: Case
) -> None:
    """Everybody else is walled off, and whom to ring outside is said."""
    Account.objects.filter(agency=cast.agency).update(team=cast.alice.team)
    cast.bea.refresh_from_db()
    walled = accuse(cast, case, cast.bea)
    assert walled.outside.says.startswith("Nobody in this agency")
    assert sees(cast.alice, case)
    assert not sees(cast.bea, case)
    assert not sees(cast.sam, case)
    case.refresh_from_db()
    assert (case.owner, case.manager) == (cast.alice, cast.alice)


def test_a_colleague_of_another_agency_is_no_colleague(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid):
        accuse(cast, case, cast.olu)
    assert not Wall.objects.exists()


# --- what it costs -----------------------------------------------------------------------------------


def test_the_page_of_people_costs_the_same_however_many_there_are(cast: Cast, case: Case) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            queries.people_page(viewer=cast.alice, case_id=case.pk, now=LATER)
        return len(found)

    tom = add("household", cast, case, **TOM)
    operations.household_open(account=cast.alice, case=case, row_id=tom.pk, now=NOW)
    add("alleged", cast, case, **JOE)
    before = cost()
    for number in range(8):
        row = add("household", cast, case, **{**TOM, "name": f"Child {number}"})
        operations.household_open(account=cast.alice, case=case, row_id=row.pk, now=NOW)
        add("alleged", cast, case, **{**JOE, "name": f"Joe {number}"})
        add("name", cast, case, kind="alias", name=f"Mary {number}")
    assert HouseholdMember.objects.count() == 9
    assert cost() == before
