"""Whether a recipient is open now where it is, and whom to ring when it is closed."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest

from sharewell import packs
from sharewell.agencies.models import Function, Hours
from sharewell.agencies.operations import local_days_add
from sharewell.agencies.operations.localdays import Days
from sharewell.disclosures.reaching import reaching
from sharewell.disclosures.tests.stage import make_case, make_sent
from sharewell.testing import Cast, make_account, make_cast

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def desk(cast: Cast, **given: str) -> Function:
    Function.objects.filter(pk=cast.police.pk).update(**given)
    return Function.objects.get(pk=cast.police.pk)


def test_open_by_day_and_closed_by_night_with_the_number_of_the_night(cast: Cast) -> None:
    police = desk(cast, phone="01632 960041", out_of_hours_phone="101")
    sent = make_sent(cast, MONDAY, police, case=make_case(cast, MONDAY))
    by_day = reaching(sent, MONDAY)
    assert by_day is not None
    assert (by_day.open_now, by_day.phone) == (True, "01632 960041")
    by_night = reaching(sent, MONDAY + timedelta(hours=10))
    assert by_night is not None
    assert (by_night.open_now, by_night.phone) == (False, "101")
    assert by_night.opens_at == datetime(2026, 11, 17, 9, tzinfo=UTC)


def test_it_is_their_zone_and_their_closing_days_that_count(cast: Cast) -> None:
    police = desk(cast, phone="01632 960041", out_of_hours_phone="101")
    agency = police.agency
    keeper = make_account("Kay Keeper", agency, "administrator", in_team=False)
    local_days_add(
        account=keeper,
        days=Days(kind="closed", name="Flood", first=date(2026, 11, 17)),
        reason="Flood.",
        form_key=uuid.uuid4(),
        now=MONDAY,
    )
    sent = make_sent(cast, MONDAY, police, case=make_case(cast, MONDAY))
    flooded = reaching(sent, MONDAY + timedelta(days=1))
    assert flooded is not None
    assert (flooded.open_now, flooded.opens_at) == (False, datetime(2026, 11, 18, 9, tzinfo=UTC))
    agency.time_zone = "America/Los_Angeles"
    agency.save()
    sent.recipient = Function.objects.select_related("agency").get(pk=police.pk)
    away = reaching(sent, MONDAY)
    assert away is not None
    assert (away.open_now, away.opens_at) == (False, datetime(2026, 11, 16, 17, tzinfo=UTC))


def test_without_packs_or_outside_the_directory_nothing_is_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = make_sent(cast, MONDAY, cast.police, case=make_case(cast, MONDAY))

    def lost() -> object:
        raise OSError("lost")

    monkeypatch.setattr(packs, "calendars", lost)
    assert reaching(sent, MONDAY) is None
    sent.recipient = None
    assert reaching(sent, MONDAY) is None


def test_hours_by_the_week_of_the_directory_come_before_the_calendar(cast: Cast) -> None:
    police = desk(cast, phone="01632 960041", out_of_hours_phone="101")
    Hours.objects.bulk_create(
        Hours(function=police, weekday=day, opens=time(0), closes=time(0)) for day in range(7)
    )
    sent = make_sent(cast, MONDAY, police, case=make_case(cast, MONDAY))
    by_night = reaching(sent, MONDAY + timedelta(hours=15))
    assert by_night is not None
    assert (by_night.open_now, by_night.phone) == (True, "01632 960041")
