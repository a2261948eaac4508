"""The pages of the directory: searched without script, changed by those who keep it, nothing typed lost."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.agencies.models import Function, Hours, NamedContact
from sharewell.testing import Cast, make_account, make_agency, make_cast, make_function, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def desk(cast: Cast) -> Function:
    return make_function("Alder desk", cast.agency, "safeguarding_lead", cast.sam)


def typed(**changes: Any) -> dict[str, Any]:
    """An entry as it is typed."""
    return {"seen": "1", "phone": "01632 960 111", "week_0": "8:30 to 17:00", **changes}


def test_everybody_finds_whom_to_ring(client: Client, cast: Cast, desk: Function) -> None:
    sign_in(client, cast.ada)
    client.post(reverse("function_describe", args=[desk.pk]), typed(offers=["tenancy"]))
    sign_in(client, cast.pat)
    text = client.get(reverse("directory_list"), {"words": "eviction"}).content.decode()
    assert "Alder desk" in text
    assert cast.police.name not in text
    assert "Ring " in text
    nothing = client.get(reverse("directory_list"), {"words": "zebra"}).content.decode()
    assert "Nothing in the directory holds all of that" in nothing
    assert client.get(reverse("directory_list"), {"after": "not an id"}).status_code == 200


def test_what_is_wrong_is_named_and_what_was_typed_is_kept(
    client: Client, cast: Cast, desk: Function
) -> None:
    sign_in(client, cast.ada)
    address = reverse("function_describe", args=[desk.pk])
    held = client.post(address, typed(week_1="mornings", area="Upham"))
    assert held.status_code == 422
    text = held.content.decode()
    assert 'value="mornings"' in text
    assert 'value="Upham"' in text
    assert client.post(address, typed()).status_code == 302
    late = client.post(address, typed(phone="01632 960 222"))
    assert late.status_code == 409
    assert "01632 960 222" in late.content.decode()
    again = {**typed(phone="01632 960 222"), "seen": "2"}
    assert client.post(address, again).status_code == 302
    assert Function.objects.get(pk=desk.pk).phone == "01632 960 222"


def test_a_day_of_its_own_is_entered_and_taken_out(
    client: Client, cast: Cast, desk: Function
) -> None:
    sign_in(client, cast.bea)
    day = {"day_day": "25", "day_month": "12", "day_year": "2099", "hours": "closed"}
    assert client.post(reverse("function_day_set", args=[desk.pk]), day).status_code == 302
    page = client.get(reverse("directory_function", args=[desk.pk])).content.decode()
    assert "25 December 2099" in page
    out = reverse("function_day_take_out", args=[desk.pk])
    assert client.post(out, {"day": "2099-13-45"}).status_code == 302
    assert Hours.objects.count() == 1
    assert client.post(out, {"day": "2099-12-25"}).status_code == 302
    assert not Hours.objects.exists()


def test_a_contact_is_added_once_changed_and_ended(
    client: Client, cast: Cast, desk: Function
) -> None:
    sign_in(client, cast.ada)
    key = str(uuid.uuid4())
    said = {"name": "Dee Desk", "phone": "01632 960 5", "when": "out_of_hours", "form_key": key}
    for _ in range(2):
        add = reverse("named_contact_add", kwargs={"function_id": desk.pk})
        assert client.post(add, said).status_code == 302
    contact = NamedContact.objects.get()
    page = client.get(reverse("directory_function", args=[desk.pk])).content.decode()
    assert "Dee Desk" in page
    rings = '<a class="govuk-link" href="tel:016329605">01632 960 5</a>'
    assert f"When they are closed: {rings}" in page
    change = reverse("named_contact_change", args=[contact.pk])
    held = client.post(change, {**said, "seen": "1", "phone": ""})
    assert held.status_code == 422
    assert "Give a telephone number or an e-mail address." in held.content.decode()
    assert client.post(change, {**said, "seen": "1", "name": "Al Desk"}).status_code == 302
    assert client.post(reverse("named_contact_end", args=[contact.pk])).status_code == 302
    gone = client.get(reverse("directory_function", args=[desk.pk])).content.decode()
    assert "Al Desk" not in gone


def test_still_right_is_one_press_for_those_who_keep_it(
    client: Client, cast: Cast, desk: Function
) -> None:
    Function.objects.update(verified_on=None)
    page = reverse("directory_function", args=[desk.pk])
    sign_in(client, cast.alice)
    assert "Still right" not in client.get(page).content.decode()
    sign_in(client, cast.ada)
    assert "Still right" in client.get(page).content.decode()
    done = client.post(reverse("directory_verify", args=[desk.pk]), {"seen": "1"})
    assert done.status_code == 302
    assert "by Ada Administrator, Alder Care" in client.get(page).content.decode()
    stale = client.post(reverse("directory_verify", args=[desk.pk]), {"seen": "9"})
    assert stale.status_code == 409


def test_one_who_keeps_another_agency_is_refused(
    client: Client, cast: Cast, desk: Function
) -> None:
    far = make_account("Olga Other", cast.other_agency, "administrator")
    sign_in(client, far)
    for name in ("function_describe", "function_day_set"):
        assert client.get(reverse(name, args=[desk.pk])).status_code == 403
    assert client.post(reverse("directory_verify", args=[desk.pk])).status_code == 403
    scot = make_agency("loch-care", "Loch Care", kind="charity", jurisdiction="scotland")
    sign_in(client, make_account("Iona Far", scot, "administrator"))
    for name in ("directory_function", "function_describe", "directory_verify"):
        assert client.get(reverse(name, args=[desk.pk])).status_code == 404
    assert client.get(reverse("directory_agency", args=[cast.agency.pk])).status_code == 404
