"""Links for recipients without accounts: what opens them, what closes them, and what is left as evidence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Sealed
from sharewell.cases.models import Task
from sharewell.disclosures import queries, received, tokens
from sharewell.disclosures.models import Disclosure, Link, LinkTry, Opening
from sharewell.disclosures.operations import links
from sharewell.disclosures.operations.links import (
    Tried,
    link_close,
    link_code_check,
    link_code_make,
    link_make,
    link_renew,
)
from sharewell.disclosures.tests.stage import KEY, SALT, make_desk, make_sent
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
HERE = "198.51.100.7"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sent(cast: Cast, now: datetime) -> Disclosure:
    return make_sent(cast, now, make_desk(code_email=""))


def make(sent: Disclosure, now: datetime) -> tuple[str, str]:
    """The token and the code of a link, as the sender has them made."""
    _, token = link_make(disclosure_id=sent.id, now=now, key=KEY)
    _, code = link_code_make(
        disclosure_id=sent.id, now=now, key=KEY, salt=SALT, account=sent.sent_by
    )
    return token, code


def check(token: str, code: str, now: datetime, address: str = HERE) -> Tried:
    return link_code_check(
        token=token,
        code=code,
        name="Dee Desk",
        role="Duty worker",
        address=address,
        now=now,
        key=KEY,
    )


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def test_token_and_code_open_the_message_and_leave_who_opened_it(
    sent: Disclosure, now: datetime
) -> None:
    token, code = make(sent, now)
    tried = check(token, f"{code[:4]} {code[4:]}", now)
    assert tried.outcome == "opened"
    opening = Opening.objects.get()
    assert tried.opening == opening
    assert (opening.name, opening.role, opening.disclosure) == ("Dee Desk", "Duty worker", sent)
    kinds = [kind for entry in Entry.objects.all() for kind in [_kind(entry)]]
    assert kinds.count("disclosure.opened") == 1
    assert kinds.count("link.tried") == 1


def test_neither_token_nor_code_can_be_read_from_the_database(
    sent: Disclosure, now: datetime
) -> None:
    token, code = make(sent, now)
    link = Link.objects.get()
    assert len(token) >= 22, "at least 128 bits"
    stored = b"".join(bytes(v) for v in (link.token_digest, link.code_digest, link.code_salt))
    assert token.encode() not in stored
    assert code.encode() not in stored
    for sealed in Sealed.objects.all():
        assert token.encode() not in bytes(sealed.content)
        assert code.encode() not in bytes(sealed.content)


def test_a_second_try_to_send_makes_the_same_link_and_the_same_code(
    sent: Disclosure, now: datetime
) -> None:
    later = now + timedelta(minutes=2)
    first = link_make(disclosure_id=sent.id, now=now, key=KEY)
    assert link_make(disclosure_id=sent.id, now=later, key=KEY) == first
    code = link_code_make(disclosure_id=sent.id, now=now, key=KEY, salt=SALT)
    assert link_code_make(disclosure_id=sent.id, now=later, key=KEY, salt=SALT) == code


def test_asking_whether_a_link_works_consumes_nothing(sent: Disclosure, now: datetime) -> None:
    token, code = make(sent, now)
    before = Entry.objects.count()
    for _ in range(50):
        assert queries.link_usable(token=token, now=now)
    assert Entry.objects.count() == before
    assert check(token, code, now).outcome == "opened"


def test_the_link_serves_a_whole_duty_desk_each_with_name_and_role(
    sent: Disclosure, now: datetime
) -> None:
    token, code = make(sent, now)
    assert check(token, code, now).outcome == "opened"
    assert check(token, code, now + timedelta(hours=8)).outcome == "opened"
    assert Opening.objects.count() == 2


@pytest.mark.parametrize(("name", "role"), [("", "Duty worker"), ("Dee", " "), ("\u202e", "x")])
def test_without_name_and_role_nothing_is_tried(
    sent: Disclosure, now: datetime, name: str, role: str
) -> None:
    token, code = make(sent, now)
    with pytest.raises(Invalid):
        link_code_check(
            token=token, code=code, name=name, role=role, address=HERE, now=now, key=KEY
        )
    assert not LinkTry.objects.exists()


@pytest.mark.parametrize("code", ["", "1234", "123456789", "١٢٣٤٥٦٧٨", "abcdefgh", "0" * 5000])
def test_what_is_no_code_is_asked_for_again_and_not_counted(
    sent: Disclosure, now: datetime, code: str
) -> None:
    token, _ = make(sent, now)
    with pytest.raises(Invalid):
        check(token, code, now)
    assert Link.objects.get().failed_tries == 0


def test_a_link_without_a_code_opens_with_none(sent: Disclosure, now: datetime) -> None:
    _, token = link_make(disclosure_id=sent.id, now=now, key=KEY)
    assert check(token, "00000000", now).outcome == "wrong"


def test_a_new_code_kills_the_old_one(sent: Disclosure, now: datetime) -> None:
    token, old = make(sent, now)
    _, new = link_code_make(
        disclosure_id=sent.id, now=now, key=KEY, salt=SALT, account=sent.sent_by
    )
    assert new != old
    assert check(token, old, now).outcome == "wrong"
    assert check(token, new, now).outcome == "opened"


def test_five_wrong_codes_lock_the_link_even_for_the_right_code_and_tell_the_sender(
    sent: Disclosure, now: datetime
) -> None:
    token, code = make(sent, now)
    outcomes = [check(token, wrong(code), now).outcome for _ in range(5)]
    assert outcomes == ["wrong"] * 4 + ["locked"]
    assert check(token, code, now).outcome == "locked"
    assert check(token, code, now + timedelta(minutes=15)).outcome == "opened"
    task = Task.objects.get(kind="link_locked")
    assert (task.owner, task.about_id) == (sent.sent_by, sent.id)


def test_fifteen_wrong_codes_close_the_link_for_good(sent: Disclosure, now: datetime) -> None:
    token, code = make(sent, now)
    at = now
    for _ in range(3):
        outcomes = [check(token, wrong(code), at).outcome for _ in range(5)]
        at += timedelta(minutes=15)
    assert outcomes[-1] == "gone"
    assert check(token, code, at).outcome == "gone"
    assert not queries.link_usable(token=token, now=at)
    assert Link.objects.get().closed_why == "tries"
    assert LinkTry.objects.filter(right=False).count() == 15
    assert Task.objects.filter(kind="link_locked").count() == 1


def test_every_try_is_kept_and_says_not_from_which_address(sent: Disclosure, now: datetime) -> None:
    token, code = make(sent, now)
    check(token, wrong(code), now)
    tried = LinkTry.objects.get()
    assert tried.right is False
    assert bytes(tried.address_digest) == tokens.address_digest(KEY, HERE)
    assert HERE.encode() not in bytes(tried.address_digest)


def test_one_address_cannot_try_codes_at_many_links(cast: Cast, now: datetime) -> None:
    at_links = [make(make_sent(cast, now, make_desk()), now) for _ in range(6)]
    outcomes = [
        check(token, wrong(code), now).outcome for token, code in at_links for _ in range(4)
    ]
    assert outcomes == ["wrong"] * links.ADDRESS_TRIES + ["busy"] * 4
    token, code = at_links[-1]
    assert check(token, code, now).outcome == "busy"
    assert check(token, code, now, address="203.0.113.9").outcome == "opened"
    assert check(token, code, now + timedelta(minutes=16)).outcome == "opened"


def test_link_and_code_expire_together(sent: Disclosure, now: datetime) -> None:
    token, code = make(sent, now)
    end = now + timedelta(hours=72)
    assert check(token, code, end - timedelta(seconds=1)).outcome == "opened"
    assert check(token, code, end).outcome == "gone"
    assert not queries.link_usable(token=token, now=end)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "../../etc/passwd", "x" * 10_000, "é"])
def test_a_token_that_nobody_made_is_gone(sent: Disclosure, now: datetime, token: str) -> None:
    make(sent, now)
    assert check(token, "12345678", now).outcome == "gone"
    assert not LinkTry.objects.exists()


def test_a_withdrawn_disclosure_is_gone_at_once(sent: Disclosure, now: datetime) -> None:
    token, code = make(sent, now)
    Disclosure.objects.filter(pk=sent.pk).update(state="stopped")
    assert check(token, code, now).outcome == "gone"


def test_a_renewed_link_is_another_with_another_code(sent: Disclosure, now: datetime) -> None:
    token, code = make(sent, now)
    assert sent.sent_by is not None
    link_renew(account=sent.sent_by, disclosure_id=sent.id, now=now)
    assert check(token, code, now).outcome == "gone"
    delivery = sent.deliveries.get(channel="portal_link")
    assert (delivery.state, delivery.next_at) == ("waiting", now)
    other, _ = make(sent, now)
    assert other != token


def test_the_sender_can_close_a_link_that_went_astray_while_somebody_reads(
    sent: Disclosure, now: datetime
) -> None:
    token, code = make(sent, now)
    opening = check(token, code, now).opening
    assert opening is not None
    assert queries.portal_message(opening_id=opening.id, now=now)
    assert sent.sent_by is not None
    link_close(account=sent.sent_by, disclosure_id=sent.id, now=now)
    with pytest.raises(received.SessionOver):
        queries.portal_message(opening_id=opening.id, now=now)
    assert check(token, code, now).outcome == "gone"


def test_only_the_circle_makes_codes_and_closes_links(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    for who in (cast.stranger, cast.olu, cast.pat, cast.ada, cast.ivo, cast.gita):
        with pytest.raises(NotFound):
            link_code_make(disclosure_id=sent.id, now=now, key=KEY, salt=SALT, account=who)
        with pytest.raises(NotFound):
            link_close(account=who, disclosure_id=sent.id, now=now)
        with pytest.raises(NotFound):
            link_renew(account=who, disclosure_id=sent.id, now=now)
        with pytest.raises(NotFound):
            queries.link_state(viewer=who, disclosure_id=sent.id, now=now)
    assert not Link.objects.exists()


def test_a_recipient_with_an_inbox_gets_no_link(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    with pytest.raises(links.NotByLink):
        link_make(disclosure_id=sent.id, now=now, key=KEY)


def _kind(entry: Entry) -> str:
    import json

    return str(json.loads(bytes(entry.data))["kind"])
