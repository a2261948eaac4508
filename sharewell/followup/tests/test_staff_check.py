"""Training and vetting: seen by somebody else, shown to those who roster, asked for again once, pointed out at an appointment."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sharewell import packs
from sharewell.agencies import staffchecks
from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import DUTIES, ROLES, Account, SiteLead, StaffCheck
from sharewell.agencies.operations import site_lead_appoint, site_register
from sharewell.cases.models import Task
from sharewell.core.staffchecks import NEEDING
from sharewell.followup.clocks import clocks_run
from sharewell.followup.operations import staff_check_record, staff_check_withdraw
from sharewell.followup.operations.staffcheck import Seen
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def record(cast: Cast, of: Account, now: datetime, **changes: Any) -> StaffCheck:
    """Bea records a certificate of training that she saw a day ago."""
    day = (now - DAY).date()
    seen: dict[str, Any] = {"kind": "safeguarding_3", "done_on": day, "seen_on": day, **changes}
    by = seen.pop("by", cast.bea)
    key = seen.pop("form_key", uuid.uuid4())
    return staff_check_record(account=by, of_id=of.pk, seen=Seen(**seen), form_key=key, now=now)


def state(cast: Cast, of: Account, kind: str, now: datetime) -> str:
    """How one kind stands as Bea sees it."""
    shown = staffchecks.person(viewer=cast.bea, account_id=of.pk, now=now)
    return next(each.state for each in shown.lines if each.kind.id == kind)


def test_the_pack_names_roles_and_duties_that_there_are() -> None:
    assert set(NEEDING) <= {*ROLES, *DUTIES}


def test_a_kind_ends_on_the_same_day_of_a_later_month() -> None:
    kind = packs.staff_checks().kinds["safeguarding_3"]
    assert kind.ends(date(2024, 2, 29)) == date(2026, 2, 28)
    assert kind.state(date(2026, 2, 28), date(2026, 2, 28)) == "soon"
    assert kind.state(date(2026, 2, 28), date(2026, 3, 1)) == "expired"


def test_what_was_seen_counts_as_long_as_its_kind_and_leaves_no_number_whole(
    cast: Cast, now: datetime
) -> None:
    assert state(cast, cast.sam, "dbs_enhanced", now) == "missing"
    made = record(cast, cast.sam, now, kind="dbs_enhanced", ending="4471")
    assert made.expires_on is not None
    assert made.expires_on.year == made.done_on.year + 3
    assert state(cast, cast.sam, "dbs_enhanced", now) == "in_date"
    with pytest.raises(Invalid) as refused:
        record(cast, cast.sam, now, kind="dbs_enhanced", ending="001234567890")
    assert list(refused.value.errors) == ["ending"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "pvg"}, "kind"),
        ({"kind": "nothing"}, "kind"),
        ({"done_on": date(2031, 1, 1)}, "done_on"),
        ({"seen_on": date(2020, 1, 1)}, "seen_on"),
        ({"expires_on": date(2020, 1, 1)}, "expires_on"),
        ({"ending": "12"}, "ending"),
    ],
)
def test_a_mistake_is_named(cast: Cast, now: datetime, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        record(cast, cast.sam, now, **changes)
    assert field in refused.value.errors
    assert not StaffCheck.objects.exists()


def test_nobody_records_or_takes_back_their_own(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid):
        record(cast, cast.bea, now)
    made = record(cast, cast.bea, now, by=cast.sam)
    with pytest.raises(Invalid):
        staff_check_withdraw(account=cast.bea, check_id=made.pk, why="No.", now=now)


def test_those_who_roster_see_it_and_each_their_own(cast: Cast, now: datetime) -> None:
    made = record(cast, cast.alice, now)
    for who in (cast.bea, cast.sam, cast.ada):
        assert cast.alice in [p.account for p in staffchecks.roster(viewer=who, now=now).people]
    for who in (cast.alice, cast.gita, cast.ivo, cast.pat):
        assert [p.account for p in staffchecks.roster(viewer=who, now=now).people] == [who]
    with pytest.raises(NotAllowed):
        record(cast, cast.stranger, now, by=cast.alice)
    with pytest.raises(NotFound):
        record(cast, cast.olu, now)
    assert made.seen_by == cast.bea


def test_the_same_form_records_once_and_a_mistake_is_taken_back(cast: Cast, now: datetime) -> None:
    key = uuid.uuid4()
    before = Entry.objects.count()
    made = record(cast, cast.sam, now, form_key=key)
    assert record(cast, cast.sam, now, form_key=key) == made
    assert Entry.objects.count() == before + 1
    staff_check_withdraw(account=cast.bea, check_id=made.pk, why="Somebody else's.", now=now)
    assert state(cast, cast.sam, "safeguarding_3", now) == "missing"


def test_a_manager_is_asked_once_before_it_ends_and_the_new_one_closes_the_task(
    cast: Cast, now: datetime
) -> None:
    made = record(cast, cast.sam, now, expires_on=(now + 91 * DAY).date())
    clocks_run(now)
    asked = Task.objects.filter(kind="staff_check_renew")
    assert not asked.exists()
    clocks_run(now + 2 * DAY)
    clocks_run(now + 3 * DAY)
    task = asked.get()
    assert (task.owner, task.about_id, task.case) == (cast.bea, made.pk, None)
    record(cast, cast.sam, now + 3 * DAY)
    task.refresh_from_db()
    assert task.done_by == cast.bea
    clocks_run(now + 200 * DAY)
    assert asked.count() == 1


def test_nobody_is_asked_about_themself(cast: Cast, now: datetime) -> None:
    record(cast, cast.bea, now, by=cast.sam, expires_on=now.date())
    clocks_run(now)
    assert Task.objects.get(kind="staff_check_renew").owner == cast.sam


def test_a_lead_without_training_is_pointed_out_and_appointed_with_a_reason(
    cast: Cast, now: datetime
) -> None:
    given: dict[str, Any] = {"now": now, "actor": cast.ada}
    site = site_register(agency=cast.agency, name="Oak House", kind="home", **given)
    record(cast, cast.alice, now)  # the agency keeps it here
    with pytest.raises(Invalid) as refused:
        site_lead_appoint(site=site, account=cast.sam, **given)
    assert "Safeguarding training, level 3, not recorded" in refused.value.errors["despite"][0]
    assert not SiteLead.objects.exists()
    site_lead_appoint(site=site, account=cast.sam, despite="The course is on Friday.", **given)
    assert SiteLead.objects.get().account == cast.sam


def test_an_agency_that_keeps_none_of_it_here_is_asked_nothing(cast: Cast, now: datetime) -> None:
    site = site_register(agency=cast.agency, name="Oak House", kind="home", now=now, actor=cast.ada)
    site_lead_appoint(site=site, account=cast.sam, now=now, actor=cast.ada)
    assert SiteLead.objects.exists()
