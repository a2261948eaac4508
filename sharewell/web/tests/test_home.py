"""Home shows what waits for me, the most urgent first, and every row leads to where it is done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.cases.records import open_task
from sharewell.disclosures.tests.stage import make_sent
from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(now=timezone.now() - timedelta(minutes=5))


def home(client: Client) -> str:
    page: str = client.get(reverse("home")).content.decode()
    return page.partition("<main")[2].partition("</main>")[0]


def test_every_row_leads_to_a_page(client: Client, world: World) -> None:
    cast = world.cast
    draft = world.draft("protection_planning", "adult_social_care")
    make_sent(cast, world.now, cast.police, case=world.case)
    for kind in ("consent_ask", "concern_passed_on"):
        about = world.case.concerns.get().concern_id if kind == "concern_passed_on" else draft.pk
        open_task(
            agency=cast.agency,
            kind=kind,
            owner=cast.alice,
            now=world.now,
            case=world.case,
            about_id=about,
        )
    for who in (cast.alice, cast.bea, cast.pat):
        sign_in(client, who)
        links = set(re.findall(r'<a class="govuk-[^"]*" href="(/[^"]+)"', home(client)))
        assert links
        for link in links:
            assert client.get(link).status_code == 200, (who.name, link)


def test_the_most_urgent_stands_first_and_the_far_is_folded(client: Client, world: World) -> None:
    alice, now = world.cast.alice, timezone.now()
    for due, note in ((200, "far"), (5, "soon"), (-3, "late")):
        task = open_task(
            agency=alice.agency,
            kind="consent_ask",
            owner=alice,
            now=now,
            case=world.case,
            note=note,
        )
        task.due_at = now + timedelta(hours=due)
        task.save()
    page = home(sign_in(client, alice))
    assert (
        page.index("late<")
        < page.index("soon<")
        < page.index("Later than a week")
        < page.index("far<")
    )
    assert "3 hours late" in page


def test_what_was_sent_and_not_acknowledged_is_shown_to_its_sender(
    client: Client, world: World
) -> None:
    make_sent(world.cast, world.now, world.cast.police, case=world.case)
    page = home(sign_in(client, world.cast.alice))
    assert "nobody has acknowledged it" in page
    assert "public protection desk" in page


def test_a_partner_sees_how_much_waits_for_the_team(client: Client, world: World) -> None:
    make_sent(world.cast, world.now, world.cast.police, case=world.case)
    page = home(sign_in(client, world.cast.pat))
    assert "1 message to acknowledge" in page
    assert "Nell" not in page


@pytest.mark.parametrize("who", ["stranger", "ada", "ivo", "olu", "hana"])
def test_nothing_of_a_case_is_on_the_home_of_others(client: Client, world: World, who: str) -> None:
    world.draft("protection_planning", "adult_social_care")
    make_sent(world.cast, world.now, world.cast.police, case=world.case)
    page = home(sign_in(client, getattr(world.cast, who)))
    assert "Nell" not in page
    assert world.case.reference not in page
    assert "Nothing waits for you now" in page
