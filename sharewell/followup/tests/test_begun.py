"""Clocks that start by themselves, from what the record of a case shows; each once, and where they hold."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from sharewell import packs
from sharewell.agencies.models import Agency
from sharewell.cases.marks import Mark
from sharewell.cases.models import Case
from sharewell.cases.operations import chronology_add, chronology_correct
from sharewell.cases.operations.chronology import Part
from sharewell.cases.tests.told import MARY, TOM, open_case, raise_concern
from sharewell.core.clockrules import RECORDS
from sharewell.disclosures.tests.stage import make_sent
from sharewell.followup import begun
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import CaseClock
from sharewell.followup.operations import case_clock_begin, case_clock_start
from sharewell.followup.tests.test_clocks import entries
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PROTECTED = Mark(event="police_protection")
SAID = Part(
    section="action",
    text="The police took him to a foster family.",
    kind="reported",
    source_role="police",
)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def child(cast: Cast) -> Case:
    return open_case(cast, people=[TOM])


def note(cast: Cast, case: Case, at: datetime, mark: Mark = PROTECTED) -> None:
    chronology_add(
        account=cast.alice, case=case, now=NOW, event_at=at, parts=[SAID], counted=[mark]
    )


def test_an_entry_of_police_protection_starts_its_72_hours_from_when_it_happened(
    cast: Cast,
) -> None:
    case = child(cast)
    note(cast, case, NOW - 3 * HOUR)
    for _ in range(3):
        clocks_run(NOW + HOUR)
    row = CaseClock.objects.get()
    assert (row.clock, row.owner) == ("police.protect", case.owner)
    assert (row.started_at, row.due_at) == (NOW - 3 * HOUR, NOW + 69 * HOUR)
    assert row.recorded_by is None
    line = case.chronology.latest("line")
    assert line.recorded_by is None
    assert line.text.startswith("A child was taken into police protection. Clocks started by them")
    assert entries("case_clock.begun") == 1


def test_what_was_started_by_hand_for_the_same_moment_is_not_started_again(cast: Cast) -> None:
    case = child(cast)
    case_clock_start(
        account=cast.alice, case=case, event="police_protection", at=NOW, form_key=uuid.uuid4(), now=NOW
    )  # fmt: skip
    note(cast, case, NOW)
    shown = begun.Begun(case.pk, "police_protection", NOW)
    assert begun.begun(NOW) == []
    assert case_clock_begin(shown=shown, now=NOW) == []
    assert CaseClock.objects.count() == 1


def test_a_second_time_has_a_clock_of_its_own_and_a_corrected_entry_counts_no_more(
    cast: Cast,
) -> None:
    case = child(cast)
    note(cast, case, NOW - 30 * HOUR)
    clocks_run(NOW)
    note(cast, case, NOW - HOUR)
    chronology_correct(
        account=cast.alice, case=case, now=NOW, event_at=NOW - HOUR, part=SAID,
        corrects=case.chronology.latest("line").pk, counted=[],
    )  # fmt: skip
    assert begun.begun(NOW) == []
    note(cast, case, NOW - 2 * HOUR)
    clocks_run(NOW)
    assert [row.started_at for row in CaseClock.objects.order_by("started_at")] == [
        NOW - 30 * HOUR,
        NOW - 2 * HOUR,
    ]


def test_an_emergency_order_ends_after_eight_days(cast: Cast) -> None:
    case = child(cast)
    note(cast, case, NOW, Mark(event="emergency_order"))
    clocks_run(NOW)
    assert CaseClock.objects.get().due_at.date() == (NOW + timedelta(days=8)).date()


def test_an_allegation_starts_the_days_to_the_designated_officer_and_the_regulator(
    cast: Cast,
) -> None:
    """In its closed space, for the one who looks after it; by the concern's moment; of an adult not the officer."""
    allegation = raise_concern(cast, about_staff=[cast.stranger], people=[TOM]).allegation
    clocks_run(NOW + HOUR)
    rows = CaseClock.objects.order_by("clock")
    assert [(row.clock, row.case, row.owner) for row in rows] == [
        ("cqc.notify", allegation.case, cast.sam),
        ("lado.refer", allegation.case, cast.sam),
    ]
    assert {row.started_at for row in rows} == {allegation.concern.raised_at}
    assert rows[1].due_at == datetime(2026, 11, 23, 17, tzinfo=UTC)
    raise_concern(cast, about_staff=[cast.stranger], people=[MARY])
    clocks_run(NOW + 2 * HOUR)
    assert CaseClock.objects.filter(clock="lado.refer").count() == 1
    assert CaseClock.objects.filter(clock="cqc.notify").count() == 2


def test_one_that_nobody_inside_can_look_after_waits_for_somebody(cast: Cast) -> None:
    everybody = [cast.stranger, cast.sam, cast.gita]
    allegation = raise_concern(cast, about_staff=everybody, people=[TOM]).allegation
    assert allegation.outside
    assert begun.begun(NOW) == []


def test_an_emergency_message_of_a_part_2_program_is_to_be_written_up_at_once(cast: Cast) -> None:
    agency = cast.agency
    agency.jurisdiction, agency.regimes = "us", ["part2"]
    agency.save()
    make_sent(cast, NOW, cast.police, route="emergency")
    assert [row.event for row in begun.begun(NOW)] == ["part2_emergency"]
    clocks_run(NOW)
    row = CaseClock.objects.get()
    assert (row.clock, row.started_at, row.due_at) == ("us.p2.51.write", NOW, NOW)
    assert begun.begun(NOW) == []


@pytest.mark.parametrize("change", [{"jurisdiction": "scotland"}, {"jurisdiction": "us"}])
def test_where_no_clock_holds_nothing_starts(cast: Cast, change: dict[str, str]) -> None:
    note(cast, child(cast), NOW)
    Agency.objects.filter(pk=cast.agency.pk).update(**change)
    assert begun.begun(NOW) == []


def test_each_way_in_which_a_record_shows_something_names_what_exists() -> None:
    shows = packs.clock_rules().shows
    vocabulary = packs.vocabulary()
    assert {row.record for row in shows} == set(RECORDS)
    assert {row.event for row in shows} <= set(packs.clock_events())
    assert {row.mark for row in shows if row.mark} <= set(packs.events())
    assert {each for row in shows for each in row.sender_kinds} <= set(vocabulary.sender_kinds)
    assert {each for row in shows for each in row.regimes} <= set(vocabulary.regimes)
