"""What a partner took on in a meeting stands beside what it answered to the message about its part."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.tests.answers import give
from sharewell.disclosures.tests.world import AGREED, REASONS
from sharewell.followup import drafting, queries
from sharewell.followup.models import MeetingAction
from sharewell.followup.tests.meetings import Held
from sharewell.testing import sign_in

pytestmark = pytest.mark.django_db
READ = "They have answered: read it, and record what came of it"


@pytest.fixture
def held() -> Held:
    held = Held()
    held.whole()
    return held


def their_part(held: Held) -> Disclosure:
    """The message about its part, sent to social care and opened there."""
    world = held.world
    care = held.meeting.invited.get(function__role="adult_social_care")
    draft = drafting.meeting_draft(
        account=world.cast.alice, invited_id=care.pk, what="part", now=world.now
    )
    world.talk(AGREED, covers_purposes=[draft.purpose], covers_recipients=["adult_social_care"])
    world.facts(harm="serious", others_at_risk="none")
    sent = world.send(world.edit(draft, None, **REASONS))
    who = world.desk("adult_social_care").staff.get()
    disclosure_open_by_partner(account=who, disclosure_id=sent.pk, now=world.now)
    return sent


def test_their_answer_stands_where_their_action_is_recorded(client: Client, held: Held) -> None:
    alice = sign_in(client, held.world.cast.alice)
    theirs = held.meeting.actions.get(owner=None)
    sent = their_part(held)
    meeting = reverse("meeting_detail", args=[held.meeting.pk])
    settle = reverse("meeting_action_settle", args=[theirs.pk])
    assert READ not in alice.get(meeting).content.decode()
    who = held.world.desk("adult_social_care").staff.get()
    give(who, sent, held.world.now, "update", words="We saw her on Tuesday; she is well.")
    assert alice.get(meeting).content.decode().count(READ) == 1
    page = alice.get(settle).content.decode()
    assert "We saw her on Tuesday; she is well." in page
    assert reverse("disclosure_record", args=[sent.pk]) in page
    assert MeetingAction.objects.get(pk=theirs.pk).done_at is None, "a person says that it is done"
    ours = held.meeting.actions.exclude(owner=None).get()
    other = alice.get(reverse("meeting_action_settle", args=[ours.pk])).content.decode()
    assert "We saw her on Tuesday" not in other


def test_no_answer_is_shown_to_one_outside(held: Held) -> None:
    sent = their_part(held)
    who = held.world.desk("adult_social_care").staff.get()
    give(who, sent, held.world.now, "accept", words="We go.")
    theirs = held.meeting.actions.get(owner=None)
    seen = {
        name: queries.answered_to(
            viewer=getattr(held.world.cast, name), action=theirs, now=held.world.now
        )
        for name in ("alice", "stranger")
    }
    assert len(seen["alice"]) == 1
    assert seen["stranger"] == []
