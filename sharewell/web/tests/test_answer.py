"""The pages on which a recipient answers, and where the sender reads it or writes it down."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import Answer, Disclosure, Opening, PartnerAction
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.operations.links import link_code_make, link_make
from sharewell.disclosures.tests.stage import SALT, SECRET, make_desk, make_sent
from sharewell.testing import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db
NAME = SECRET.split()[0]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sent(cast: Cast) -> Disclosure:
    sent = make_sent(cast, timezone.now(), cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=timezone.now())
    return sent


def taken_on(**changes: Any) -> dict[str, Any]:
    day = timezone.now() + timedelta(days=3)
    parts = {f"action_1_by_{name}": str(getattr(day, name)) for name in ("day", "month", "year")}
    return {
        "form_key": str(uuid.uuid4()),
        "kind": "accept",
        "words": "We start today.",
        "quality": ["clear_ask"],
        "action_1": "Visit her alone",
        "action_1_owner": "Jo Beat",
        **parts,
        **changes,
    }


def test_a_partner_answers_in_the_inbox_and_the_sender_reads_it(
    cast: Cast, sent: Disclosure
) -> None:
    pat, alice = sign_in(Client(), cast.pat), sign_in(Client(), cast.alice)
    page = pat.get(reverse("inbox_message", args=[sent.pk])).content.decode()
    assert reverse("inbox_answer", args=[sent.pk]) in page
    done = pat.post(reverse("inbox_answer", args=[sent.pk]), taken_on(), follow=True)
    assert done.redirect_chain[-1][0] == reverse("inbox_message", args=[sent.pk])
    assert "Visit her alone" in done.content.decode()
    record = alice.get(reverse("disclosure_record", args=[sent.pk])).content.decode()
    for words in (
        "We take this on",
        "Pat Desk",
        "We start today.",
        "Visit her alone",
        "Jo Beat",
        "It was clear",
    ):
        assert words in record
    assert "Acknowledged by Pat Desk" in done.content.decode()
    sharing = alice.get(reverse("case_sharing", args=[sent.case_id])).content.decode()
    assert "Taken on" in sharing


def test_a_form_that_is_not_whole_keeps_what_was_typed(cast: Cast, sent: Disclosure) -> None:
    pat = sign_in(Client(), cast.pat)
    form = taken_on(kind="redirect", action_1_owner="")
    page = pat.post(reverse("inbox_answer", args=[sent.pk]), form)
    shown = page.content.decode()
    assert page.status_code == 422
    for words in ("Say with whom it belongs.", "Say what will be done, by whom", "Visit her alone"):
        assert words in shown
    assert "We start today." in shown
    assert not Answer.objects.exists()


def test_an_answer_page_shows_nothing_of_the_message(cast: Cast, sent: Disclosure) -> None:
    pat = sign_in(Client(), cast.pat)
    shown = pat.get(reverse("inbox_answer", args=[sent.pk])).content.decode()
    assert NAME not in shown
    assert cast.agency.name in shown


def test_one_who_has_not_opened_it_finds_nothing_to_answer(cast: Cast) -> None:
    sent = make_sent(cast, timezone.now(), cast.police)
    assert (
        sign_in(Client(), cast.pat).get(reverse("inbox_answer", args=[sent.pk])).status_code == 404
    )


def enter(client: Client, sent: Disclosure) -> None:
    """Open a message by its link and code."""
    key, now = settings.SECRET_KEY.encode(), timezone.now()
    _, token = link_make(disclosure_id=sent.id, now=now, key=key)
    given = {"now": now, "key": key, "salt": SALT, "account": sent.sent_by}
    _, code = link_code_make(disclosure_id=sent.id, **given)
    who = {"code": code, "name": "Dee Desk", "role": "Duty worker"}
    client.post(reverse("portal_link", args=[token]), who)


def test_a_partner_with_a_link_answers_and_settles_an_action(client: Client, cast: Cast) -> None:
    sent = make_sent(cast, timezone.now(), make_desk(code_email=""))
    enter(client, sent)
    assert client.post(reverse("portal_answer"), taken_on()).status_code == 302
    action = PartnerAction.objects.get()
    page = client.get(reverse("portal_answer")).content.decode()
    assert str(action.pk) in page
    form = {"form_key": str(uuid.uuid4()), "kind": "update", "done": [str(action.pk)]}
    done = client.post(reverse("portal_answer"), form, follow=True)
    assert "Done: Visit her alone" in done.content.decode()
    assert NAME not in page


def test_words_are_shown_once_more_where_the_message_closed_meanwhile(
    client: Client, cast: Cast
) -> None:
    sent = make_sent(cast, timezone.now(), make_desk(code_email=""))
    enter(client, sent)
    Opening.objects.update(at=timezone.now() - timedelta(minutes=40))
    page = client.post(reverse("portal_answer"), taken_on(words="Long thought <b>over</b>"))
    shown = page.content.decode()
    assert page.status_code == 404
    assert "Long thought &lt;b&gt;over&lt;/b&gt;\nVisit her alone\nJo Beat" in shown
    assert NAME not in shown
    assert not Answer.objects.exists()
    assert client.get(reverse("portal_answer")).status_code == 404


def test_the_sender_writes_down_what_was_said_by_telephone(cast: Cast, sent: Disclosure) -> None:
    alice, url = sign_in(Client(), cast.alice), reverse("answer_record", args=[sent.pk])
    moment = timezone.localtime() - timedelta(minutes=2)
    at = {f"at_{name}": str(getattr(moment, name)) for name in ("day", "month", "year")}
    at["at_time"] = moment.strftime("%H:%M")
    form = {**taken_on(kind="decline", reason="not_our_area"), **at}
    wrong = alice.post(url, form)
    assert wrong.status_code == 422
    assert "We start today." in wrong.content.decode()
    done = alice.post(url, {**form, "name": "Dee", "role": "Duty worker"}, follow=True)
    assert "The person does not live in our area" in done.content.decode()
    assert Answer.objects.get().opening.recorded_by == cast.alice


def test_what_was_not_sent_has_no_answer(cast: Cast, sent: Disclosure) -> None:
    Disclosure.objects.filter(pk=sent.pk).update(state="stopped")
    page = sign_in(Client(), cast.alice).get(reverse("answer_record", args=[sent.pk]))
    assert page.status_code == 404


def test_another_action_is_asked_for_without_sending_and_nothing_typed_is_lost(
    cast: Cast, sent: Disclosure
) -> None:
    pat = sign_in(Client(), cast.pat)
    address = reverse("inbox_answer", args=[sent.pk])
    page = pat.post(address, {**taken_on(words=""), "add_action": "1", "action_rows": "3"})
    shown = page.content.decode()
    assert page.status_code == 200
    assert 'name="action_4"' in shown
    assert "Visit her alone" in shown
    assert "There is a problem" not in shown
    assert not Answer.objects.exists()
    page = pat.post(address, {**taken_on(), "add_action": "1", "action_rows": "12"})
    assert 'name="action_13"' not in page.content.decode()
