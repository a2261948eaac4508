"""Who looked: every read for the leads, break-glass for the owner, and what stands out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sharewell import packs
from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.agencies.models import Account
from sharewell.cases import queries
from sharewell.cases.models import CaseRead, CircleMember
from sharewell.core.accesssigns import Look, seen
from sharewell.disclosures.tests.breaking import broken, make_world
from sharewell.disclosures.tests.world import World
from sharewell.testing import NOW, sign_in

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world() -> World:
    """Sam stands in the circle of Nell's case as its safeguarding lead."""
    world = make_world()
    CircleMember.objects.get_or_create(
        case=world.case,
        account=world.cast.sam,
        left_at=None,
        defaults={"relation": "safeguarding_lead", "joined_at": NOW - HOUR},
    )
    return world


def read(world: World, who: Account, *, hours: float = 0, what: str = "page") -> None:
    at = NOW + timedelta(hours=hours)
    queries.case(viewer=who, case_id=world.case.pk, now=at, what=what)


def test_the_lead_sees_each_read_with_the_relation_of_that_moment(world: World) -> None:
    cast = world.cast
    read(world, cast.alice)
    read(world, cast.alice, hours=1, what="fields")
    CircleMember.objects.filter(case=world.case, account=cast.alice).update(relation="invited")
    read(world, cast.alice, hours=2)
    client = sign_in(Client(), cast.sam)
    page = client.get(reverse("access_list", args=[world.case.pk])).content.decode()
    assert "Alice Practitioner" in page
    shown = queries.access_page(viewer=cast.sam, case_id=world.case.pk, now=NOW + 3 * HOUR)
    alice = [day for day in shown.days if day.account == cast.alice]
    assert {day.relation: len(day.lines) for day in alice} == {"owner": 2, "invited": 1}
    assert {day.role for day in alice} == {"practitioner"}
    only = queries.access_page(
        viewer=cast.sam, case_id=world.case.pk, now=NOW + 3 * HOUR, person=cast.alice.pk
    )
    assert {day.account for day in only.days} == {cast.alice}


def test_the_owner_sees_who_broke_in_and_why_and_no_other_read(world: World) -> None:
    broken(world)
    read(world, world.cast.bea)
    client = sign_in(Client(), world.cast.alice)
    page = client.get(reverse("access_list", args=[world.case.pk])).content.decode()
    assert "Stan Stranger" in page
    assert "She rang and the line went dead." in page
    assert "Every reading" not in page
    with pytest.raises(NotAllowed):
        queries.access_table(viewer=world.cast.alice, case_id=world.case.pk, now=NOW)


def test_others_of_the_circle_and_outside_see_nothing(world: World) -> None:
    for who, refusal in (("bea", NotAllowed), ("stranger", NotFound), ("olu", NotFound)):
        with pytest.raises(refusal):
            queries.access_page(viewer=getattr(world.cast, who), case_id=world.case.pk, now=NOW)


def test_the_table_holds_every_read_and_no_formula(world: World) -> None:
    Account.objects.filter(pk=world.cast.alice.pk).update(job_title="=HYPERLINK()")
    read(world, world.cast.alice)
    client = sign_in(Client(), world.cast.sam)
    answer = client.get(reverse("access_csv", args=[world.case.pk]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8-sig")
    assert text.startswith("when,who,job,role,relation")
    assert "Alice Practitioner,'=HYPERLINK(),Practitioner,owner" in text
    assert len(text.splitlines()) == CaseRead.objects.filter(case=world.case).count() + 1


def test_more_reads_cost_no_query(world: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            queries.access_page(viewer=world.cast.sam, case_id=world.case.pk, now=NOW + DAY)
        return len(found)

    read(world, world.cast.alice)
    few = asked()
    for number in range(8):
        read(world, world.cast.bea, hours=number)
    assert asked() == few


def test_a_long_list_goes_on_to_older_reads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sharewell.cases.queries.access.PAGE", 3)
    for number in range(5):
        read(world, world.cast.alice, hours=number)
    first = queries.access_page(viewer=world.cast.sam, case_id=world.case.pk, now=NOW + DAY)
    assert first.before is not None
    rest = queries.access_page(
        viewer=world.cast.sam, case_id=world.case.pk, now=NOW + DAY, before=first.before
    )
    ids = [[each.line.pk for day in page.days for each in day.lines] for page in (first, rest)]
    assert min(ids[0]) > max(ids[1])


@pytest.mark.parametrize(
    ("look", "says"),
    [
        (Look(NOW, None, 1), []),
        (Look(NOW.replace(hour=3), None, 1), ["Outside the usual hours"]),
        (Look(NOW.replace(hour=7, minute=0), None, 1), []),
        (Look(NOW.replace(hour=21), None, 1), ["Outside the usual hours"]),
        (Look(NOW, NOW - 90 * DAY, 1), ["First look after 90 days or more"]),
        (Look(NOW, NOW - 89 * DAY, 1), []),
        (Look(NOW, None, 20), ["20 cases or more within the hour"]),
        (Look(NOW, None, 19), []),
    ],
)
def test_what_stands_out_and_its_near_miss(look: Look, says: list[str]) -> None:
    assert seen(look, packs.access_signs(), "Europe/London") == says


def test_a_read_after_months_stands_out_on_the_page(world: World) -> None:
    read(world, world.cast.alice)
    read(world, world.cast.alice, hours=24 * 120)
    now = NOW + 121 * DAY
    shown = queries.access_page(
        viewer=world.cast.sam, case_id=world.case.pk, now=now, person=world.cast.alice.pk
    )
    newest = shown.days[0]
    assert newest.signs == ["First look after 90 days or more"]
