"""The recipient's side: who may open and acknowledge, and what the sender then sees."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Account
from sharewell.cases.models import ChronologyEntry, Concern, Task
from sharewell.cases.records import open_task
from sharewell.disclosures import queries, received
from sharewell.disclosures.models import Acknowledgement, Disclosure, Link, Opening
from sharewell.disclosures.operations.acknowledge import (
    acknowledgement_record,
    attachment_open,
    disclosure_acknowledge,
    disclosure_open_by_link,
    disclosure_open_by_partner,
)
from sharewell.disclosures.operations.links import link_make
from sharewell.disclosures.tests.stage import KEY, MESSAGE, SECRET, make_desk, make_file, make_sent
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_account, make_cast

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=5)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sent(cast: Cast, now: datetime) -> Disclosure:
    return make_sent(cast, now, cast.police)


def by_link(cast: Cast, now: datetime) -> Opening:
    sent = make_sent(cast, now, make_desk())
    link, _ = link_make(disclosure_id=sent.id, now=now, key=KEY)
    return disclosure_open_by_link(link=link, name="Dee Desk", role="Duty worker", now=now)


def test_a_member_of_the_function_reads_the_message_and_nothing_else(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    read = disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    assert read.message == MESSAGE
    assert (read.sender, read.sent_at) == (cast.agency.name, sent.sent_at)
    opening = Opening.objects.get()
    assert (opening.account, opening.disclosure) == (cast.pat, sent)


def test_everybody_else_finds_nothing(cast: Cast, sent: Disclosure, now: datetime) -> None:
    colleague = make_account("Col Officer", cast.police_agency, "partner")
    gone = make_account("Gone Officer", cast.police_agency, "partner")
    cast.police.staff.add(gone)
    Account.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    for who in (cast.alice, cast.bea, cast.sam, cast.olu, cast.ada, cast.ivo, colleague, gone):
        with pytest.raises(NotFound):
            disclosure_open_by_partner(account=who, disclosure_id=sent.id, now=now)
        with pytest.raises(NotFound):
            disclosure_acknowledge(account=who, disclosure_id=sent.id, now=now)
        assert queries.inbox_list(viewer=who, now=now).lines == ()
        assert queries.inbox_waiting(viewer=who, now=now) == 0
    assert not Opening.objects.exists()


def test_one_who_leaves_the_function_is_out_at_once(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    cast.police.staff.remove(cast.pat)
    with pytest.raises(NotFound):
        disclosure_acknowledge(account=cast.pat, disclosure_id=sent.id, now=now)


def test_one_whom_the_concern_is_about_never_reads_it(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    """Working at the desk that it was sent to opens nothing about oneself."""
    concern = Concern.objects.create(
        agency=cast.agency,
        raised_by=cast.alice,
        raised_at=now,
        immediate_danger=False,
        received_by=cast.bea,
        form_key=uuid.uuid4(),
        form_digest=b"",
    )
    concern.on_cases.create(case=sent.case)
    concern.about_staff.add(cast.pat)
    assert queries.inbox_list(viewer=cast.pat, now=now).lines == ()
    assert queries.inbox_waiting(viewer=cast.pat, now=now) == 0
    with pytest.raises(NotFound):
        disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=now)


@pytest.mark.parametrize("state", ["draft", "awaiting_approval", "referred", "stopped", "closed"])
def test_only_what_was_sent_is_in_the_inbox(
    cast: Cast, sent: Disclosure, now: datetime, state: str
) -> None:
    Disclosure.objects.filter(pk=sent.pk).update(state=state)
    assert queries.inbox_list(viewer=cast.pat, now=now).lines == ()
    with pytest.raises(NotFound):
        disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)


def test_a_page_loaded_again_is_one_opening_and_another_shift_is_another(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    for after in (0, 10, 29, 31, 600):
        at = now + timedelta(minutes=after)
        disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=at)
    assert Opening.objects.count() == 3
    opened = [e for e in Entry.objects.all() if b"disclosure.opened" in bytes(e.data)]
    assert len(opened) == 3


def test_acknowledging_twice_or_by_two_people_counts_the_first(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    colleague = make_account("Col Officer", cast.police_agency, "partner")
    cast.police.staff.add(colleague)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    disclosure_open_by_partner(account=colleague, disclosure_id=sent.id, now=now)
    first = disclosure_acknowledge(account=cast.pat, disclosure_id=sent.id, now=now + SOON)
    for who in (cast.pat, colleague):
        again = disclosure_acknowledge(account=who, disclosure_id=sent.id, now=now + 2 * SOON)
        assert again == first
    assert Acknowledgement.objects.get().name == cast.pat.name
    entries = [e for e in Entry.objects.all() if b"disclosure.acknowledged" in bytes(e.data)]
    assert len(entries) == 1


def test_one_who_has_not_opened_it_cannot_acknowledge(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    with pytest.raises(NotFound):
        disclosure_acknowledge(account=cast.pat, disclosure_id=sent.id, now=now)
    with pytest.raises(NotFound):
        disclosure_acknowledge(account=None, disclosure_id=sent.id, now=now)


def test_an_acknowledgement_stands_in_the_chronology_and_ends_the_chase(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    for kind in ("acknowledgement_chase", "delivery_failed", "inform_person"):
        open_task(
            agency=cast.agency, case=sent.case, kind=kind, owner=cast.alice, now=now,
            about_id=sent.id,
        )  # fmt: skip
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    disclosure_acknowledge(account=cast.pat, disclosure_id=sent.id, now=now + SOON)
    assert list(Task.objects.waiting().values_list("kind", flat=True)) == ["inform_person"]
    line = ChronologyEntry.objects.get(case=sent.case, section="answer")
    assert line.event_at == now + SOON
    assert "Pat Desk" in line.text


def test_by_link_the_reader_acknowledges_in_their_own_name(cast: Cast, now: datetime) -> None:
    opening = by_link(cast, now)
    made = disclosure_acknowledge(opening_id=opening.id, now=now + SOON)
    assert (made.name, made.role, made.opening) == ("Dee Desk", "Duty worker", opening)
    assert disclosure_acknowledge(opening_id=opening.id, now=now + 2 * SOON) == made


@pytest.mark.parametrize("end", ["time", "closed", "expired", "withdrawn"])
def test_the_session_of_a_link_ends(cast: Cast, now: datetime, end: str) -> None:
    opening = by_link(cast, now)
    at = now + SOON
    assert queries.portal_message(opening_id=opening.id, now=at).message == MESSAGE
    if end == "time":
        at = now + timedelta(minutes=30)
    elif end == "closed":
        Link.objects.update(closed_at=now)
    elif end == "expired":
        Link.objects.update(expires_at=at)
    else:
        Disclosure.objects.update(state="stopped")
    with pytest.raises(received.SessionOver):
        queries.portal_message(opening_id=opening.id, now=at)
    with pytest.raises(received.SessionOver):
        disclosure_acknowledge(opening_id=opening.id, now=at)


def test_the_opening_of_an_account_is_no_session_of_a_link(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    read = disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    with pytest.raises(received.SessionOver):
        queries.portal_message(opening_id=read.opening_id, now=now)


def test_a_file_opens_only_with_its_own_message_and_each_time_is_evidence(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    mine = make_file(sent, now)
    unapproved = make_file(sent, now, approved=False)
    other = make_file(make_sent(cast, now, make_desk()), now)
    with pytest.raises(NotFound):
        attachment_open(account=cast.pat, attachment_id=mine.id, now=now)
    read = disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    assert [file.id for file in read.files] == [mine.id]
    assert bytes(attachment_open(account=cast.pat, attachment_id=mine.id, now=now).content)
    attachment_open(account=cast.pat, attachment_id=mine.id, now=now)
    for wrong in (unapproved, other):
        with pytest.raises(NotFound):
            attachment_open(account=cast.pat, attachment_id=wrong.id, now=now)
    opening = by_link(cast, now)
    with pytest.raises(NotFound):
        attachment_open(opening_id=opening.id, attachment_id=mine.id, now=now)
    entries = [e for e in Entry.objects.all() if b"attachment.opened" in bytes(e.data)]
    assert len(entries) == 2


def test_a_file_that_the_decision_withheld_does_not_go(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    file = make_file(sent, now)
    Disclosure.objects.update(decision={"outcome": "share", "tier": 1, "fields": []})
    read = disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    assert read.files == ()
    with pytest.raises(NotFound):
        attachment_open(account=cast.pat, attachment_id=file.id, now=now)


def test_the_inbox_is_newest_first_in_pages_and_names_nobody(cast: Cast, now: datetime) -> None:
    for minutes in range(30):
        make_sent(cast, now + timedelta(minutes=minutes // 2), cast.police)
    first = queries.inbox_list(viewer=cast.pat, now=now)
    rest = queries.inbox_list(viewer=cast.pat, now=now, after=first.after)
    lines = [*first.lines, *rest.lines]
    assert (len(first.lines), len(rest.lines), rest.after) == (25, 5, "")
    assert len({line.disclosure_id for line in lines}) == 30
    assert [x.sent_at for x in lines] == sorted((x.sent_at for x in lines), reverse=True)
    assert SECRET not in repr(lines)
    assert queries.inbox_waiting(viewer=cast.pat, now=now) == 30


@pytest.mark.parametrize(
    "after",
    [
        *("x", "_", "2026-11-20_", "2026-11-20T10:00:00_abc", "é" * 99),
        f"0001-01-01T00:00:00+14:00_{'0' * 32}",  # before the first day that a date can hold
    ],
)
def test_a_broken_page_mark_begins_at_the_newest(
    cast: Cast, sent: Disclosure, now: datetime, after: str
) -> None:
    assert len(queries.inbox_list(viewer=cast.pat, now=now, after=after).lines) == 1


def test_the_inbox_asks_the_database_the_same_whatever_its_size(
    cast: Cast, now: datetime, django_assert_num_queries: object
) -> None:
    for _ in range(20):
        make_sent(cast, now, cast.police)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(queries.inbox_list(viewer=cast.pat, now=now).lines) == 20


def test_the_sender_sees_how_long_it_waits_and_who_acknowledged(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    def state(at: datetime) -> queries.AcknowledgementState:
        return queries.acknowledgement_state(viewer=cast.alice, disclosure_id=sent.id, now=at)

    waiting = state(now + timedelta(hours=1))
    assert (waiting.state, waiting.waited, waiting.late) == ("waiting", timedelta(hours=1), False)
    assert state(now + timedelta(hours=5)).late
    at = now + timedelta(hours=5)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=at)
    assert (state(at).state, state(at).opened_at) == ("opened", at)
    disclosure_acknowledge(account=cast.pat, disclosure_id=sent.id, now=at)
    done = state(at + timedelta(days=9))
    assert (done.state, done.at, done.waited, done.late) == (
        "acknowledged",
        at,
        timedelta(hours=5),
        True,
    )
    assert done.by.startswith("Pat Desk")


def test_outside_the_circle_nobody_sees_how_it_stands(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    for who in (cast.stranger, cast.olu, cast.pat, cast.ada, cast.ivo):
        with pytest.raises(NotFound):
            queries.acknowledgement_state(viewer=who, disclosure_id=sent.id, now=now)


def test_told_by_phone_is_written_down_in_seconds(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, make_desk(email=""))
    call = {"how": "phone", "contact": "01632 960100", "name": "Dee", "role": "Duty worker"}
    call["said"] = "Told her of the visit; she goes at four."
    made = acknowledgement_record(
        account=cast.alice, disclosure_id=sent.id, at=now, now=now + SOON, **call
    )
    assert (made.name, made.at, made.opening.recorded_by) == ("Dee", now, cast.alice)
    assert (made.opening.rang, made.opening.said) == (call["contact"], call["said"])
    assert call["said"] in sent.case.chronology.latest("line").text
    assert sent.deliveries.get().state == "done"
    assert not Task.objects.waiting().filter(kind="delivery_by_hand").exists()
    again = acknowledgement_record(
        account=cast.alice, disclosure_id=sent.id, at=now, now=now + SOON, **call
    )
    assert again == made
    assert Opening.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"said": " "}, "said"),
        ({"contact": "none"}, "contact"),
        ({"at": timedelta(hours=1)}, "at"),
    ],
)
def test_a_call_that_is_not_whole_is_asked_for_again(
    cast: Cast, sent: Disclosure, now: datetime, change: dict[str, object], field: str
) -> None:
    call = {"how": "phone", "contact": "101", "name": "Dee", "role": "Duty", "at": timedelta()}
    call["said"] = "Told her of the visit."
    call |= change
    with pytest.raises(Invalid) as caught:
        acknowledgement_record(
            account=cast.alice,
            disclosure_id=sent.id,
            now=now,
            **{**call, "at": now + call["at"]},  # type: ignore[operator]
        )
    assert list(caught.value.errors) == [field]


def test_only_the_circle_writes_down_a_call(cast: Cast, sent: Disclosure, now: datetime) -> None:
    for who in (cast.stranger, cast.pat, cast.olu, cast.ada):
        with pytest.raises(NotFound):
            acknowledgement_record(
                account=who, disclosure_id=sent.id, how="phone", contact="101", name="D", role="R",
                at=now, now=now,
            )  # fmt: skip
