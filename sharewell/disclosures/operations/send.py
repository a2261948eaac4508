"""Sending: the current facts are decided again, and exactly what was previewed leaves, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.consent import records as consent
from sharewell.disclosures import assemble, dispatch, drafts, standing
from sharewell.disclosures import seen as stamps
from sharewell.disclosures.assemble import Preview
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.operations.approve import ApproverIsSender

MISSING = {
    "rationale": ("rationale", "Say why this recipient needs it."),
    "proportionality": ("proportionality", "Say why this is the least that will do."),
    "consent_reason": (
        "consent_reason",
        "Say in a sentence why it is shared without the person's agreement.",
    ),
    "no_agreement_override_reason": (
        "no_agreement_reason",
        "No agreement with this recipient is in force. Say why it is shared all the same.",
    ),
}
WHY_NOT_TOLD = "Say why the person is not told now, and when that is looked at again."
NAMES_UNTOLD = (
    "This names a partner to whom nothing has gone yet. Send theirs first, or do not name them."
)
WHY_OFF_ROUTE = "This is not the usual way. Say why it goes to this recipient."


class MessageChanged(Conflict):
    """Facts, consent or approvals have changed since the sender read the message."""

    code = "message_changed"
    sentence = (
        "This was not sent, because what would leave has changed since you read it. Nothing you typed is "
        "lost. Read the message again, then send."
    )

    def __init__(self, changes: Sequence[str]) -> None:
        """Name the parts that changed: field ids, ``outcome``, ``recipient``, ``withheld``, ``form``."""
        self.changes = tuple(changes)
        super().__init__()


class NotShareable(Conflict):
    """The decision is not to share; the page offers what can be done instead."""

    code = "not_shareable"
    sentence = (
        "This was not sent: with what is known now it may not go, or somebody else decides first. "
        "Nothing you typed is lost. The page says why, and what you can do."
    )

    def __init__(self, outcome: str) -> None:
        """Carry the decision's outcome."""
        self.outcome = outcome
        super().__init__()


@operation("disclosure.sent")
def disclosure_send(
    *,
    account: Account,
    disclosure_id: UUID,
    version: int,
    send_key: UUID,
    seen: str,
    now: datetime,
) -> Disclosure:
    """Send a prepared disclosure exactly as it was previewed; the same ``send_key`` sends once.

    ``seen`` is :attr:`Preview.seen` of the page that the sender read. Raises ``NotFound`` outside the
    circle, ``NotAllowed`` by role, ``Conflict`` when the draft was edited since, ``MessageChanged``
    (with ``changes``) when facts, consent or approvals now give another message, ``NotShareable`` when
    the decision is not to share, ``Invalid`` by field for what is missing, ``ApproverIsSender``.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    if disclosure.state == "sent" and disclosure.send_key == send_key:
        return unchanged(disclosure)
    standing.require_version(disclosure, version)
    cases.lock(disclosure.case)  # a consent conversation or new facts wait until this has left
    shown = assemble.preview(viewer=account, disclosure_id=disclosure_id, now=now)
    _check(shown, account, seen)
    if shown.facts_edited:
        consent.record_facts(case=disclosure.case, facts=shown.facts_edited, now=now, by=account)
    return dispatch.leave(shown=shown, account=account, send_key=send_key, now=now)


def _check(shown: Preview, account: Account, seen: str) -> None:
    changes = stamps.changed(seen, shown.seen)
    if changes:
        raise MessageChanged(changes)
    if shown.decision.outcome not in assemble.SHARES or shown.message is None:
        raise NotShareable(shown.decision.outcome)
    errors = {
        MISSING[each][0]: [MISSING[each][1]] for each in shown.decision.missing if each in MISSING
    }
    if shown.off_route and not shown.disclosure.off_route_reason:
        errors["off_route_reason"] = [WHY_OFF_ROUTE]
    why_not_told = "record_why_not_informed" in shown.decision.obligations
    if why_not_told and not shown.disclosure.inform_plan:
        errors["inform_plan"] = [WHY_NOT_TOLD]
    if drafts.names_untold(shown.disclosure):
        errors["knows_of"] = [NAMES_UNTOLD]
    if not shown.disclosure.outcome_intended:
        errors["outcome_intended"] = ["Say what you want to come of this."]
    if errors:
        raise Invalid(errors)
    if shown.decision.outcome != "share":
        raise NotShareable(shown.decision.outcome)
    approved_by = {item.approver_id for item in shown.items if item.approved_at}
    approved_by |= {file.approver_id for file in shown.attachments}
    if account.pk in approved_by:
        raise ApproverIsSender(
            "You approved part of this, so somebody else has to send it. Nothing was changed."
        )
