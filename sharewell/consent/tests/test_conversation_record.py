"""A consent conversation is recorded whole, once, by those in the circle, and never overwritten."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account, RoleHeld, Sealed
from sharewell.cases.models import Case, ChronologyEntry, CircleMember, Task
from sharewell.consent import operations, queries, records
from sharewell.consent.models import Conversation
from sharewell.consent.tests.stage import AGREED, REFUSED, UNSAFE, later, make_case, talk
from sharewell.ledger.models import Entry
from sharewell.testing import LONG_AGO, NOW, Cast, make_account, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def errors(cast: Cast, case: Case, fields: dict[str, Any], **more: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        talk(cast, case, fields, **more)
    assert not Conversation.objects.filter(case=case, recorded_at=NOW).exists()
    return refused.value.errors


def test_the_agreement_is_kept_whole(cast: Cast, case: Case) -> None:
    """What was agreed, its bounds and the talk itself can all be read back."""
    made = talk(cast, case, wants_to_happen="To stay in the flat", revisit_when=["capacity"])
    stands = queries.position(viewer=cast.bea, case=case, now=NOW)
    assert stands == made
    made.refresh_from_db()
    assert (made.covers_recipients, made.covers_tier) == (["housing"], 2)
    assert made.boundaries == [{"deny_role": "family_carer"}]
    assert made.understanding_how == AGREED["understanding_how"]
    assert made.recorded_by == cast.alice


def test_one_entry_one_line_one_task(cast: Cast, case: Case) -> None:
    """A record leaves evidence, a line of chronology and a task to go back to the person."""
    made = talk(cast, case)
    assert b"conversation.recorded" in bytes(Entry.objects.get().data)
    assert set(Sealed.objects.values_list("name", flat=True)) == {"form", "position"}
    line = ChronologyEntry.objects.get(case=case)
    assert (line.section, line.about_id) == ("consent", made.id)
    assert "agreed" in line.text
    assert "housing" in line.text
    task = Task.objects.get(case=case)
    assert (task.kind, task.owner, task.due_at) == ("consent_revisit", cast.alice, made.expires_at)


def test_an_agreement_ends_after_90_days_unless_said_otherwise(cast: Cast, case: Case) -> None:
    made = talk(cast, case)
    assert made.expires_at == NOW + timedelta(days=90)


def test_a_victim_service_agreement_ends_after_30_days_and_at_most_90(
    cast: Cast, case: Case
) -> None:
    case.agency.regimes = ["vawa"]
    case.agency.save()
    assert talk(cast, case).expires_at == NOW + timedelta(days=30)
    other = make_case(cast)
    found = errors(cast, other, AGREED, expires_at=later(days=120))
    assert found["expires_at"] == ["An agreement here lasts 90 days at most."]


def test_history_is_kept(cast: Cast, case: Case) -> None:
    """A later conversation follows; the earlier one stays as it was."""
    first = talk(cast, case)
    second = talk(cast, case, UNSAFE, now=later(days=1), follows=first)
    assert queries.history(viewer=cast.alice, case=case, now=later(days=2)) == [second, first]
    first.refresh_from_db()
    assert first.position == "obtained"
    assert records.standing(case) == second


def test_going_back_is_one_task_not_two(cast: Cast, case: Case) -> None:
    """The new conversation answers the task that the earlier one set."""
    first = talk(cast, case)
    talk(cast, case, follows=first, now=later(days=1))
    waiting = Task.objects.waiting().filter(case=case)
    assert waiting.count() == 1
    assert waiting.get().about_id != first.id


def test_the_second_of_two_editors_is_told(cast: Cast, case: Case) -> None:
    first = talk(cast, case)
    talk(
        cast,
        case,
        REFUSED | {"position": "unknown", "reason": ""},
        follows=first,
        now=later(hours=1),
    )
    with pytest.raises(operations.ConversationChanged):
        talk(cast, case, follows=first, now=later(hours=2))
    assert Conversation.objects.count() == 2


def test_two_cannot_both_be_first(cast: Cast, case: Case) -> None:
    talk(cast, case)
    with pytest.raises(operations.ConversationChanged):
        talk(cast, case, now=later(hours=1))


def test_the_database_itself_holds_the_chain_and_the_reasons(cast: Cast, case: Case) -> None:
    """One first, one successor each, no silence about why nobody asked, no agreement without end."""
    first = talk(cast, case)
    given: dict[str, Any] = {
        "case": case,
        "held_at": NOW,
        "recorded_at": NOW,
        "recorded_by": cast.alice,
    }
    for wrong in (
        {"position": "unknown"},
        {"position": "not_sought", "follows": first},
        {"position": "obtained", "follows": first},
        {"position": "maybe", "follows": first},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Conversation.objects.create(**given, **wrong, form_key=uuid.uuid4())


def test_the_same_form_twice_is_one_conversation(cast: Cast, case: Case) -> None:
    given: dict[str, Any] = {
        "account": cast.alice,
        "case": case,
        "now": NOW,
        "form_key": uuid.uuid4(),
        "follows": None,
        "fields": AGREED,
    }
    first = operations.conversation_record(**given)
    again = operations.conversation_record(**given | {"now": later(minutes=1)})
    assert again == first
    assert (Conversation.objects.count(), Entry.objects.count()) == (1, 1)


def test_other_words_under_the_same_key_are_not_swallowed(cast: Cast, case: Case) -> None:
    """Going back in the browser and correcting the form is told, never taken for the first sending."""
    made = talk(cast, case)
    with pytest.raises(operations.ConversationChanged):
        operations.conversation_record(
            account=cast.alice,
            case=case,
            now=later(minutes=2),
            form_key=made.form_key,
            follows=None,
            fields=AGREED | {"covers_tier": 1},
        )


def test_the_key_of_another_case_opens_nothing(cast: Cast, case: Case) -> None:
    made = talk(cast, case)
    with pytest.raises(NotFound):
        operations.conversation_record(
            account=cast.alice,
            case=make_case(cast),
            now=NOW,
            form_key=made.form_key,
            follows=None,
            fields=AGREED,
        )


@pytest.mark.parametrize("name", ["stranger", "olu", "ada", "ivo", "hana", "gita", "pat"])
def test_outside_the_circle_there_is_no_case(cast: Cast, case: Case, name: str) -> None:
    """Neither a colleague, another agency, an inspector nor an administrator finds it."""
    outsider: Account = getattr(cast, name)
    with pytest.raises(NotFound):
        operations.conversation_record(
            account=outsider, case=case, now=NOW, form_key=uuid.uuid4(), follows=None, fields=AGREED
        )
    with pytest.raises(NotFound):
        queries.position(viewer=outsider, case=case, now=NOW)
    with pytest.raises(NotFound):
        queries.history(viewer=outsider, case=case, now=NOW)


def test_in_the_circle_without_casework_is_not_enough(cast: Cast, case: Case) -> None:
    """An approver may read the case but not record consent."""
    CircleMember.objects.create(
        case=case, account=cast.gita, relation="approver", joined_at=LONG_AGO
    )
    with pytest.raises(NotAllowed):
        operations.conversation_record(
            account=cast.gita,
            case=case,
            now=NOW,
            form_key=uuid.uuid4(),
            follows=None,
            fields=AGREED,
        )


def test_a_role_that_ended_records_nothing(cast: Cast, case: Case) -> None:
    RoleHeld.objects.filter(account=cast.alice).update(ends_at=NOW - timedelta(hours=1))
    with pytest.raises(NotFound):
        talk(cast, case)


def test_unsafe_to_ask_needs_only_the_reason(cast: Cast, case: Case) -> None:
    """Not safe: the position is not sought, the code and the sentence are kept, nothing else is asked."""
    made = talk(cast, case, UNSAFE)
    assert (made.position, made.reason, made.safe_to_ask) == (
        "not_sought",
        "increases_risk",
        "false",
    )
    assert made.revisit_at == NOW + timedelta(hours=24)


@pytest.mark.parametrize("position", ["not_sought", "not_possible"])
def test_not_asking_needs_a_code_and_a_sentence(cast: Cast, case: Case, position: str) -> None:
    assert set(errors(cast, case, {"position": position})) == {"reason", "reason_words"}


def test_a_reason_of_another_position_is_refused(cast: Cast, case: Case) -> None:
    assert "reason" in errors(cast, case, REFUSED | {"reason": "lacks_capacity"})


def test_a_refusal_is_asked_for_its_reason_but_stands_without(cast: Cast, case: Case) -> None:
    assert talk(cast, case, REFUSED | {"reason": ""}).position == "refused"


def test_a_refusal_after_agreement_goes_through_withdrawal(cast: Cast, case: Case) -> None:
    """So that what waits to be sent is stopped."""
    first = talk(cast, case)
    with pytest.raises(Invalid) as refused:
        talk(cast, case, REFUSED, follows=first, now=later(hours=1))
    assert "taken it back" in refused.value.errors["position"][0]


@pytest.mark.parametrize(
    "missing", ["covers_recipients", "covers_purposes", "covers_tier", "given_by", "discussed_with"]
)
def test_an_agreement_names_its_bounds(cast: Cast, case: Case, missing: str) -> None:
    fields = {name: value for name, value in AGREED.items() if name != missing}
    assert missing in errors(cast, case, fields)


@pytest.mark.parametrize("point", ["limits", "change_mind"])
def test_an_agreement_reached_without_the_limits_does_not_count(
    cast: Cast, case: Case, point: str
) -> None:
    """Nobody promises secrecy, and the right to change one's mind is explained."""
    told = [each for each in AGREED["explained"] if each != point]
    assert "explained" in errors(cast, case, AGREED | {"explained": told})


