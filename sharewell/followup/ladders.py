"""Whether what an escalation is about has come meanwhile, and what may be disputed."""

from __future__ import annotations

from datetime import datetime

from sharewell import packs
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Answer, Disclosure, PartnerAction
from sharewell.followup.models import Escalation


def settled(escalation: Escalation) -> str | None:
    """The ending that the record shows by itself, an id of packs/escalation.yaml, or None.

    A message that was withdrawn is waited for no longer.
    """
    sent = escalation.disclosure
    if escalation.cause == "decision":
        return None
    if sent.state != "sent":
        return "withdrawn"
    if escalation.cause == "no_acknowledgement" and hasattr(sent, "acknowledgement"):
        return "acknowledged"
    if escalation.cause == "no_action":
        said = Answer.objects.filter(disclosure=sent, kind__in=catalogues.settling()).exists()
        return "answered" if said or sent.partner_actions.exists() else None
    late = PartnerAction.objects.filter(disclosure=sent, done_at=None).exclude(late_at=None)
    if escalation.cause == "late_action" and not late.exists() and waits_until(escalation) is None:
        return "done"
    return None


def waits_until(escalation: Escalation) -> datetime | None:
    """Until when it waits because what was late was given a later day; None where it does not, or policy ends it."""
    if escalation.cause != "late_action" or packs.escalation().later_day != "waits":
        return None
    open_ = PartnerAction.objects.filter(disclosure=escalation.disclosure_id, done_at=None)
    if open_.exclude(late_at=None).exists():
        return None
    moved = open_.filter(moved__isnull=False).order_by("due_at").first()
    return moved.due_at if moved else None


def disputed(disclosure: Disclosure) -> str | None:
    """What one may disagree with: ``answer`` of the recipient, ``decision`` on our side, or None.

    A message that nobody answered is chased, not disputed.
    """
    if disclosure.state in ("not_shared", "referred"):
        return "decision"
    answered = Answer.objects.filter(disclosure=disclosure, kind__in=catalogues.disputable())
    return "answer" if disclosure.state == "sent" and answered.exists() else None
