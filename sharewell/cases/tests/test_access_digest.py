"""The access table is digested every hour, and a line altered, removed or put in afterwards is found."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from typer.testing import CliRunner

from sharewell.agencies.models import Sealed
from sharewell.cases import digests, queries
from sharewell.cases.models import AccessDigest, Case, CaseRead
from sharewell.cases.operations import access_digest
from sharewell.cases.tests.told import open_case
from sharewell.config.commands import app
from sharewell.followup.clocks import clocks_run
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
GUARDS = import_module("sharewell.cases.migrations.0004_access_append_only")
HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def read(cast: Cast, case: Case, times: int = 1, *, hours: float = 0) -> None:
    """Alice opens the case."""
    for minute in range(times):
        at = NOW + timedelta(hours=hours, minutes=minute)
        queries.case(viewer=cast.alice, case_id=case.pk, now=at)


def digest(cast: Cast, *, hours: float) -> AccessDigest:
    found = access_digest(agency_id=cast.agency.pk, now=NOW + timedelta(hours=hours))
    assert found is not None
    return found


def told() -> list[str]:
    return [str(fault) for fault in digests.faults()]


def tampered(sql: str, *values: Any) -> None:
    """Change a table as its owner can, who drops the trigger first."""
    with connection.cursor() as cursor:
        for statement in GUARDS.THAW[connection.vendor]:
            cursor.execute(statement)
        cursor.execute(sql, values)


def digested_twice(cast: Cast) -> list[int]:
    """Two hours of reads, digested each; the ids of the lines."""
    case = open_case(cast)
    read(cast, case, 3)
    digest(cast, hours=1)
    read(cast, case, 2, hours=1.2)
    digest(cast, hours=2)
    assert told() == []
    return list(CaseRead.objects.order_by("id").values_list("id", flat=True))


def test_an_hour_of_reads_is_one_entry_that_holds_no_names(cast: Cast) -> None:
    case = open_case(cast)
    read(cast, case, 3)
    first = digest(cast, hours=1)
    assert (first.number, first.last_id) == (1, CaseRead.objects.latest("id").pk)
    entry = bytes(Entry.objects.get(pk=first.entry_id).data).decode()
    assert '"kind":"access.digested"' in entry
    assert case.pk.hex not in entry
    assert cast.alice.pk.hex not in entry


def test_the_clock_digests_once_an_hour_and_only_what_is_new(cast: Cast) -> None:
    case = open_case(cast)
    read(cast, case)
    assert digests.waiting(NOW) == [cast.agency.pk]
    clocks_run(NOW + timedelta(minutes=1))
    assert AccessDigest.objects.count() == 1
    read(cast, case, hours=0.5)
    assert digests.waiting(NOW + timedelta(minutes=40)) == []
    clocks_run(NOW + 2 * HOUR)
    assert AccessDigest.objects.count() == 2
    assert digests.waiting(NOW + 9 * HOUR) == []
    assert access_digest(agency_id=cast.agency.pk, now=NOW + 9 * HOUR) is not None
    assert AccessDigest.objects.count() == 2, "nothing new, nothing written"


def test_each_agency_has_its_own_digests(cast: Cast) -> None:
    read(cast, open_case(cast))
    digest(cast, hours=1)
    assert digests.waiting(NOW + 5 * HOUR) == []
    assert access_digest(agency_id=cast.other_agency.pk, now=NOW) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOW - HOUR),
        ("what", "nothing"),
        ("role", "manager"),
        ("relation", "manager"),
    ],
)
def test_an_altered_line_is_found(cast: Cast, column: str, value: object) -> None:
    row = digested_twice(cast)[1]
    CaseRead.objects.filter(pk=row).exclude(**{column: value}).get()
    tampered(f'UPDATE cases_caseread SET "{column}" = %s WHERE id = %s', value, row)  # noqa: S608
    assert f"alder-care: line {row}: was altered" in told()


def test_a_line_given_to_somebody_else_is_found(cast: Cast) -> None:
    row = digested_twice(cast)[0]
    stan = CaseRead._meta.get_field("account").get_db_prep_value(cast.stranger.pk, connection)
    tampered("UPDATE cases_caseread SET account_id = %s WHERE id = %s", stan, row)
    assert told() == [f"alder-care: line {row}: was altered"]


def test_a_removed_line_is_found(cast: Cast) -> None:
    first, *_, last = digested_twice(cast)
    tampered("DELETE FROM cases_caseread WHERE id IN (%s, %s)", first, last)
    assert told() == [f"alder-care: line {row}: is gone" for row in (first, last)]


def test_a_line_put_in_afterwards_is_found(cast: Cast) -> None:
    rows = digested_twice(cast)
    copied = "agency_id, case_id, account_id, at, what, role, relation, member_id"
    put = f"INSERT INTO cases_caseread (id, {copied}) SELECT %s, {copied} FROM cases_caseread WHERE id = %s"  # noqa: S608
    tampered("DELETE FROM cases_caseread WHERE id = %s", rows[2])
    tampered(put, rows[2], rows[0])  # in the place of another
    assert told() == [f"alder-care: line {rows[2]}: was altered"]
    tampered(put, rows[0] - 1, rows[0])  # before the first
    assert f"alder-care: line {rows[0] - 1}: was put in after its hour was digested" in told()
    tampered(put, rows[-1] + 1, rows[0])  # after the last, saying that it is older
    assert f"alder-care: line {rows[-1] + 1}: was written later than it says" in told()


def test_a_digest_that_was_changed_or_left_out_is_found(cast: Cast) -> None:
    digested_twice(cast)
    first, second = AccessDigest.objects.order_by("number")
    sealed = Sealed.objects.get(entry_id=first.entry_id)
    data = bytes(sealed.content)
    Sealed.objects.filter(pk=sealed.pk).update(content=data[:-1] + bytes([data[-1] ^ 1]))
    assert "alder-care: digest 1 is not what the evidence log committed to" in told()
    Sealed.objects.filter(pk=sealed.pk).delete()
    assert "alder-care: digest 1 has lost its content" in told()
    tampered("DELETE FROM cases_accessdigest WHERE entry_id = %s", second.entry_id)
    assert f"the evidence log: the digest of entry {second.entry_id} is gone" in told()


def test_the_command_says_what_is_wrong(cast: Cast) -> None:
    row = digested_twice(cast)[0]
    read(cast, Case.objects.get(), hours=2.5)
    whole = CliRunner().invoke(app, ["access", "check"])
    assert (whole.exit_code, whole.output) == (0, "# 2 digests, 5 lines, 1 newer, no faults\n")
    tampered("DELETE FROM cases_caseread WHERE id = %s", row)
    broken = CliRunner().invoke(app, ["access", "check"])
    assert broken.exit_code == 1
    assert broken.output.splitlines()[0] == f"alder-care: line {row}: is gone"


ATTEMPTS = [
    "UPDATE cases_caseread SET what = 'x'",
    "DELETE FROM cases_caseread",
    "UPDATE cases_accessdigest SET last_id = 0",
    "DELETE FROM cases_accessdigest",
    *{
        "sqlite": ["INSERT OR REPLACE INTO cases_caseread SELECT * FROM cases_caseread"],
        "postgresql": [
            "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE cases_caseread CASCADE",
            "SET LOCAL session_replication_role = replica; DELETE FROM cases_caseread",
        ],
    }[connection.vendor],
]


@pytest.mark.parametrize("sql", ATTEMPTS)
def test_the_database_refuses_to_alter_who_looked(cast: Cast, sql: str) -> None:
    digested_twice(cast)
    before = [*CaseRead.objects.order_by("id").values_list()]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)
    assert [*CaseRead.objects.order_by("id").values_list()] == before
    assert told() == []
