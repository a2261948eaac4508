"""Disclosures begun for agencies that were invited: what was prepared, or their part of the record. The engine decides.

Drafts leave no evidence, for nothing has left yet; they are edited, decided and sent like every other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.disclosures import drafts
from sharewell.disclosures.models import Disclosure
from sharewell.followup import catalogues
from sharewell.followup import meeting as meetings
from sharewell.followup.models import Invited, MeetingDraft

ASK = drafts.TEXTS["ask"]
CUT = " … (the rest on request)"
ONE_BY_ONE = 3  # the tier from which a field is asked for on its own, with its reason
WHY = {
    "preparation": (
        "They are invited to a meeting about this person and can take part in it only prepared.",
        "Only what this meeting is to decide, and what their role may receive for it.",
    ),
    "part": (
        "They were invited to a meeting about this person and do what it agreed.",
        "Their own actions and the decisions that they need for these, not the whole record.",
    ),
}


@transaction.atomic
def meeting_draft(
    *,
    account: Account,
    invited_id: UUID,
    what: str,
    now: datetime,
    decisions: Collection[UUID] = (),
) -> Disclosure:
    """A draft to one invited agency, filled in; ``what`` is ``preparation`` or ``part``.

    One that waits unsent is given again. ``decisions`` are those that the agency needs to know. Raises
    ``NotFound`` outside the circle and for who is no agency, ``NotAllowed``, and ``CaseNotOpen``.
    """
    rows = Invited.objects.filter(meeting__in=meetings.in_sight(account, now), taken_back_at=None)
    invited = rows.filter(pk=invited_id, to_kind="function").first()
    if invited is None or invited.function is None or what not in WHY:
        raise NotFound
    meeting = meetings.hold(account, invited.meeting_id, now, "called", "closed")
    waiting = invited.drafts.filter(what=what, disclosure__state="draft")
    if before := waiting.select_related("disclosure").first():
        return before.disclosure
    purpose = meetings.purpose_of(meeting)
    draft = drafts.disclosure_open(account=account, case=meeting.case, now=now, purpose=purpose)
    rationale, proportionality = WHY[what]
    told: dict[str, Any] = {
        "recipient": invited.function_id,
        "rationale": rationale,
        "proportionality": proportionality,
    }
    if what == "preparation":
        told |= {"extra_fields": _fields(invited), "ask": "Come prepared to the appointment."}
    else:
        told |= _part(invited, decisions)
    draft = drafts.disclosure_update(
        account=account, disclosure_id=draft.pk, version=draft.version, now=now, **told
    )
    MeetingDraft.objects.create(invited=invited, disclosure=draft, what=what)
    return draft


def _fields(invited: Invited) -> list[str]:
    """The fields of the catalogue that a preparation is made of, without those that are asked for one by one."""
    catalogue = agencies.policy_for(invited.meeting.agency).fields
    asked = [each for row in catalogues.meetings().preparation for each in row.fields]
    asked.append("chronology.extract")
    return [each for each in asked if each in catalogue and catalogue[each].tier < ONE_BY_ONE]


def _part(invited: Invited, decisions: Collection[UUID]) -> dict[str, Any]:
    """What an agency is asked to do, and the decisions chosen for it; by when the first of its actions is due."""
    actions = list(invited.actions.filter(done_at=None))
    parts = [
        f"By {each.due_on:%-d %B %Y}{f', {each.partner_name}' if each.partner_name else ''}: {each.what}"
        for each in actions
    ]
    chosen = invited.meeting.decisions.filter(pk__in=list(decisions), corrected_by=None)
    parts += [f"Decided: {each.what}" for each in chosen]
    ask = "\n".join(parts)
    if len(ask) > ASK:
        ask = ask[: ASK - len(CUT)].rpartition(" ")[0] + CUT
    return {"ask": ask, "ask_by": actions[0].due_at if actions else None}
