"""Single parts of a disclosure: a referral, a threshold, a file; and an emergency before it is sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, Function
from sharewell.cases import looked
from sharewell.cases.models import Case
from sharewell.core.decision import decide
from sharewell.core.minimise import Message
from sharewell.disclosures import assemble, authority, judging, question, seen, standing
from sharewell.disclosures.assemble import Preview
from sharewell.disclosures.known import record_for
from sharewell.disclosures.models import (
    Attachment,
    Disclosure,
    EmergencyCall,
    Item,
    Opening,
    Referral,
    Threshold,
)

log = structlog.get_logger("sharewell.disclosures")


def referral(*, viewer: Account, referral_id: UUID, now: datetime) -> Referral:
    """A question that was referred; raises ``NotFound`` outside the circle of its case."""
    rows = Referral.objects.filter(pk=referral_id, disclosure__in=standing.readable(viewer, now))
    found = rows.select_related("referred_by", "decider", "deputy", "decided_by").first()
    if found is None:
        raise NotFound
    return found


def threshold(*, viewer: Account, threshold_id: UUID, now: datetime) -> Threshold:
    """What would open a decision again; raises ``NotFound`` outside the circle of its case."""
    rows = Threshold.objects.filter(pk=threshold_id, disclosure__in=standing.readable(viewer, now))
    found = rows.select_related("reached_by").first()
    if found is None:
        raise NotFound
    return found


def thresholds(*, viewer: Account, case: Case, now: datetime) -> dict[UUID, list[Threshold]]:
    """What would open the decisions of a case again, by disclosure; empty outside its circle."""
    rows = Threshold.objects.filter(
        disclosure__case=case, disclosure__in=standing.readable(viewer, now)
    )
    found: dict[UUID, list[Threshold]] = {}
    for row in rows.select_related("reached_by").order_by("kind"):
        found.setdefault(row.disclosure_id, []).append(row)
    return found


def openings(*, viewer: Account, disclosure_id: UUID, now: datetime) -> list[Opening]:
    """Who opened a disclosure, and when, the first before the others; empty outside its circle."""
    rows = Opening.objects.filter(
        disclosure=disclosure_id, disclosure__in=standing.readable(viewer, now)
    )
    return list(rows.select_related("recorded_by").order_by("at", "id"))


def items_seen(*, viewer: Account, disclosure_id: UUID, now: datetime) -> dict[UUID, str]:
    """A stamp of each item asked for, as it reads now, to be handed back with the approval.

    Read before what the page shows, so that words written in between are noticed.
    """
    rows = Item.objects.filter(
        disclosure=disclosure_id, disclosure__in=standing.readable(viewer, now)
    )
    return {item.pk: seen.asked(item) for item in rows.select_related("disclosure__case")}


def attachment(*, viewer: Account, attachment_id: UUID, now: datetime) -> Attachment:
    """A file as cleaned, with its content; leaves a line in the access table.

    Raises ``NotFound`` outside the circle, or once taken out.
    """
    rows = Attachment.objects.filter(
        pk=attachment_id, removed_at=None, disclosure__in=standing.readable(viewer, now)
    )
    found = rows.select_related("disclosure__case").first()
    if found is None:
        raise NotFound
    looked.note_all(viewer=viewer, cases=[found.disclosure.case], now=now, what="attachment")
    return found


def kept_back(*, viewer: Account, shown: Preview, now: datetime) -> dict[str, str]:
    """What is recorded and does not go: each field with the reason that the rules give.

    The rules are asked for everything that is known, with nothing approved; ``shown`` is the preview of a
    disclosure that the viewer may read.
    """
    about = standing.fetch(viewer, shown.disclosure.pk, now)
    known = question.gather(about, now)
    recorded = record_for(
        about,
        facts=known.facts,
        conversation=known.conversation,
        consent_reason=shown.texts["consent_reason"],
        now=now,
    )
    goes = set(shown.decision.fields)
    supplied = set(shown.request.supplied) - judging.TIER_3
    asked = question.request(known, wants=goes | set(recorded), supplied=supplied)
    answered = authority.answered(known).outcomes if shown.authority else frozenset()
    judged = decide(asked, known.policy, known.agreement, answered=answered)
    left = set(about.left_out)
    kept = {f: why for f, why in judged.withheld.items() if f in recorded and f not in goes | left}
    return {**kept, **{f: why for f, why in shown.withheld.items() if f not in left}}


def file_held(*, viewer: Account, shown: Preview, now: datetime) -> str:
    """Why a file would stay here even if it were approved, as the rules' reason; empty where it would go."""
    if shown.message is None:
        return ""
    known = question.gather(standing.fetch(viewer, shown.disclosure.pk, now), now)
    wants = {*shown.decision.fields, "attachment"}
    supplied = {*shown.request.supplied, *judging.TIER_3}
    asked = question.request(known, wants=wants, supplied=supplied)
    answered = authority.answered(known).outcomes if shown.authority else frozenset()
    judged = decide(asked, known.policy, known.agreement, answered=answered)
    return judged.withheld.get("attachment", "")


def if_shared(*, viewer: Account, shown: Preview, now: datetime) -> Message | None:
    """The message that would go if somebody decided to share; None where nothing waits for a person.

    For the one who decides: they read what they decide about. Nothing is written.
    """
    outcome = shown.decision.outcome
    if outcome not in authority.OVERRULABLE:
        return None
    about = standing.fetch(viewer, shown.disclosure.pk, now)
    return assemble.compose(about, viewer=viewer, now=now, as_if=frozenset({outcome})).message


def emergency(
    *, viewer: Account, case: Case, role: str, recipient: Function | None, now: datetime
) -> Preview | None:
    """The Tier 1 message as it would leave now for a recipient who can act; nothing is written.

    None where it cannot be made here: the page goes on without, for nothing blocks an emergency.
    """
    asked = Disclosure(
        agency=case.agency,
        case=case,
        route="emergency",
        urgency="immediate",
        purpose="immediate_safety",
        opened_at=now,
        opened_by=viewer,
        recipient=recipient,
        recipient_role=recipient.role if recipient else role,
        facts={"harm": "immediate"},
    )
    try:
        return assemble.compose(asked, viewer=viewer, now=now)
    except Exception:
        log.exception("emergency_without_preview")
        return None


def calls(*, viewer: Account, case: Case, now: datetime) -> list[EmergencyCall]:
    """The emergency calls logged in a case, newest first; raises ``NotFound`` outside its circle."""
    if not Case.objects.visible_to(viewer, now).filter(pk=case.pk).exists():
        raise NotFound
    rows = EmergencyCall.objects.filter(case=case).select_related("recorded_by")
    return list(rows.order_by("-called_at"))
