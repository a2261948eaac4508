"""The whole way of one real disclosure: sent, carried, opened with the code, acknowledged, known to the sender."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from sharewell.channels.email_notice.tests.mail_server import mail_server
from sharewell.disclosures import operations, queries
from sharewell.disclosures.delivering import deliver_due
from sharewell.disclosures.tests.world import AGREED, World
from sharewell.followup.clocks import clocks_run
from sharewell.followup.management.commands.work import edge_of_settings
from sharewell.web import sheets

COVERS = {"covers_recipients": ["housing"], "covers_purposes": ["housing_stability"]}


@pytest.mark.django_db(transaction=True)
def test_from_the_sending_to_the_acknowledgement() -> None:
    """What the recipient reads is what the sender was shown, and is what left."""
    world = World()
    world.facts(harm="concern", others_at_risk="none", undue_influence="false")
    world.talk(AGREED, **COVERS)
    draft = world.draft("housing_stability", "housing", ask="Change the lock this week.")
    assert draft.recipient is not None
    draft.recipient.staff.clear()  # nobody there has an account
    shown = world.preview(draft).message
    sent = world.send(draft)
    edge = replace(edge_of_settings(), clock=lambda: world.now)
    with mail_server() as post:
        deliver_due(edge)
    text = {to: str(m.get_payload()) for to, m in zip(post.recipients, post.taken, strict=True)}
    token = re.search(r"/link/([\w-]{43})/", text[draft.recipient.email])
    code = re.search(r"\d{4} \d{4}", text[draft.recipient.code_email])
    assert token
    assert code
    opening = operations.link_code_check(
        token=token[1], code=code[0], name="Dee Desk", role="Housing officer", address="::1",
        now=world.now, key=edge.key,
    ).opening  # fmt: skip
    assert opening is not None
    read = queries.portal_message(opening_id=opening.id, now=world.now)
    assert shown is not None
    assert read.message == shown.as_dict()
    assert "Change the lock this week." in strip_tags(str(sheets.sheet(read.message)))
    operations.disclosure_acknowledge(opening_id=opening.id, now=world.now)
    clocks_run(world.now + timedelta(days=9))
    state = queries.acknowledgement_state(
        viewer=world.cast.alice, disclosure_id=sent.id, now=world.now
    )
    assert (state.state, state.by) == ("acknowledged", "Dee Desk, Housing officer")
    assert not world.case.tasks.filter(kind="acknowledgement_chase").exists()
