"""The pages of a timeline: what is added, corrected, narrowed and paged."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from sharewell.cases.models import Case, ChronologyEntry, Draft
from sharewell.cases.records import add_chronology
from sharewell.cases.tests.told import open_case
from sharewell.testing import NOW, Cast, make_cast, sign_in
from sharewell.web.staff.tests.case_forms import CORRECTION, LINE

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


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_each_box_becomes_a_line_that_says_what_it_is(alice: Client, case: Case) -> None:
    told = {
        **LINE,
        "said": "Leave me be.",
        "source_role": "the person",
        "done": "Rang her GP.",
        "opinion": "She is afraid of somebody.",
    }
    assert alice.post(reverse("chronology_add", args=[case.id]), told).status_code == 302
    lines = case.chronology.filter(line__gt=1).order_by("line")
    assert [(each.section, each.kind, each.verbatim, each.source_role) for each in lines] == [
        ("contact", "observed", False, "the person"),
        ("contact", "reported", True, "the person"),
        ("action", "observed", False, ""),
        ("contact", "opinion", False, ""),
    ]
    page = read(alice, reverse("case_detail", args=[case.id]))
    for words in ("Their own words", "Opinion", "by Alice Practitioner, First team"):
        assert words in page


def test_one_box_is_needed_and_any_is_enough(alice: Client, case: Case) -> None:
    url = reverse("chronology_add", args=[case.id])
    none = alice.post(url, {**LINE, "happened": ""})
    assert none.status_code == 422
    assert "said, done or thought" in none.content.decode()
    assert alice.post(url, {**LINE, "happened": "", "kind": "", "done": "Rang."}).status_code == 302
    assert alice.post(url, {**LINE, "kind": ""}).status_code == 422


def test_a_line_in_the_future_is_refused_and_kept(alice: Client, case: Case) -> None:
    url = reverse("chronology_add", args=[case.id])
    answer = alice.post(url, {**LINE, "event_at_year": "2099"})
    assert answer.status_code == 422
    assert LINE["happened"] in answer.content.decode()
    assert not ChronologyEntry.objects.filter(text=LINE["happened"]).exists()
    again = read(alice, url)
    assert LINE["happened"] in again
    assert 'value="2099"' in again
    alice.post(url, {"action": "discard"})
    assert LINE["happened"] not in read(alice, url)


def test_what_was_typed_is_forgotten_once_it_is_in_the_chronology(
    alice: Client, case: Case
) -> None:
    url = reverse("chronology_add", args=[case.id])
    alice.post(url, {**LINE, "event_at_year": "2099"})
    assert Draft.objects.count() == 1
    alice.post(url, LINE)
    assert not Draft.objects.exists()


def test_a_correction_is_a_new_line_and_the_old_one_stays_readable(
    alice: Client, case: Case
) -> None:
    old = case.chronology.get()
    url = reverse("chronology_correct", args=[case.id, old.id])
    assert alice.post(url, {**CORRECTION, "text": "It was the right arm."}).status_code == 302
    page = read(alice, reverse("case_detail", args=[case.id]))
    assert "A bruise on the left arm." in page
    assert "It was the right arm." in page
    assert f"Corrects line {old.line}" in page
    assert "Corrected later" in page
    again = alice.post(url, CORRECTION)
    assert again.status_code == 422
    assert "already corrected" in again.content.decode()


def test_a_line_that_sharewell_wrote_keeps_its_kind_when_corrected(
    alice: Client, case: Case
) -> None:
    line = add_chronology(case=case, now=NOW, by=None, section="decision", text="Not shared.")
    url = reverse("chronology_correct", args=[case.id, line.id])
    assert alice.post(url, {**CORRECTION, "section": "decision"}).status_code == 302
    assert line.corrected_by.get().section == "decision"


def test_a_line_shows_both_times_in_those_of_the_agency_and_whether_it_was_late(
    alice: Client, case: Case
) -> None:
    alice.post(reverse("chronology_add", args=[case.id]), {**LINE, "event_at_day": "1"})
    page = read(alice, reverse("case_detail", args=[case.id]))
    assert "1 November 2026 at 14:05" in page
    assert re.search(r"\(recorded <time datetime=", page)
    assert "Recorded late" in page
    assert "Observed" in page


def test_the_timeline_is_filtered_and_paged_without_losing_a_line(
    alice: Client, case: Case, cast: Cast
) -> None:
    for number in range(120):
        add_chronology(
            case=case, now=case.opened_at, by=cast.alice, section="note", text=f"Line no {number};"
        )
    seen: list[str] = []
    url: str | None = f"{reverse('chronology_list', args=[case.id])}?section=note&kind=observed"
    pages = 0
    while url:
        text = read(alice, url)
        pages += 1
        seen += [f"Line no {n};" for n in range(120) if f"Line no {n};" in text]
        assert "A bruise" not in text
        url = older(text)
    assert pages == 3
    assert len(seen) == len(set(seen)) == 120
    first = read(alice, reverse("case_detail", args=[case.id]))
    assert first.count("moj-timeline__item") == 50
    second = read(alice, older(first) or "")
    assert second.count("moj-timeline__item") == 50
    assert "Line no 119;" in first
    assert "Line no 119;" not in second


def older(page: str) -> str | None:
    start = page.find('rel="next"')
    if start < 0:
        return None
    link = page[page.rfind('href="', 0, start) + 6 : start]
    return link[: link.index('"')].replace("&amp;", "&")


def test_an_address_of_a_filter_holds_no_word_of_the_case(
    alice: Client, case: Case, cast: Cast
) -> None:
    for number in range(60):
        add_chronology(
            case=case,
            now=case.opened_at,
            by=cast.alice,
            section="note",
            text=f"{number}",
            source_role="Neighbour at No 9",
        )
    page = read(alice, reverse("chronology_list", args=[case.id]))
    assert '<option value="2">Neighbour at No 9</option>' in page
    narrowed = read(alice, f"{reverse('chronology_list', args=[case.id])}?source=2&words=Mary")
    assert "A bruise" not in narrowed
    address = older(narrowed) or ""
    assert "source=2" in address
    assert "Neighbour" not in address
    assert "Mary" not in address


@pytest.mark.parametrize(
    "asked",
    [
        "source=x",
        "team=y",
        "section=gossip",
        "since_day=40&since_month=1&since_year=2026",
        "before=x",
    ],
)
def test_a_filter_that_is_not_understood_shows_all(alice: Client, case: Case, asked: str) -> None:
    answer = alice.get(f"{reverse('chronology_list', args=[case.id])}?{asked}")
    assert answer.status_code == 200
    assert "A bruise on the left arm." in answer.content.decode()


def test_days_are_those_of_the_agency(alice: Client, case: Case, cast: Cast) -> None:
    """The line of 20 November is within 20 to 20 November, and outside 21 onwards."""
    day = {"day": "20", "month": "11", "year": "2026"}
    url = reverse("chronology_list", args=[case.id])
    both = {f"{name}_{part}": value for name in ("since", "until") for part, value in day.items()}
    assert "A bruise" in alice.get(url, both).content.decode()
    later = {**both, "since_day": "21", "until_day": "22"}
    assert "A bruise" not in alice.get(url, later).content.decode()
    turned = alice.get(url, {**both, "since_day": "21"})
    assert "not before the first" in turned.content.decode()


def test_the_queries_of_the_page_do_not_grow_with_its_lines(
    alice: Client, case: Case, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        add_chronology(
            case=case,
            now=case.opened_at,
            by=cast.alice,
            section="note",
            text=f"{number}",
            source_role=f"{number}",
        )
    with django_assert_max_num_queries(20):
        alice.get(reverse("chronology_list", args=[case.id]))


def test_what_is_sought_is_marked_and_escaped(alice: Client, case: Case, cast: Cast) -> None:
    text = "<b>Bruises</b> & a <script>alert(1)</script>"
    add_chronology(case=case, now=NOW, by=cast.alice, section="note", text=text)
    for address in (reverse("chronology_search"), reverse("chronology_search", args=[case.id])):
        answer = alice.post(address, {"words": "bruise <script>"})
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "&lt;b&gt;<mark>Bruises</mark>&lt;/b&gt; &amp; a &lt;<mark>script</mark>&gt;" in page
        assert "<script>alert" not in page
        assert 'value="bruise &lt;script&gt;"' in page


def test_a_search_goes_on_to_what_is_older(alice: Client, case: Case, cast: Cast) -> None:
    for number in range(60):
        add_chronology(case=case, now=NOW, by=cast.alice, section="note", text=f"lamp {number};")
    url = reverse("chronology_search")
    first = alice.post(url, {"words": "lamp"}).content.decode()
    assert first.count("moj-timeline__item") == 50
    after = first.split('name="after" value="')[1].split('"')[0]
    second = alice.post(url, {"words": "lamp", "after": after}).content.decode()
    assert second.count("moj-timeline__item") == 10
    assert 'name="after"' not in second
    assert alice.post(url, {"words": "lamp", "after": "x"}).status_code == 200


@pytest.mark.parametrize("words", ["", '"', "* OR", "nothing"])
def test_a_search_that_finds_nothing_says_what_to_do(alice: Client, case: Case, words: str) -> None:
    answer = alice.post(reverse("chronology_search", args=[case.id]), {"words": words})
    assert answer.status_code == 200
    assert "moj-timeline__item" not in answer.content.decode()
    assert 'class="sw-empty"' in answer.content.decode()
