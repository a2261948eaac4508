"""What is recorded of an allegation, by whom; its walls; and when somebody can look after it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sharewell import packs
from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account, RoleHeld, Team
from sharewell.cases import operations, queries, records
from sharewell.cases.closed import OversightOnly
from sharewell.cases.models import Case, CircleMember, Task, Wall
from sharewell.cases.operations import circle_invite
from sharewell.cases.operations.case import Changed
from sharewell.cases.operations.wall import NamedStays
from sharewell.cases.records import ConflictOfInterest
from sharewell.cases.tests.told import LATER, raise_concern
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_account, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """An allegation that names Stan; Sam looks after it."""
    return raise_concern(cast, about_staff=[cast.stranger]).allegation.case


FACTS = {"capacity": "employee", "alleged": "He gripped her arm.", "place": "Room 4"}
TOLD: dict[str, Any] = {
    "words": "That a concern was raised, not what or by whom.",
    "told_by": "Sam Lead",
    "told_at": LATER,
    "steered_by": "adult_social_care",
    "steer_name": "Nadia Rahman",
    "steered_at": NOW,
}
SECURED: dict[str, Any] = {
    "kind": "cctv",
    "what": "Corridor, 7:00 to 9:00",
    "secured": True,
    "secured_by": "Sam Lead",
    "secured_at": NOW,
    "held_where": "Safe in the office",
}
ACTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "facts": (operations.allegation_record, {"facts": FACTS}),
    "evidence": (operations.evidence_secure, SECURED),
    "told": (operations.named_tell, TOLD),
    "outcome": (
        operations.allegation_find,
        {"outcome": "unfounded", "reason": "The film shows it.", "found_by": "Strategy meeting"},
    ),
    "ask": (operations.witness_ask, {"question": "What did you see?", "witness_name": "Mrs Bell"}),
}
OVERSIGHT = {"outcome"}


@pytest.mark.parametrize("act", ACTS)
def test_each_act_works_once_with_one_entry_and_is_refused_outside(
    cast: Cast, case: Case, act: str
) -> None:
    run, given = ACTS[act]
    before = Entry.objects.count()
    for who in ("alice", "bea", "stranger", "gita", "hana", "ada", "olu", "pat"):
        with pytest.raises(NotFound):
            run(account=getattr(cast, who), case=case, now=LATER, **given)
    assert Entry.objects.count() == before
    run(account=cast.sam, case=case, now=LATER, **given)
    assert Entry.objects.count() == before + 1


@pytest.mark.parametrize("act", ACTS)
def test_one_who_was_let_in_records_and_only_oversight_decides(
    cast: Cast, case: Case, act: str
) -> None:
    run, given = ACTS[act]
    circle_invite(account=cast.sam, case=case, member=cast.gita, now=LATER, reason="Advises")
    if act in OVERSIGHT:
        with pytest.raises(OversightOnly):
            run(account=cast.gita, case=case, now=LATER, **given)
    else:
        run(account=cast.gita, case=case, now=LATER, **given)
    records.join_circle(case=case, account=cast.hana, relation="invited", now=NOW)
    with pytest.raises(NotAllowed):
        run(account=cast.hana, case=case, now=LATER, **given)


def test_facts_are_never_overwritten_and_two_writers_notice(cast: Cast, case: Case) -> None:
    seen = queries.newest_facts_of(case)
    assert seen is not None
    act = {"account": cast.sam, "case": case, "now": LATER, "facts": FACTS}
    operations.allegation_record(**act, seen=seen.id)
    with pytest.raises(Changed):
        operations.allegation_record(**act, seen=seen.id)
    page = queries.allegation_page(viewer=cast.sam, case_id=case.pk, now=LATER)
    assert [each.alleged for each in page.facts] == [
        "He gripped her arm.",
        "A bruise on the left arm.",
    ]


@pytest.mark.parametrize("wrong", [{"alleged": " "}, {"capacity": "friend"}])
def test_facts_that_say_nothing_are_refused(cast: Cast, case: Case, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        operations.allegation_record(account=cast.sam, case=case, now=LATER, facts=FACTS | wrong)
    assert set(refused.value.errors) == set(wrong)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"steered_by": "the manager"}, "steered_by"),
        ({"steer_name": " "}, "steered_by"),
        ({"steered_at": LATER + timedelta(minutes=1)}, "steered_at"),
        ({"told_at": LATER + timedelta(days=1)}, "told_at"),
    ],
)
def test_the_named_is_told_nothing_before_somebody_outside_agreed(
    cast: Cast, case: Case, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        operations.named_tell(account=cast.sam, case=case, now=LATER, **(TOLD | wrong))
    assert field in refused.value.errors
    assert not case.allegation.told.exists()


@pytest.mark.parametrize(
    "wrong", [{"kind": "rumour"}, {"held_where": ""}, {"secured_at": LATER + timedelta(days=1)}]
)
def test_what_was_secured_says_where_it_is_held(
    cast: Cast, case: Case, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        operations.evidence_secure(account=cast.sam, case=case, now=LATER, **(SECURED | wrong))
    assert set(refused.value.errors) == set(wrong)
    operations.evidence_secure(
        account=cast.sam, case=case, now=LATER, **(SECURED | {"secured": False, "held_where": ""})
    )


def test_every_outcome_says_how_long_the_record_is_kept() -> None:
    outcomes = packs.allegations().outcomes
    assert set(outcomes) == {"substantiated", "unsubstantiated", "unfounded", "malicious", "false"}
    assert all(each.keep and each.source for each in outcomes.values())


def test_who_leads_the_enquiry_is_let_in_unless_walled_off(cast: Cast, case: Case) -> None:
    act = {"account": cast.sam, "case": case, "now": LATER, "reason": "Trained for it"}
    with pytest.raises(ConflictOfInterest):
        operations.allegation_lead(**act, lead=cast.bea)
    operations.allegation_lead(**act, lead=cast.gita)
    assert queries.allegation_page(viewer=cast.gita, case_id=case.pk, now=LATER).reads_accounts


def lift(cast: Cast, case: Case, wall: Wall) -> Wall:
    return operations.wall_lift(
        account=cast.sam, case=case, now=LATER, wall_id=wall.pk, reason="She alone knows the rota"
    )


def test_a_wall_is_lifted_by_oversight_with_a_reason_and_lets_nobody_in_by_itself(
    cast: Cast, case: Case
) -> None:
    make_account("Tim Teammate", cast.agency, "practitioner")
    wall = case.walls.get(account=cast.bea)
    with pytest.raises(Invalid):
        operations.wall_lift(account=cast.sam, case=case, now=LATER, wall_id=wall.pk, reason=" ")
    lift(cast, case, wall)
    assert not CircleMember.objects.filter(case=case, account=cast.bea).exists()
    circle_invite(account=cast.sam, case=case, member=cast.bea, now=LATER, reason="Knows the rota")
    queries.allegation(viewer=cast.bea, case_id=case.pk, now=LATER)
    others = Account.objects.filter(team=cast.bea.team).exclude(pk=cast.bea.pk)
    assert set(others.values_list("pk", flat=True)) <= records.conflicted(case)


def test_the_wall_of_the_named_stays(cast: Cast, case: Case) -> None:
    with pytest.raises(NamedStays):
        lift(cast, case, case.walls.get(account=cast.stranger))


def test_only_oversight_raises_and_lifts_walls(cast: Cast, case: Case) -> None:
    circle_invite(account=cast.sam, case=case, member=cast.gita, now=LATER, reason="Advises")
    wall = case.walls.get(account=cast.bea)
    with pytest.raises(OversightOnly):
        operations.wall_lift(account=cast.gita, case=case, now=LATER, wall_id=wall.pk, reason="x")
    with pytest.raises(OversightOnly):
        operations.wall_raise(
            account=cast.gita, case=case, now=LATER, colleague=cast.hana, reason="x"
        )
    with pytest.raises(NotFound):
        operations.wall_lift(account=cast.bea, case=case, now=LATER, wall_id=wall.pk, reason="x")


def test_a_wall_of_another_case_is_not_there(cast: Cast, case: Case) -> None:
    other = raise_concern(cast, about_staff=[cast.bea]).allegation.case
    with pytest.raises(NotFound):
        lift(cast, case, other.walls.get(account=cast.stranger))


def test_a_wall_raised_later_takes_its_standing_and_tasks(cast: Cast, case: Case) -> None:
    circle_invite(account=cast.sam, case=case, member=cast.gita, now=LATER, reason="Advises")
    task = records.open_task(
        agency=cast.agency, kind="consent_ask", owner=cast.gita, now=LATER, case=case
    )
    operations.wall_raise(
        account=cast.sam, case=case, now=LATER, colleague=cast.gita, reason="A friend of his"
    )
    task.refresh_from_db()
    assert task.owner == cast.sam
    with pytest.raises(NotFound):
        queries.allegation(viewer=cast.gita, case_id=case.pk, now=LATER)


def test_a_team_is_walled_off_with_all_who_work_in_it(cast: Cast, case: Case) -> None:
    night = Team.objects.create(agency=cast.agency, name="Night")
    cast.hana.team = night
    cast.hana.save()
    operations.wall_raise(account=cast.sam, case=case, now=LATER, team=night, reason="His old team")
    cast.hana.team = None
    cast.hana.save()
    assert cast.hana.pk in records.conflicted(case)


@pytest.mark.parametrize("whom", ["nobody", "both", "myself", "elsewhere"])
def test_a_wall_is_around_one_colleague_or_team_of_the_agency(
    cast: Cast, case: Case, whom: str
) -> None:
    team = cast.agency.teams.get()
    ways: dict[str, dict[str, Any]] = {
        "nobody": {},
        "both": {"colleague": cast.gita, "team": team},
        "myself": {"colleague": cast.sam},
        "elsewhere": {"colleague": cast.olu},
    }
    given = ways[whom]
    with pytest.raises(Invalid) as refused:
        operations.wall_raise(account=cast.sam, case=case, now=LATER, reason="x", **given)
    assert "who" in refused.value.errors


def test_what_nobody_could_take_is_taken_up_when_somebody_can(cast: Cast) -> None:
    case = raise_concern(cast, about_staff=[cast.stranger, cast.sam, cast.gita]).allegation.case
    assert case.allegation.outside["phone"]
    operations.allegation_take_up(case_id=case.pk, now=LATER)
    assert not CircleMember.objects.filter(case=case, left_at=None).exists()
    new = make_account("Nia New", cast.agency, "governance_lead", in_team=False)
    before = Entry.objects.count()
    operations.allegation_take_up(case_id=case.pk, now=LATER)
    assert Entry.objects.count() == before + 1
    assert queries.oversees(viewer=new, case=case, now=LATER)
    assert Task.objects.get(case=case).owner == new
    with pytest.raises(NotFound):
        operations.allegation_take_up(case_id=case.pk, now=LATER)


def test_the_page_costs_no_more_with_more_rows(
    cast: Cast, case: Case, django_assert_max_num_queries: object
) -> None:
    def ask() -> int:
        with django_assert_max_num_queries(40) as asked:  # type: ignore[operator]
            page = queries.allegation_page(viewer=cast.sam, case_id=case.pk, now=LATER)
            assert all(each.recorded_by for each in page.facts)
            assert all(each.recorded_by for each in page.kept)
            assert all(each.account or each.team for each in page.walls)
        return len(asked)

    operations.evidence_secure(account=cast.sam, case=case, now=LATER, **SECURED)
    few = ask()
    for number in range(12):
        colleague = make_account(f"C{number} Colleague", cast.agency, "practitioner")
        RoleHeld.objects.filter(account=colleague).update(starts_at=NOW)
        operations.evidence_secure(account=cast.sam, case=case, now=LATER, **SECURED)
        operations.witness_ask(
            account=cast.sam, case=case, now=LATER, question="What?", witness=colleague
        )
    assert ask() == few
