"""A concern that names staff opens a closed space, walled off from the named and their team at once."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, RoleHeld, Team
from sharewell.cases import queries, records, walls
from sharewell.cases.models import Allegation, Case, CircleMember, Concern, Task, Wall
from sharewell.cases.operations import concern_triage
from sharewell.cases.records import ConflictOfInterest
from sharewell.cases.telling import Circumstances, PersonTold, Said
from sharewell.cases.tests.told import LATER, MARY, raise_concern
from sharewell.disclosures.received import for_account
from sharewell.disclosures.tests.stage import make_sent
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_account, make_cast, make_function

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def concern(cast: Cast) -> Concern:
    """About Stan, who works in the team of Alice and Bea."""
    return raise_concern(cast, about_staff=[cast.stranger])


def space(concern: Concern) -> Case:
    return concern.allegation.case


def sees(account: Account, case: Case) -> bool:
    return Case.objects.visible_to(account, LATER).filter(pk=case.pk).exists()


def test_it_opens_a_case_of_the_person_and_an_allegation_beside_it(concern: Concern) -> None:
    case = concern.on_cases.get().case
    assert (case.kind, space(concern).kind) == ("protection", "allegation")
    assert space(concern).person == case.person
    assert concern.allegation.named.get() == concern.about_staff.get()
    facts = concern.allegation.facts.get()
    assert facts.alleged == "A bruise on the left arm."
    assert facts.reported_by.startswith("Alice Practitioner")


def test_one_act_leaves_one_entry_and_the_allegation_is_in_it(cast: Cast) -> None:
    before = Entry.objects.count()
    raise_concern(cast, about_staff=[cast.stranger])
    assert Entry.objects.count() == before + 1


def test_a_concern_that_names_nobody_of_the_staff_opens_none(cast: Cast) -> None:
    raise_concern(cast)
    assert not Allegation.objects.exists()


def test_staff_without_an_account_are_named_in_words(cast: Cast) -> None:
    concern = raise_concern(
        cast, circumstances=Circumstances(about_staff_named="A driver of the agency")
    )
    assert concern.allegation.named_words == "A driver of the agency"
    assert concern.received_by == cast.bea
    assert sees(cast.sam, space(concern))


def test_the_first_without_a_conflict_looks_after_it_and_nobody_else_reads_it(
    cast: Cast, concern: Concern
) -> None:
    member = CircleMember.objects.get(case=space(concern))
    assert (member.account, member.relation) == (cast.sam, "oversight")
    assert Task.objects.get(case=space(concern)).owner == cast.sam
    seeing = [
        name
        for name in ("alice", "bea", "gita", "hana", "ada", "stranger")
        if sees(getattr(cast, name), space(concern))
    ]
    assert seeing == []
    assert sees(cast.sam, space(concern))


def test_it_is_not_seen_from_the_case_of_the_person(cast: Cast, concern: Concern) -> None:
    told = queries.concern(viewer=cast.alice, concern_id=concern.pk, now=LATER)
    assert [each.case.kind for each in told.on_cases] == ["protection"]
    shown = queries.case_page(viewer=cast.alice, case_id=told.on_cases[0].case_id, now=LATER)
    assert space(concern).reference not in str(shown)
    assert {each.pk for each in queries.cases_mine(viewer=cast.alice, now=LATER).cases} == {
        told.on_cases[0].case_id
    }


def test_the_named_and_their_team_are_walled_off_at_once(cast: Cast, concern: Concern) -> None:
    walled = records.conflicted(space(concern))
    assert walled == {each.pk for each in (cast.stranger, cast.alice, cast.bea, cast.ada, cast.ivo)}
    assert Wall.objects.filter(case=space(concern), team=cast.stranger.team).count() == 1
    # The one who raised it knows what they wrote; nobody else of the team reads the case of the person.
    case = concern.on_cases.get().case
    assert records.conflicted(case) == walled - {cast.alice.pk}


@pytest.mark.parametrize(
    "role", ["administrator", "manager", "safeguarding_lead", "governance_lead", "hr"]
)
def test_no_role_opens_it_to_the_one_it_names(cast: Cast, role: str) -> None:
    RoleHeld.objects.create(account=cast.stranger, role=role, starts_at=NOW)
    concern = raise_concern(cast, about_staff=[cast.stranger])
    assert not sees(cast.stranger, space(concern))
    for case in (space(concern), concern.on_cases.get().case):
        with pytest.raises(ConflictOfInterest):
            records.join_circle(case=case, account=cast.stranger, relation="invited", now=LATER)
        with pytest.raises(NotFound):
            queries.case(viewer=cast.stranger, case_id=case.pk, now=LATER)


def test_another_team_or_the_end_of_a_role_lifts_no_wall(cast: Cast, concern: Concern) -> None:
    elsewhere = Team.objects.create(agency=cast.agency, name="Elsewhere")
    for account in (cast.stranger, cast.bea):
        account.team = elsewhere
        account.save()
        RoleHeld.objects.filter(account=account).update(ends_at=LATER)
        RoleHeld.objects.create(account=account, role="governance_lead", starts_at=NOW)
        with pytest.raises(ConflictOfInterest):
            records.join_circle(case=space(concern), account=account, relation="invited", now=LATER)


def test_one_who_joins_the_team_later_is_walled_off_too(cast: Cast, concern: Concern) -> None:
    cast.gita.team = cast.stranger.team
    cast.gita.save()
    with pytest.raises(ConflictOfInterest):
        records.join_circle(case=space(concern), account=cast.gita, relation="invited", now=LATER)


def test_the_only_manager_of_the_team_is_not_let_in_silently(cast: Cast, concern: Concern) -> None:
    assert cast.bea.team == cast.stranger.team
    assert concern.received_by == cast.sam
    assert not sees(cast.bea, concern.on_cases.get().case)
    told = queries.concern_to_triage(viewer=cast.sam, concern_id=concern.pk, now=LATER)
    assert cast.bea not in told.owners
    with pytest.raises(ConflictOfInterest):
        concern_triage(
            account=cast.sam,
            concern_id=concern.pk,
            now=LATER,
            owner=cast.bea,
            harm="unknown",
            note="x",
        )


def test_a_message_about_it_is_not_in_the_inbox_of_the_one_it_names(cast: Cast) -> None:
    """Also where they work in the function that receives it, such as human resources."""
    desk = make_function("People", cast.agency, "hr", cast.hana, cast.stranger)
    concern = raise_concern(cast, about_staff=[cast.stranger])
    sent = make_sent(cast, NOW, desk, case=space(concern))
    assert [each.pk for each in for_account(cast.hana)] == [sent.pk]
    assert not for_account(cast.stranger).exists()


def test_what_the_walled_off_were_to_do_goes_to_somebody_else(cast: Cast) -> None:
    case = raise_concern(cast).on_cases.get().case
    task = records.open_task(
        agency=cast.agency, kind="consent_ask", owner=cast.bea, now=NOW, case=case
    )
    walls.wall_off(case=case, accounts=[cast.bea.pk], reason="named", now=LATER, by=cast.alice)
    assert not Task.objects.waiting().filter(owner=cast.bea).exists()
    task.refresh_from_db()
    case.refresh_from_db()
    assert (task.owner, case.manager) == (cast.sam, cast.sam)
    assert not sees(cast.bea, case)
    assert sees(cast.sam, case)


def test_the_case_that_the_team_reads_already_is_left_as_it_was(cast: Cast) -> None:
    first = raise_concern(cast).on_cases.get().case
    known = PersonTold(key="1", person_id=first.person_id)
    concern = raise_concern(cast, people=[known], about_staff=[cast.stranger])
    assert concern.on_cases.get().case != first
    assert sees(cast.bea, first)
    again = raise_concern(cast, people=[known])
    assert again.on_cases.get().case.kind == "protection"


def test_an_allegation_of_a_person_known_never_takes_a_later_concern(cast: Cast) -> None:
    """The lead stands in both; what the lead raises later joins the case of the person."""
    concern = raise_concern(cast, about_staff=[cast.stranger])
    known = PersonTold(key="1", person_id=space(concern).person_id)
    RoleHeld.objects.create(account=cast.sam, role="practitioner", starts_at=NOW)
    later = raise_concern(cast, account=cast.sam, people=[known], now=LATER)
    assert later.on_cases.get().case == concern.on_cases.get().case
    rows = queries.people_known(viewer=cast.sam, now=LATER)
    assert [each.kind for each in rows] == ["protection"]


def test_several_people_are_one_allegation(cast: Cast) -> None:
    other = PersonTold(key="2", name="Ned Nook", subject_kind="adult")
    concern = raise_concern(
        cast,
        people=[MARY, other],
        statements=[Said(text="Shouted.", about="1"), Said(text="Pushed.", about="2")],
        about_staff=[cast.stranger],
    )
    assert Allegation.objects.count() == 1
    assert concern.allegation.facts.get().alleged == "Shouted.\nPushed."


def test_opening_costs_no_more_with_a_larger_team(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    def ask(people: Iterable[Account]) -> int:
        with django_assert_max_num_queries(400) as asked:  # type: ignore[operator]
            raise_concern(cast, about_staff=list(people))
        return len(asked)

    ask([cast.stranger])
    few = ask([cast.stranger])
    for number in range(15):
        make_account(f"W{number} Worker", cast.agency, "practitioner")
    assert ask([cast.stranger]) == few
