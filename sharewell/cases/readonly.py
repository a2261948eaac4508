"""Who stands in a case by break-glass alone reads it and writes nothing, whatever operation they come by."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import NotAllowed
from sharewell.agencies.models import Account
from sharewell.cases.models import CircleMember

BREAK_GLASS = "break_glass"
# Nothing blocks an emergency, and what one saw may be raised as a concern like anybody's.
ALL_THE_SAME = ("break_glass.", "emergency.", "concern.raised")


class ReadOnly(NotAllowed):
    """The account opened this case by break-glass, to read."""

    code = "read_only"
    sentence = (
        "You opened this record to read it, so nothing was changed. The emergency steps stay open to you; what "
        "you saw may be raised as a concern. For anything else ask the case's owner."
    )


def refuse_writing(account: Account, case_id: UUID, kind: str, at: datetime) -> None:
    """Refuse an operation on a case to one who stands in it by break-glass alone; raises :class:`ReadOnly`."""
    if kind.startswith(ALL_THE_SAME):
        return
    mine = CircleMember.objects.standing(at).filter(case_id=case_id, account=account)
    if mine.filter(relation=BREAK_GLASS).exists():
        raise ReadOnly
