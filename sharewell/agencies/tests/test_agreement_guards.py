"""The database itself holds what an agreement stands on, on each database, however it is reached."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from sharewell.agencies.models import AgreementSignature, AgreementVersion
from sharewell.agencies.tests.pact import Pact

pytestmark = pytest.mark.django_db

ON_BOTH = [
    "UPDATE agencies_agreementversion SET text = 'id: other' WHERE state = 'signing'",
    "UPDATE agencies_agreementversion SET text = 'id: other' WHERE state = 'in_force'",
    "UPDATE agencies_agreementversion SET digest = 'other' WHERE state = 'in_force'",
    "UPDATE agencies_agreementversion SET number = 9 WHERE state = 'in_force'",
    "UPDATE agencies_agreementversion SET state = 'draft' WHERE state = 'signing'",
    "UPDATE agencies_agreementversion SET state = 'given_up' WHERE state = 'in_force'",
    "UPDATE agencies_agreementversion SET starts_at = '2020-01-01 00:00:00+00' WHERE state = 'in_force'",
    "DELETE FROM agencies_agreementversion WHERE state = 'in_force'",
    "DELETE FROM agencies_agreementversion WHERE state = 'signing'",
    "UPDATE agencies_agreementsignature SET reference = 'other'",
    "DELETE FROM agencies_agreementsignature",
    # one signature is not two
    "UPDATE agencies_agreementversion SET state = 'in_force', starts_at = '2027-01-01 00:00:00+00' WHERE number = 2",
]
ON_SQLITE = [
    "INSERT OR REPLACE INTO agencies_agreementversion SELECT * FROM agencies_agreementversion",
    "INSERT OR REPLACE INTO agencies_agreementsignature SELECT * FROM agencies_agreementsignature",
]
ON_POSTGRESQL = [
    "SET LOCAL session_replication_role = replica; DELETE FROM agencies_agreementsignature"
]
ATTEMPTS = ON_BOTH + {"sqlite": ON_SQLITE, "postgresql": ON_POSTGRESQL}[connection.vendor]


def rows() -> list[object]:
    return [
        *AgreementVersion.objects.order_by("number").values(),
        *AgreementSignature.objects.values(),
    ]


@pytest.mark.parametrize("statement", ATTEMPTS)
def test_the_database_refuses(statement: str) -> None:
    """The first version is in force, the second signed by one person."""
    pact = Pact.make()
    pact.sign(pact.next(pact.in_force()))
    before = rows()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows() == before


def test_a_signature_is_under_the_text_as_it_is() -> None:
    pact = Pact.make()
    version = pact.draft()
    pact.sign(version)
    given = AgreementSignature.objects.get()
    given.pk, given.account, given.party, given.digest = None, pact.partner, "elsewhere", "0" * 64
    given._state.adding = True
    with pytest.raises(DatabaseError), transaction.atomic():
        given.save()


def test_at_no_moment_are_two_versions_in_force() -> None:
    """A version that begins while another lasts is refused; one that begins where it ends is not."""
    pact = Pact.make()
    first = pact.in_force()
    second = pact.signed(pact.next(first))
    brought = AgreementVersion.objects.filter(pk=second.pk)
    later = pact.now + timedelta(days=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        brought.update(state="in_force", starts_at=later)
    AgreementVersion.objects.filter(pk=first.pk).update(ends_at=later)
    brought.update(state="in_force", starts_at=later)
    with pytest.raises(DatabaseError), transaction.atomic():
        AgreementVersion.objects.filter(pk=first.pk).update(
            ends_at=F("ends_at") + timedelta(days=1)
        )
    assert AgreementVersion.objects.get(pk=first.pk).ends_at == later


def test_what_nobody_signed_cannot_be_written_as_brought_into_force() -> None:
    pact = Pact.make()
    version = pact.draft()
    version.agreement.pk, version.agreement.slug = None, "another"
    version.agreement._state.adding = True
    version.agreement.save()
    version.pk, version._state.adding = None, True
    version.state, version.starts_at, version.brought_by = "in_force", pact.now, pact.cast.gita
    version.agreement = version.agreement
    with pytest.raises(DatabaseError), transaction.atomic():
        version.save()


@pytest.mark.django_db(transaction=True)
def test_the_guards_can_be_taken_off_and_put_back() -> None:
    """The migration goes back and forth, and what it guards is guarded again."""
    call_command("migrate", "agencies", "0004", verbosity=0)
    call_command("migrate", verbosity=0)  # going back takes other rooms back too
    pact = Pact.make()
    pact.sign(pact.draft())
    with pytest.raises(DatabaseError), transaction.atomic():
        AgreementSignature.objects.all().delete()
