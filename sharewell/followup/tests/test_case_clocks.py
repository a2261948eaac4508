"""Clocks of a case: started by what happened, told of once before they run out, late like everything else."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from sharewell import packs
from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account, Agency
from sharewell.cases.models import Case, Task
from sharewell.disclosures.tests.stage import make_case
from sharewell.followup import casing, queries
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import CaseClock
from sharewell.followup.operations import case_clock_done, case_clock_start
from sharewell.followup.operations.caseclock import ClockStopped
from sharewell.followup.tests.test_clocks import entries, waiting
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, MONDAY)


def begin(
    who: Account, case: Case, event: str, at: datetime = MONDAY, owner: Account | None = None
) -> list[CaseClock]:
    return case_clock_start(
        account=who, case=case, event=event, at=at, owner=owner, form_key=uuid.uuid4(),
        now=MONDAY + HOUR,
    )  # fmt: skip


def test_a_strategy_discussion_starts_fifteen_working_days_to_the_conference(
    cast: Cast, case: Case
) -> None:
    (row,) = begin(cast.alice, case, "strategy_discussion")
    assert (row.clock, row.owner) == ("csc.icpc", cast.alice)
    assert row.due_at == datetime(2026, 12, 7, 17, tzinfo=UTC)
    assert row.counted_by == "england_wales 2026.1, Europe/London"
    line = case.chronology.latest("line")
    assert (line.event_at, line.section) == (MONDAY, "action")
    assert "first child protection conference" in line.text
    assert entries("case_clock.started") == 1


def test_one_event_starts_all_its_clocks_once(cast: Cast, case: Case) -> None:
    assert {row.clock for row in begin(cast.alice, case, "first_conference")} == {
        "csc.core",
        "csc.review",
    }
    with pytest.raises(Invalid):
        begin(cast.alice, case, "first_conference")
    assert CaseClock.objects.count() == 2
    begin(cast.alice, case, "first_conference", MONDAY - DAY)
    assert CaseClock.objects.count() == 4


def test_it_is_told_once_at_three_quarters_goes_up_late_and_ends_with_what_was_done(
    cast: Cast, case: Case
) -> None:
    (row,) = begin(cast.alice, case, "police_protection", owner=cast.bea)
    clocks_run(MONDAY + 54 * HOUR - MINUTE)
    assert not Task.objects.exists()
    for _ in range(3):
        clocks_run(MONDAY + 54 * HOUR)
    assert waiting("case_clock_soon") == [cast.bea]
    assert Task.objects.get().due_at == row.due_at
    for _ in range(3):
        clocks_run(row.due_at + MINUTE)
    assert waiting("task_late") == [cast.sam]
    case_clock_done(account=cast.alice, clock_id=row.pk, outcome="The court ordered.", now=MONDAY)
    assert not waiting("case_clock_soon")
    with pytest.raises(ClockStopped):
        case_clock_done(account=cast.alice, clock_id=row.pk, outcome="Again.", now=MONDAY)
    assert (entries("case_clock.at_risk"), entries("case_clock.done")) == (1, 1)


def test_a_clock_done_in_time_is_told_of_to_nobody(cast: Cast, case: Case) -> None:
    (row,) = begin(cast.alice, case, "police_protection")
    with pytest.raises(Invalid):
        case_clock_done(account=cast.alice, clock_id=row.pk, outcome=" ", now=MONDAY)
    case_clock_done(account=cast.alice, clock_id=row.pk, outcome="It ended.", now=MONDAY)
    clocks_run(MONDAY + 90 * DAY)
    assert not Task.objects.exists()


def test_outside_the_circle_there_is_no_clock(cast: Cast, case: Case) -> None:
    (row,) = begin(cast.alice, case, "police_protection")
    for act in (
        lambda: begin(cast.sam, case, "significant_harm"),
        lambda: case_clock_done(account=cast.sam, clock_id=row.pk, outcome="x", now=MONDAY),
        lambda: queries.case_clocks(viewer=cast.sam, case_id=case.pk, now=MONDAY),
        lambda: queries.case_clock(viewer=cast.sam, clock_id=row.pk, now=MONDAY),
    ):
        with pytest.raises((NotFound, NotAllowed)):
            act()
    rows = queries.board(viewer=cast.sam, scope="all", now=MONDAY).rows
    assert not rows
    assert [each.about for each in queries.board(viewer=cast.alice, scope="mine", now=MONDAY).rows] == ["case_clock"]  # fmt: skip


def test_what_cannot_be_is_refused(cast: Cast, case: Case) -> None:
    for event, at, owner, field in (
        ("aps_immediate", MONDAY, None, "event"),  # of the United States
        ("police_protection", MONDAY + DAY, None, "at"),
        ("police_protection", MONDAY, cast.sam, "owner"),
    ):
        with pytest.raises(Invalid) as refused:
            begin(cast.alice, case, event, at, owner)
        assert list(refused.value.errors) == [field]


def test_every_event_starts_a_clock_and_every_clock_of_a_case_has_an_event() -> None:
    clocks = packs.clocks().values()
    assert {event for each in clocks for event in each.events} == set(packs.clock_events())
    alone = {each.id.split(".")[0] for each in clocks if not each.events}
    assert alone == {"csc", "esc", "uk", "ack", "act", "meet", "cons", "aud"}
    assert [
        each.id for each in clocks if not each.events and each.id.startswith(("csc", "uk"))
    ] == [
        "csc.chase",
        "uk.foi",
    ]


def test_a_state_has_its_own_clocks_beside_those_of_the_country(cast: Cast) -> None:
    agency = cast.agency
    agency.jurisdiction, agency.state = "us", "us-ca"
    ids = {each.id for each in casing.here(agency)}
    assert {"us.aps.imm", "us.ca.elder"} <= ids
    assert "csc.icpc" not in ids
    agency.state = ""
    assert "us.ca.elder" not in {each.id for each in casing.here(agency)}


# The rows of the domain reference, section 2, by the clocks that carry them, with how binding they are.
ROWS = {
    "statutory_guidance": (
        "csc.decision csc.assess csc.icpc csc.core csc.review csc.review.later lado.refer fgm.report "
        "w.enquiry s.cppm dvds.check dvds.end"
    ),
    "local": (
        "csc.rag.red csc.rag.amber csc.rag.green csc.written csc.see_child csc.see_child.need csc.strategy "
        "csc.strategy.meeting asc.raise asc.decide asc.strategy.urgent asc.plan asc.enquiry asc.review marac.idva "
        "marac.repeat esc.1 esc.2 esc.3 esc.danger esc.week.managers esc.week.senior"
    ),
    "statute": (
        "police.protect court.epo court.epo.extended uk.sar uk.sar.extended uk.breach uk.foi us.aps.imm us.aps.nonimm "
        "us.ca.elder us.ca.child us.nf.abuse us.nf.other us.nf.findings us.acct us.access us.breach us.susp us.ferpa "
        "us.p2.51.write"
    ),
    "proposal": (
        "csc.chase cqc.notify us.consent.exp ack.immediate ack.urgent ack.standard act.urgent act.standard "
        "meet.actions cons.review"
    ),
    "article": "aud.month",
}
# What starts those that no event on a case starts.
BY_ITSELF = {
    "csc.chase": "the ladder, as esc.chase",
    "esc": "the ladders of packs/escalation.yaml",
    "ack": "a message is sent",
    "act": "it is acknowledged",
    "meet.actions": "the record of a meeting is closed",
    "cons.review": "a conversation about consent",
    "uk.foi": "no case: a public body answers it outside",
    "aud.month": "no case: the month ends",
}


def test_every_row_of_the_reference_is_a_clock_with_its_force_and_starts_somewhere() -> None:
    clocks, events = packs.clocks(), packs.clock_events()
    for force, ids in ROWS.items():
        for id_ in ids.split():
            assert clocks[id_].force == force, id_
            starts = set(clocks[id_].events)
            by_itself = id_ in BY_ITSELF or id_.split(".")[0] in BY_ITSELF
            assert starts <= set(events)
            assert bool(starts) != by_itself, id_
    unused = set(events) - {event for each in clocks.values() for event in each.events}
    assert not unused, "an event that starts nothing"


def test_every_event_can_be_recorded_by_hand_where_its_clocks_hold(cast: Cast) -> None:
    """On the page of a case's clocks, in each place."""
    places = {(place, "") for each in packs.clocks().values() for place in each.places}
    found: set[str] = set()
    for place, _ in places:
        nation, state = ("us", place) if place.startswith("us-") else (place, "")
        found |= set(casing.started_by(Agency(jurisdiction=nation, state=state)))
    assert found == set(packs.clock_events())
