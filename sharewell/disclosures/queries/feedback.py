"""What recipients said of our messages, counted: never of which case, and nothing where it is few."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.cases.models import Case
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Answer


@dataclass(frozen=True, slots=True)
class Feedback:
    """Of how many messages something was said, and of how many each thing, in words."""

    messages: int
    said: tuple[tuple[str, int], ...]


def feedback(*, viewer: Account, function_id: UUID, now: datetime) -> Feedback | None:
    """What a function said of the messages of the viewer's agency; None where they are of fewer cases than the pack says.

    Restricted cases and allegations are left out, and so is what was said in fewer cases than that, so that no case shows in it.
    """
    try:
        limits, qualities = packs.directory().limits, catalogues.answers().qualities
    except catalogues.UNREADABLE:
        return None
    fewest = limits["feedback_fewest"]
    rows = Answer.objects.filter(
        disclosure__agency_id=viewer.agency_id,
        disclosure__recipient=function_id,
        disclosure__case__in=Case.objects.unrestricted().filter(kind="protection"),
        at__gt=now - timedelta(days=limits["feedback_days"]),
    )
    said: dict[str, set[tuple[UUID, UUID]]] = {}
    for case, message, given in rows.values_list("disclosure__case_id", "disclosure_id", "quality"):
        for each in given:
            said.setdefault(each, set()).add((case, message))
    messages = {each for several in said.values() for each in several}
    if _cases(messages) < fewest:
        return None
    counted = [
        (qualities[key].label, len(several))
        for key, several in said.items()
        if key in qualities and _cases(several) >= fewest
    ]
    return Feedback(len(messages), tuple(sorted(counted, key=lambda each: (-each[1], each[0]))))


def _cases(messages: Iterable[tuple[UUID, UUID]]) -> int:
    return len({case for case, _ in messages})
