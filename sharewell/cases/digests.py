"""The access table against its digests in the evidence log: what is to be digested, and what does not hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sharewell.agencies.models import Agency, Sealed
from sharewell.cases import catalogues
from sharewell.cases.models import AccessDigest, CaseRead
from sharewell.core.log import digest as core
from sharewell.core.log import entry as log_entry
from sharewell.ledger import queries as ledger

KIND = "access.digested"
THING = "access"  # the name under which an entry commits to a digest
COLUMNS = (
    "id",
    "agency_id",
    "case_id",
    "account_id",
    "at",
    "what",
    "role",
    "relation",
    "member_id",
)
LATE = timedelta(hours=1)  # a line is written in the request that it is about; later is a sign


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold; ``row`` is the line of the access table, where it is about one."""

    agency: str
    says: str
    row: int | None = None

    def __str__(self) -> str:
        """As the command prints it."""
        line = "" if self.row is None else f": line {self.row}"
        return f"{self.agency}{line}: {self.says}"


def waiting(now: datetime) -> list[UUID]:
    """Agencies with lines that no digest covers and whose last digest is an hour old, for the clock runner."""
    newest = AccessDigest.objects.filter(agency=OuterRef("pk")).order_by("-number")
    agencies = Agency.objects.annotate(
        covered=Coalesce(Subquery(newest.values("last_id")[:1]), 0),
        digested_at=Subquery(newest.values("at")[:1]),
        line=Subquery(
            CaseRead.objects.filter(agency=OuterRef("pk")).order_by("-id").values("id")[:1]
        ),
    )
    due = now - catalogues.limit("access_digest")
    found = agencies.exclude(line=None).values_list("pk", "covered", "digested_at", "line")
    return [pk for pk, covered, at, line in found if line > covered and (at is None or at <= due)]


def hold_still() -> None:
    """Let nobody write to the access table until the transaction ends, so that no line appears behind a digest.

    SQLite needs nothing: its transactions begin IMMEDIATE, which admits one writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE cases_caseread IN SHARE ROW EXCLUSIVE MODE")


def newest(agency_id: UUID) -> AccessDigest | None:
    """The newest digest of an agency."""
    return AccessDigest.objects.filter(agency_id=agency_id).order_by("-number").first()


def content(digest: AccessDigest | None) -> bytes:
    """The bytes of a digest as they are kept; empty where there is none."""
    sealed = Sealed.objects.filter(entry_id=digest.entry_id, name=THING).first() if digest else None
    return bytes(sealed.content) if sealed else b""


def taken(*, agency_id: UUID, before: AccessDigest | None) -> tuple[bytes, int] | None:
    """The bytes of the next digest of an agency and the line it goes up to; None where nothing is new."""
    after = before.last_id if before else 0
    rows = lines(agency_id, after)
    last = rows.aggregate(last=Max("id"))["last"]
    if last is None:
        return None
    number = before.number + 1 if before else 1
    hashes = [(row["id"], core.row_hash(row)) for row in plain(rows)]
    previous = content(before)
    return (
        core.digest_bytes(number=number, previous=previous, after=after, last=last, rows=hashes),
        last,
    )


def lines(agency_id: UUID, after: int, last: int | None = None) -> QuerySet[CaseRead]:
    """The lines of an agency after one, up to another; after 0 all of them, whatever number they were given."""
    rows = CaseRead.objects.filter(agency_id=agency_id).order_by("id")
    rows = rows.filter(id__gt=after) if after else rows
    return rows if last is None else rows.filter(id__lte=last)


def plain(rows: QuerySet[CaseRead]) -> Iterator[dict[str, Any]]:
    """Each line as JSON values, as its hash is taken of it."""
    for row in rows.values(*COLUMNS).iterator(chunk_size=2000):
        yield {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.hex if isinstance(value, UUID) else value


def faults() -> Iterator[Fault]:
    """Everything in the access table that does not fit its digests, agency by agency, in their order."""
    for agency in Agency.objects.order_by("slug"):
        yield from _of_agency(agency)
    known = set(AccessDigest.objects.values_list("entry_id", flat=True))
    for entry_id in ledger.of_kind(KIND):
        if entry_id not in known:
            yield Fault("the evidence log", f"the digest of entry {entry_id} is gone")


def covered() -> str:
    """How many lines the digests cover and how many are newer, in words for the command."""
    ends = AccessDigest.objects.filter(agency=OuterRef("agency")).order_by("-number")
    end = Coalesce(Subquery(ends.values("last_id")[:1]), 0)
    newer = CaseRead.objects.annotate(end=end).filter(id__gt=F("end")).count()
    digested = CaseRead.objects.count() - newer
    return f"{AccessDigest.objects.count()} digests, {digested} lines, {newer} newer"


def _of_agency(agency: Agency) -> Iterator[Fault]:
    before, previous = 0, b""
    digested_at: datetime | None = None
    found = AccessDigest.objects.filter(agency=agency).order_by("number")
    for number, each in enumerate(found, 1):
        data = content(each)
        wrong = _unproven(each, agency, data)
        if wrong:
            yield Fault(agency.slug, f"digest {each.number} {wrong}")
            before, previous, digested_at = each.last_id, data, each.at
            continue
        read = core.parse(data)
        chained = hashlib.sha256(previous).hexdigest() if previous else ""
        if (read.number, read.previous, read.after) != (number, chained, before):
            yield Fault(agency.slug, f"digest {each.number} does not follow the one before it")
        yield from _held(agency, each, read, before)
        yield from _late(agency, lines(agency.pk, before, each.last_id), digested_at)
        before, previous, digested_at = each.last_id, data, each.at
    yield from _late(agency, lines(agency.pk, before), digested_at)


def _unproven(each: AccessDigest, agency: Agency, data: bytes) -> str:
    """Why a digest proves nothing: its content is not what the evidence log committed to; or empty."""
    sealed = Sealed.objects.filter(entry_id=each.entry_id, name=THING).first()
    if sealed is None:
        return "has lost its content"
    try:
        entry = ledger.entry(each.entry_id)
        commitment = log_entry.commit(bytes(sealed.salt), data)
        read = core.parse(data)
    except ledger.NoSuchEntry:
        return "has no entry in the evidence log"
    except (log_entry.EntryError, core.DigestError):
        return "cannot be read"
    same = entry.kind == KIND and entry.agency == agency.pk.hex
    if not same or entry.commitments.get(THING) != commitment or read.last != each.last_id:
        return "is not what the evidence log committed to"
    return ""


def _held(agency: Agency, each: AccessDigest, read: core.Digest, before: int) -> Iterator[Fault]:
    """The lines that are not as they were when the digest was taken."""
    left = dict(read.rows)
    for row in plain(lines(agency.pk, before, each.last_id)):
        was = left.pop(row["id"], None)
        if was is None:
            yield Fault(agency.slug, "was put in after its hour was digested", row["id"])
        elif was != core.row_hash(row):
            yield Fault(agency.slug, "was altered", row["id"])
    for gone in left:
        yield Fault(agency.slug, "is gone", gone)


def _late(
    agency: Agency, rows: QuerySet[CaseRead], digested_at: datetime | None
) -> Iterable[Fault]:
    """Lines that say they are older than the digest before them, which they would have been in."""
    if digested_at is None:
        return []
    ids = rows.filter(at__lt=digested_at - LATE).values_list("id", flat=True)
    return [Fault(agency.slug, "was written later than it says", row) for row in ids]
