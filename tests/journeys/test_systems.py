"""Partner systems in a browser: an address that is refused and one that is taken, a token shown once, and its end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.models import System
from sharewell.agencies.operations import function_webhook_set, system_let_in
from sharewell.agencies.systems import token_of
from sharewell.disclosures.models import Delivery
from sharewell.disclosures.tests.stage import make_sent
from sharewell.testing import Cast
from tests.journeys.walking import Walk

TOKEN = re.compile("sharewell_[0-9a-f]{64}")
ADDRESS = "https://case-system.downshire-police.example/safeguarding/incoming/messages"


def test_a_desk_gets_an_address_and_its_system_a_token_that_ends(walk: Walk, cast: Cast) -> None:
    desk = cast.police.name
    walk.sign_in(cast.ada)
    walk.open(reverse("system_list"))
    walk.look("system_list_none")
    walk.press(f"Give a web address of {desk}")
    walk.fill("Web address of their system", "http://10.0.0.7/messages")
    walk.press("Save")
    walk.page.get_by_role("alert").wait_for()
    walk.look("function_webhook_set_wrong")
    assert walk.page.get_by_label("Web address").input_value() == "http://10.0.0.7/messages"
    walk.fill("Web address of their system", ADDRESS)
    walk.press("Save")
    walk.page.get_by_text("Saved. The log has an entry for it.").wait_for()

    walk.press(f"Let a system in to {desk}")
    walk.press("Let it in")
    walk.page.get_by_role("alert").wait_for()
    walk.look("system_let_in_wrong")
    walk.fill("What is the system called?", "Downshire case system")
    walk.press("Let it in")
    walk.page.get_by_text("It is shown only now").wait_for()
    walk.look("system_let_in_token")
    walk.press("Back to partner systems")
    walk.look("system_list")
    assert not TOKEN.search(walk.page.content())

    walk.press(f"End it for Downshire case system, {desk}")
    walk.look("system_end")
    walk.press("End it")
    walk.page.get_by_text("It is let in no more.").wait_for()
    assert System.objects.get().ended_by == cast.ada


@pytest.mark.parametrize("name", ["system_list", "function_webhook_set", "system_let_in"])
def test_on_a_phone(phone: Walk, cast: Cast, name: str) -> None:
    now = timezone.now()
    function_webhook_set(now=now, actor=cast.ada, function=cast.police, address=ADDRESS)
    system_let_in(
        now=now,
        actor=cast.ada,
        function=cast.police,
        name="Downshire case system",
        token=token_of(b"1" * 32),
        ends_at=now + timedelta(days=90),
    )
    cast.police.refresh_from_db()
    sent = make_sent(cast, now, cast.police)
    Delivery.objects.filter(disclosure=sent, channel="webhook").update(state="failed")
    phone.sign_in(cast.ada)
    phone.open(reverse(name, args=[] if name == "system_list" else [cast.police.pk]))
    phone.look(name)
