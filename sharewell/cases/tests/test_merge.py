"""Two records of one person: suggested, decided by a person, brought together, and parted again exactly."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps

from sharewell import packs
from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account, Sealed
from sharewell.cases import operations, queries
from sharewell.cases.models import Case, Merge, Task, Wall
from sharewell.cases.operations._writing import CaseClosed
from sharewell.cases.operations.alleged import AllegedTold
from sharewell.cases.operations.merge import MergeUndone
from sharewell.cases.operations.private import Tried
from sharewell.cases.records import add_chronology, join_circle, open_task
from sharewell.cases.safety import ContactPlan
from sharewell.cases.telling import PersonTold, Said
from sharewell.cases.tests import told
from sharewell.cases.tests.told import LATER, raise_concern
from sharewell.disclosures.tests.stage import make_sent
from sharewell.testing import NOW, Cast, make_account, make_cast

pytestmark = pytest.mark.django_db
BORN = date(1950, 3, 4)
# Not of the two records: what the merge itself leaves, who read, what is for evidence, and the tasks it opens.
OWN = {"Merge", "MergedRow", "CaseRead", "AccessDigest"}


def person(name: str = "Mary Mill", born: date | None = BORN, **more: Any) -> PersonTold:
    return PersonTold(key="1", name=name, subject_kind="adult", birth_date=born, **more)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return told.open_case(cast, people=[person()])


@pytest.fixture
def other(cast: Cast) -> Case:
    return told.open_case(cast, people=[person("Marie Mill")])


def merge(cast: Cast, case: Case, other: Case, reason: str = "Same address and voice") -> Merge:
    return operations.case_merge(
        account=cast.alice, case=case, other=other, now=LATER, reason=reason
    )


def unmerge(cast: Cast, found: Merge, reason: str = "Two people after all") -> Merge:
    case = Case.objects.select_related("person", "agency").get(pk=found.case_id)
    return operations.case_unmerge(
        account=cast.alice, case=case, merge_id=found.pk, now=LATER, reason=reason
    )


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of the rooms that hold cases."""
    tables = [
        table
        for room in ("cases", "consent", "disclosures")
        for table in apps.get_app_config(room).get_models()
        if table.__name__ not in OWN
    ]
    return {
        table.__name__: list(table._default_manager.order_by("pk").values()) for table in tables
    }


# --- brought together --------------------------------------------------------------------------------


def test_what_both_know_stands_together_and_one_case_is_left(
    cast: Cast, case: Case, other: Case
) -> None:
    operations.name_add(account=cast.alice, case=case, now=NOW, kind="alias", name="Polly")
    operations.name_add(account=cast.alice, case=other, now=NOW, kind="alias", name="Molly")
    operations.facts_record(account=cast.alice, case=case, now=NOW, facts={"harm": "serious"})
    operations.facts_record(
        account=cast.alice, case=other, now=NOW, facts={"harm": "concern", "capacity": "has"}
    )
    operations.flags_record(account=cast.alice, case=other, now=NOW, flags=["refuge"])
    lines = case.chronology.count() + other.chronology.count()
    merge(cast, case, other)
    case = Case.objects.select_related("person").get(pk=case.pk)
    known = queries.known_fields(case)
    assert known["subject.aliases"].text == "Polly (alias); Molly (alias)"
    assert known["subject.name"].text == "Mary Mill"
    facts = queries.facts(case)
    assert (facts["harm"], facts["capacity"]) == ("serious", "has")
    assert case.flags == ["refuge"]
    numbers = list(case.chronology.order_by("line").values_list("line", flat=True))
    assert numbers == list(range(1, lines + 1))
    assert case.concerns.count() == 2
    with pytest.raises(NotFound):
        queries.case(viewer=cast.alice, case_id=other.pk, now=LATER)
    listed = queries.cases_mine(viewer=cast.alice, now=LATER).cases
    assert [each.pk for each in listed] == [case.pk]
    assert Task.objects.filter(kind="merge_check", owner=case.owner, case=case).count() == 1
    assert Sealed.objects.filter(case_id=other.pk, name="taken_in").count() == 1


