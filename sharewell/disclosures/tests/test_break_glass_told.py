"""Break-glass: who is told at once and by the clock, who reviews it, and how often one may search."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import RoleHeld
from sharewell.cases import operations as cases
from sharewell.cases import queries
from sharewell.cases.models import CaseRead, GlassSearch, Notice, Task
from sharewell.cases.operations.breakglass import TooManySearches
from sharewell.disclosures.queries import essentials
from sharewell.disclosures.tests.breaking import (
    HOUR,
    MINUTE,
    apart_team,
    broken,
    make_world,
    review,
    seek,
    wall,
    whole,
)
from sharewell.disclosures.tests.world import World
from sharewell.followup.clocks import clocks_run
from sharewell.followup.management.commands.work import edge_of_settings
from sharewell.followup.notices import notices_due
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_searches_are_limited_whatever_they_find(world: World) -> None:
    for number in range(6):
        seek(world, name="Nobody Known", now=NOW + number * MINUTE)
    with pytest.raises(TooManySearches):
        seek(world, now=NOW + 10 * MINUTE)
    assert GlassSearch.objects.count() == 6
    assert broken(world, now=NOW + HOUR + MINUTE)
    assert broken(world, world.cast.bea and make_account("Cal Other", world.cast.agency, "manager"))


def test_repeated_searches_come_to_the_oversight_point_once(world: World) -> None:
    for number in range(3):
        assert not Task.objects.filter(kind="break_glass_repeated").exists()
        seek(world, name="Nobody Known", now=NOW + number * MINUTE)
        clocks_run(NOW + number * MINUTE)
    task = Task.objects.get(kind="break_glass_repeated")
    assert task.owner == world.cast.sam
    assert task.note == "Stan Stranger searched 3 times in a day for people and opened nothing."
    clocks_run(NOW + 5 * MINUTE)
    assert Task.objects.filter(kind="break_glass_repeated").count() == 1


# --- who is told, and who reviews ---


def test_the_leads_are_told_at_once_and_one_reviews_by_the_next_working_day(world: World) -> None:
    opened = broken(world)
    assert opened.told == ["Sam Lead", "Gita Governance"]
    assert opened.review_due_at == datetime(2026, 11, 23, 17, tzinfo=UTC), "a Friday before"
    given = Task.objects.filter(about_id=opened.pk).order_by("kind")
    assert [(task.kind, task.owner.name) for task in given] == [
        ("break_glass_review", "Sam Lead"),
        ("break_glass_told", "Gita Governance"),
    ]
    assert given[0].due_at == opened.review_due_at
    assert Notice.objects.count() == 2
    notices_due(edge_of_settings())
    assert {each.to[0] for each in mail.outbox} == {world.cast.sam.email, world.cast.gita.email}
    assert all("Quill" not in f"{each.subject}{each.body}" for each in mail.outbox)
    notices_due(edge_of_settings())
    assert len(mail.outbox) == 2


def test_a_lead_who_breaks_it_is_reviewed_by_somebody_else(world: World) -> None:
    world.case.circle.filter(account=world.cast.sam).update(left_at=NOW - MINUTE)
    opened = broken(world, world.cast.sam)
    task = Task.objects.get(kind="break_glass_review")
    assert task.owner == world.cast.gita
    with pytest.raises(NotFound):
        review(opened, world.cast.sam)
    clocks_run(opened.review_due_at + MINUTE)
    late = Task.objects.get(kind="break_glass_late", about_id=opened.pk)
    assert late.owner == world.cast.bea, "never the on-call lead who broke it"
    review(opened, world.cast.bea, now=opened.review_due_at + HOUR)
    assert not Task.objects.waiting().filter(kind__in=(task.kind, late.kind)).exists()


def test_one_with_a_conflict_is_neither_told_nor_reviews(world: World) -> None:
    apart_team(world)
    wall(world, world.cast.sam)
    opened = broken(world)
    assert opened.told == ["Gita Governance"]
    assert not Task.objects.filter(about_id=opened.pk, owner=world.cast.sam).exists()


def nobody_inside(world: World) -> None:
    RoleHeld.objects.exclude(account=world.cast.stranger).update(ends_at=NOW - HOUR)


def test_where_nobody_here_can_be_told_it_says_whom_to_ring(world: World) -> None:
    nobody_inside(world)
    opened = broken(world)
    assert opened.told == []
    assert opened.outside.startswith("Nobody in this agency can take this. Ring ")


def test_where_nobody_inside_may_review_the_review_goes_outside_until_somebody_may(
    world: World,
) -> None:
    nobody_inside(world)
    opened = broken(world)
    rings = Task.objects.get(about_id=opened.pk)
    assert (rings.kind, rings.owner, rings.case) == (
        "break_glass_outside",
        world.cast.stranger,
        None,
    )
    assert (rings.note, rings.due_at) == (opened.outside, opened.review_due_at)
    clocks_run(opened.review_due_at + MINUTE)  # late, and still nobody else
    up = Task.objects.get(kind="task_late", about_id=rings.pk)
    assert (up.owner, up.note) == (world.cast.stranger, opened.outside)
    lea = make_account("Lea New", world.cast.agency, "safeguarding_lead", in_team=False)
    later = opened.review_due_at + HOUR
    for _ in range(2):
        clocks_run(later)
    assert Task.objects.get(kind="break_glass_review", about_id=opened.pk).owner == lea
    rings.refresh_from_db()
    opened.refresh_from_db()
    assert (rings.done_at, opened.told, opened.outside) == (later, ["Lea New"], "")
    review(opened, lea, now=later)


def test_a_late_review_with_nobody_else_inside_says_whom_to_ring(world: World) -> None:
    nobody_inside(world)
    lea = make_account("Lea Only", world.cast.agency, "safeguarding_lead", in_team=False)
    opened = broken(world)
    clocks_run(opened.review_due_at + MINUTE)
    late = Task.objects.get(kind="break_glass_late")
    opened.refresh_from_db()
    assert late.owner == lea
    assert opened.outside.startswith("Nobody in this agency can take this. Ring ")
    review(opened, lea, now=opened.review_due_at + HOUR)


def test_an_alert_waits_until_somebody_inside_may_have_it(world: World) -> None:
    nobody_inside(world)
    wall(world, world.cast.stranger)
    for _ in range(3):
        seek(world)
    clocks_run(NOW + MINUTE)
    assert not Task.objects.filter(kind__startswith="break_glass").exists()
    lea = make_account("Lea New", world.cast.agency, "safeguarding_lead", in_team=False)
    clocks_run(NOW + HOUR)
    kinds = ("break_glass_hidden", "break_glass_repeated")
    assert {task.kind for task in Task.objects.filter(owner=lea, kind__in=kinds)} == set(kinds)


def test_a_review_says_what_it_was_and_ends_its_task(world: World) -> None:
    opened = broken(world)
    review(opened, world.cast.sam, finding="partly", follows=["rota", "supervision"])
    opened.refresh_from_db()
    assert (opened.finding, opened.follows) == ("partly", ["supervision", "rota"])
    assert opened.reviewed_by == world.cast.sam
    assert Task.objects.get(kind="break_glass_review").done_by == world.cast.sam
    with pytest.raises(Exception, match="break_glass_reviewed"):
        review(opened, world.cast.sam)


@pytest.mark.parametrize("who", ["stranger", "alice", "bea", "gita", "olu", "ada"])
def test_nobody_else_reviews(world: World, who: str) -> None:
    opened = broken(world)
    with pytest.raises(NotFound):
        review(opened, getattr(world.cast, who))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"finding": ""}, "finding"),
        ({"follows": []}, "follows"),
        ({"follows": ["nothing", "breach"]}, "follows"),
        ({"words": ""}, "words"),
    ],
)
def test_a_review_answers_every_question(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        review(broken(world), world.cast.sam, **changes)
    assert list(refused.value.errors) == [field]


def test_the_reviewer_reads_what_was_read(world: World) -> None:
    opened = whole(world, broken(world))
    essentials(viewer=world.cast.stranger, access_id=opened.pk, now=NOW + MINUTE)
    queries.case(viewer=world.cast.stranger, case_id=world.case.pk, now=NOW + 2 * MINUTE)
    shown = queries.break_glass_review(viewer=world.cast.sam, access_id=opened.pk, now=NOW + HOUR)
    assert [line.what for line in shown.reads] == ["break-glass essentials", "page"]
    assert {line.relation for line in shown.reads} == {"break_glass"}
    assert shown.decides
    told = queries.break_glass_review(viewer=world.cast.gita, access_id=opened.pk, now=NOW)
    assert not told.decides
    assert CaseRead.objects.filter(account=world.cast.gita, relation="reviews_it").count() == 1
    for who in ("stranger", "alice", "olu"):
        with pytest.raises(NotFound):
            queries.break_glass_review(
                viewer=getattr(world.cast, who), access_id=opened.pk, now=NOW
            )


def test_every_step_is_an_entry_without_names(world: World) -> None:
    opened = whole(world, broken(world))
    cases.break_glass_end(account=opened.account, access_id=opened.pk, now=NOW + MINUTE)
    review(opened, world.cast.sam)
    log = b"".join(bytes(each.data) for each in Entry.objects.all()).decode()
    for kind in ("tried", "opened_whole", "ended", "reviewed"):
        assert f'"kind":"break_glass.{kind}"' in log
    assert "Quill" not in log
