"""Who takes a matter: for every set of conflicted leaders, the first who is free, or whom to ring outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, combinations, product

import pytest

from sharewell import packs
from sharewell.agencies.models import Account, Agency, Agreement, AgreementVersion, RoleHeld, Team
from sharewell.cases.models import Case, Person, Wall
from sharewell.cases.oversight import NOBODY, Outside, outside, resolve
from sharewell.cases.records import open_case
from sharewell.testing import (
    LONG_AGO,
    NOW,
    make_account,
    make_agency,
    make_function,
    put_on_duty,
)

pytestmark = pytest.mark.django_db
LEADERS = ("bea", "sam", "dina", "gita", "moe")
SUBSETS = tuple(chain.from_iterable(combinations(LEADERS, n) for n in range(len(LEADERS) + 1)))
# In the order in which each list tries them, worked out by hand from the pack's words.
ORDER = {
    "triage": ("bea", "sam", "dina", "gita", "moe"),
    "oversight": ("sam", "dina", "gita", "bea", "moe"),
    "break_glass": ("sam", "dina", "gita", "bea", "moe"),
    "review": ("sam", "dina", "gita", "bea", "moe"),
    "escalation": ("sam", "dina", "gita", "bea", "moe"),
    "handover": ("sam", "dina", "gita", "bea", "moe"),
}


@dataclass
class Small:
    """A small agency: a manager, a lead and a deputy, a governance lead, a manager of another site."""

    agency: Agency
    people: dict[str, Account]
    case: Case


@pytest.fixture
def small() -> Small:
    agency = make_agency("rowan-house", "Rowan House", kind="care_provider")
    elsewhere = Team.objects.create(agency=agency, name="Other site")
    roles = {
        "bea": "manager",
        "sam": "safeguarding_lead",
        "dina": "safeguarding_lead",
        "gita": "governance_lead",
        "moe": "manager",
    }
    people = {}
    for number, (name, role) in enumerate(roles.items()):
        since = LONG_AGO + timedelta(days=number)
        people[name] = make_account(f"{name.title()} Leader", agency, role, since=since)
        people[name].team = elsewhere if name == "moe" else None
        people[name].save()
    put_on_duty(people["bea"], "manager_on_duty")
    put_on_duty(people["sam"], "on_call_manager")
    worker = make_account("Wil Worker", agency, "practitioner")
    person = Person.objects.create(agency=agency, name="Nell Quill", subject_kind="adult")
    case = open_case(person=person, owner=worker, manager=worker, now=NOW)
    return Small(agency, people, case)


def _walled(small: Small, out: list[Account]) -> dict[str, object]:
    for account in out:
        Wall.objects.create(case=small.case, account=account, reason="named", raised_at=NOW)
    return {}


def _walled_by_team(small: Small, out: list[Account]) -> dict[str, object]:
    team = Team.objects.create(agency=small.agency, name="Walled")
    Account.objects.filter(pk__in=[each.pk for each in out]).update(team=team)
    Wall.objects.create(case=small.case, team=team, reason="team", raised_at=NOW)
    return {}


def _passed_over(small: Small, out: list[Account]) -> dict[str, object]:
    return {"without": out}


WAYS: dict[str, Callable[[Small, list[Account]], dict[str, object]]] = {
    "walled": _walled,
    "walled_by_team": _walled_by_team,
    "passed_over": _passed_over,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("out", SUBSETS, ids=lambda names: "-".join(names) or "nobody")
def test_the_first_without_a_conflict_takes_it(
    small: Small, out: tuple[str, ...], way: str
) -> None:
    given = WAYS[way](small, [small.people[name] for name in out])
    for purpose, order in ORDER.items():
        found = resolve(agency=small.agency, case=small.case, purpose=purpose, now=NOW, **given)  # type: ignore[arg-type]
        first = next((small.people[name] for name in order if name not in out), None)
        if first is not None:
            assert found == first, purpose
        else:
            assert isinstance(found, Outside)
            assert found.says.startswith(NOBODY)
            assert found.phone


def test_every_list_of_the_pack_is_tried_above() -> None:
    assert set(ORDER) == set(packs.oversight().inside)


@pytest.mark.parametrize(
    ("place", "kind"), list(product(packs.vocabulary().jurisdictions, ("adult", "child")))
)
def test_every_list_ends_with_a_number_to_ring(small: Small, place: str, kind: str) -> None:
    small.agency.jurisdiction = place
    found = outside(agency=small.agency, subject_kind=kind, now=NOW)
    assert found.function_id is None
    assert found.phone in found.says
    assert found.do in found.says


def test_outside_is_the_function_of_the_directory_that_deals_with_it(small: Small) -> None:
    council = make_agency("council", "Westshire Council", kind="local_authority")
    adults = make_function("Adult desk", council, "adult_social_care")
    lado = make_function("Designated officer", council, "lado")
    make_function("Own desk", small.agency, "adult_social_care")
    abroad = make_agency("far", "Far Council", kind="local_authority", jurisdiction="wales")
    make_function("A far desk", abroad, "adult_social_care")
    for kind, desk in (("adult", adults), ("child", lado)):
        found = outside(agency=small.agency, subject_kind=kind, now=NOW)
        assert found.function_id == desk.pk
        assert desk.phone in found.says
        assert "out of hours 01632 960101" in found.says


def test_a_partner_under_an_agreement_comes_first(small: Small) -> None:
    first = make_agency("a-council", "A Council", kind="local_authority")
    partner = make_agency("z-council", "Z Council", kind="local_authority")
    make_function("Desk of A", first, "adult_social_care")
    desk = make_function("Desk of Z", partner, "adult_social_care")
    agreement = Agreement.objects.create(slug="pact", title="Pact", keeper=small.agency)
    version = AgreementVersion.objects.create(
        agreement=agreement, number=1, text="x", digest="x", state="in_force", starts_at=LONG_AGO
    )
    version.parties.set([small.agency, partner])
    found = outside(agency=small.agency, subject_kind="adult", now=NOW)
    assert found.function_id == desk.pk


def test_one_who_was_switched_off_or_gave_up_the_role_does_not_take_it(small: Small) -> None:
    small.people["sam"].is_active = False
    small.people["sam"].save()
    RoleHeld.objects.filter(account=small.people["dina"]).update(ends_at=NOW)
    found = resolve(agency=small.agency, case=small.case, purpose="oversight", now=NOW)
    assert found == small.people["gita"]


def test_one_on_duty_who_reads_no_cases_does_not_take_it(small: Small) -> None:
    put_on_duty(make_account("Ada Admin", small.agency, "administrator"), "manager_on_duty", rank=0)
    found = resolve(agency=small.agency, case=small.case, purpose="triage", now=NOW)
    assert found == small.people["bea"]


def test_the_team_of_one_a_concern_is_about_is_passed_over_too(small: Small) -> None:
    team = Team.objects.create(agency=small.agency, name="East")
    for name in ("sam", "dina"):
        small.people[name].team = team
        small.people[name].save()
    assert (
        resolve(agency=small.agency, case=small.case, purpose="oversight", now=NOW)
        == small.people["sam"]
    )
    Wall.objects.create(case=small.case, account=small.people["dina"], reason="x", raised_at=NOW)
    found = resolve(agency=small.agency, case=small.case, purpose="oversight", now=NOW)
    assert found == small.people["gita"]


def test_asking_does_not_cost_more_with_more_people(
    small: Small, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(20):
        account = make_account(f"M{number} Manager", small.agency, "manager")
        Wall.objects.create(case=small.case, account=account, reason="x", raised_at=NOW)
    _walled(small, list(small.people.values()))
    with django_assert_max_num_queries(11):  # type: ignore[attr-defined]
        found = resolve(agency=small.agency, case=small.case, purpose="triage", now=NOW)
    assert isinstance(found, Outside)
