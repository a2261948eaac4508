"""Accounts of witnesses: sealed from each other and from everybody until signed, and then as they were."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Sealed
from sharewell.cases import operations, queries
from sharewell.cases.models import Case, CaseRead, Task, WitnessAccount
from sharewell.cases.operations import circle_invite
from sharewell.cases.operations.witness import Signed
from sharewell.cases.records import ConflictOfInterest
from sharewell.cases.tests.told import LATER, raise_concern
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
EVERYBODY = ("alice", "bea", "sam", "gita", "hana", "stranger", "ada", "ivo", "olu", "pat")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """An allegation that names Stan; Sam looks after it."""
    return raise_concern(cast, about_staff=[cast.stranger]).allegation.case


def ask(cast: Cast, case: Case, **who: Any) -> WitnessAccount:
    question = "What did you see in the corridor on Friday morning?"
    given = who or {"witness": cast.alice}
    return operations.witness_ask(account=cast.sam, case=case, now=NOW, question=question, **given)


def sign(cast: Cast, asked: WitnessAccount) -> WitnessAccount:
    return operations.witness_sign(
        account=asked.witness or asked.taker or cast.sam,
        witness_id=asked.pk,
        now=LATER,
        text="He held her by the arm.",
        signed_as="Alice Practitioner",
    )


def readers(cast: Cast, asked: WitnessAccount) -> set[str]:
    found = set()
    for name in EVERYBODY:
        try:
            queries.witness(viewer=getattr(cast, name), witness_id=asked.pk, now=LATER)
        except NotFound:
            continue
        found.add(name)
    return found


def test_unsigned_it_is_read_by_its_author_alone(cast: Cast, case: Case) -> None:
    asked = ask(cast, case)
    circle_invite(account=cast.sam, case=case, member=cast.gita, now=NOW, reason="Advises")
    assert readers(cast, asked) == {"alice"}


def test_signed_it_is_read_by_who_looks_after_it_and_who_leads(cast: Cast, case: Case) -> None:
    asked = sign(cast, ask(cast, case))
    circle_invite(account=cast.sam, case=case, member=cast.gita, now=NOW, reason="Advises")
    assert readers(cast, asked) == {"alice", "sam"}
    operations.allegation_lead(
        account=cast.sam, case=case, now=LATER, lead=cast.gita, reason="Trained"
    )
    assert readers(cast, asked) == {"alice", "sam", "gita"}
    assert CaseRead.objects.filter(case=case, account=cast.gita, what="witness").exists()


def test_witnesses_never_read_each_other(cast: Cast, case: Case) -> None:
    first, second = ask(cast, case), ask(cast, case, witness=cast.bea)
    sign(cast, first)
    assert readers(cast, second) == {"bea"}
    assert readers(cast, first) == {"alice", "sam"}


def test_a_witness_learns_nothing_but_the_question(cast: Cast, case: Case) -> None:
    asked = ask(cast, case)
    with pytest.raises(NotFound):
        queries.allegation(viewer=cast.alice, case_id=case.pk, now=LATER)
    task = Task.objects.get(about_id=asked.pk)
    assert (task.owner, task.case, task.note) == (cast.alice, None, "")
    seen = queries.task(viewer=cast.alice, task_id=task.pk, now=LATER)
    assert seen.case is None


def test_one_without_an_account_is_taken_down_by_the_one_who_asked(cast: Cast, case: Case) -> None:
    asked = ask(cast, case, witness_name="Mrs Bell", witness_role="visitor")
    assert readers(cast, asked) == {"sam"}
    assert Task.objects.get(about_id=asked.pk).owner == cast.sam
    signed = sign(cast, asked)
    assert signed.digest


def test_the_named_is_never_a_witness(cast: Cast, case: Case) -> None:
    with pytest.raises(ConflictOfInterest):
        ask(cast, case, witness=cast.stranger)
    asked = ask(cast, case)
    case.allegation.named.add(cast.alice)  # named later: what they wrote is closed to them
    assert readers(cast, asked) == set()


@pytest.mark.parametrize(
    "who",
    [{"witness_name": " "}, {"witness": "olu"}, {"witness": "alice", "witness_name": "Mrs Bell"}],
)
def test_who_is_asked_is_one_colleague_or_one_name(
    cast: Cast, case: Case, who: dict[str, Any]
) -> None:
    if "witness" in who:
        who = who | {"witness": getattr(cast, who["witness"])}
    with pytest.raises(Invalid) as refused:
        ask(cast, case, **who)
    assert set(refused.value.errors) == {"witness"}


def test_signing_leaves_the_digest_and_closes_the_task(cast: Cast, case: Case) -> None:
    asked = ask(cast, case)
    before = Entry.objects.count()
    signed = sign(cast, asked)
    assert Entry.objects.count() == before + 1
    kept = bytes(Sealed.objects.get(name="account").content)
    assert hashlib.sha256(kept).hexdigest() == signed.digest
    assert b"He held her by the arm." in kept
    assert not Task.objects.waiting().filter(about_id=asked.pk).exists()


def test_signed_once_and_added_to_afterwards(cast: Cast, case: Case) -> None:
    asked = ask(cast, case)
    more = {"account": cast.alice, "witness_id": asked.pk, "now": LATER, "signed_as": "Alice"}
    with pytest.raises(Invalid):
        operations.witness_add(**more, text="And the door was shut.")
    first = sign(cast, asked)
    with pytest.raises(Signed):
        sign(cast, asked)
    added = operations.witness_add(**more, text="And the door was shut.")
    found, _ = queries.witness(viewer=cast.sam, witness_id=asked.pk, now=LATER)
    assert (found.text, found.digest) == ("He held her by the arm.", first.digest)
    assert queries.addenda(found) == [added]
    with pytest.raises(NotFound):
        operations.witness_add(**(more | {"account": cast.sam}), text="x")


@pytest.mark.parametrize("wrong", [{"text": " "}, {"signed_as": ""}, {"text": "x" * 20_001}])
def test_an_empty_account_is_not_signed(cast: Cast, case: Case, wrong: dict[str, str]) -> None:
    asked = ask(cast, case)
    given = {"text": "He held her.", "signed_as": "Alice"} | wrong
    with pytest.raises(Invalid) as refused:
        operations.witness_sign(account=cast.alice, witness_id=asked.pk, now=LATER, **given)
    assert set(refused.value.errors) == set(wrong)


@pytest.mark.parametrize("who", [each for each in EVERYBODY if each != "alice"])
def test_nobody_signs_for_another(cast: Cast, case: Case, who: str) -> None:
    asked = ask(cast, case)
    with pytest.raises(NotFound):
        operations.witness_sign(
            account=getattr(cast, who), witness_id=asked.pk, now=LATER, text="x", signed_as="x"
        )


ON_BOTH = [
    "UPDATE cases_witnessaccount SET text = 'other'",
    "UPDATE cases_witnessaccount SET signed_at = NULL",
    "UPDATE cases_witnessaccount SET digest = ''",
    "DELETE FROM cases_witnessaccount",
]
ONLY = {
    "sqlite": ["INSERT OR REPLACE INTO cases_witnessaccount SELECT * FROM cases_witnessaccount"],
    "postgresql": [
        "SET LOCAL session_replication_role = replica; DELETE FROM cases_witnessaccount"
    ],
}


@pytest.mark.parametrize("statement", ON_BOTH + ONLY[connection.vendor])
def test_the_database_refuses_to_alter_what_was_signed(
    cast: Cast, case: Case, statement: str
) -> None:
    sign(cast, ask(cast, case))
    before = list(WitnessAccount.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(WitnessAccount.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_the_triggers_come_and_go_with_their_migration() -> None:
    call_command("migrate", "cases", "0007", verbosity=0)
    call_command("migrate", verbosity=0)  # going back takes other rooms back too
    cast = make_cast()
    sign(cast, ask(cast, raise_concern(cast, about_staff=[cast.stranger]).allegation.case))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ON_BOTH[0])
