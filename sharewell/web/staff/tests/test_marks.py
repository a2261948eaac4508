"""What a concern counts as is ticked in its form, with the number; what is wrong is shown and kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import Concern, Marking
from sharewell.cases.tests.told import open_case
from sharewell.testing import make_cast, sign_in
from sharewell.web.staff.tests.concern_form import concern_data, two_people

pytestmark = pytest.mark.django_db


def test_a_tick_and_its_number_are_kept_and_shown(client: Client) -> None:
    sign_in(client, make_cast().alice)
    data = concern_data(marks=["low_level", "loss"], mark_loss="£1,040.50", mark_missing="7")
    done = client.post(reverse("concern_raise"), data)
    assert done.status_code == 302
    kept = set(Marking.objects.values_list("event", "number"))
    assert kept == {("low_level", None), ("loss", Decimal("1040.50"))}
    shown = client.get(done["Location"]).content.decode()
    assert "Counts as: Small on its own; Money or belongings lost: £1,040.50" in shown


def test_among_several_people_it_is_said_whom_it_is_about(client: Client) -> None:
    sign_in(client, make_cast().alice)
    refused = client.post(reverse("concern_raise"), two_people(marks=["missing"]))
    assert "Say whom this is about." in refused.content.decode()
    data = two_people(marks=["missing"], marks_about=["1"], mark_missing="25")
    client.post(reverse("concern_raise"), data)
    assert Marking.objects.get().case.person.name == "Tom Mill"


@pytest.mark.parametrize("typed", ["a lot", "-4", "NaN", "1e400"])
def test_a_number_that_is_none_is_refused_and_kept(client: Client, typed: str) -> None:
    sign_in(client, make_cast().alice)
    page = client.post(reverse("concern_raise"), concern_data(marks=["loss"], mark_loss=typed))
    shown = page.content.decode()
    assert "Enter a number, like 40 or 12.50" in shown
    assert f'value="{typed}"' in shown
    assert not Concern.objects.exists()


def test_a_line_is_marked_kept_as_typed_and_starts_its_correction(client: Client) -> None:
    cast = make_cast()
    case = open_case(cast)
    sign_in(client, cast.alice)
    url = reverse("chronology_add", args=[case.pk])
    when: dict[str, object] = {
        "event_at_day": "20",
        "event_at_month": "11",
        "event_at_year": "2026",
    }
    typed: dict[str, object] = {
        **when,
        "event_at_time": "9:30",
        "section": "note",
        "kind": "observed",
    }
    typed |= {"marks": ["low_level", "loss"], "mark_loss": "12"}
    assert "Write what was seen" in client.post(url, typed).content.decode()
    again = client.get(url).content.decode()
    assert again.count(" checked") == 4  # its kind, how it is known, and both marks
    assert client.post(url, {**typed, "happened": "£12 gone."}).status_code == 302
    line = Marking.objects.filter(event="loss").get().line
    assert line is not None
    correct = client.get(reverse("chronology_correct", args=[case.pk, line.pk])).content.decode()
    assert 'value="12.00"' in correct
