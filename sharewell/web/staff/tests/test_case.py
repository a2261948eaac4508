"""The pages of cases: my list, the search in it, and the page of one case."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from sharewell.cases.models import (
    Case,
    CaseRead,
    ChronologyEntry,
    CircleMember,
    RiskFacts,
)
from sharewell.cases.telling import PersonTold
from sharewell.cases.tests.told import MARY, open_case
from sharewell.testing import Cast, make_cast, sign_in
from sharewell.web.staff.tests.case_forms import LINE, pages_of
from sharewell.web.staff.tests.concern_form import same_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def test_the_case_page_has_summary_safe_contact_what_waits_and_chronology(
    alice: Client, case: Case
) -> None:
    text = alice.get(reverse("case_detail", args=[case.id])).content.decode()
    for words in (
        "Mary Mill",
        case.reference,
        "Safe contact",
        "What waits",
        "A bruise on the left arm",
    ):
        assert words in text
    title = text[text.index("<title>") : text.index("</title>")]
    assert "Mary" not in title


def test_every_page_of_a_case_works_for_its_circle_and_leaves_a_reading(
    alice: Client, cast: Cast, case: Case
) -> None:
    for url, _ in pages_of(case):
        before = CaseRead.objects.count()
        assert alice.get(url).status_code == 200, url
        assert CaseRead.objects.count() == before + 1, url
    for url, data in pages_of(case):
        if data:
            assert alice.post(url, data).status_code == 302, url


def test_outside_the_circle_no_page_of_a_case_exists(cast: Cast, case: Case) -> None:
    nowhere = Client()
    for who in (cast.stranger, cast.olu, cast.ada, cast.ivo, cast.hana, cast.gita, cast.pat):
        client = sign_in(nowhere, who)
        nothing = same_page(client.get(reverse("case_detail", args=[uuid.uuid4()])))
        for url, data in pages_of(case):
            hidden = client.get(url)
            assert hidden.status_code == 404, (who, url)
            assert same_page(hidden) == nothing
            assert client.post(url, data).status_code in {404, 405}
    assert not RiskFacts.objects.filter(recorded_by=cast.stranger).exists()
    assert not CaseRead.objects.exists()


def test_signed_out_every_page_of_a_case_asks_to_sign_in(case: Case) -> None:
    out = Client()
    for url, data in pages_of(case):
        assert out.get(url).status_code == 302
        assert out.post(url, data).status_code in {403, 405}


def test_wrong_methods_are_refused_on_every_page_of_a_case(alice: Client, case: Case) -> None:
    for url, data in pages_of(case):
        assert alice.put(url).status_code == 405
        assert alice.delete(url).status_code == 405
        if not data:
            assert alice.post(url).status_code == 405
    assert alice.get(reverse("case_search")).status_code == 405
    assert alice.post(reverse("case_list")).status_code == 405


def test_one_in_the_circle_without_a_role_in_casework_reads_and_does_not_write(
    client: Client, cast: Cast, case: Case
) -> None:
    CircleMember.objects.create(
        case=case, account=cast.gita, relation="approver", joined_at=case.opened_at
    )
    gita = sign_in(client, cast.gita)
    page = gita.get(reverse("case_detail", args=[case.id]))
    assert page.status_code == 200
    assert "Add to the chronology" not in page.content.decode()
    assert gita.post(reverse("chronology_add", args=[case.id]), LINE).status_code == 403
    assert not ChronologyEntry.objects.filter(recorded_by=cast.gita).exists()


def test_a_cursor_that_means_nothing_shows_the_newest_lines(alice: Client, case: Case) -> None:
    url = reverse("case_detail", args=[case.id])
    for wrong in ("before=x", f"before={uuid.uuid4()}", "section=x"):
        assert "A bruise" in alice.get(f"{url}?{wrong}").content.decode()


def test_the_list_and_the_search_know_only_my_cases(cast: Cast, alice: Client, case: Case) -> None:
    hidden = open_case(
        cast, account=cast.stranger, people=[PersonTold(name="Nora Mill", subject_kind="adult")]
    )
    mine = alice.get(reverse("case_list")).content.decode()
    assert "Mary Mill" in mine
    assert "Nora Mill" not in mine
    found = alice.post(reverse("case_search"), {"words": "mill"}).content.decode()
    assert "Mary Mill" in found
    assert "Nora Mill" not in found
    by_reference = alice.post(reverse("case_search"), {"words": hidden.reference})
    nothing = alice.post(reverse("case_search"), {"words": hidden.reference[:-1] + "X"})
    assert "None of your cases" in by_reference.content.decode()
    assert same_page(by_reference).replace(hidden.reference, "") == same_page(nothing).replace(
        hidden.reference[:-1] + "X", ""
    )


def test_a_reference_finds_my_case_whatever_its_letters(alice: Client, case: Case) -> None:
    found = alice.post(reverse("case_search"), {"words": f"  {case.reference.lower()} "})
    assert "Mary Mill" in found.content.decode()


def test_signs_of_a_query_language_in_the_search_are_only_letters(
    alice: Client, case: Case
) -> None:
    for words in ("%", "_", "'; --", "\x00", "\u202e"):
        answer = alice.post(reverse("case_search"), {"words": words})
        assert answer.status_code == 200


def test_long_lists_are_paged_and_their_queries_do_not_grow(
    cast: Cast, alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        open_case(cast, people=[PersonTold(name=f"Number {number};", subject_kind="adult")])
    with django_assert_max_num_queries(12):
        first = alice.get(reverse("case_list")).content.decode()
    link = first[: first.index('rel="next"')]
    link = link[link.rindex('href="') + 6 :]
    second = alice.get(link[: link.index('"')]).content.decode()
    names = [f"Number {n};" for n in range(30)]
    assert {n for n in names if n in first} | {n for n in names if n in second} == set(names)
    assert not {n for n in names if n in first and n in second}


def test_the_queries_of_a_case_page_do_not_grow_with_its_lines(
    cast: Cast, alice: Client, case: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from sharewell.cases.records import add_chronology, open_task

    for number in range(20):
        add_chronology(
            case=case, now=case.opened_at, by=cast.alice, section="note", text=f"{number}"
        )
        open_task(
            agency=cast.agency, kind="consent_ask", owner=cast.alice, now=case.opened_at, case=case
        )
    with django_assert_max_num_queries(26):
        alice.get(reverse("case_detail", args=[case.id]))


def test_people_of_any_name_are_escaped(cast: Cast, alice: Client) -> None:
    case = open_case(cast, people=[PersonTold(name="<script>x</script>", subject_kind="adult")])
    page = alice.get(reverse("case_detail", args=[case.id])).content.decode()
    assert "<script>x" not in page
    assert MARY.name not in page
