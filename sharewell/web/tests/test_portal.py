"""The pages of a partner who has only a link: code, message, acknowledgement; and everybody who must not."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import Acknowledgement, Disclosure, Link, Opening
from sharewell.disclosures.operations.links import link_code_make, link_make
from sharewell.disclosures.tests.stage import SALT, SECRET, make_desk, make_file, make_sent
from sharewell.testing import Cast, make_cast, sign_in
from sharewell.web.portal.link import COOKIE
from sharewell.web.portal.link import SALT as COOKIE_SALT

pytestmark = pytest.mark.django_db
NAME = SECRET.split()[0]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sent(cast: Cast) -> Disclosure:
    return make_sent(cast, timezone.now(), make_desk(code_email=""))


@pytest.fixture
def opened(sent: Disclosure) -> tuple[str, str]:
    """The address of the page and the code."""
    key, now = settings.SECRET_KEY.encode(), timezone.now()
    _, token = link_make(disclosure_id=sent.id, now=now, key=key)
    _, code = link_code_make(
        disclosure_id=sent.id, now=now, key=key, salt=SALT, account=sent.sent_by
    )
    return reverse("portal_link", args=[token]), code


def enter(client: Client, address: str, code: str, *without: str) -> Any:
    form = {"code": code, "name": "Dee Desk", "role": "Duty worker"}
    return client.post(address, {name: form[name] for name in form if name not in without})


def test_link_then_code_then_message_then_one_click(
    client: Client, sent: Disclosure, opened: tuple[str, str]
) -> None:
    address, code = opened
    page = client.get(address)
    assert page.status_code == 200
    assert NAME not in page.content.decode()
    assert "Alder Care" not in page.content.decode(), "before the code not even who sent it"
    answer = enter(client, address, code)
    assert (answer.status_code, answer["Location"]) == (302, reverse("portal_message"))
    message = client.get(reverse("portal_message"))
    assert f"{NAME}" in message.content.decode()
    assert "Alder Care" in message.content.decode()
    done = client.post(reverse("portal_acknowledge"), follow=True)
    assert "Acknowledged by Dee Desk, Duty worker" in done.content.decode()
    assert Acknowledgement.objects.get().disclosure == sent
    again = client.post(reverse("portal_acknowledge"), follow=True)
    assert again.status_code == 200
    assert Acknowledgement.objects.count() == 1


def test_a_scanner_that_follows_the_link_consumes_nothing(
    client: Client, opened: tuple[str, str]
) -> None:
    address, code = opened
    for _ in range(30):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert not Opening.objects.exists()
    assert enter(client, address, code).status_code == 302


def test_the_session_is_a_short_cookie_for_the_partner_pages_alone(
    client: Client, opened: tuple[str, str]
) -> None:
    cookie = enter(client, *opened).cookies[COOKIE]
    assert cookie["path"] == "/link/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["max-age"] == 1800
    assert client.get(reverse("landing")).context["viewer"] is None


def test_no_page_is_kept_or_tells_another_site_where_it_was(
    client: Client, opened: tuple[str, str]
) -> None:
    address, code = opened
    enter(client, address, code)
    for page in (client.get(address), client.get(reverse("portal_message"))):
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "same-origin"
        html = page.content.decode()
        assert not re.findall(r'(?:src|href)="(https?:)?//(?!www\.google|www\.bbc)[^"]*"', html)
        assert "govuk-exit-this-page" in html
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
        assert title
        assert NAME not in title[1]


def neutral(response: Any) -> str:
    return re.sub(r'value="[\w-]{20,}"', "", response.content.decode())


def test_expired_closed_withdrawn_and_unknown_links_give_one_and_the_same_page(
    client: Client, sent: Disclosure, opened: tuple[str, str]
) -> None:
    address, code = opened
    unknown = client.get(reverse("portal_link", args=["x" * 43]))
    assert unknown.status_code == 404
    assert "ring the agency" in unknown.content.decode()
    assert "Alder" not in unknown.content.decode()
    now = timezone.now()
    for change in ({"expires_at": now - timedelta(seconds=1)}, {"closed_at": now}):
        was = Link.objects.values(*change).get()
        Link.objects.update(**change)
        assert neutral(client.get(address)) == neutral(unknown)
        assert neutral(enter(client, address, code)) == neutral(unknown)
        Link.objects.update(**was)
    Disclosure.objects.update(state="stopped")
    assert neutral(client.get(address)) == neutral(unknown)
    assert not Opening.objects.exists()


def test_a_wrong_code_is_told_so_and_many_lock_and_then_close_the_link(
    client: Client, opened: tuple[str, str]
) -> None:
    address, code = opened
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    answers = [enter(client, address, wrong) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [429]
    assert wrong not in answers[0].content.decode()
    assert enter(client, address, code).status_code == 429
    for _ in range(2):
        Link.objects.update(locked_until=None)
        Link.objects.get().tries.all().delete()
        last = [enter(client, address, wrong) for _ in range(5)][-1]
    assert last.status_code == 404
    assert enter(client, address, code).status_code == 404
    assert not Opening.objects.exists()


def test_a_code_that_was_replaced_does_not_open(
    client: Client, sent: Disclosure, opened: tuple[str, str]
) -> None:
    address, code = opened
    link_code_make(
        disclosure_id=sent.id,
        now=timezone.now(),
        key=settings.SECRET_KEY.encode(),
        salt=SALT,
        account=sent.sent_by,
    )
    assert enter(client, address, code).status_code == 422


@pytest.mark.parametrize("missing", ["code", "name", "role"])
def test_code_name_and_role_are_asked_for_and_what_was_typed_is_kept(
    client: Client, opened: tuple[str, str], missing: str
) -> None:
    answer = enter(client, *opened, missing)
    assert answer.status_code == 422
    if missing != "name":
        assert 'value="Dee Desk"' in answer.content.decode()
    assert not Link.objects.get().tries.exists()


def test_without_the_code_nothing_opens(client: Client, opened: tuple[str, str]) -> None:
    for cookie in ("", "x", Opening().id.hex, signing.dumps(Opening().id.hex, salt=COOKIE_SALT)):
        client.cookies[COOKIE] = cookie
        assert client.get(reverse("portal_message")).status_code == 404
        assert client.post(reverse("portal_acknowledge")).status_code == 404
    assert not Acknowledgement.objects.exists()


def test_the_cookie_of_one_link_opens_no_other(
    client: Client, cast: Cast, opened: tuple[str, str]
) -> None:
    enter(client, *opened)
    other = make_sent(cast, timezone.now(), make_desk())
    file = make_file(other, timezone.now())
    assert client.get(reverse("portal_attachment", args=[file.id])).status_code == 404


def test_a_file_is_handed_over_as_a_download_that_no_browser_runs(
    client: Client, sent: Disclosure, opened: tuple[str, str]
) -> None:
    file = make_file(sent, timezone.now())
    address = reverse("portal_attachment", args=[file.id])
    assert client.get(address).status_code == 404
    enter(client, *opened)
    answer = client.get(address)
    assert answer.content == b"%PDF-"
    assert answer["Content-Disposition"] == 'attachment; filename="attachment.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_leaving_closes_the_message_on_this_device(client: Client, opened: tuple[str, str]) -> None:
    enter(client, *opened)
    assert client.post(reverse("portal_leave")).status_code == 200
    assert client.get(reverse("portal_message")).status_code == 404


def test_half_an_hour_later_the_code_is_asked_again(
    client: Client, opened: tuple[str, str]
) -> None:
    enter(client, *opened)
    Opening.objects.update(at=timezone.now() - timedelta(minutes=30))
    assert client.get(reverse("portal_message")).status_code == 404
    assert client.post(reverse("portal_acknowledge")).status_code == 404


def test_a_forged_form_from_another_site_is_refused(opened: tuple[str, str]) -> None:
    address, code = opened
    strict = Client(enforce_csrf_checks=True)
    assert enter(strict, address, code).status_code == 403
    assert strict.post(reverse("portal_acknowledge")).status_code == 403


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_wrong_methods_are_refused(client: Client, opened: tuple[str, str], method: str) -> None:
    for address in (opened[0], reverse("portal_message"), reverse("portal_acknowledge")):
        assert getattr(client, method)(address).status_code == 405
    for name in ("portal_acknowledge", "portal_leave"):
        assert client.get(reverse(name)).status_code == 405


@pytest.mark.parametrize(
    "path", ["link/", "link/message", "link/../inbox/", "link/%2e%2e/", "link/files/1/", "link/é/"]
)
def test_paths_that_nobody_made_lead_nowhere(client: Client, path: str) -> None:
    assert client.get(f"/{path}", follow=True).status_code == 404


def test_signed_in_staff_of_any_agency_get_no_further_with_a_link(
    client: Client, cast: Cast, opened: tuple[str, str]
) -> None:
    for who in (cast.alice, cast.stranger, cast.olu, cast.pat, cast.ada, cast.ivo):
        sign_in(client, who)
        assert client.get(reverse("portal_message")).status_code == 404


def test_no_secret_and_no_name_stands_in_a_log_line(
    client: Client, opened: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    address, code = opened
    with caplog.at_level("DEBUG"):
        enter(client, address, code)
        client.get(reverse("portal_message"))
        client.get(address + "x")
    text = caplog.text + "".join(
        str(record.__dict__) for record in caplog.records if not hasattr(record, "sql")
    )
    for secret in (address.split("/")[2], code, NAME, "Dee Desk"):
        assert secret not in text
