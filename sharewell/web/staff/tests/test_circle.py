"""The pages of who may read a case, and of how it is held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from sharewell.cases.models import Case, CircleMember, Task
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast, make_account, make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = open_case(cast)
    Task.objects.filter(kind__startswith="concern_triage").update(done_at=case.opened_at)
    return case


def to(name: str, case: Case, *more: object) -> str:
    return reverse(name, args=[case.id, *more])


def whom(cast: Cast, days: int = 14) -> dict[str, Any]:
    day = timezone.now() + timedelta(days=days)
    return {
        "member": str(cast.stranger.pk),
        "reason": "Covers Friday",
        "expires_at_day": day.day,
        "expires_at_month": day.month,
        "expires_at_year": day.year,
    }


def said(response: Any) -> str:
    return str(response.content.decode())


def test_a_colleague_is_let_in_and_sees_why_from_whom_and_until_when(
    cast: Cast, case: Case
) -> None:
    alice, stan = sign_in(Client(), cast.alice), sign_in(Client(), cast.stranger)
    assert alice.post(to("circle_invite", case), whom(cast)).status_code == 302
    for text in (said(stan.get(to("case_detail", case))), said(stan.get(reverse("home")))):
        assert "Alice Practitioner" in text
        assert "Covers Friday" in text
    assert "Let a colleague in" not in said(stan.get(to("circle_list", case)))
    assert stan.get(to("circle_invite", case)).status_code == 403
    assert "Covers Friday" in said(alice.get(to("circle_list", case)))


def test_a_mistake_keeps_what_was_typed(cast: Cast, case: Case) -> None:
    alice = sign_in(Client(), cast.alice)
    refused = alice.post(to("circle_invite", case), whom(cast, days=200))
    assert refused.status_code == 422
    assert "within 92 days" in said(refused)
    assert "Covers Friday" in said(refused)
    empty = alice.post(to("circle_invite", case), {"reason": ""})
    assert empty.status_code == 422
    assert not CircleMember.objects.filter(account=cast.stranger).exists()


def test_the_last_day_that_is_allowed_can_be_chosen(cast: Cast, case: Case) -> None:
    alice = sign_in(Client(), cast.alice)
    assert alice.post(to("circle_invite", case), whom(cast, days=92)).status_code == 302


def test_the_task_to_look_again_leads_to_keeping_or_ending(cast: Cast, case: Case) -> None:
    alice, stan = sign_in(Client(), cast.alice), sign_in(Client(), cast.stranger)
    alice.post(to("circle_invite", case), whom(cast, days=30))
    task = Task.objects.get(kind="circle_review")
    keep = to("circle_renew", case, cast.stranger.pk)
    assert keep in said(alice.get(reverse("task_detail", args=[task.pk])))
    later = whom(cast, days=60)
    assert alice.post(keep, {**later, "reason": "Still covers"}).status_code == 302
    assert stan.get(to("case_detail", case)).status_code == 200
    end = to("circle_leave", case, cast.stranger.pk)
    assert end in said(alice.get(keep))
    assert alice.post(end, {"reason": "Done"}).status_code == 302
    assert stan.get(to("case_detail", case)).status_code == 404
    assert not Task.objects.waiting().filter(kind="circle_review").exists()


def test_one_who_was_let_in_can_leave(cast: Cast, case: Case) -> None:
    alice, stan = sign_in(Client(), cast.alice), sign_in(Client(), cast.stranger)
    alice.post(to("circle_invite", case), whom(cast))
    left = stan.post(to("circle_leave", case, cast.stranger.pk), {"reason": "Moved"})
    assert left["Location"] == reverse("case_list")
    assert stan.get(to("circle_list", case)).status_code == 404


def test_a_restricted_case_says_how_to_treat_it_and_not_why(cast: Cast, case: Case) -> None:
    sam, bea = sign_in(Client(), cast.sam), sign_in(Client(), cast.bea)
    chosen = {"restrictions": ["confidential_place"], "reason": "She fled"}
    assert sam.post(to("case_restrict", case), chosen).status_code == 302
    text = said(sam.get(to("case_detail", case)))
    assert "only those named may read this case" in text
    assert "refuge" not in text.partition("What waits")[0]
    assert bea.get(to("case_detail", case)).status_code == 404
    lift = {"reason": "She is safe"}
    assert sam.post(to("case_restrict", case), lift).status_code == 302
    assert "only those named" not in said(sam.get(to("case_detail", case)))


def test_a_case_is_closed_with_its_outcome_and_opened_again(cast: Cast, case: Case) -> None:
    alice = sign_in(Client(), cast.alice)
    ends = {"outcome": "safe_now", "words": "She is safe.", "stay": [str(cast.bea.pk)]}
    assert alice.post(to("case_close", case), ends).status_code == 302
    text = said(alice.get(to("case_detail", case)))
    assert "This case was closed" in text
    assert "Add to the chronology" not in text
    assert "She is safe." in said(alice.get(to("circle_list", case)))
    assert sign_in(Client(), cast.bea).get(to("case_detail", case)).status_code == 200
    assert alice.get(to("case_close", case)).status_code == 409
    assert alice.post(to("case_reopen", case), {"reason": "New injury"}).status_code == 302
    assert "This case was closed" not in said(alice.get(to("case_detail", case)))


def test_what_waits_must_be_given_to_one_who_stays(cast: Cast, case: Case) -> None:
    alice = sign_in(Client(), cast.alice)
    case.tasks.create(
        agency=case.agency,
        kind="consent_ask",
        owner=cast.bea,
        opened_at=case.opened_at,
        due_at=case.opened_at,
    )
    ends = {"outcome": "safe_now", "words": "She is safe."}
    refused = alice.post(to("case_close", case), ends)
    assert refused.status_code == 422
    assert "She is safe." in said(refused)
    taken = {**ends, "tasks_to": str(cast.sam.pk)}
    assert alice.post(to("case_close", case), taken).status_code == 302


def test_a_case_handed_over_is_out_of_sight_for_its_former_owner(cast: Cast, case: Case) -> None:
    bea = sign_in(Client(), cast.bea)
    given = {"owner": str(cast.stranger.pk), "reason": "New post"}
    assert bea.post(to("case_hand_over", case), given).status_code == 302
    assert sign_in(Client(), cast.stranger).get(to("case_detail", case)).status_code == 200


def test_leads_see_who_reads_which_case_in_as_many_questions_for_one_as_for_many(
    cast: Cast, case: Case, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sam = sign_in(Client(), cast.sam)
    url = reverse("standing_list")
    assert url in said(sam.get(reverse("case_list")))
    assert url not in said(sign_in(Client(), cast.alice).get(reverse("case_list")))
    queries = _count(sam, url)
    for number in range(4):
        member = make_account(f"Extra{number} One", cast.agency, "practitioner")
        made = open_case(cast)
        CircleMember.objects.create(
            case=made, account=member, relation="invited", joined_at=made.opened_at
        )
    with django_assert_num_queries(queries):
        text = said(sam.get(url))
    assert "Extra3 One, invited" in text


def test_the_page_of_a_circle_asks_the_same_for_many_members(cast: Cast, case: Case) -> None:
    alice = sign_in(Client(), cast.alice)
    alice.get(to("circle_list", case))  # a sign-in is written down at its first page
    few = _count(alice, to("circle_list", case))
    for number in range(5):
        member = make_account(f"Extra{number} One", cast.agency, "practitioner")
        CircleMember.objects.create(
            case=case, account=member, relation="invited", joined_at=case.opened_at
        )
    assert _count(alice, to("circle_list", case)) == few


def _count(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)
