"""One operation, one transaction, one entry: the law holds at run time, not by memory."""

from __future__ import annotations

from datetime import datetime

import pytest

from sharewell.agencies.evidence import EvidenceError, operation, record, unchanged
from sharewell.agencies.models import Account, Sealed, Team
from sharewell.core.log.entry import commit, parse
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, make_cast

pytestmark = pytest.mark.django_db


@operation("test.noted")
def note(*, account: Account, now: datetime, times: int = 1, same: bool = False) -> str:
    """Leave ``times`` entries, or say that nothing changed."""
    Team.objects.create(agency=account.agency, name="written by the operation")
    if same:
        return unchanged("as before")
    entry = ""
    for _ in range(times):
        entry = record(at=now, agency=account.agency, actor=account, things={"form": {"a": "b"}})
    return entry


def test_an_operation_leaves_one_entry_that_its_sealed_content_opens() -> None:
    alice = make_cast().alice
    entry_id = note(account=alice, now=NOW)
    entry = parse(bytes(Entry.objects.get(pk=entry_id).data))
    sealed = Sealed.objects.get(entry_id=entry_id)
    assert (entry.kind, entry.actor, entry.agency) == (
        "test.noted",
        alice.id.hex,
        alice.agency_id.hex,
    )
    assert entry.commitments == {"form": commit(bytes(sealed.salt), bytes(sealed.content))}
    assert bytes(sealed.content) == b'{"a":"b"}'


@pytest.mark.parametrize("times", [0, 2])
def test_an_operation_without_exactly_one_entry_is_undone(times: int) -> None:
    alice = make_cast().alice
    with pytest.raises(EvidenceError):
        note(account=alice, now=NOW, times=times)
    assert not Team.objects.filter(name="written by the operation").exists()


def test_an_operation_that_found_its_work_done_leaves_no_entry() -> None:
    before = Entry.objects.count()
    assert note(account=make_cast().alice, now=NOW, same=True) == "as before"
    assert Entry.objects.count() == before


def test_nothing_is_recorded_outside_an_operation() -> None:
    alice = make_cast().alice
    with pytest.raises(EvidenceError):
        record(at=NOW, agency=alice.agency, actor=alice, things={"form": {}})


def test_two_entries_about_the_same_content_cannot_be_linked() -> None:
    alice = make_cast().alice
    first = parse(bytes(Entry.objects.get(pk=note(account=alice, now=NOW)).data))
    Team.objects.filter(name="written by the operation").delete()
    second = parse(bytes(Entry.objects.get(pk=note(account=alice, now=NOW)).data))
    assert first.commitments != second.commitments
