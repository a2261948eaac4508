"""Raising a worry in confidence: denied to everybody but the appointed leads who are not near it."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account, Sealed
from sharewell.cases.models import Notice, Task
from sharewell.followup import catalogues, operations, queries
from sharewell.followup.models import Whistle, WhistleLead, WhistleRead
from sharewell.followup.operations.whistle import WhistleClosed
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_account, make_cast, sign_in

pytestmark = pytest.mark.django_db
SAID = "MARKER-W7 the night staff are alone"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def lead(cast: Cast, now: datetime) -> Account:
    """Gita is the whistleblowing lead."""
    operations.whistle_lead_appoint(account=cast.ada, lead=cast.gita, now=now - timedelta(days=1))
    return cast.gita


def raise_it(by: Account, now: datetime, **changes: Any) -> Whistle:
    given: dict[str, Any] = {
        "said": SAID,
        "wanted": "More staff",
        "protected": True,
        "named": [],
        "form_key": uuid.uuid4(),
    }
    return operations.whistle_raise(account=by, now=now, **{**given, **changes})


def test_only_the_appointed_lead_and_whoever_raised_it_read_it(
    cast: Cast, lead: Account, now: datetime
) -> None:
    worry = raise_it(cast.alice, now)
    outside = (
        cast.bea, cast.sam, cast.ada, cast.hana, cast.ivo, cast.stranger, cast.pat, cast.olu,
    )  # fmt: skip
    for account in outside:
        with pytest.raises(NotFound):
            queries.whistle(viewer=account, whistle_id=worry.pk, now=now)
        assert queries.whistles(viewer=account, now=now) == ([], [])
        with pytest.raises(NotFound):
            operations.whistle_answer(
                account=account,
                whistle_id=worry.pk,
                said="I know",
                form_key=uuid.uuid4(),
                now=now,
            )
    assert queries.whistle(viewer=lead, whistle_id=worry.pk, now=now).leads
    assert not queries.whistle(viewer=cast.alice, whistle_id=worry.pk, now=now).leads


def test_it_is_walled_from_those_it_names_and_their_teams_also_where_they_are_the_lead(
    cast: Cast, lead: Account, now: datetime
) -> None:
    assert not queries.whistle(
        viewer=cast.alice, whistle_id=raise_it(cast.alice, now).pk, now=now
    ).nobody
    for named in (lead, make_account("Greta Gone", cast.agency)):
        Account.objects.filter(pk=lead.pk).update(team=named.team)
        lead.refresh_from_db()
        worry = raise_it(cast.alice, now, named=[named])
        with pytest.raises(NotFound):
            queries.whistle(viewer=lead, whistle_id=worry.pk, now=now)
        assert queries.whistle(viewer=cast.alice, whistle_id=worry.pk, now=now).nobody
        assert not Notice.objects.filter(about_id=worry.pk).exists()
    assert queries.outside(viewer=cast.alice), "then there are ways outside"


def test_the_line_manager_never_reads_it_even_as_the_lead(cast: Cast, now: datetime) -> None:
    operations.whistle_lead_appoint(account=cast.ada, lead=cast.bea, now=now)
    worry = raise_it(cast.alice, now)
    with pytest.raises(NotFound):
        queries.whistle(viewer=cast.bea, whistle_id=worry.pk, now=now)


def test_a_lead_does_not_lead_what_they_raised_nor_after_their_appointment_ended(
    cast: Cast, lead: Account, now: datetime
) -> None:
    own = raise_it(lead, now)
    assert queries.whistle(viewer=lead, whistle_id=own.pk, now=now).nobody
    worry = raise_it(cast.alice, now)
    appointment = WhistleLead.objects.get()
    operations.whistle_lead_end(account=cast.ada, lead_id=appointment.pk, now=now)
    with pytest.raises(NotFound):
        queries.whistle(viewer=lead, whistle_id=worry.pk, now=now)


def test_the_lead_learns_who_raised_it_only_by_asking_with_a_reason_they_can_read(
    cast: Cast, lead: Account, now: datetime
) -> None:
    worry = raise_it(cast.alice, now)
    assert queries.whistle(viewer=lead, whistle_id=worry.pk, now=now).reporter is None
    with pytest.raises(Invalid):
        operations.whistle_identity(account=lead, whistle_id=worry.pk, reason=" ", now=now)
    with pytest.raises(NotFound):
        operations.whistle_identity(account=cast.alice, whistle_id=worry.pk, reason="Me", now=now)
    operations.whistle_identity(
        account=lead, whistle_id=worry.pk, reason="To protect them", now=now
    )
    assert queries.whistle(viewer=lead, whistle_id=worry.pk, now=now).reporter == cast.alice
    mine = queries.whistle(viewer=cast.alice, whistle_id=worry.pk, now=now)
    assert [each.reason for each in mine.asked] == ["To protect them"]
    named = raise_it(cast.alice, now, protected=False)
    assert queries.whistle(viewer=lead, whistle_id=named.pk, now=now).reporter == cast.alice


def test_each_look_of_a_lead_is_kept(cast: Cast, lead: Account, now: datetime) -> None:
    worry = raise_it(cast.alice, now)
    for _ in range(2):
        queries.whistle(viewer=lead, whistle_id=worry.pk, now=now)
    assert WhistleRead.objects.filter(account=lead, what="page").count() == 2


def test_answers_go_both_ways_and_it_is_asked_whether_anything_was_held_against_them(
    cast: Cast, lead: Account, now: datetime
) -> None:
    worry = raise_it(cast.alice, now)
    given: dict[str, Any] = {"whistle_id": worry.pk, "now": now}
    operations.whistle_answer(account=lead, said="We look", form_key=uuid.uuid4(), **given)
    later = now + timedelta(days=catalogues.whistleblowing().follow_up_days)
    assert queries.whistle(viewer=cast.alice, whistle_id=worry.pk, now=later).follow_up
    operations.whistle_close(account=lead, outcome="Two more at night", **given)
    with pytest.raises(WhistleClosed):
        operations.whistle_answer(account=cast.alice, said="Thanks", form_key=uuid.uuid4(), **given)
    key = uuid.uuid4()
    for _ in range(2):
        operations.whistle_answer(
            account=cast.alice,
            whistle_id=worry.pk,
            said="Moved to nights",
            form_key=key,
            held_against=True,
            now=later,
        )
    said = [(each.by_lead, each.held_against) for each in worry.words.all()]
    assert said == [(True, None), (False, True)]


def test_nothing_of_it_stands_in_the_log_the_tasks_the_request_log_or_another_page(
    cast: Cast, lead: Account, now: datetime, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    entries = set(Entry.objects.values_list("pk", flat=True))
    sign_in(client, cast.alice)
    sent = client.post(
        reverse("whistle_raise"),
        {"said": SAID, "protected": "yes", "form_key": str(uuid.uuid4())},
    )
    assert sent.status_code == 302
    new = Entry.objects.exclude(pk__in=entries)
    data = b"".join(bytes(each.data) for each in new)
    assert b"whistle" not in data
    assert cast.alice.pk.hex.encode() not in data
    assert SAID.encode() not in b"".join(bytes(each.content) for each in Sealed.objects.all())
    assert not Task.objects.exists()
    assert "whistle" not in caplog.text
    assert SAID not in caplog.text
    for account in (cast.bea, cast.sam, cast.ada):
        sign_in(client, account)
        for name in ("home", "action_list", "leaving_list", "whistle_list"):
            assert "MARKER-W7" not in client.get(reverse(name)).content.decode()


def test_only_an_administrator_appoints_and_never_one(cast: Cast, now: datetime) -> None:
    for account in (cast.bea, cast.sam, cast.gita):
        with pytest.raises(NotAllowed):
            operations.whistle_lead_appoint(account=account, lead=cast.gita, now=now)
    with pytest.raises(Invalid):
        operations.whistle_lead_appoint(account=cast.ada, lead=cast.ada, now=now)


def test_a_lost_pack_stops_nobody(
    cast: Cast, lead: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise ValueError

    monkeypatch.setattr(catalogues, "whistleblowing", lost)
    worry = raise_it(cast.alice, now)
    assert worry.follow_up_at > now
    assert queries.outside(viewer=cast.alice) == []
