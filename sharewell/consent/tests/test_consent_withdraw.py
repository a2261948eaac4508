"""Agreement can be taken back at any time, and signed; each is a new row."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sharewell.agencies.access import Invalid, NotFound
from sharewell.cases.models import Case, ChronologyEntry, Task
from sharewell.consent import operations, records
from sharewell.consent.models import Conversation
from sharewell.consent.tests.stage import AGREED, REFUSED, UNSAFE, later, make_case, talk
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def withdraw(cast: Cast, case: Case, follows: Conversation | None, **fields: Any) -> Conversation:
    return operations.consent_withdraw(
        account=cast.alice,
        case=case,
        now=later(days=1),
        form_key=uuid.uuid4(),
        follows=follows.id if follows else None,
        fields=fields,
    )


def sign(cast: Cast, case: Case, follows: Conversation | None, **fields: Any) -> Conversation:
    return operations.release_sign(
        account=cast.alice,
        case=case,
        now=later(days=1),
        form_key=uuid.uuid4(),
        follows=follows.id if follows else None,
        fields=fields,
    )


def test_taken_back_stands_and_covers_nothing(cast: Cast, case: Case) -> None:
    """The newest position is withdrawn; the agreement stays in the history as it was."""
    first = talk(cast, case)
    made = withdraw(cast, case, first, reason_words="I have changed my mind")
    assert records.standing(case) == made
    assert (made.position, made.covers_recipients, made.follows) == ("withdrawn", [], first)
    first.refresh_from_db()
    assert first.covers_recipients == ["housing"]
    line = ChronologyEntry.objects.filter(case=case).order_by("line").last()
    assert line is not None
    assert "taken their agreement back" in line.text


def test_boundaries_go_on_standing(cast: Cast, case: Case) -> None:
    """Who must not be told is not forgotten with the agreement."""
    first = talk(cast, case, must_not_know=["Ray"])
    made = withdraw(cast, case, first)
    assert (made.boundaries, made.must_not_know) == (AGREED["boundaries"], ["Ray"])


def test_a_child_or_a_parent_takes_it_back_without_papers(cast: Cast) -> None:
    """Taking back must be easy: nothing is asked for that was needed to agree."""
    child = make_case(cast, kind="child")
    agreed = AGREED | {"capacity": "unknown", "child_competence": "Explained it back."}
    assert withdraw(cast, child, talk(cast, child, agreed)).position == "withdrawn"
    other = make_case(cast, kind="child")
    parent = {"given_by": "parent", "giver_name": "Una", "giver_authority": "birth certificate"}
    assert withdraw(cast, other, talk(cast, other, agreed | parent)).giver_name == "Una"


def test_whether_partners_may_be_told_is_kept(cast: Cast, case: Case) -> None:
    made = withdraw(cast, case, talk(cast, case), safe_to_tell_partners="false")
    assert made.safe_to_tell_partners == "false"


def test_an_agreement_before_a_crisis_can_still_be_taken_back(cast: Cast, case: Case) -> None:
    """Not being able to ask for a while does not end an agreement; taking it back does."""
    first = talk(cast, case)
    lost = {"position": "not_possible", "reason": "lacks_capacity", "reason_words": "Confused."}
    second = talk(cast, case, lost, follows=first, now=later(hours=1))
    assert withdraw(cast, case, second).position == "withdrawn"


@pytest.mark.parametrize("fields", [UNSAFE, REFUSED])
def test_without_an_agreement_there_is_nothing_to_take_back(
    cast: Cast, case: Case, fields: dict[str, Any]
) -> None:
    with pytest.raises(operations.NothingToWithdraw):
        withdraw(cast, case, talk(cast, case, fields))


def test_nor_before_any_conversation_nor_twice(cast: Cast, case: Case) -> None:
    with pytest.raises(operations.NothingToWithdraw):
        withdraw(cast, case, None)
    made = withdraw(cast, case, talk(cast, case))
    with pytest.raises(operations.NothingToWithdraw):
        withdraw(cast, case, made)


def test_a_withdrawal_over_an_unread_conversation_is_told(cast: Cast, case: Case) -> None:
    first = talk(cast, case)
    talk(cast, case, follows=first, now=later(hours=1))
    with pytest.raises(operations.ConversationChanged):
        withdraw(cast, case, first)


def test_signing_keeps_what_was_agreed(cast: Cast, case: Case) -> None:
    """A signature is a row of its own with the date, and the agreement as it was."""
    first = talk(cast, case)
    made = sign(cast, case, first, signed_on=later(days=1).date(), copy_given=True)
    assert (made.written, made.signed_on, made.copy_given) == (True, later(days=1).date(), True)
    assert (made.covers_recipients, made.expires_at) == (["housing"], first.expires_at)
    assert not Conversation.objects.get(pk=first.pk).written


def test_a_copy_that_is_owed_is_a_task_where_it_is_safe(cast: Cast, case: Case) -> None:
    """Signed, safe, and no copy given: somebody gives it. Not safe: nobody is asked to."""
    made = sign(cast, case, talk(cast, case), signed_on=NOW.date())
    assert Task.objects.waiting().filter(kind="consent_copy", about_id=made.id).exists()
    other = make_case(cast)
    unsafe = talk(cast, other, safe_to_inform="false")
    sign(cast, other, unsafe, signed_on=NOW.date())
    assert not Task.objects.filter(kind="consent_copy", case=other).exists()


def test_signing_needs_an_agreement_in_date_and_a_date(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid):
        sign(cast, case, None, signed_on=NOW.date())
    short = talk(cast, case, expires_at=later(hours=1))
    with pytest.raises(Invalid):
        sign(cast, case, short, signed_on=NOW.date())
    longer = talk(cast, case, follows=short, now=later(hours=2))
    with pytest.raises(Invalid):
        sign(cast, case, longer)


def test_a_signed_copy_is_given_only_where_it_is_safe(cast: Cast, case: Case) -> None:
    first = talk(cast, case, safe_to_inform="false")
    with pytest.raises(Invalid) as refused:
        sign(cast, case, first, signed_on=NOW.date(), copy_given=True)
    assert "copy_note" in refused.value.errors


@pytest.mark.parametrize("name", ["stranger", "olu", "ada", "ivo"])
def test_outsiders_neither_withdraw_nor_sign(cast: Cast, case: Case, name: str) -> None:
    first = talk(cast, case)
    for operation in (operations.consent_withdraw, operations.release_sign):
        with pytest.raises(NotFound):
            operation(
                account=getattr(cast, name),
                case=case,
                now=NOW,
                form_key=uuid.uuid4(),
                follows=first.id,
                fields={"signed_on": NOW.date()},
            )
