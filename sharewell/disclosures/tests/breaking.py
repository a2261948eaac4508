"""Short ways to break the glass for Nell, and to review it."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sharewell.agencies.models import Account
from sharewell.cases import operations as cases
from sharewell.cases.models import Case, GlassBreak, Wall
from sharewell.cases.operations.breakglass import Tried
from sharewell.disclosures.tests.world import World
from sharewell.testing import NOW

BORN = date(1950, 3, 4)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def make_world() -> World:
    """Nell, born on a known day; Stan stands outside the circle of her case."""
    world = World()
    type(world.case.person).objects.filter(pk=world.case.person_id).update(birth_date=BORN)
    world.case.refresh_from_db()
    return world


def seek(world: World, account: Account | None = None, **changes: Any) -> Tried:
    """Somebody, by default Stan, breaks the glass for Nell."""
    given: dict[str, Any] = {
        "account": account or world.cast.stranger,
        "now": NOW,
        "form_key": uuid.uuid4(),
        "name": "Nell Quill",
        "birth_date": BORN,
        "reason": "danger_now",
        "words": "She rang and the line went dead.",
    }
    return cases.break_glass_open(**{**given, **changes})


def broken(world: World, account: Account | None = None, **changes: Any) -> GlassBreak:
    opened = seek(world, account, **changes).opened
    assert opened is not None
    return opened


def whole(world: World, opened: GlassBreak, now: datetime = NOW) -> GlassBreak:
    return cases.break_glass_whole(
        account=opened.account,
        access_id=opened.pk,
        now=now,
        reason="essentials_silent",
        words="Whether he has a key.",
    )


def review(opened: GlassBreak, account: Account, **changes: Any) -> GlassBreak:
    given: dict[str, Any] = {
        "account": account,
        "access_id": opened.pk,
        "now": NOW + HOUR,
        "finding": "justified",
        "follows": ["nothing"],
        "words": "Read with Stan; the call is in the log.",
    }
    return cases.break_glass_review(**{**given, **changes})


def wall(world: World, account: Account, case: Case | None = None) -> None:
    Wall.objects.create(
        case=case or world.case, account=account, reason="a conflict", raised_at=NOW
    )


def apart_team(world: World, *accounts: Account) -> None:
    """The tests' one team would wall everybody off with one of them."""
    Account.objects.exclude(pk__in=[a.pk for a in accounts]).update(team=None)
    for each in Account.objects.all():
        if hasattr(world.cast, each.name.split()[0].lower()):
            getattr(world.cast, each.name.split()[0].lower()).refresh_from_db()
