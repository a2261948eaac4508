"""The pages of a case's people: recorded, corrected, ended; a doubt, a wall, two records; nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sharewell.cases.models import Case, HouseholdMember, Identifier, Merge, NotSame, PersonName
from sharewell.cases.records import join_circle
from sharewell.cases.telling import PersonTold
from sharewell.cases.tests.told import open_case
from sharewell.testing import NOW, Cast, make_cast, sign_in
from sharewell.web.staff.tests.concern_form import concern_data

pytestmark = pytest.mark.django_db
MARY = PersonTold(key="1", name="Mary Mill", subject_kind="adult")
BABY = PersonTold(key="1", name="Baby of Ann", subject_kind="unborn")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast, people=[MARY])


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def post(client: Client, where: str, case: Case, /, **data: Any) -> Any:
    return client.post(reverse(where, args=[case.pk]), data)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def people(client: Client, case: Case) -> str:
    return text_of(client.get(reverse("case_people", args=[case.pk])))


def test_a_wrong_digit_is_refused_in_words_with_what_was_typed(alice: Client, case: Case) -> None:
    answer = post(alice, "identifier_add", case, kind="nhs", number="450 557 7105")
    assert answer.status_code == 422
    assert "does not fit the others" in text_of(answer)
    assert 'value="450 557 7105"' in text_of(answer)
    assert not Identifier.objects.exists()
    right = post(alice, "identifier_add", case, kind="nhs", number="450 557 7104")
    assert right.status_code == 302
    assert "450 557 7104" in people(alice, case)


def test_a_doubt_is_told_and_settled_by_a_tick(alice: Client, case: Case) -> None:
    typed = {"kind": "nhs", "number": "943 476 5919"}
    fresh = text_of(alice.get(reverse("identifier_add", args=[case.pk])))
    assert "I have looked again" not in fresh
    answer = post(alice, "identifier_add", case, **typed)
    assert answer.status_code == 422
    assert "begin with 4, 6 or 7" in text_of(answer)
    assert "I have looked again" in text_of(answer)
    assert post(alice, "identifier_add", case, **typed, sure="on").status_code == 302


def test_what_no_longer_holds_stays_readable_with_the_reason(alice: Client, case: Case) -> None:
    post(alice, "name_add", case, kind="likes", name="Mrs Mill")
    row = PersonName.objects.get()
    url = reverse("row_end", args=[case.pk, "name", row.pk])
    assert "Mrs Mill" in text_of(alice.get(url))
    assert alice.post(url, {"reason": ""}).status_code == 422
    assert alice.post(url, {"reason": "She says Mary"}).status_code == 302
    assert "What no longer holds" in people(alice, case)
    assert "She says Mary" in people(alice, case)
    assert alice.post(url, {"reason": "Again"}).status_code == 409
    assert alice.get(reverse("row_end", args=[case.pk, "pets", row.pk])).status_code == 404


def test_somebody_of_the_household_gets_a_case(alice: Client, case: Case) -> None:
    typed = {"name": "Tom", "kind": "child", "subject_kind": "child", "at_risk": "yes"}
    assert post(alice, "household_add", case, **typed, age="nine").status_code == 422
    assert post(alice, "household_add", case, **typed, age="9").status_code == 302
    row = HouseholdMember.objects.get()
    assert row.age == 9
    url = reverse("household_open", args=[case.pk, row.pk])
    assert url in people(alice, case)
    assert alice.post(url).status_code == 302
    assert url not in people(alice, case)
    assert "Their case" in people(alice, case)
    again = alice.post(url, follow=True)
    assert "There is a case about them already" in text_of(again)
    assert Case.objects.count() == 2


def test_a_colleague_who_is_alleged_is_shut_out_and_the_page_says_so(
    alice: Client, cast: Cast, case: Case
) -> None:
    join_circle(case=case, account=cast.stranger, relation="invited", now=NOW)
    stan = sign_in(Client(), cast.stranger)
    assert stan.get(reverse("case_people", args=[case.pk])).status_code == 200
    typed = {"kind": "account", "colleague": str(cast.stranger.pk), "relation": "professional"}
    answer = alice.post(
        reverse("alleged_add", args=[case.pk]), {**typed, "handling": ["refuge"]}, follow=True
    )
    words = text_of(answer)
    assert "can see that this case exists" in words
    assert "They are in a refuge" in words
    assert stan.get(reverse("case_people", args=[case.pk])).status_code == 404


def test_who_shuts_themselves_out_is_led_home(alice: Client, cast: Cast, case: Case) -> None:
    typed = {"kind": "account", "colleague": str(cast.alice.pk), "relation": "professional"}
    answer = post(alice, "alleged_add", case, **typed)
    assert answer["Location"] == reverse("home")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("account", {"name_other": "Joe"}),
        ("staff", {"name_other": "Joe"}),
        ("household", {"name": "Joe"}),
        ("other", {"name": "Joe"}),
    ],
)
def test_who_is_alleged_is_asked_as_it_goes_with_who_it_is(
    alice: Client, case: Case, kind: str, typed: dict[str, str]
) -> None:
    answer = post(alice, "alleged_add", case, kind=kind, relation="friend", **typed)
    assert answer.status_code == 422
    assert 'value="Joe"' in text_of(answer)


def test_a_birth_turns_an_unborn_child_into_a_child(cast: Cast, alice: Client) -> None:
    case = open_case(cast, people=[BABY])
    assert "Unborn child" in people(alice, case)
    day = {"expected_on_day": "4", "expected_on_month": "3", "expected_on_year": "2027"}
    assert post(alice, "birth_expect", case, **day).status_code == 302
    assert "4 March 2027" in people(alice, case)
    day = {"born_on_day": "1", "born_on_month": "11", "born_on_year": "2026"}
    assert post(alice, "birth_record", case, **day, name="Rose").status_code == 302
    assert "Rose" in people(alice, case)
    assert post(alice, "birth_record", case, **day).status_code == 409


def test_a_relation_names_only_people_whose_case_the_viewer_reads(
    cast: Cast, alice: Client, case: Case
) -> None:
    ann = open_case(cast, people=[PersonTold(key="1", name="Ann Lee", subject_kind="adult")])
    zoe = open_case(
        cast,
        account=cast.stranger,
        people=[PersonTold(key="1", name="Zoe Far", subject_kind="adult")],
    )
    url = reverse("relation_add", args=[case.pk])
    assert "Ann Lee" in text_of(alice.get(url))
    assert "Zoe Far" not in text_of(alice.get(url))
    assert alice.post(url, {"kind": "friend", "other": str(zoe.pk)}).status_code == 422
    assert alice.post(url, {"kind": "sibling", "other": str(ann.pk)}).status_code == 302
    assert "Their case" in people(alice, case)


def test_two_records_are_looked_at_decided_and_parted(
    cast: Cast, alice: Client, case: Case
) -> None:
    other = open_case(cast, people=[MARY])
    third = open_case(cast, people=[MARY])
    assert "Is this the same person?" in people(alice, case)
    url = reverse("duplicate_decide", args=[case.pk, third.pk])
    assert alice.get(reverse("duplicate_decide", args=[case.pk, case.pk])).status_code == 404
    assert alice.post(url, {"same": "false"}).status_code == 422
    assert alice.post(url, {"same": "false", "reason": "Sisters"}).status_code == 302
    assert NotSame.objects.count() == 1
    assert url not in people(alice, case)
    url = reverse("duplicate_decide", args=[case.pk, other.pk])
    assert alice.post(url, {"same": "true", "reason": "Same voice"}).status_code == 302
    assert alice.get(reverse("case_detail", args=[other.pk])).status_code == 404
    part = reverse("case_unmerge", args=[case.pk, Merge.objects.get().pk])
    assert part in people(alice, case)
    assert alice.post(part, {"reason": "Two after all"}).status_code == 302
    assert alice.get(reverse("case_detail", args=[other.pk])).status_code == 200
    assert "Parted again" in people(alice, case)
    assert alice.post(part, {"reason": "Again"}).status_code == 409


def test_who_only_reads_is_offered_nothing_to_write(cast: Cast, case: Case) -> None:
    join_circle(case=case, account=cast.gita, relation="oversight", now=NOW)
    gita = sign_in(Client(), cast.gita)
    assert "Add a name" not in people(gita, case)
    assert post(gita, "name_add", case, kind="alias", name="Polly").status_code == 403


def test_the_page_costs_the_same_however_much_is_recorded(alice: Client, case: Case) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            people(alice, case)
        return len(found)

    def record(name: str) -> None:
        post(alice, "name_add", case, kind="alias", name=name)
        post(alice, "need_add", case, kind="other", detail=name)
        post(alice, "alleged_add", case, kind="other", name_other=name, relation="friend")
        typed = {"name": name, "kind": "child", "subject_kind": "child", "at_risk": "yes"}
        post(alice, "household_add", case, **typed)

    record("Polly")
    before = cost()
    for number in range(5):
        record(f"Polly {number}")
    assert cost() == before


# --- while a concern is raised -----------------------------------------------------------------------


def concern_about(name: str, **more: str) -> dict[str, Any]:
    return {**concern_data(), "person_0_name": name, "person_0_kind": "adult", **more}


def test_somebody_new_who_may_be_known_is_asked_about_once(
    cast: Cast, alice: Client, case: Case
) -> None:
    url = reverse("concern_raise")
    typed = concern_about("Mary Mill")
    answer = alice.post(url, typed)
    assert answer.status_code == 422
    assert case.reference in text_of(answer)
    assert "The same name" in text_of(answer)
    assert 'value="Mary Mill"' in text_of(answer)
    assert alice.post(url, {**typed, "person_0_same": str(case.pk)}).status_code == 302
    assert case.concerns.count() == 2
    assert Case.objects.count() == 1


def test_somebody_new_who_is_not_the_one_known_is_remembered_as_such(
    alice: Client, case: Case
) -> None:
    typed = concern_about("Mary Mill", person_0_same="new")
    assert alice.post(reverse("concern_raise"), typed).status_code == 302
    assert Case.objects.count() == 2
    assert NotSame.objects.count() == 1
    assert "Is this the same person?" not in people(alice, case)


def test_in_danger_nobody_is_asked_who_it_may_be(alice: Client, case: Case) -> None:
    typed = concern_about("Mary Mill", immediate_danger="true")
    assert alice.post(reverse("concern_raise"), typed).status_code == 302
    assert Case.objects.count() == 2


def test_an_unborn_child_is_offered_and_kept(alice: Client) -> None:
    day = {
        "person_0_birth_date_day": "4",
        "person_0_birth_date_month": "3",
        "person_0_birth_date_year": "2027",
    }
    typed = {**concern_about("Baby of Ann"), "person_0_kind": "unborn"}
    assert alice.post(reverse("concern_raise"), {**typed, "person_0_age": "1"}).status_code == 422
    assert alice.post(reverse("concern_raise"), {**typed, **day}).status_code == 302
    person = Case.objects.get().person
    assert (person.unborn, person.birth_date, person.expected_on.isoformat()) == (  # type: ignore[union-attr]
        True,
        None,
        "2027-03-04",
    )
