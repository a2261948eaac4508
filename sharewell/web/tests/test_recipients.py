"""Where a recipient is chosen, the page says what the directory says of each: whom to ring now, and how far it is right."""

from __future__ import annotations

import uuid
from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies import directory
from sharewell.agencies.models import Function, Hours
from sharewell.core.faults import PackError
from sharewell.disclosures import packets
from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in
from sharewell.web.tests import sharing_stage as stage

pytestmark = pytest.mark.django_db
NIGHT = "01632 960 999"


@pytest.fixture
def told() -> World:
    return stage.world()


@pytest.fixture
def alice(client: Client, told: World) -> Client:
    return sign_in(client, told.cast.alice)


def police(told: World, *, is_open: bool) -> Function:
    """The police desk with hours by the week, open or closed just now, found right on a day long ago."""
    desk = told.desk("police")
    Function.objects.filter(pk=desk.pk).update(
        out_of_hours_phone=NIGHT, verified_on=date(2025, 1, 9), on_holidays=True
    )
    days = range(7) if is_open else [(timezone.now() + timedelta(days=3)).weekday()]
    for day in days:
        Hours.objects.create(function=desk, weekday=day, opens=time(), closes=time())
    return Function.objects.get(pk=desk.pk)


def pages(told: World) -> list[str]:
    """The pages on which a recipient is chosen: to share, of a packet, in an emergency."""
    draft = told.draft("safeguarding_enquiry", "police", recipient=None)
    packet = packets.packet_open(
        account=told.cast.alice,
        case=told.case,
        template="adult",
        form_key=uuid.uuid4(),
        now=told.now,
    )
    return [
        reverse("disclosure_recipient", args=[draft.pk]),
        reverse("packet_partner", args=[packet.pk]),
        reverse("emergency_send", args=[told.case.pk]),
    ]


def test_each_page_says_whom_to_ring_now_and_on_which_day_that_was_found_right(
    alice: Client, told: World
) -> None:
    desk = police(told, is_open=True)
    for address in pages(told):
        page = stage.text_of(alice.get(address))
        assert f"Open now. Ring {desk.phone}. When it is closed, {NIGHT}." in page, address
        assert "Reached by: inbox here, telephone." in page, address
        assert "Last found right on 9 January 2025: verify again." in page, address


def test_closed_it_gives_the_number_for_now_and_says_when_it_opens(
    alice: Client, told: World
) -> None:
    desk = police(told, is_open=False)
    for address in pages(told):
        page = stage.text_of(alice.get(address))
        assert "Closed now, opens" in page, address
        assert f"{NIGHT}. When it is open, {desk.phone}." in page, address


def test_hours_that_nobody_entered_are_not_made_up(alice: Client, told: World) -> None:
    desk = told.desk("police")
    for address in pages(told):
        page = stage.text_of(alice.get(address))
        assert f"Hours to be checked. Ring {desk.phone}." in page, address
        assert "Nobody has said that this is right. Ring before you rely on it." in page, address


def test_the_entry_is_one_step_away_and_nothing_typed_is_left_for_it(
    alice: Client, told: World
) -> None:
    desk = police(told, is_open=True)
    entry = reverse("directory_function", args=[desk.pk])
    for address in pages(told)[:2]:
        assert f'href="{entry}" target="_blank"' in alice.get(address).content.decode(), address


def test_a_directory_that_cannot_be_read_stops_nobody_who_chooses(
    alice: Client, told: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = police(told, is_open=True)

    def lost(**_given: object) -> None:
        raise PackError("directory.yaml", "-", "-", "is lost")

    addresses = pages(told)
    monkeypatch.setattr(directory, "rows_of", lost)
    for address in addresses:
        answer = alice.get(address)
        assert answer.status_code == 200, address
        assert desk.phone in stage.text_of(answer), address
