"""The guide to good recording beside the text: it points out, it keeps nothing, and it stops nobody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sharewell import packs
from sharewell.cases.models import Concern, Draft
from sharewell.cases.tests.told import open_case
from sharewell.core.policy import PackError
from sharewell.testing import make_cast, sign_in
from sharewell.web.staff.tests.case_forms import LINE
from sharewell.web.staff.tests.concern_form import concern_data

pytestmark = pytest.mark.django_db
GUIDE, RAISE = "/recording/guide/", "/concerns/raise/"
WORDS = "She was obviously drunk."


@pytest.fixture
def alice(client: Client) -> Client:
    return sign_in(client, make_cast().alice)


def asked(client: Client, text: str, kind: str) -> str:
    """What is pointed out in a text of this kind."""
    data = {"text_name": "one", "kind_name": "", "one": text, "kind": kind}
    return str(client.post(GUIDE, data).content.decode())


def test_it_points_out_the_words_with_the_reason(alice: Client) -> None:
    said = asked(alice, WORDS, "observed")
    assert "“obviously”" in said
    assert "mark it as an opinion" in said
    assert "obviously" not in asked(alice, WORDS, "opinion")
    assert asked(alice, WORDS, "their_words").strip() == ""
    assert asked(alice, "", "observed").strip() == ""


def test_the_kind_may_be_chosen_beside_the_text(alice: Client) -> None:
    data = {"text_name": "one", "kind_name": "kind_of", "kind_of": "opinion", "one": WORDS}
    assert "obviously" not in alice.post(GUIDE, data).content.decode()


def test_what_is_typed_is_shown_as_text(alice: Client) -> None:
    said = asked(alice, "Told <script>x</script> the police", "observed")
    assert "&lt;script&gt;" in said
    assert "<script>" not in said


def test_nothing_of_it_is_kept(alice: Client) -> None:
    asked(alice, WORDS, "observed")
    assert not Draft.objects.exists()
    assert not Concern.objects.exists()


def test_it_stands_beside_what_was_typed_without_script_too(alice: Client) -> None:
    kept = concern_data(action="save", statement_0_text=WORDS, statement_1_text=WORDS)
    page = alice.post(RAISE, kept).content.decode()
    assert page.count("“obviously”") == 1


def test_it_stands_beside_a_line_of_the_chronology(client: Client) -> None:
    cast = make_cast()
    sign_in(client, cast.alice)
    address = reverse("chronology_add", args=[open_case(cast).pk])
    wrong = {**LINE, "event_at_day": "", "happened": WORDS, "opinion": WORDS, "said": WORDS}
    page = client.post(address, wrong)
    assert page.status_code == 422
    assert page.content.decode().count("“obviously”") == 1


@pytest.mark.parametrize("guide", packs.recording(), ids=lambda guide: guide.id)
def test_it_stops_nobody(alice: Client, guide: object) -> None:
    data = concern_data(statement_0_text=guide.fires, reason=guide.fires)  # type: ignore[attr-defined]
    assert alice.post(RAISE, data).status_code == 302
    assert Concern.objects.count() == 1


def test_without_its_pack_recording_goes_on(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise PackError("recording.yaml", "", "", "is missing")

    monkeypatch.setattr(packs, "recording", gone)
    assert asked(alice, WORDS, "observed").strip() == ""
    assert alice.post(RAISE, concern_data(statement_0_text=WORDS)).status_code == 302