def test_nobody_gains_what_they_could_not_read_before(cast: Cast, case: Case, other: Case) -> None:
    """Of the circles only those who stand in both go on reading; the walls of either hold for both."""
    only_one = make_account("Una One", cast.agency, "practitioner")
    only_two = make_account("Tess Two", cast.agency, "practitioner")
    kept_out = make_account("Kay Kept", cast.agency, "practitioner")
    join_circle(case=case, account=only_one, relation="invited", now=NOW)
    join_circle(case=case, account=kept_out, relation="invited", now=NOW)
    join_circle(case=other, account=only_two, relation="invited", now=NOW)
    join_circle(case=other, account=kept_out, relation="invited", now=NOW)
    Wall.objects.create(case=other, account=kept_out, reason="x", raised_at=NOW)
    both = {
        account
        for account in Account.objects.all()
        if queries.stands_in(viewer=account, case=case, now=LATER)
        and queries.stands_in(viewer=account, case=other, now=LATER)
    }
    found = merge(cast, case, other)
    inside = {
        account
        for account in Account.objects.all()
        if queries.stands_in(viewer=account, case=case, now=LATER)
    }
    assert inside == both
    assert cast.alice in both
    assert not {only_one, only_two, kept_out} & both
    unmerge(cast, found)
    assert queries.stands_in(viewer=only_one, case=case, now=LATER)
    assert queries.stands_in(viewer=only_two, case=other, now=LATER)


def test_who_owned_it_and_reads_it_no_more_owns_it_no_more(cast: Cast, other: Case) -> None:
    una = make_account("Una One", cast.agency, "practitioner")
    case = told.open_case(cast, account=una, people=[person()])
    join_circle(case=case, account=cast.alice, relation="invited", now=NOW)
    found = merge(cast, case, other)
    case.refresh_from_db()
    assert case.owner == cast.alice
    unmerge(cast, found)
    case.refresh_from_db()
    assert case.owner == una


@pytest.mark.parametrize("change", ["closed", "allegation", "child"])
def test_two_that_cannot_be_one_are_refused(
    cast: Cast, case: Case, other: Case, change: str
) -> None:
    if change == "closed":
        Case.objects.filter(pk=case.pk).update(state="closed")
    elif change == "allegation":
        Case.objects.filter(pk=other.pk).update(kind="allegation")
    else:
        other.person.subject_kind = "child"
        other.person.save()
    with pytest.raises(CaseClosed if change == "closed" else Invalid):
        merge(cast, case, other)
    with pytest.raises(CaseClosed if change == "closed" else Invalid):
        merge(cast, other, case, " ")
    if change != "closed":
        with pytest.raises(NotFound):
            merge(cast, case, case)


def test_only_those_of_both_circles_who_do_casework_decide(
    cast: Cast, case: Case, other: Case
) -> None:
    acts: dict[str, Callable[..., Any]] = {
        "merge": operations.case_merge,
        "dismiss": operations.duplicate_dismiss,
    }
    join_circle(case=case, account=cast.stranger, relation="invited", now=NOW)
    for each in (case, other):
        join_circle(case=each, account=cast.gita, relation="oversight", now=NOW)
    for name, act in acts.items():
        given = {"case": case, "other": other, "now": LATER, "reason": "Same"}
        for outside in (cast.stranger, cast.olu, cast.ada):
            with pytest.raises(NotFound):
                act(account=outside, **given)
        with pytest.raises(NotAllowed):
            act(account=cast.gita, **given)
        assert name
    found = merge(cast, case, other)
    for outside in (cast.stranger, cast.olu, cast.ada):
        with pytest.raises(NotFound):
            operations.case_unmerge(
                account=outside, case=case, merge_id=found.pk, now=LATER, reason="x"
            )


# --- parted again ------------------------------------------------------------------------------------


def seek_alone(given: dict[str, Any], word: str) -> Any:
    """A plan to see the person alone, with an attempt."""
    ways, outcomes = packs.contact().ways, packs.contact().outcomes
    plan = operations.private_plan_make(**given, aim=f"To ask {word}", ways=[ways[0].id])
    return operations.private_attempt_record(
        account=given["account"],
        plan=plan,
        now=NOW,
        form_key=uuid.uuid4(),
        tried=Tried(way=ways[0].id, at=NOW, alone="false", outcome=outcomes[-1].id),
    )