def test_how_understanding_was_checked_is_said(cast: Cast, case: Case) -> None:
    assert "understanding_how" in errors(cast, case, AGREED | {"understanding_how": ""})


def test_who_lacks_capacity_neither_agrees_nor_refuses(cast: Cast, case: Case) -> None:
    lacks = {"capacity": "lacks", "capacity_note": "Does not know where she is."}
    assert "capacity" in errors(cast, case, AGREED | lacks)
    assert "capacity" in errors(cast, case, REFUSED | lacks)
    assert talk(
        cast,
        case,
        AGREED
        | lacks
        | {"given_by": "decision_maker", "giver_name": "Ira", "giver_authority": "LPA, seen"},
    )


def test_capacity_that_changes_is_described(cast: Cast, case: Case) -> None:
    assert "capacity_note" in errors(cast, case, AGREED | {"capacity": "fluctuating"})


def test_capacity_is_recorded_for_this_decision(cast: Cast, case: Case) -> None:
    assert "capacity" in errors(cast, case, AGREED | {"capacity": "unknown"})


def test_nobody_decides_for_an_adult_who_can(cast: Cast, case: Case) -> None:
    other = {"given_by": "decision_maker", "giver_name": "Ira", "giver_authority": "says so"}
    assert "given_by" in errors(cast, case, AGREED | other)


