"""What a recipient answers: in one structure, by inbox, link or telephone, and what it asks of the sender."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Account
from sharewell.cases.models import ChronologyEntry, Task
from sharewell.disclosures import queries
from sharewell.disclosures.models import Acknowledgement, Answer, Disclosure, PartnerAction
from sharewell.disclosures.operations import (
    answer_record,
    disclosure_answer,
    disclosure_open_by_link,
    disclosure_open_by_partner,
    link_make,
)
from sharewell.disclosures.operations.answer import Answered, AnsweredElsewhere
from sharewell.disclosures.received import SessionOver
from sharewell.disclosures.tests.answers import give, visit
from sharewell.disclosures.tests.stage import KEY, make_desk, make_sent
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sent(cast: Cast, now: datetime) -> Disclosure:
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    return sent


def waiting(kind: str) -> list[Account]:
    return [task.owner for task in Task.objects.waiting().filter(kind=kind)]


def test_taking_it_on_acknowledges_and_names_who_does_what_by_when(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    before = Entry.objects.count()
    give(cast.pat, sent, now, "accept", words="We start today.", actions=[visit(now)])
    assert Acknowledgement.objects.get().name == cast.pat.name
    action = PartnerAction.objects.get()
    assert (action.what, action.owner, action.done_at) == ("Visit her", "Jo Beat", None)
    line = ChronologyEntry.objects.filter(case=sent.case, section="answer").latest("line")
    assert (line.kind, line.source_role) == ("reported", "staff of the recipient")
    assert "takes it on" in line.text
    assert "Jo Beat: Visit her" in line.text
    assert "We start today." in line.text
    assert Entry.objects.count() == before + 1, "one act, one entry, though it acknowledges too"


def test_the_same_form_answers_once(cast: Cast, sent: Disclosure, now: datetime) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        disclosure_answer(
            account=cast.pat,
            disclosure_id=sent.pk,
            answered=Answered(kind="accept", actions=[visit(now)]),
            form_key=key,
            now=now,
        )
    assert (Answer.objects.count(), PartnerAction.objects.count()) == (1, 1)


def test_an_action_is_due_when_its_day_ends_where_the_recipient_is(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    """In July the day of London ends an hour before that of UTC."""
    summer = datetime(2027, 7, 1, 9, tzinfo=UTC)
    give(cast.pat, sent, summer, "accept", actions=[visit(summer, due_on=date(2027, 7, 2))])
    assert PartnerAction.objects.get().due_at == datetime(2027, 7, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "perhaps"}, "kind"),
        ({"kind": "redirect"}, "to_whom"),
        ({"kind": "decline"}, "reason"),
        ({"kind": "decline", "reason": "weather"}, "reason"),
        ({"kind": "decline", "reason": "below_threshold"}, "words"),
        ({"kind": "ask_more", "words": "Why"}, "fields"),
        ({"kind": "ask_more", "fields": ["risk.triggers"]}, "words"),
        ({"kind": "ask_more", "fields": ["no.such"], "words": "Why"}, "fields"),
        (
            {"kind": "ask_more", "fields": ["risk.triggers"], "words": "Why", "purpose": "gossip"},
            "purpose",
        ),
        ({"kind": "update"}, "words"),
        ({"kind": "outcome"}, "words"),
        ({"kind": "accept", "words": "a" * 2001}, "words"),
        ({"kind": "accept", "actions": [{"owner": ""}]}, "action_1"),
        ({"kind": "accept", "actions": [{}, {"due_on": None}]}, "action_2"),
        ({"kind": "accept", "actions": [{"due_on": date(2020, 1, 1)}]}, "action_1"),
        ({"kind": "accept", "actions": [{"what": "a" * 401}]}, "action_1"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused_and_changes_nothing(
    cast: Cast, sent: Disclosure, now: datetime, given: dict[str, Any], field: str
) -> None:
    given = {**given, "actions": [visit(now, **each) for each in given.get("actions", ())]}
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refused:
        disclosure_answer(
            account=cast.pat,
            disclosure_id=sent.pk,
            answered=Answered(**given),
            form_key=uuid.uuid4(),
            now=now,
        )
    assert set(refused.value.errors) == {field}
    assert not Answer.objects.exists()
    assert not Acknowledgement.objects.exists()
    assert Entry.objects.count() == before


def test_asking_for_more_opens_a_decision_on_our_side_with_a_clock(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    given = give(
        cast.pat,
        sent,
        now,
        "ask_more",
        fields=["risk.triggers", "risk.triggers", "pattern"],
        words="To plan the visit.",
        purpose="exploitation_concern",
    )
    draft = given.decision
    assert draft is not None
    assert (draft.state, draft.purpose, draft.recipient) == (
        "draft",
        "exploitation_concern",
        sent.recipient,
    )
    assert draft.extra_fields == ["risk.triggers", "pattern"]
    task = Task.objects.waiting().get(kind="more_asked")
    assert (task.owner, task.about_id) == (cast.alice, draft.pk)
    assert task.due_at == now + timedelta(hours=24)
    assert queries.disclosure(viewer=cast.alice, disclosure_id=draft.pk, now=now).may_edit


@pytest.mark.parametrize(
    ("kind", "given", "task"),
    [
        ("redirect", {"to_whom": "The adult front door"}, "answer_redirected"),
        ("decline", {"reason": "not_our_area"}, "answer_declined"),
        ("outcome", {"words": "She is safe with her sister."}, "answer_outcome"),
    ],
)
def test_what_an_answer_asks_of_the_sender_is_a_task(
    cast: Cast, sent: Disclosure, now: datetime, kind: str, given: dict[str, str], task: str
) -> None:
    give(cast.pat, sent, now, kind, **given)
    assert waiting(task) == [cast.alice]


def test_what_does_not_belong_to_an_answer_is_not_kept(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    """A reason that was chosen before the answer was changed says nothing."""
    given = give(
        cast.pat, sent, now, "accept", reason="not_our_area", to_whom="Them", fields=["pattern"]
    )
    assert (given.reason, given.to_whom, given.fields, given.purpose) == ("", "", [], "")


def test_actions_are_settled_once_and_by_their_own_recipient(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    give(cast.pat, sent, now, "accept", actions=[visit(now), visit(now, what="Ring her GP")])
    first, second = PartnerAction.objects.order_by("what")
    later = now + timedelta(hours=1)
    given = give(cast.pat, sent, later, "update", done=[first.pk])
    first.refresh_from_db()
    assert (first.done_at, first.done_by) == (later, given)
    with pytest.raises(AnsweredElsewhere):
        give(cast.pat, sent, later, "update", done=[first.pk])
    other = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=other.id, now=now)
    with pytest.raises(AnsweredElsewhere):
        give(cast.pat, other, later, "update", done=[second.pk])
    second.refresh_from_db()
    assert second.done_at is None
    assert not other.answers.exists(), "an answer that was refused leaves nothing"


def test_by_link_only_while_the_message_is_open(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, make_desk())
    link, _ = link_make(disclosure_id=sent.id, now=now, key=KEY)
    opening = disclosure_open_by_link(link=link, name="Dee Desk", role="Duty worker", now=now)
    given: dict[str, Any] = {"opening_id": opening.pk, "answered": Answered(kind="accept")}
    disclosure_answer(**given, form_key=uuid.uuid4(), now=now)
    over = now + timedelta(minutes=31)
    with pytest.raises(SessionOver):
        disclosure_answer(**given, form_key=uuid.uuid4(), now=over)
    shown = queries.portal_message(opening_id=opening.pk, now=now).answers
    assert [(each.by, each.heading) for each in shown] == [
        ("Dee Desk, Duty worker", "We take this on")
    ]


def test_nobody_else_answers(cast: Cast, sent: Disclosure, now: datetime) -> None:
    for who in (cast.alice, cast.bea, cast.olu, cast.ada, cast.hana):
        with pytest.raises(NotFound):
            disclosure_answer(
                account=who,
                disclosure_id=sent.pk,
                answered=Answered(kind="accept"),
                form_key=uuid.uuid4(),
                now=now,
            )
    assert not Answer.objects.exists()


def told(cast: Cast, sent: Disclosure, now: datetime, who: Account, **given: Any) -> Answer:
    """Somebody writes down what was said on the telephone."""
    said = {"name": "Dee Desk", "role": "Duty worker", "at": now, **given}
    return answer_record(
        account=who,
        disclosure_id=sent.pk,
        answered=Answered(kind="accept", actions=[visit(now)]),
        form_key=uuid.uuid4(),
        now=now,
        **said,
    )


def test_what_was_said_by_telephone_counts_as_their_answer(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    given = told(cast, sent, now, cast.alice, at=now - timedelta(minutes=5))
    assert given.opening.recorded_by == cast.alice
    assert Acknowledgement.objects.get().name == "Dee Desk"
    line = ChronologyEntry.objects.filter(case=sent.case, section="answer").latest("line")
    assert (line.recorded_by, line.event_at) == (cast.alice, now - timedelta(minutes=5))


def test_only_the_circle_writes_it_down_and_only_what_has_happened(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    for who in (cast.stranger, cast.pat, cast.olu):
        with pytest.raises(NotFound):
            told(cast, sent, now, who)
    for given, field in (
        ({"name": " "}, "name"),
        ({"role": ""}, "role"),
        ({"at": now + timedelta(minutes=1)}, "at"),
    ):
        with pytest.raises(Invalid) as refused:
            told(cast, sent, now, cast.alice, **given)
        assert set(refused.value.errors) == {field}
    Disclosure.objects.filter(pk=sent.pk).update(state="stopped")
    with pytest.raises(NotFound):
        told(cast, sent, now, cast.alice)
    assert not Answer.objects.exists()


def test_what_may_be_asked_for_is_the_same_for_every_case(
    cast: Cast, sent: Disclosure, now: datetime
) -> None:
    """The list says what the catalogue has for a role, never what is known of somebody."""
    shown = dict(queries.inbox_open(viewer=cast.pat, disclosure_id=sent.pk, now=now).askable)
    assert "risk.triggers" in shown
    assert "clinical.psychotherapy" not in shown, "no purpose lets the police ask for it"
    assert "concern.reason" not in shown, "the message tells it"
    assert "staff.vetting" not in shown, "never for the police"
    assert "subject.safe_contact" in shown, "the message names it, and it is not known"
