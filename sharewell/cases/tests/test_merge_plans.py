"""Two plans for one person: of the safe contact plans the strictest holds, and both plans to see them alone stay."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell import packs
from sharewell.cases import operations, queries
from sharewell.cases.models import Case, PrivateAttempt, PrivatePlan, SafeContact, Task
from sharewell.cases.safety import ContactPlan, plan_of, read, strictest
from sharewell.cases.tests.test_merge import merge, person, seek_alone, unmerge
from sharewell.cases.tests.told import LATER, open_case
from sharewell.core.contacting import (
    PERSON,
    Addressee,
    Allowed,
    Rules,
    Standing,
    Wording,
    may_reach,
)
from sharewell.testing import NOW, Cast, make_cast

PHONE = {"channel": "phone", "address": "07700 900123", "safe": "true"}
TEXT = {"channel": "text", "address": "07700 900123", "safe": "true"}
RAY = {"name": "Ray Quill", "relation": "partner"}
SON = {"name": "", "relation": "child"}
MORNING = {"days": [0, 1, 2], "from": "09:00", "to": "12:00"}
NOON = {"days": [2, 3], "from": "11:00", "to": "14:00"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast, people=[person()])


@pytest.fixture
def other(cast: Cast) -> Case:
    return open_case(cast, people=[person("Marie Mill")])


def record(cast: Cast, case: Case, **plan: Any) -> SafeContact:
    return operations.safe_contact_record(
        account=cast.alice, case=case, now=NOW, plan=ContactPlan(**plan)
    )


@pytest.mark.django_db
def test_of_two_safe_contact_plans_the_strictest_holds_and_the_owner_is_asked(
    cast: Cast, case: Case, other: Case
) -> None:
    record(cast, case, ways=[PHONE, TEXT], when="listed", windows=[MORNING], must_not_know=[RAY],
           leave_message=True, code_word="Bluebell", meeting_place="Library")  # fmt: skip
    record(cast, other, ways=[PHONE], when="listed", windows=[NOON], must_not_know=[SON],
           no_letters=True, never="Ring on Sundays", code_word="Foxglove")  # fmt: skip
    found = merge(cast, case, other)
    stands = queries.safe_contact(case)
    assert stands is not None
    plan = plan_of(stands)
    assert [(way["channel"], way["safe"]) for way in plan.ways] == [
        ("phone", "true"),
        ("text", "unknown"),
    ]
    assert plan.windows == [{"days": [2], "from": "11:00", "to": "12:00"}]
    assert plan.must_not_know == [RAY, SON]
    assert (plan.no_letters, plan.leave_message, plan.never) == (True, False, "Ring on Sundays")
    assert (plan.code_word, plan.meeting_place) == ("", "")
    known = queries.known_fields(case)["subject.safe_contact"].text
    assert "by text" not in known
    note = Task.objects.get(kind="merge_check").note
    assert "only what both allow is safe" in note
    unmerge(cast, found)
    assert SafeContact.objects.filter(case=case).count() == 1
    assert SafeContact.objects.filter(case=other).count() == 1


@pytest.mark.django_db
def test_the_only_plan_stands_as_it_was_agreed(cast: Cast, case: Case, other: Case) -> None:
    record(cast, other, ways=[PHONE], when="any", code_word="Foxglove")
    merge(cast, case, other)
    stands = queries.safe_contact(case)
    assert stands is not None
    assert (stands.code_word, stands.ways) == ("Foxglove", [PHONE])
    assert Task.objects.get(kind="merge_check").note == ""


@pytest.mark.django_db
def test_both_plans_to_see_them_alone_stay_open_with_their_attempts_and_part_again(
    cast: Cast, case: Case, other: Case
) -> None:
    for each in (case, other):
        seek_alone({"account": cast.alice, "case": each, "now": NOW}, each.reference)
    before = list(PrivateAttempt.objects.order_by("pk").values())
    found = merge(cast, case, other)
    assert PrivatePlan.objects.filter(case=case, ended_at=None).count() == 2
    assert len(queries.private_plans(case)) == 2
    assert all(each.next for each in queries.private_plans(case))
    assert "Two plans to see them alone" in Task.objects.get(kind="merge_check").note
    plan = PrivatePlan.objects.get(aim__contains=other.reference)
    operations.private_plan_end(account=cast.alice, plan=plan, now=LATER, why="One is enough")
    unmerge(cast, found)
    assert list(PrivateAttempt.objects.order_by("pk").values()) == before
    plan.refresh_from_db()
    assert (plan.case_id, plan.ended_at) == (other.pk, LATER)


WAYS: Any = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["phone", "text", "letter", "meeting"]),
        "address": st.sampled_from(["", "1", "2"]),
        "safe": st.sampled_from(["true", "false", "unknown"]),
    }
)
SPANS: Any = st.fixed_dictionaries(
    {
        "days": st.lists(st.integers(0, 6), min_size=1, unique=True),
        "from": st.sampled_from(["08:00", "10:00", "12:00"]),
        "to": st.sampled_from(["11:00", "13:00", "15:00"]),
    }
)
WINDOWS = SPANS.filter(lambda row: row["from"] < row["to"])
PLANS = st.builds(
    ContactPlan,
    ways=st.lists(WAYS, max_size=4),
    when=st.sampled_from(["any", "listed", "unknown"]),
    windows=st.lists(WINDOWS, max_size=3),
    must_not_know=st.lists(st.sampled_from([RAY, SON]), max_size=2),
    no_letters=st.booleans(),
    no_visits=st.booleans(),
    leave_message=st.booleans(),
)


@given(PLANS, PLANS, st.sampled_from(["phone", "text", "letter", "meeting"]), st.integers(0, 167))
def test_what_passes_the_strictest_passes_both(
    one: ContactPlan, other: ContactPlan, channel: str, hour: int
) -> None:
    rules: Rules = packs.contact()
    at = NOW.replace(minute=30) + hour * (LATER - NOW)

    def answer(plan: ContactPlan) -> bool:
        said = may_reach(
            read(plan), Addressee(PERSON), channel, at, Wording(), rules=rules, standing=Standing()
        )
        return isinstance(said, Allowed)

    if answer(strictest(one, other)):
        assert answer(one)
        assert answer(other)
    assert strictest(one, one).ways == strictest(strictest(one, one), one).ways