def test_an_adult_has_no_parent_to_agree(cast: Cast, case: Case) -> None:
    assert "given_by" in errors(cast, case, AGREED | {"given_by": "parent"})


def test_one_who_decides_shows_authority(cast: Cast) -> None:
    child = make_case(cast, kind="child")
    assert set(errors(cast, child, AGREED | {"given_by": "parent"})) == {
        "giver_name",
        "giver_authority",
    }


def test_one_who_may_be_causing_the_harm_cannot_agree(cast: Cast) -> None:
    child = make_case(cast, kind="child")
    parent = {
        "given_by": "parent",
        "giver_name": "Ray",
        "giver_authority": "parental responsibility",
    }
    assert "giver_is_source" in errors(cast, child, AGREED | parent | {"giver_is_source": "true"})


def test_a_child_who_agrees_is_judged_competent_in_words(cast: Cast) -> None:
    child = make_case(cast, kind="child")
    fields = AGREED | {"capacity": "unknown"}
    assert set(errors(cast, child, fields)) == {"child_competence"}
    assert talk(cast, child, fields, child_competence="Explained it back, saw what could follow.")


def test_parents_who_differ_are_both_heard(cast: Cast) -> None:
    child = make_case(cast, kind="child")
    parent = {
        "given_by": "parent",
        "giver_name": "Una",
        "giver_authority": "parental responsibility",
    }
    made = talk(
        cast, child, AGREED | parent, parents_differ="The father does not want the school told."
    )
    assert made.parents_differ


def test_a_recipient_is_not_both_agreed_and_ruled_out(cast: Cast, case: Case) -> None:
    assert "boundaries" in errors(cast, case, AGREED | {"boundaries": [{"deny_role": "housing"}]})


def test_a_copy_given_where_it_is_not_safe_is_explained(cast: Cast, case: Case) -> None:
    given = AGREED | {"copy_given": True, "safe_to_inform": "false"}
    assert "copy_note" in errors(cast, case, given)
    assert talk(cast, case, given, copy_note="Kept at the office in her locker.").copy_given


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("covers_purposes", ["gossip"]),
        ("covers_recipients", ["neighbour"]),
        ("covers_labels", ["everything"]),
        ("covers_tier", 9),
        ("capacity", "perhaps"),
        ("safe_to_inform", "maybe"),
        ("revisit_when", ["weather"]),
        ("boundaries", [{"deny_moon": "x"}]),
        ("boundaries", [{"deny_person": ""}]),
        ("held_at", later(days=1)),
        ("revisit_at", later(days=-1)),
        ("expires_at", later(days=-1)),
        ("position", "maybe"),
        ("position", "withdrawn"),
        ("wants_to_happen", "x" * 2001),
        ("discussed_with", "x" * 301),
        ("must_not_know", ["x" * 101]),
    ],
)
def test_values_outside_their_sets_are_refused(
    cast: Cast, case: Case, name: str, value: object
) -> None:
    found = errors(cast, case, AGREED | {name: value})
    assert set(found) <= {name, "boundaries"}


def test_stray_unicode_is_cleaned(cast: Cast, case: Case) -> None:
    """Controls, direction overrides and half characters go; letters of any script stay."""
    made = talk(
        cast,
        case,
        wants_to_happen="A\x00 quiet\u202e home \ud800 – e\u0301 گھر",
        must_not_know=["Da\x07n", ""],
    )
    made.refresh_from_db()
    assert made.wants_to_happen == "A quiet home  – é گھر"
    assert made.must_not_know == ["Dan"]


def test_an_account_of_another_agency_with_the_same_role_finds_nothing(
    cast: Cast, case: Case
) -> None:
    twin = make_account("Ann Other", cast.other_agency, "safeguarding_lead")
    with pytest.raises(NotFound):
        queries.conversation(viewer=twin, conversation_id=talk(cast, case).id, now=NOW)
