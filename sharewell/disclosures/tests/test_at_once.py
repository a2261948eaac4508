"""Many at once: guesses at one code, acknowledgements of one message, makers of one link."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import pytest
from django.db import connections

from sharewell.disclosures.models import Acknowledgement, Link, LinkTry, Opening
from sharewell.disclosures.operations.acknowledge import (
    disclosure_acknowledge,
    disclosure_open_by_partner,
)
from sharewell.disclosures.operations.links import link_code_check, link_code_make, link_make
from sharewell.disclosures.tests.stage import KEY, SALT, make_desk, make_sent
from sharewell.testing import make_account, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def at_once(many: int, act: Callable[[int], T]) -> list[T]:
    """Do the same many times, each in its own thread and connection."""

    def alone(number: int) -> T:
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(alone, range(many)))


def test_many_guesses_at_once_get_no_more_than_one_after_another(now: datetime) -> None:
    cast = make_cast()
    sent = make_sent(cast, now, make_desk(code_email=""))
    _, token = link_make(disclosure_id=sent.id, now=now, key=KEY)
    link_code_make(disclosure_id=sent.id, now=now, key=KEY, salt=SALT, account=cast.alice)

    def guess(number: int) -> str:
        return link_code_check(
            token=token, code=f"{number:08d}", name="Dee", role="Duty", address=f"10.0.0.{number}",
            now=now, key=KEY,
        ).outcome  # fmt: skip

    outcomes = at_once(12, guess)
    assert outcomes.count("wrong") == 4
    assert outcomes.count("locked") == 8
    assert LinkTry.objects.count() == Link.objects.get().failed_tries == 5


def test_many_who_acknowledge_at_once_leave_one_acknowledgement(now: datetime) -> None:
    cast = make_cast()
    sent = make_sent(cast, now, cast.police)
    desk = [make_account(f"D{n} Officer", cast.police_agency, "partner") for n in range(6)]
    cast.police.staff.add(*desk)
    for who in desk:
        disclosure_open_by_partner(account=who, disclosure_id=sent.id, now=now)
    made = at_once(
        6, lambda n: disclosure_acknowledge(account=desk[n], disclosure_id=sent.id, now=now)
    )
    assert len({one.pk for one in made}) == 1
    assert Acknowledgement.objects.count() == 1
    assert Opening.objects.count() == 6


def test_many_makers_of_one_link_make_one(now: datetime) -> None:
    cast = make_cast()
    sent = make_sent(cast, now, make_desk())
    made = at_once(6, lambda _: link_make(disclosure_id=sent.id, now=now, key=KEY))
    assert len({token for _, token in made}) == 1
    assert Link.objects.count() == 1
