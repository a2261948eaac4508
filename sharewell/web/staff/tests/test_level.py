"""The pages where a level is given, and where words and levels are explained."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell import packs
from sharewell.cases.models import Case, LevelGiven
from sharewell.cases.queries import field_rows
from sharewell.cases.tests.told import open_case, raise_concern
from sharewell.core.policy import PackError
from sharewell.testing import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db
ADVICE = "A level is advice: it decides nothing by itself. A person decides, and says why."
MEANS = "What the words on this page mean"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def _post(client: Client, case: Case, **changes: str) -> Any:
    told = {"form_key": str(uuid.uuid4()), "ladder": "dash", "level_dash": "high"}
    told |= {"number_dash": "11", "why": "He has a key.", **changes}
    return client.post(reverse("level_give", args=[case.id]), told)


def _text(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_what_each_level_means_and_needs_stands_where_it_is_chosen(
    alice: Client, case: Case
) -> None:
    page = _text(alice.get(reverse("level_give", args=[case.id])))
    assert ADVICE in page
    assert "Serious harm could happen at any time." in page
    assert "A referral to MARAC and an IDVA, and safety now." in page
    assert "Professional judgement overrides the ticks" in page
    assert MEANS in page
    assert "A meeting of agencies about victims of domestic abuse at the highest risk." in page


def test_a_level_is_recorded_and_shown_with_who_and_why(
    alice: Client, cast: Cast, case: Case
) -> None:
    assert _post(alice, case).status_code == 302
    page = _text(alice.get(reverse("level_give", args=[case.id])))
    assert "High (DASH, domestic abuse)" in page
    assert "number 11" in page
    assert "He has a key." in page
    assert cast.alice.name in page
    known = _text(alice.get(reverse("case_fields", args=[case.id])))
    assert "High (DASH, domestic abuse)" in known
    assert reverse("level_give", args=[case.id]) in known


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"level_dash": ""}, "Choose a level."),
        ({"why": ""}, "why this level?"),
        ({"number_dash": "28"}, "27"),
        ({"ladder": ""}, "which ladder do you use?"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_typed_is_kept(
    alice: Client, case: Case, changes: dict[str, str], says: str
) -> None:
    answer = _post(alice, case, **changes)
    assert answer.status_code == 422
    assert says in _text(answer)
    assert changes.get("why", "He has a key.") in _text(answer)
    assert not LevelGiven.objects.exists()


def test_the_manager_gives_a_level_on_reading_a_concern(cast: Cast) -> None:
    concern = raise_concern(cast)
    bea = sign_in(Client(), cast.bea)
    page = _text(bea.get(reverse("concern_detail", args=[concern.id])))
    assert ADVICE in page
    assert "The council judges this." in page
    url = reverse("concern_triage", args=[concern.id])
    told = {"harm": "unknown", "note": "Visit today.", "owner": str(cast.alice.pk)}
    wrong = bea.post(url, {**told, "level_1": "adult/concern"})
    assert wrong.status_code == 422
    assert "Say why you give this level." in _text(wrong)
    only_why = bea.post(url, {**told, "level_1_why": "Bruises."})
    assert only_why.status_code == 422
    assert "Choose the level that you give this reason for." in _text(only_why)
    assert bea.post(url, {**told, "level_1": "adult/concern", "level_1_why": "Bruises."})
    given = LevelGiven.objects.get()
    assert (given.level, given.why, given.by, given.concern) == (
        "concern",
        "Bruises.",
        cast.bea,
        concern,
    )


def test_a_concern_is_read_without_a_level_too(cast: Cast) -> None:
    concern = raise_concern(cast)
    url = reverse("concern_triage", args=[concern.id])
    told = {"harm": "unknown", "note": "Visit today.", "owner": str(cast.alice.pk)}
    assert sign_in(Client(), cast.bea).post(url, told).status_code == 302
    assert not LevelGiven.objects.exists()


def test_words_and_levels_of_the_place_stand_on_a_page(alice: Client) -> None:
    page = _text(alice.get(reverse("glossary_list")))
    assert "Levels of need, children" in page
    assert "Names and numbers differ from area to area." in page
    assert "independent domestic violence adviser" in page.lower()
    assert "Adult protective services, how fast" not in page


def test_the_pages_go_on_where_ladders_and_glossary_are_lost(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> Any:
        raise PackError("ladders.yaml", "", "", "lost")

    monkeypatch.setattr(packs, "ladders", lost)
    monkeypatch.setattr(packs, "glossary", lost)
    bea = sign_in(Client(), cast.bea)
    number = next(row.number for row in field_rows(case) if row.id == "risk.level")
    page = _text(bea.get(reverse("level_give", args=[case.id])))
    assert "Write the level in your own words." in page
    assert reverse("field_record", args=[case.id, number]) in page
    assert MEANS not in page
    assert "They cannot be read at the moment." in _text(bea.get(reverse("glossary_list")))
    concern = case.concerns.get().concern
    assert bea.get(reverse("concern_detail", args=[concern.id])).status_code == 200
    told = {"harm": "unknown", "note": "Visit today.", "owner": str(cast.alice.pk)}
    assert bea.post(reverse("concern_triage", args=[concern.id]), told).status_code == 302
