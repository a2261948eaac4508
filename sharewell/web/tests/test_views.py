"""Who may come in and how a refusal is put: the decorators that every page stands on."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound, Refusal
from sharewell.testing import Cast, make_cast, sign_in
from sharewell.web import numbers
from sharewell.web.views import public, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def ask(view: Any, user: Any, method: str = "get") -> HttpResponse:
    request = getattr(RequestFactory(), method)("/somewhere/")
    request.user = user
    return view(request)


def refusing(refusal: Refusal) -> Any:
    @staff(methods="GET POST")
    def view(request: HttpRequest, **keywords: Any) -> HttpResponse:
        raise refusal

    return view


@pytest.mark.parametrize(
    "refusal", [NotAllowed(), NotFound(), Conflict(), Invalid({"x": ["Say why"]})]
)
def test_a_refusal_becomes_a_page_with_its_status_and_sentence(
    cast: Cast, refusal: Refusal
) -> None:
    response = ask(refusing(refusal), cast.alice)
    assert response.status_code == refusal.status
    assert refusal.sentence.split(".")[0] in response.content.decode()


def test_a_view_gets_the_viewer_the_moment_and_the_agency_s_zone(cast: Cast) -> None:
    cast.agency.time_zone = "America/New_York"
    cast.agency.save()
    cast.alice.refresh_from_db()
    seen: dict[str, Any] = {}

    @staff()
    def view(request: HttpRequest, *, viewer: Any, now: Any) -> HttpResponse:
        seen.update(viewer=viewer, now=now, zone=timezone.get_current_timezone_name())
        return HttpResponse()

    ask(view, cast.alice)
    assert seen["viewer"] == cast.alice
    assert seen["now"].tzinfo == UTC
    assert seen["zone"] == "America/New_York"


def test_signed_out_a_get_goes_to_sign_in_and_comes_back(client: Client) -> None:
    response = client.get(reverse("home"))
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next=/home/"


def test_signed_out_a_post_is_refused_and_says_what_is_kept(client: Client) -> None:
    response = client.post(reverse("concern_raise"), {"text": "Ruth Lee"})
    assert response.status_code == 403
    page = response.content.decode()
    assert "is kept" in page
    assert "Ruth Lee" not in page


def test_a_method_that_is_not_listed_is_405(cast: Cast) -> None:
    @public(methods="POST")
    def view(request: HttpRequest, **keywords: Any) -> HttpResponse:
        raise AssertionError

    response = ask(view, cast.alice, "get")
    assert response.status_code == 405
    assert response["Allow"] == "POST"


def test_a_form_without_its_token_is_refused_in_words(cast: Cast) -> None:
    client = sign_in(Client(enforce_csrf_checks=True), cast.alice)
    response = client.post(reverse("concern_raise"), {"text": "Ruth Lee"})
    assert response.status_code == 403
    page = response.content.decode()
    assert "open too long" in page
    assert "Ruth Lee" not in page


def test_a_fault_shows_nothing_but_what_to_do(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**keywords: Any) -> None:
        raise RuntimeError("Ruth Lee")

    monkeypatch.setattr("sharewell.web.staff.home.cases.waiting", broken)
    client = sign_in(Client(raise_request_exception=False), cast.alice)
    response = client.get(reverse("home"))
    page = response.content.decode()
    assert response.status_code == 500
    assert "Ruth Lee" not in page
    assert "999" in page
    assert "911" in page


def test_no_page_is_kept_by_the_browser(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    assert client.get(reverse("home"))["Cache-Control"] == "no-store"


def test_pages_hold_no_script_or_style_of_their_own(client: Client, cast: Cast) -> None:
    """The content policy would refuse them."""
    for name in ("landing", "numbers", "concern_paper", "account_login"):
        page = client.get(reverse(name)).content.decode()
        assert "style=" not in page
        assert "<style" not in page
        assert all("src=" in part.split(">")[0] for part in page.split("<script")[1:])
        assert "onclick" not in page


@pytest.mark.parametrize("place", ["england", "wales", "scotland", "northern_ireland", "us"])
def test_the_number_to_ring_is_the_jurisdiction_s(client: Client, cast: Cast, place: str) -> None:
    cast.agency.jurisdiction = place
    cast.agency.save()
    sign_in(client, cast.alice)
    number = "911" if place == "us" else "999"
    assert f'href="tel:{number}"' in client.get(reverse("home")).content.decode()


def test_a_broken_pack_takes_no_number_off_a_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ValueError

    monkeypatch.setattr(numbers, "_pack", broken)
    numbers.all_numbers.cache_clear()
    numbers.script_lines.cache_clear()
    page = client.get(reverse("numbers")).content.decode()
    numbers.all_numbers.cache_clear()
    numbers.script_lines.cache_clear()
    assert 'href="tel:999"' in page
    assert 'href="tel:911"' in page
    assert "Someone is in danger now" in page
