"""The board: what is late, on whose desk, since when; only of cases the viewer stands in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sharewell.agencies.access import NotAllowed
from sharewell.cases.models import Case, CaseRead
from sharewell.cases.records import open_task
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.tests.answers import give, visit
from sharewell.disclosures.tests.stage import make_case, make_sent
from sharewell.followup.queries import Desk, Due, board
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast, now: datetime) -> Case:
    return make_case(cast, now)


def seen(cast: Cast, who: str, scope: str, now: datetime) -> list[Due]:
    return list(board(viewer=getattr(cast, who), scope=scope, now=now).rows)


def test_ours_and_our_partners_stand_together_the_first_due_first(
    cast: Cast, case: Case, now: datetime
) -> None:
    task = open_task(
        agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=now,
        due_at=now + 3 * HOUR,
    )  # fmt: skip
    taken = make_sent(cast, now, cast.police, case=case)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=taken.id, now=now)
    give(cast.pat, taken, now, "accept", actions=[visit(now)])
    silent = make_sent(cast, now, cast.police, case=case)
    rows = seen(cast, "alice", "mine", now)
    assert [(row.about, row.about_id, row.ours) for row in rows] == [
        ("task", task.pk, True),
        ("answer", silent.pk, False),
        ("action", taken.pk, False),
    ]
    assert [row.desk for row in rows] == ["Alice Practitioner", silent.to_whom, taken.to_whom]
    assert rows[2].what == "Visit her (Jo Beat)"
    assert all(row.case == case for row in rows)


def test_three_quarters_of_the_time_is_nearly_due_and_after_it_late(
    cast: Cast, case: Case, now: datetime
) -> None:
    make_sent(cast, now, cast.police, case=case, ack_due_at=now + 4 * HOUR)
    states = {
        hours: seen(cast, "alice", "mine", now + hours * HOUR)[0].state for hours in (2, 3, 4, 5)
    }
    assert states == {2: "in_time", 3: "at_risk", 4: "at_risk", 5: "late"}


def test_each_sees_what_is_theirs_and_the_whole_of_their_circles(
    cast: Cast, case: Case, now: datetime
) -> None:
    given: dict[str, Any] = {
        "agency": cast.agency,
        "case": case,
        "kind": "inform_person",
        "now": now,
    }
    own = open_task(**given, owner=cast.alice)
    managers = open_task(**given, owner=cast.bea)
    assert [row.about_id for row in seen(cast, "alice", "mine", now)] == [own.pk]
    assert {row.about_id for row in seen(cast, "alice", "all", now)} == {own.pk, managers.pk}
    assert [row.about_id for row in seen(cast, "bea", "mine", now)] == [managers.pk]


def test_outside_the_circle_nothing_is_shown_or_counted(
    cast: Cast, case: Case, now: datetime
) -> None:
    open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=now)
    make_sent(cast, now, cast.police, case=case)
    for who in ("sam", "stranger", "olu"):
        for scope in ("mine", "team", "all"):
            found = board(viewer=getattr(cast, who), scope=scope, now=now)
            assert (found.rows, found.desks) == ((), ()), (who, scope)
    for who in ("pat", "ada"):
        with pytest.raises(NotAllowed):
            board(viewer=getattr(cast, who), scope="all", now=now)


def test_a_task_of_ones_own_in_a_case_one_may_not_read_names_nobody(
    cast: Cast, case: Case, now: datetime
) -> None:
    open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.stranger, now=now)
    rows = seen(cast, "stranger", "mine", now)
    assert [row.case for row in rows] == [None]


def test_desks_with_most_that_is_late_come_first(cast: Cast, case: Case, now: datetime) -> None:
    make_sent(cast, now, cast.police, case=case, ack_due_at=now + HOUR)
    open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=now)
    found = board(viewer=cast.alice, scope="all", now=now + 2 * HOUR)
    late = make_sent(cast, now, cast.police, case=case).to_whom
    assert found.desks == (
        Desk(late, ours=False, late=1, at_risk=0, in_time=0),
        Desk("Alice Practitioner", ours=True, late=0, at_risk=0, in_time=1),
    )


def test_reading_what_a_partner_promised_is_a_read_of_the_case(
    cast: Cast, case: Case, now: datetime
) -> None:
    sent = make_sent(cast, now, cast.police, case=case)
    seen(cast, "alice", "all", now)
    assert not CaseRead.objects.filter(what="actions").exists()
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    give(cast.pat, sent, now, "accept", actions=[visit(now)])
    seen(cast, "alice", "all", now)
    read = CaseRead.objects.get(what="actions")
    assert (read.account, read.case) == (cast.alice, case)


def test_the_questions_asked_do_not_grow_with_what_waits(
    cast: Cast, case: Case, now: datetime, django_assert_num_queries: object
) -> None:
    for _ in range(2):
        open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=now)
        sent = make_sent(cast, now, cast.police, case=case)
        disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
        give(cast.pat, sent, now, "accept", actions=[visit(now)])
        with django_assert_num_queries(12):  # type: ignore[operator]
            seen(cast, "alice", "all", now)
