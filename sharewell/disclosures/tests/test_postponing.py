"""An action that needs longer: the old day is kept; and as many actions as the pack allows."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.agencies.access import Invalid
from sharewell.cases.models import Task
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import ActionMoved, PartnerAction
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.operations.answer import AnsweredElsewhere
from sharewell.disclosures.postponing import Later
from sharewell.disclosures.tests.answers import give, visit
from sharewell.disclosures.tests.stage import make_sent
from sharewell.testing import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_an_action_that_needs_longer_keeps_its_old_day_and_runs_to_the_new_one(
    cast: Cast, now: datetime
) -> None:
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=now)
    give(cast.pat, sent, now, "accept", actions=[visit(now)])
    action = PartnerAction.objects.get()
    PartnerAction.objects.filter(pk=action.pk).update(late_at=now)
    was = action.due_on
    later = Later(action_id=action.pk, due_on=was + timedelta(days=5))
    give(cast.pat, sent, now, "update", words="The officer is ill.", later=later)
    action.refresh_from_db()
    assert (action.due_on, action.late_at) == (was + timedelta(days=5), None)
    moved = ActionMoved.objects.get()
    assert (moved.due_on_before, moved.due_on) == (was, action.due_on)
    asked = Task.objects.get(kind="action_moved")
    assert (asked.owner, asked.about_id) == (cast.alice, sent.pk)
    assert "Needs longer: Visit her" in sent.case.chronology.latest("line").text


def test_each_later_day_is_counted_where_the_owner_of_the_case_looks(
    client: Client, cast: Cast, now: datetime
) -> None:
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=now)
    give(cast.pat, sent, now, "accept", actions=[visit(now)])
    action = PartnerAction.objects.get()
    was = action.due_on
    assert action.put_off == ""
    for again, often in enumerate(("once", "2 times", "3 times"), 1):
        later = Later(action_id=action.pk, due_on=was + timedelta(days=again))
        give(cast.pat, sent, now, "update", words="The officer is ill.", later=later)
        said = f"put off {often}, at first {was:%-d %B %Y}"
        assert Task.objects.filter(kind="action_moved", note__contains=said).exists()
    alice = sign_in(client, cast.alice)
    for page in (reverse("disclosure_record", args=[sent.pk]), reverse("action_list")):
        assert said in alice.get(page).content.decode(), page


@pytest.mark.parametrize(
    ("days", "words", "kind", "field"),
    [
        (0, "Ill.", "update", "later_by"),
        (None, "Ill.", "update", "later_by"),
        (5, "", "update", "words"),
        (5, "Ill.", "accept", "later"),
    ],
)
def test_a_later_day_needs_to_be_later_and_a_reason(
    cast: Cast, now: datetime, days: int | None, words: str, kind: str, field: str
) -> None:
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=now)
    give(cast.pat, sent, now, "accept", actions=[visit(now)])
    action = PartnerAction.objects.get()
    day = None if days is None else action.due_on + timedelta(days=days)
    with pytest.raises(Invalid) as refused:
        give(cast.pat, sent, now, kind, words=words, later=Later(action_id=action.pk, due_on=day))
    assert field in refused.value.errors
    assert not ActionMoved.objects.exists()


def test_what_is_done_or_anothers_cannot_be_given_a_later_day(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=now)
    later = Later(action_id=uuid.uuid4(), due_on=now.date() + timedelta(days=5))
    with pytest.raises(AnsweredElsewhere):
        give(cast.pat, sent, now, "update", words="Ill.", later=later)


def test_no_more_actions_than_the_pack_allows(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=now)
    most = catalogues.answers().actions_at_most
    with pytest.raises(Invalid):
        give(cast.pat, sent, now, "accept", actions=[visit(now)] * (most + 1))
    give(cast.pat, sent, now, "accept", actions=[visit(now)] * most)
    assert PartnerAction.objects.count() == most
