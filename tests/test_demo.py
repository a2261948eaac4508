"""The demo loads through the ordinary operations and leaves the cases where their stories turn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from sharewell.agencies import directory, operations
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Invalid
from sharewell.agencies.models import Absence, Account, AgreementVersion, Function, StaffCheck
from sharewell.cases import queries
from sharewell.config import demo
from sharewell.consent import queries as consent
from sharewell.disclosures.models import Answer, Disclosure, InformationRequest, Recall
from sharewell.followup.models import (
    CaseClock,
    Escalation,
    Meeting,
    MeetingAction,
    Outcome,
    Pattern,
)

NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo, loaded once for the tests of this module and undone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(now=NOW)
        yield
        transaction.set_rollback(True)


def _account(email: str) -> Account:
    return Account.objects.get(email=email)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("email", "cases"),
    [
        ("practitioner@northgate.example", 5),
        ("nightworker@northgate.example", 1),
        ("coordinator@riverside.example", 1),
        ("coordinator@baycounty.example", 1),
        ("stranger@northgate.example", 0),
        ("administrator@northgate.example", 0),
        ("governance@northgate.example", 1),
        ("duty@westshire-adults.example", 0),
    ],
)
def test_each_of_the_cast_sees_the_cases_they_stand_in(email: str, cases: int) -> None:
    assert len(queries.cases_mine(viewer=_account(email), now=NOW).cases) == cases


@pytest.mark.usefixtures("loaded")
def test_every_story_has_a_position_on_consent() -> None:
    viewer = _account("practitioner@northgate.example")
    for row in queries.cases_mine(viewer=viewer, now=NOW).cases:
        case = queries.case(viewer=viewer, case_id=row.id, now=NOW)
        assert consent.position(viewer=viewer, case=case, now=NOW) is not None


@pytest.mark.usefixtures("loaded")
def test_the_manager_on_duty_has_the_concerns_to_read() -> None:
    waiting = queries.waiting(viewer=_account("manager@northgate.example"), now=NOW)
    assert waiting


def test_every_sign_in_is_named_once() -> None:
    lines = demo.sign_ins()
    assert len(lines) == len(set(lines))
    assert any("practitioner@northgate.example" in line for line in lines)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("email", "purpose", "first"),
    [
        ("practitioner@northgate.example", "exploitation_concern", "westshire-adults-duty"),
        ("coordinator@riverside.example", "housing_stability", "westshire-adults-duty"),
        ("coordinator@baycounty.example", "housing_stability", "bay-county-aps-intake"),
    ],
)
def test_the_ways_that_the_agreement_names_come_first(email: str, purpose: str, first: str) -> None:
    found = agencies.routes(viewer=_account(email), purpose=purpose, now=NOW)
    usual = [route.function.slug for route in found if route.usual]
    assert first in usual
    assert [route.usual for route in found] == sorted((r.usual for r in found), reverse=True)
    assert all(route.why for route in found if not route.usual)
    assert not any(route.usual and not route.allowed for route in found)


@pytest.mark.usefixtures("loaded")
def test_another_country_is_no_recipient() -> None:
    viewer = _account("coordinator@baycounty.example")
    found = agencies.routes(viewer=viewer, purpose="immediate_safety", now=NOW)
    assert {route.function.agency.jurisdiction for route in found} == {"us"}


@pytest.mark.usefixtures("loaded")
def test_an_agreement_that_ended_binds_nobody() -> None:
    viewer = _account("practitioner@northgate.example")
    desk = Function.objects.get(slug="westshire-adults-duty")
    later = datetime(2027, 9, 9, tzinfo=UTC)
    assert agencies.agreement_state(agency=viewer.agency, function=desk, now=NOW) == "in_force"
    assert agencies.agreement_state(agency=viewer.agency, function=desk, now=later) == "expired"
    assert agencies.agreement_between(agency=viewer.agency, function=desk, now=later) is None


@pytest.mark.usefixtures("loaded")
def test_without_an_agreement_it_says_so() -> None:
    viewer = _account("practitioner@northgate.example")
    control = Function.objects.get(slug="westshire-ambulance-control")
    assert agencies.agreement_state(agency=viewer.agency, function=control, now=NOW) == "none"


@pytest.mark.usefixtures("loaded")
def test_a_version_that_starts_later_leaves_the_one_in_force() -> None:
    viewer = _account("practitioner@northgate.example")
    version = AgreementVersion.objects.get(agreement__slug="westshire-partnership")
    later = version.text.replace("starts_on: 2025-09-08", "starts_on: 2026-12-24")
    with pytest.raises(Invalid) as caught:
        operations.agreement_register(
            now=NOW,
            actor=None,
            agency=viewer.agency,
            slug="westshire-partnership",
            text=later,
        )
    assert "starts on 2026-12-24" in caught.value.errors["text"][0]
    version.refresh_from_db()
    assert version.state == "in_force"


@pytest.mark.usefixtures("loaded")
def test_what_three_teams_saw_of_one_person_waits_for_the_lead_with_a_day_to_go() -> None:
    """V10; besides it only the message that nobody answers adds up (CUM10)."""
    found = {each.rule: each for each in Pattern.objects.all()}
    assert sorted(found) == ["CUM1", "CUM10", "CUM2"]
    assert found["CUM2"].says.startswith("5 concerns from 3 teams")
    task = found["CUM2"].task
    assert task is not None
    assert task.owner.email == "lead@northgate.example"
    assert task.due_at == datetime(2026, 11, 30, 17, tzinfo=UTC)


@pytest.mark.usefixtures("loaded")
def test_the_directory_says_whom_to_ring_and_one_entry_is_old() -> None:
    viewer = _account("nightworker@northgate.example")
    night = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
    rows = {row.function.slug: row for row in directory.search(viewer=viewer, now=night).rows}
    assert rows["westshire-adults-duty"].reach.phone == "01632 960 032"
    assert rows["northgate-safeguarding"].reach.open_now
    assert all(
        row.reach.by_week and row.function.offers.exists()
        for row in rows.values()
        if row.function.slug != "northgate-people"
    )
    assert [slug for slug, row in rows.items() if row.verified != "verified"] == [
        "westshire-police-ppu"
    ]
    assert len(directory.pathways(viewer=viewer, now=NOW)) == 2


@pytest.mark.usefixtures("loaded")
def test_a_packet_has_every_kind_of_answer_and_one_that_is_silent() -> None:
    """V26: the silent one is on its ladder, past the desk that it was sent to; another is a disagreement."""
    assert set(Answer.objects.values_list("kind", flat=True)) >= {
        *("accept", "ask_more", "redirect", "decline", "update"),
    }
    silent = Escalation.objects.get(disclosure__recipient__slug="westshire-older-minds")
    assert silent.ended_at is None
    assert silent.step == "managers"
    assert silent.holder.email == "manager@northgate.example"
    assert silent.escalationattempts.exists()
    disputed = Escalation.objects.get(disclosure__recipient__slug="westshire-adults-duty")
    assert disputed.escalationpositions.count() == 2


@pytest.mark.usefixtures("loaded")
def test_messages_were_corrected_and_recalled() -> None:
    assert Recall.objects.get().danger == "false"
    newer = Disclosure.objects.exclude(correction=None).get()
    assert newer.state == "sent"


@pytest.mark.usefixtures("loaded")
def test_one_clock_runs_one_is_at_risk_and_one_has_run_out() -> None:
    shown = {
        each.clock: "late" if each.due_at <= NOW else "soon" if each.soon_at <= NOW else "runs"
        for each in CaseClock.objects.filter(done_at=None)
    }
    assert shown == {"asc.raise": "late", "uk.sar": "soon", "asc.review": "runs"}


@pytest.mark.usefixtures("loaded")
def test_a_meeting_was_held_with_one_action_open_and_another_is_to_come() -> None:
    assert sorted(Meeting.objects.values_list("state", flat=True)) == ["called", "closed"]
    assert MeetingAction.objects.filter(done_at=None).count() == 1
    assert MeetingAction.objects.exclude(done_at=None).count() == 1


@pytest.mark.usefixtures("loaded")
def test_the_police_and_a_court_ask_us_and_an_outcome_is_recorded() -> None:
    assert sorted(InformationRequest.objects.values_list("kind", flat=True)) == ["court", "police"]
    assert Outcome.objects.get().met == "partly"


@pytest.mark.usefixtures("loaded")
def test_training_is_in_date_ends_soon_or_has_run_out_and_somebody_will_be_away() -> None:
    ends = [each.expires_on for each in StaffCheck.objects.all() if each.expires_on]
    today = NOW.date()
    assert any(day < today for day in ends)
    assert any(today <= day < today + timedelta(days=30) for day in ends)
    assert any(day > today + timedelta(days=100) for day in ends)
    assert Absence.objects.get().starts_at > NOW
