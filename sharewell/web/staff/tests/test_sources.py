"""The page of sources has a place for every rule and law, and pages of decisions lead to it, never outside."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from sharewell import packs
from sharewell.core.faults import PackError
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in
from sharewell.web.staff.disclosure import explaining
from sharewell.web.staff.sources import law_url, rule_url
from sharewell.web.tests import sharing_stage as stage

pytestmark = pytest.mark.django_db
OUTSIDE = re.compile(r'href="https?://')


@pytest.fixture
def told() -> World:
    return stage.world()


@pytest.fixture
def alice(client: Client, told: World) -> Client:
    return sign_in(client, told.cast.alice)


def shown(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


@pytest.mark.parametrize("place", [*packs.vocabulary().jurisdictions, "us-ca"])
def test_every_rule_and_law_of_a_place_stands_there_with_source_and_status(
    alice: Client, place: str
) -> None:
    html = shown(alice, "source_list", place)
    policy = packs.policy(*(("us", place) if place == "us-ca" else (place,)))
    anchors = re.findall(r'<article class="sw-row" id="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    assert set(anchors) == {f"rule-{r.id}" for r in policy.rules} | {
        f"law-{id_}" for id_ in policy.provisions
    }
    words = {each.label for each in packs.labels("statuses").values()}
    rows = re.findall(r'<p class="sw-source">(.*?)</p>', html)
    assert len(rows) == len(anchors)
    assert all(any(word in row for word in words) for row in rows)
    assert policy.id in html


def test_a_row_says_from_when_it_counts_and_who_may_cite_it(alice: Client) -> None:
    html = shown(alice, "source_list", "england")
    (row,) = re.findall(r'id="law-uk.gdpr.6.1.ea".*?</article>', html, re.DOTALL)
    assert re.search(r"In force from <time [^>]*>5 February 2026<", row)
    assert "<b>The sender is a public authority</b>: No" in row


def test_a_law_whose_day_nobody_knows_is_shown_as_not_in_force(alice: Client) -> None:
    html = shown(alice, "source_list", "england")
    (row,) = re.findall(r'id="law-e.cpa26".*?</article>', html, re.DOTALL)
    assert "Not in force: no day is known" in row
    assert "9999" not in row


def test_everything_that_a_condition_may_name_has_words() -> None:
    words = {*packs.labels("facts"), *packs.labels("attributes")}
    named = {
        name
        for place in packs.vocabulary().jurisdictions
        for name in packs.policy(place).attributes
        if not name.startswith(("regime_", "flag_", "label_"))
    }
    assert named <= words


def test_the_own_place_is_shown_where_none_is_named(alice: Client) -> None:
    assert "England." in stage.text_of(alice.get(reverse("source_list")))


@pytest.mark.parametrize("place", ["atlantis", "uk"])
def test_there_is_no_page_of_a_place_that_has_no_rules(alice: Client, place: str) -> None:
    assert alice.get(reverse("source_list", args=[place])).status_code == 404


def test_links_to_other_sites_tell_them_nothing(alice: Client) -> None:
    html = shown(alice, "source_list", "england")
    links = re.findall(r'<a [^>]*href="https?://www.legislation[^>]*>', html)
    assert links
    assert all('rel="noreferrer noopener"' in link for link in links)


@pytest.mark.parametrize("kind", ["agreed", "coerced", "refused", "unclear"])
def test_every_rule_and_law_of_a_decision_leads_to_its_place(
    alice: Client, told: World, kind: str
) -> None:
    draft: Disclosure = getattr(stage, kind)(told)
    response = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    answer = response.context["answer"]
    assert answer["reasons"]
    assert all("#rule-" in each["url"] for each in answer["reasons"])
    assert all("#law-" in each["url"] for each in answer["basis"])
    html = response.content.decode()
    assert all(f'href="{each["url"]}"' in html for each in (*answer["reasons"], *answer["basis"]))
    panel = html[
        html.index('id="decision"') : html.index("</section>", html.index('id="decision"'))
    ]
    assert not OUTSIDE.search(panel), "a page about a case leads to no other site"


def test_a_hold_says_what_would_change_it(alice: Client, told: World) -> None:
    draft = stage.refused(told)
    text = stage.text_of(alice.get(reverse("disclosure_preview", args=[draft.pk])))
    assert "What would change the answer" in text
    assert "If others were at risk, it could be shared without agreement" in text


def test_the_other_rules_that_took_part_are_named_with_their_place(
    alice: Client, told: World
) -> None:
    draft = stage.refused(told)
    response = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    rows = response.context["answer"]["took_part"]
    says = "The lead is told, advocacy offered, and what would change this is set."
    assert says in {row["says"] for row in rows}
    assert says in response.content.decode()
    assert all("#rule-" in row["url"] for row in rows)


def test_what_is_not_known_is_said_both_ways_on_the_page(alice: Client, told: World) -> None:
    draft = stage.unclear(told)
    text = stage.text_of(alice.get(reverse("disclosure_preview", args=[draft.pk])))
    assert "If a serious crime has been committed or is likely, it could be shared" in text
    assert "no serious crime is involved" in text


def test_a_record_leads_to_the_rules_that_it_rested_on(alice: Client, told: World) -> None:
    done = stage.not_shared(told)
    html = shown(alice, "disclosure_record", done.pk)
    assert f'href="{rule_url(packs.policy("england"), "refusal-respected-serious")}"' in html


def test_what_is_no_longer_in_the_packs_leads_nowhere() -> None:
    policy = packs.policy("england")
    assert rule_url(policy, "no-such-rule") == law_url(policy, "no.such.law") == ""
    assert explaining.provisions(["no.such.law"], policy) == [
        {"title": "no.such.law", "source": "", "url": ""}
    ]


def test_words_that_cannot_be_read_keep_nobody_from_the_page(
    alice: Client, told: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> None:
        raise PackError("changes.yaml", "", "", "cannot be read")

    draft = stage.refused(told)
    monkeypatch.setattr(packs, "changes", unreadable)
    response = alice.get(reverse("disclosure_preview", args=[draft.pk]))
    assert response.status_code == 200
    assert "What would change the answer" not in response.content.decode()


def test_a_point_that_mattered_is_shown_as_contested(alice: Client, told: World) -> None:
    draft = stage.refused(told)
    text = stage.text_of(alice.get(reverse("disclosure_preview", args=[draft.pk])))
    assert "This point is contested: A person who may decide refuses" in text
    assert "Taken here: The refusal is respected" in text
    assert "Others hold: Harm that adds up is decided afresh" in text


def test_a_record_shows_what_was_contested(alice: Client, told: World) -> None:
    done = stage.not_shared(told)
    text = stage.text_of(alice.get(reverse("disclosure_record", args=[done.pk])))
    assert "This point is contested" in text


def test_on_a_record_made_under_other_rules_no_position_is_marked_as_taken() -> None:
    policy = packs.policy("england")
    ids = ["refusals-while-harm-mounts", "no-longer-a-point"]
    (now,) = explaining.contested(ids, policy)
    (then,) = explaining.contested(ids, policy, by="england@2020-01-01#00000000")
    assert [side["taken"] for side in now["sides"]] == [True, False]
    assert [side["taken"] for side in then["sides"]] == [False, False]