def fill(cast: Cast, case: Case, chance: random.Random) -> None:
    """Record some of everything, in some order."""
    given = {"account": cast.alice, "case": case, "now": NOW}
    word = f"{chance.randrange(10**6)}"
    acts: list[Callable[[], Any]] = [
        lambda: operations.name_add(**given, kind="alias", name=f"A{word}"),
        lambda: operations.need_add(**given, kind="bsl"),
        lambda: operations.identifier_add(
            **given, kind="nhs", number=chance.choice(["4505577104", "9434765919"]), sure=True
        ),
        lambda: operations.decider_add(**given, kind="deputy", name=f"D{word}"),
        lambda: operations.relation_add(**given, kind="friend", name=f"F{word}"),
        lambda: operations.household_add(
            **given, kind="child", name=f"C{word}", subject_kind="child", age=4
        ),
        lambda: operations.alleged_add(
            **given,
            told=AllegedTold(kind="other", name=f"P{word}", relation="friend", handling=["refuge"]),
        ),
        lambda: operations.facts_record(
            **given, facts={"harm": chance.choice(["concern", "serious"])}
        ),
        lambda: operations.safe_contact_record(
            **given, plan=ContactPlan(never=f"no letters {word}", how="day centre")
        ),
        lambda: seek_alone(given, word),
        lambda: operations.flags_record(
            **given, flags=[*case.flags, *({"part2"} - set(case.flags))]
        ),
        lambda: join_circle(
            case=case,
            account=make_account(f"M{word} Member", cast.agency, "practitioner"),
            relation="invited",
            now=NOW,
        ),
        lambda: Wall.objects.create(case=case, account=cast.stranger, reason="x", raised_at=NOW),
        lambda: open_task(
            agency=cast.agency, kind="consent_ask", owner=cast.bea, now=NOW, case=case
        ),
        lambda: add_chronology(case=case, now=NOW, by=cast.alice, section="note", text=f"T{word}"),
    ]
    for act in chance.sample(acts, k=chance.randint(4, len(acts))):
        case.refresh_from_db()
        act()


@pytest.mark.parametrize("seed", range(8))
def test_merge_then_unmerge_leaves_every_table_as_before(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same rows each time
    case = told.open_case(cast, people=[person()])
    other = told.open_case(cast, people=[person("Marie Mill")])
    both = raise_concern(
        cast,
        people=[
            PersonTold(key="1", person_id=case.person_id),
            PersonTold(key="2", person_id=other.person_id),
        ],
        statements=[Said(text="A shout"), Said(text="A fall", about="2")],
    )
    assert both.on_cases.count() == 2
    fill(cast, case, chance)
    fill(cast, other, chance)
    make_sent(cast, NOW, cast.police, case=other)
    tasks = set(Task.objects.values_list("pk", flat=True))
    before = everything()
    found = merge(cast, case, other)
    assert everything() != before
    unmerge(cast, found)
    Task.objects.exclude(pk__in=tasks).delete()
    after = everything()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_a_wrong_merge_is_an_incident_for_the_safeguarding_lead(
    cast: Cast, case: Case, other: Case
) -> None:
    sam = cast.sam
    sam.team = None
    sam.save()
    found = merge(cast, case, other)
    with pytest.raises(Invalid):
        unmerge(cast, found, " ")
    unmerge(cast, found)
    task = Task.objects.get(kind="merge_undone")
    assert (task.owner, task.case, task.done_at) == (sam, case, None)
    assert not Task.objects.waiting().filter(kind="merge_check").exists()
    with pytest.raises(MergeUndone):
        unmerge(cast, found)
    with pytest.raises(NotFound):
        operations.case_unmerge(
            account=cast.alice, case=case, merge_id=uuid.uuid4(), now=LATER, reason="x"
        )


def test_what_was_recorded_since_stays_and_a_wall_raised_since_holds_for_both(
    cast: Cast, case: Case, other: Case
) -> None:
    found = merge(cast, case, other)
    case.refresh_from_db()
    since = LATER + timedelta(minutes=5)
    operations.name_add(account=cast.alice, case=case, now=since, kind="alias", name="Dot")
    operations.flags_record(account=cast.alice, case=case, now=since, flags=["refuge"])
    join_circle(case=other, account=cast.stranger, relation="invited", now=NOW)
    Wall.objects.create(case=case, account=cast.stranger, reason="x", raised_at=since)
    unmerge(cast, found)
    case.refresh_from_db()
    assert case.personname_rows.count() == 1
    assert case.flags == ["refuge"]
    assert not queries.stands_in(viewer=cast.stranger, case=other, now=since)


def test_the_last_that_was_taken_in_is_parted_first(cast: Cast, case: Case, other: Case) -> None:
    third = told.open_case(cast, people=[person("Mary Mil")])
    first = merge(cast, case, other)
    case.refresh_from_db()
    second = operations.case_merge(
        account=cast.alice,
        case=case,
        other=third,
        now=LATER + timedelta(minutes=1),
        reason="Same",
    )
    with pytest.raises(Invalid):
        unmerge(cast, first)
    unmerge(cast, second)
    unmerge(cast, first)
    assert Case.objects.filter(state="open").count() == 3
