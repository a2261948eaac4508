"""Deliveries: after the sending, again and again until done, nothing twice, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from sharewell.cases.models import Task
from sharewell.channels import ChannelError, Receipt
from sharewell.channels.email_notice.tests.mail_server import Post, mail_server
from sharewell.channels.webhook.tests.receiver import SIGNER
from sharewell.disclosures import queries, ways_out
from sharewell.disclosures.delivering import Edge, deliver_due
from sharewell.disclosures.models import Delivery, Disclosure, Link
from sharewell.disclosures.operations.deliver import (
    ATTEMPTS,
    LEASE,
    delivery_attempt,
    delivery_settle,
)
from sharewell.disclosures.operations.links import link_code_check
from sharewell.disclosures.tests.stage import KEY, SALT, SECRET, make_desk, make_sent
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
TAKEN = Receipt("taken")


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def edge(clock: Clock) -> Edge:
    return Edge(
        clock=clock,
        random=lambda size: SALT[:size],
        key=KEY,
        signer=SIGNER,
        home_address="https://sharewell.example/home/",
        inbox_address="https://sharewell.example/inbox/",
        link_address=lambda token: f"https://sharewell.example/link/{token}",
    )


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as running:
        yield running


def ways(sent: Disclosure) -> dict[str, str]:
    return dict(sent.deliveries.values_list("channel", "address"))


def test_people_with_accounts_get_it_in_their_inbox_and_a_notice(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    assert ways(sent) == {"inbox": cast.police.id.hex, "email_notice": cast.police.email}


def test_people_without_get_a_link_and_the_code_at_a_second_address(
    cast: Cast, now: datetime
) -> None:
    desk = make_desk()
    assert ways(make_sent(cast, now, desk)) == {
        "portal_link": desk.email,
        "code_email": desk.code_email,
    }


@pytest.mark.parametrize("second", ["", "same"])
def test_the_code_is_never_mailed_where_the_link_goes(
    cast: Cast, now: datetime, second: str
) -> None:
    desk = make_desk()
    desk.code_email = desk.email if second else ""
    desk.save()
    assert list(ways(make_sent(cast, now, desk))) == ["portal_link"]


def test_without_an_address_the_sender_rings_or_hands_over_paper_and_has_the_task(
    cast: Cast, now: datetime
) -> None:
    desk = make_desk(email="")
    sent = make_sent(cast, now, desk)
    assert ways(sent) == {"phone": desk.phone}
    assert Task.objects.get(kind="delivery_by_hand").owner == cast.alice
    outside = make_sent(cast, now, None, recipient_contact="The house next door")
    assert ways(outside) == {"print": "The house next door"}


@pytest.mark.parametrize(
    ("denied", "channels"),
    [
        (["email"], {"phone"}),
        (["email", "phone"], {"print"}),
        (["letter", "text", "voicemail"], {"portal_link", "code_email"}),
    ],
)
def test_a_channel_that_the_person_ruled_out_is_not_used(
    cast: Cast, now: datetime, denied: list[str], channels: set[str]
) -> None:
    sent = make_sent(cast, now, make_desk(), denied=denied)
    assert set(ways(sent)) == channels


def test_a_channel_ruled_out_never_stops_an_emergency(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, make_desk(), denied=["email", "phone"], route="emergency")
    assert set(ways(sent)) == {"portal_link", "code_email"}


def test_an_inbox_without_the_notice_is_enough_where_email_is_ruled_out(
    cast: Cast, now: datetime
) -> None:
    assert set(ways(make_sent(cast, now, cast.police, denied=["email"]))) == {"inbox"}


def test_planning_twice_makes_each_way_once(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, make_desk())
    ways_out.plan(disclosure=sent, now=now)
    assert sent.deliveries.count() == 2


def test_link_and_code_arrive_in_two_emails_and_open_the_message_that_neither_holds(
    cast: Cast, edge: Edge, post: Post, now: datetime
) -> None:
    desk = make_desk()
    make_sent(cast, now, desk)
    assert deliver_due(edge) == 2
    assert sorted(post.recipients) == sorted([desk.email, desk.code_email])
    bodies = {
        str(to): str(mail.get_payload(decode=False))
        for to, mail in zip(post.recipients, post.taken, strict=True)
    }
    for mail in post.taken:
        assert SECRET.split()[0] not in mail.as_string()
        assert "Alder" not in mail.as_string(), "not even who sent it"
    token = re.search(r"/link/([\w-]+)", bodies[desk.email])
    code = re.search(r"\d{4} \d{4}", bodies[desk.code_email])
    assert token is not None
    assert code is not None
    tried = link_code_check(
        token=token[1], code=code[0], name="Dee", role="Duty", address="::1", now=now, key=KEY
    )
    assert tried.outcome == "opened"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    assert deliver_due(edge) == 0, "nothing twice"


def test_every_attempt_and_its_end_are_evidence(
    cast: Cast, edge: Edge, post: Post, now: datetime
) -> None:
    make_sent(cast, now, cast.police)
    deliver_due(edge)
    data = [bytes(entry.data).decode() for entry in Entry.objects.all()]
    assert sum("delivery.attempted" in one for one in data) == 2
    assert sum("delivery.settled" in one for one in data) == 2
    assert not any(cast.police.email in one for one in data)


def test_each_worker_gets_another_delivery(cast: Cast, now: datetime) -> None:
    make_sent(cast, now, make_desk())
    one, other = delivery_attempt(now=now), delivery_attempt(now=now)
    assert one is not None
    assert other is not None
    assert one.delivery_id != other.delivery_id
    assert delivery_attempt(now=now) is None


def test_a_killed_worker_is_taken_over_and_settles_nothing_when_it_wakes(
    cast: Cast, now: datetime
) -> None:
    make_sent(cast, now, make_desk(code_email=""))
    killed = delivery_attempt(now=now)
    assert killed is not None
    assert delivery_attempt(now=now + LEASE - timedelta(seconds=1)) is None
    taken_over = delivery_attempt(now=now + LEASE)
    assert taken_over is not None
    assert (taken_over.delivery_id, taken_over.number) == (killed.delivery_id, 2)
    late = delivery_settle(attempt=killed, now=now + LEASE, receipt=TAKEN)
    assert late.state == "waiting"
    done = delivery_settle(attempt=taken_over, now=now + LEASE, receipt=TAKEN)
    assert done.state == "done"
    fault = ChannelError("late", "Late.", permanent=True)
    again = delivery_settle(attempt=taken_over, now=now + LEASE, fault=fault)
    assert again.state == "done"
    assert not Task.objects.filter(kind="delivery_failed").exists()


def test_where_every_worker_is_killed_the_delivery_fails_and_a_person_is_told(
    cast: Cast, now: datetime
) -> None:
    make_sent(cast, now, make_desk(code_email=""))
    for again in range(ATTEMPTS):
        killed = delivery_attempt(now=now + LEASE * again)
        assert killed is not None
        assert killed.go
    last = delivery_attempt(now=now + LEASE * ATTEMPTS)
    assert last is not None
    assert not last.go
    assert Delivery.objects.get(pk=last.delivery_id).state == "failed"
    told = Task.objects.filter(kind="delivery_failed").values_list("owner", flat=True)
    assert set(told) == {cast.alice.pk, cast.bea.pk}
    assert delivery_attempt(now=now + LEASE * (ATTEMPTS + 1)) is None


def test_a_worker_killed_after_the_mail_left_sends_the_same_mail_again(
    cast: Cast, edge: Edge, clock: Clock, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail servers can tell the second by its Message-ID; the link in both is the same."""
    make_sent(cast, clock.now, make_desk(code_email=""))
    with monkeypatch.context() as patch:

        def killed(**_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr("sharewell.disclosures.delivering.delivery_settle", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver_due(edge)
    clock.now += LEASE
    assert deliver_due(edge) == 1
    first, second = post.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_payload() == second.get_payload()
    assert Link.objects.count() == 1


def test_a_silent_mail_server_is_tried_again_ever_later_and_nothing_is_lost(
    cast: Cast, edge: Edge, clock: Clock, post: Post, now: datetime
) -> None:
    sent = make_sent(cast, now, make_desk(code_email=""))
    post.to_message = "451 try later"
    waits = []
    for _ in range(4):
        assert deliver_due(edge) == 1
        delivery = sent.deliveries.get()
        assert (delivery.state, delivery.fault) == ("waiting", "mail_deferred")
        waits.append(delivery.next_at - clock.now)
        assert deliver_due(edge) == 0
        clock.now = delivery.next_at
    assert waits == [timedelta(seconds=s) for s in (30, 60, 120, 240)]
    post.to_message = ""
    assert deliver_due(edge) == 1
    assert sent.deliveries.get().state == "done"
    assert len(post.taken) == 1


@pytest.mark.parametrize("fault", ["550 no such user", "451 later, for ever"])
def test_what_cannot_be_delivered_gives_the_sender_a_task_and_tells_the_manager(
    cast: Cast, edge: Edge, clock: Clock, post: Post, fault: str
) -> None:
    sent = make_sent(cast, clock.now, make_desk(code_email=""))
    post.to_message = fault
    for _ in range(ATTEMPTS):
        deliver_due(edge)
        clock.now += timedelta(hours=1)
    assert deliver_due(edge) == 0
    delivery = sent.deliveries.get()
    assert delivery.state == "failed"
    assert delivery.attempt == (1 if fault.startswith("550") else ATTEMPTS)
    tasks = Task.objects.filter(kind="delivery_failed", about_id=sent.id)
    assert {task.owner for task in tasks} == {cast.alice, cast.bea}
    state = queries.acknowledgement_state(viewer=cast.alice, disclosure_id=sent.id, now=clock.now)
    assert state.state == "failed"
    line = sent.case.chronology.latest("line")
    assert (line.section, line.about_id) == ("disclosure", sent.pk)
    assert "could not be delivered" in line.text


@pytest.mark.parametrize("state", ["stopped", "draft", "closed"])
def test_what_was_withdrawn_or_never_sent_is_not_delivered(
    cast: Cast, edge: Edge, post: Post, now: datetime, state: str
) -> None:
    sent = make_sent(cast, now, make_desk())
    Disclosure.objects.filter(pk=sent.pk).update(state=state)
    deliver_due(edge)
    assert post.taken == []
    assert set(sent.deliveries.values_list("state", flat=True)) == {"stopped"}


def test_one_withdrawn_between_taking_and_sending_is_not_marked_as_delivered(
    cast: Cast, now: datetime
) -> None:
    sent = make_sent(cast, now, make_desk(code_email=""))
    attempt = delivery_attempt(now=now)
    assert attempt is not None
    sent.deliveries.update(state="stopped")
    assert delivery_settle(attempt=attempt, now=now, receipt=TAKEN).state == "stopped"


def test_one_bad_address_does_not_hold_up_the_others(
    cast: Cast, edge: Edge, post: Post, now: datetime
) -> None:
    bad = make_sent(cast, now, make_desk(email="not an address", code_email=""))
    good = make_sent(cast, now, cast.police)
    assert deliver_due(edge) == 3
    assert bad.deliveries.get().state == "failed"
    assert set(good.deliveries.values_list("state", flat=True)) == {"done"}


def test_a_fault_of_our_own_code_ends_that_attempt_and_not_the_worker(
    cast: Cast, edge: Edge, post: Post, now: datetime
) -> None:
    """A defect in one channel must not stop the emergency behind it."""
    broken = make_sent(cast, now, make_desk(code_email=""))
    good = make_sent(cast, now, cast.police)

    def fails(_token: str) -> str:
        raise ZeroDivisionError

    assert deliver_due(replace(edge, link_address=fails)) == 3
    assert broken.deliveries.get().fault == "fault"
    assert set(good.deliveries.values_list("state", flat=True)) == {"done"}
