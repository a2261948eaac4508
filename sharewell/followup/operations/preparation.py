"""What is prepared for a meeting, for our own people; an agency is given its part through a disclosure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Invalid
from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.cases.models import ChronologyEntry
from sharewell.disclosures import words
from sharewell.followup import catalogues
from sharewell.followup import meeting as meetings
from sharewell.followup.models import MeetingPreparation, PreparedText

MOST_LINES = 30


@operation("meeting.prepared")
def meeting_prepare(
    *,
    account: Account,
    meeting_id: UUID,
    lines: Sequence[int],
    texts: Mapping[str, str],
    now: datetime,
    seen: int | None = None,
) -> MeetingPreparation:
    """Keep a version of the preparation: chosen lines of the chronology, and its parts in words by their id.

    ``seen`` is the number of the version its writer began from (0: none). Raises ``NotFound``, ``NotAllowed``,
    ``MeetingChanged``, ``Conflict`` where somebody saved another meanwhile, and ``Invalid`` by field.
    """
    meeting = meetings.hold(account, meeting_id, now, "called")
    newest = meeting.preparations.first()
    number = newest.number if newest else 0
    if seen is not None and seen != number:
        raise meetings.PreparationChanged
    known = {row.id for row in catalogues.meetings().preparation}
    told = words.tidy_all({name: text for name, text in texts.items() if name in known})
    of_case = ChronologyEntry.objects.filter(case=meeting.case, line__in=list(lines))
    chosen = sorted(of_case.values_list("line", flat=True))
    if len(chosen) > MOST_LINES:
        raise Invalid(
            {"lines": [f"Choose at most {MOST_LINES} lines: a meeting reads what is short."]}
        )
    if not chosen and not any(told.values()):
        raise Invalid({"lines": ["Choose lines of the chronology, or write at least one part."]})
    kept = MeetingPreparation.objects.create(
        meeting=meeting, number=number + 1, lines=chosen, made_at=now, made_by=account
    )
    PreparedText.objects.bulk_create(
        PreparedText(preparation=kept, section=name, text=text)
        for name, text in told.items()
        if text
    )
    meetings.leave(meeting, account, now, preparation=kept.pk.hex, lines=chosen, texts=told)
    return kept
