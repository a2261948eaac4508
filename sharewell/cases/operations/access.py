"""The access table in the evidence log: a digest of who read what, every hour."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Agency
from sharewell.cases import digests
from sharewell.cases.models import AccessDigest


@operation(digests.KIND)
def access_digest(*, agency_id: UUID, now: datetime) -> AccessDigest | None:
    """Commit in the evidence log to every line of an agency's access table that no digest covers yet.

    For the clock runner; where nothing is new, unchanged.
    """
    digests.hold_still()
    before = digests.newest(agency_id)
    found = digests.taken(agency_id=agency_id, before=before)
    if found is None:
        return unchanged(before)
    data, last = found
    agency = Agency.objects.get(pk=agency_id)
    entry_id = record(at=now, agency=agency, actor=None, things={digests.THING: data})
    return AccessDigest.objects.create(
        agency=agency,
        number=before.number + 1 if before else 1,
        last_id=last,
        at=now,
        entry_id=entry_id,
    )
