"""Packs that cannot be read stop neither the start nor an emergency."""

from __future__ import annotations

import subprocess
import sys
import uuid
from typing import NoReturn

import pytest
from django.test import Client
from django.urls import reverse

from sharewell import packs
from sharewell.core.policy import PackError
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.stage import make_sent
from sharewell.disclosures.tests.world import World
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import Escalation, EscalationStep
from sharewell.testing import sign_in

START = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django, msgspec, yaml
def lost(*arguments, **options):
    raise ValueError("lost")
msgspec.yaml.decode = yaml.safe_load = yaml.load = lost
django.setup()
import sharewell.config.urls
"""


def test_the_pages_start_without_any_pack() -> None:
    """A pack that is lost stops the pages that ask for it, never the whole server."""
    ran = subprocess.run([sys.executable, "-c", START], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()[-600:]


@pytest.mark.django_db
def test_an_emergency_goes_and_its_record_is_shown_without_the_deciding_packs(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home leads to it, it is sent, its record says so, and the partner can read it."""
    world = World()
    desk = world.desk("police")

    def lost() -> NoReturn:
        raise ValueError("lost")

    monkeypatch.setattr(catalogues, "_deciding", lost)
    monkeypatch.setattr(catalogues, "thresholds", lost)
    sign_in(client, world.cast.alice)
    assert client.get(reverse("home")).status_code == 200
    sent = client.post(
        reverse("emergency_send", args=[world.case.pk]),
        {"form_key": str(uuid.uuid4()), "recipient": str(desk.pk)},
    )
    assert client.get(sent["Location"]).status_code == 200
    sign_in(client, desk.staff.get())
    message = reverse("inbox_message", args=[Disclosure.objects.get().pk])
    assert client.get(message).status_code == 200


@pytest.mark.django_db
def test_an_open_escalation_shows_what_was_kept_when_its_ladder_is_lost_or_changed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step, whom to ask for and what to say stand there as they were; nothing that needs the pack is offered."""
    world = World()
    make_sent(world.cast, world.now, world.desk("police"), case=world.case, ack_due_at=world.now)
    clocks_run(world.now)
    climbing = Escalation.objects.get()
    url = reverse("escalation_detail", args=[climbing.pk])
    sign_in(client, world.cast.alice)
    before = client.get(url).content.decode()
    Escalation.objects.update(ladder="of_another_year", step="gone")
    EscalationStep.objects.update(step="gone")
    EscalationStep.objects.update(
        told=climbing.escalationsteps.get().told | {"label": "Ring twice"}
    )
    changed = client.get(url).content.decode()
    assert "Now: Ring twice" in changed
    Escalation.objects.update(ladder=climbing.ladder, step="chase")
    EscalationStep.objects.update(step="chase")

    def lost() -> NoReturn:
        raise PackError("escalation.yaml", "", "", "is missing")

    monkeypatch.setattr(packs, "escalation", lost)
    shown = client.get(url)
    assert shown.status_code == 200
    kept = shown.content.decode()
    assert "I am ringing about a message" in before
    assert "I am ringing about a message" in kept
    assert "Write down an attempt" not in kept
    assert "Somebody is in danger now" in kept
