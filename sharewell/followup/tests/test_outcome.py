"""Outcomes for the person: what they wanted and whether it was met, losses, wellbeing, the risk before and after."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.agencies.access import Invalid, NotFound
from sharewell.cases.models import Case, ChronologyEntry, Task
from sharewell.cases.tests.told import LATER, open_case
from sharewell.disclosures.operations import disclosure_open_by_partner, disclosure_review
from sharewell.disclosures.tests.answers import give
from sharewell.disclosures.tests.stage import make_sent
from sharewell.followup import outcomes, queries
from sharewell.followup.meeting import CaseNotOpen
from sharewell.followup.models import Outcome
from sharewell.followup.operations import outcome_record
from sharewell.followup.operations.outcome import Told
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def tell(cast: Cast, case: Case, key: uuid.UUID | None = None, **more: Any) -> Outcome:
    """Record an outcome of Alice's."""
    told: dict[str, Any] = {
        "occasion": "review",
        "wanted": "To stay at home without him.",
        "met": "fully",
        "losses": ["money"],
        "wellbeing": "better",
        "risk_before": "serious",
        "risk_after": "reduced",
    }
    return outcome_record(
        account=cast.alice,
        case=case,
        told=Told(**{**told, **more}),
        form_key=key or uuid.uuid4(),
        now=LATER,
    )


def test_an_outcome_is_recorded_once_with_one_entry_and_a_line(cast: Cast, case: Case) -> None:
    before, key = Entry.objects.count(), uuid.uuid4()
    assert tell(cast, case, key) == tell(cast, case, key)
    assert Entry.objects.count() == before + 1
    line = ChronologyEntry.objects.filter(case=case).latest("line").text
    for said in ("To stay at home", "Yes, all of it", "Money", "Better", "Serious harm", "Reduced"):
        assert said in line


def test_the_newest_stands_and_the_older_remain(cast: Cast, case: Case) -> None:
    first = tell(cast, case)
    second = tell(cast, case, risk_after="removed")
    assert {each.pk for each in queries.outcomes_of(case)} == {first.pk, second.pk}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"met": "perhaps"}, "met"),
        ({"met": "partly"}, "met_why"),
        ({"met": "not_asked", "wanted": ""}, "met_why"),
        ({"wanted": " "}, "wanted"),
        ({"losses": ["hope"]}, "losses"),
        ({"wellbeing": "worse"}, "wellbeing_words"),
        ({"risk_after": "remains"}, "risk_words"),
        ({"risk_before": ""}, "risk_before"),
        ({"occasion": ""}, "occasion"),
    ],
)
def test_what_is_missing_is_said_by_field(
    cast: Cast, case: Case, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as error:
        tell(cast, case, **more)
    assert set(error.value.errors) == {field}


def test_not_asked_needs_its_reason_and_no_wish(cast: Cast, case: Case) -> None:
    kept = tell(cast, case, met="not_asked", met_why="She could not be seen alone.", wanted="")
    assert kept.met == "not_asked"


def test_only_the_circle_records_and_only_while_the_case_is_open(cast: Cast, case: Case) -> None:
    with pytest.raises(NotFound):
        outcome_record(
            account=cast.stranger,
            case=case,
            told=Told(
                occasion="other",
                met="fully",
                wellbeing="same",
                risk_before="none",
                risk_after="removed",
            ),
            form_key=uuid.uuid4(),
            now=LATER,
        )
    case.state = "closed"
    case.save()
    with pytest.raises(CaseNotOpen):
        tell(cast, case)


def test_each_row_says_where_it_comes_from() -> None:
    lists = outcomes.lists()
    for name in type(lists).__struct_fields__:
        assert all(row.source and row.status for row in getattr(lists, name)), name


def test_what_a_partner_says_came_of_it_stands_where_the_outcome_is_recorded(
    client: Client, cast: Cast
) -> None:
    sent = make_sent(cast, NOW, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=NOW)
    give(cast.pat, sent, NOW, "outcome", words="She has her own key now.")
    give(cast.pat, sent, NOW, "update", words="We go on.")
    (said,) = queries.outcomes_said(viewer=cast.alice, case=sent.case, now=NOW)
    assert said.words == "She has her own key now."
    assert queries.outcomes_said(viewer=cast.stranger, case=sent.case, now=NOW) == []
    alice = sign_in(client, cast.alice)
    task = Task.objects.waiting().get(kind="answer_outcome")
    review = reverse("disclosure_review", args=[sent.pk])
    assert review in alice.get(reverse("task_detail", args=[task.pk])).content.decode()
    pages = [
        review,
        reverse("outcome_record", args=[sent.case_id]),
        reverse("outcome_list", args=[sent.case_id]),
    ]
    for address in pages:
        page = alice.get(address).content.decode()
        assert "She has her own key now." in page, address
        assert "We go on." not in page, address
    disclosure_review(
        account=cast.alice,
        disclosure_id=sent.pk,
        outcome="She is safe.",
        next_review_at=None,
        now=NOW,
    )
    assert not Task.objects.waiting().filter(kind="answer_outcome").exists()
