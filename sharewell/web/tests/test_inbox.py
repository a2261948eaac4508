"""The inbox of partners with accounts, and the sender's pages for link, code and calls."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import Acknowledgement, Disclosure, Link, Opening
from sharewell.disclosures.tests.stage import SECRET, make_desk, make_file, make_sent
from sharewell.testing import Cast, make_account, make_cast, make_function, sign_in

pytestmark = pytest.mark.django_db
NAME = SECRET.split()[0]
CALL = {
    "how": "phone",
    "contact": "01632 960100",
    "name": "Dee",
    "role": "Duty worker",
    "said": "Told her of the visit; she goes at four.",
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sent(cast: Cast) -> Disclosure:
    return make_sent(cast, timezone.now() - timedelta(minutes=1), cast.police)


@pytest.fixture
def by_link(cast: Cast) -> Disclosure:
    return make_sent(cast, timezone.now() - timedelta(minutes=1), make_desk(code_email=""))


def url(name: str, sent: Disclosure) -> str:
    return reverse(name, args=[sent.id])


def at_parts() -> dict[str, str]:
    at = timezone.now() - timedelta(hours=2)
    parts = {"at_day": at.day, "at_month": at.month, "at_year": at.year, "at_time": f"{at:%H:%M}"}
    return {name: str(value) for name, value in parts.items()}


def test_a_partner_opens_and_acknowledges_in_one_click(
    client: Client, cast: Cast, sent: Disclosure
) -> None:
    sign_in(client, cast.pat)
    listed = client.get(reverse("inbox_list")).content.decode()
    assert "Alder Care" in listed
    assert NAME not in listed
    assert not Opening.objects.exists(), "the list opens nothing"
    page = client.get(url("inbox_message", sent))
    assert NAME in page.content.decode()
    done = client.post(url("inbox_acknowledge", sent), follow=True)
    assert "Acknowledged by Pat Desk" in done.content.decode()
    client.post(url("inbox_acknowledge", sent))
    assert Acknowledgement.objects.count() == Opening.objects.count() == 1
    assert "Acknowledged" in client.get(reverse("inbox_list")).content.decode()


def test_no_title_and_no_address_says_whom_it_is_about(
    client: Client, cast: Cast, sent: Disclosure
) -> None:
    sign_in(client, cast.pat)
    for address in (reverse("inbox_list"), url("inbox_message", sent)):
        page = client.get(address)
        title = re.search(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL)
        assert title
        assert NAME not in title[1]
        assert "Alder" not in title[1]
        assert "no-store" in page["Cache-Control"]


def test_everybody_outside_the_function_finds_nothing(
    client: Client, cast: Cast, sent: Disclosure
) -> None:
    colleague = make_account("Col Officer", cast.police_agency, "partner")
    file = make_file(sent, timezone.now())
    for who in (cast.alice, cast.bea, cast.sam, cast.olu, cast.ada, cast.ivo, colleague):
        sign_in(client, who)
        assert client.get(url("inbox_message", sent)).status_code == 404
        assert client.post(url("inbox_acknowledge", sent)).status_code == 404
        assert client.get(reverse("inbox_attachment", args=[file.id])).status_code == 404
        assert "Alder" not in re.sub(
            r"<header.*?</header>",
            "",
            client.get(reverse("inbox_list")).content.decode(),
            flags=re.DOTALL,
        )
    assert not Opening.objects.exists()


def test_signed_out_nobody_gets_in(client: Client, sent: Disclosure) -> None:
    for address in (reverse("inbox_list"), url("inbox_message", sent), url("link_code", sent)):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
    for name in ("inbox_acknowledge", "link_code", "link_renew", "link_close"):
        assert client.post(url(name, sent)).status_code == 403


def test_wrong_methods_are_refused(client: Client, cast: Cast, sent: Disclosure) -> None:
    sign_in(client, cast.pat)
    assert client.get(url("inbox_acknowledge", sent)).status_code == 405
    assert client.post(reverse("inbox_list")).status_code == 405
    assert client.post(url("inbox_message", sent)).status_code == 405
    for name in ("link_renew", "link_close"):
        assert client.get(url(name, sent)).status_code == 405


def test_a_file_comes_only_after_its_message_was_opened(
    client: Client, cast: Cast, sent: Disclosure
) -> None:
    address = reverse("inbox_attachment", args=[make_file(sent, timezone.now()).id])
    sign_in(client, cast.pat)
    assert client.get(address).status_code == 404
    assert "attachment.pdf" in client.get(url("inbox_message", sent)).content.decode()
    answer = client.get(address)
    assert answer.content == b"%PDF-"
    assert answer["Content-Disposition"].startswith("attachment;")


def test_acknowledging_what_was_never_opened_is_refused(
    client: Client, cast: Cast, sent: Disclosure
) -> None:
    sign_in(client, cast.pat)
    assert client.post(url("inbox_acknowledge", sent)).status_code == 404
    assert not Acknowledgement.objects.exists()


def test_a_lead_who_staffs_the_agencys_own_desk_finds_its_inbox(client: Client, cast: Cast) -> None:
    """Not partners alone receive: what goes to the safeguarding lead is found from every page."""
    link = f'href="{reverse("inbox_list")}"'
    sign_in(client, cast.sam)
    assert link not in client.get(reverse("concern_raise")).content.decode()
    make_function("Alder safeguarding", cast.agency, "safeguarding_lead", cast.sam)
    assert link in client.get(reverse("concern_raise")).content.decode()


def test_the_inbox_goes_on_page_by_page(client: Client, cast: Cast) -> None:
    for minutes in range(27):
        make_sent(cast, timezone.now() - timedelta(minutes=minutes), cast.police)
    sign_in(client, cast.pat)
    page = client.get(reverse("inbox_list")).content.decode()
    older = re.search(r'href="([^"]*after=[^"]*)"', page)
    assert older
    rest = client.get(older[1].replace("&amp;", "&")).content.decode()
    assert (page.count("sw-waiting__item"), rest.count("sw-waiting__item")) == (25, 2)


def test_the_sender_is_shown_a_code_once_to_say_by_phone(
    client: Client, cast: Cast, by_link: Disclosure
) -> None:
    sign_in(client, cast.alice)
    before = client.get(url("link_code", by_link)).content.decode()
    assert not re.search(r"\d{4} \d{4}<", before)
    shown = client.post(url("link_code", by_link)).content.decode()
    code = re.search(r"(\d{4} \d{4})</h2>", shown)
    assert code
    assert code[1] not in client.get(url("link_code", by_link)).content.decode()
    again = re.search(
        r"(\d{4} \d{4})</h2>", client.post(url("link_code", by_link)).content.decode()
    )
    assert again
    assert again[1] != code[1]


def test_the_sender_closes_and_renews_a_link(
    client: Client, cast: Cast, by_link: Disclosure
) -> None:
    sign_in(client, cast.alice)
    client.post(url("link_code", by_link))
    assert client.post(url("link_close", by_link), follow=True).status_code in (200, 404)
    assert Link.objects.get().closed_why == "sender"
    client.post(url("link_renew", by_link))
    assert by_link.deliveries.get().state == "waiting"


def test_outside_the_circle_there_is_no_link_and_no_call(
    client: Client, cast: Cast, by_link: Disclosure
) -> None:
    for who in (cast.stranger, cast.olu, cast.pat, cast.ada, cast.ivo, cast.gita):
        sign_in(client, who)
        for name in ("link_code", "acknowledgement_record"):
            assert client.get(url(name, by_link)).status_code == 404
        for name in ("link_code", "link_renew", "link_close"):
            assert client.post(url(name, by_link)).status_code == 404
        form = {**CALL, **at_parts()}
        assert client.post(url("acknowledgement_record", by_link), form).status_code == 404
    assert not Link.objects.exists()
    assert not Acknowledgement.objects.exists()


def test_a_call_is_written_down_and_counts(client: Client, cast: Cast, by_link: Disclosure) -> None:
    sign_in(client, cast.alice)
    answer = client.post(url("acknowledgement_record", by_link), {**CALL, **at_parts()})
    assert answer.status_code == 302
    assert Acknowledgement.objects.get().opening.recorded_by == cast.alice


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"said": ""}, {"contact": "by bus"}, {"at_day": "99"}]
)
def test_a_call_that_is_not_whole_keeps_what_was_typed(
    client: Client, cast: Cast, by_link: Disclosure, change: dict[str, Any]
) -> None:
    sign_in(client, cast.alice)
    form = {**CALL, **at_parts(), **change}
    answer = client.post(url("acknowledgement_record", by_link), form)
    assert answer.status_code == 422
    assert 'value="Duty worker"' in answer.content.decode()
    assert not Acknowledgement.objects.exists()


def test_a_code_for_one_with_an_inbox_is_refused_kindly(
    client: Client, cast: Cast, sent: Disclosure
) -> None:
    sign_in(client, cast.alice)
    answer = client.post(url("link_code", sent))
    assert answer.status_code == 409
    assert "reached another way" in answer.content.decode()
