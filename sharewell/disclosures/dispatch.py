"""The moment of sending: the row, the ways out, the tasks, the line in the timeline and the entry, together.

Both the standard and the emergency route end here, inside their operation's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from sharewell.agencies.evidence import record
from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.consent import contacting
from sharewell.consent import records as consent
from sharewell.consent import words as consent_words
from sharewell.core.contacting import Addressee
from sharewell.core.minimise import Message
from sharewell.disclosures import assemble, confirming, corrected, follow, unshared, ways_out
from sharewell.disclosures.assemble import Preview
from sharewell.disclosures.models import Disclosure, Informing

TOLD_LATER = timedelta(hours=24)  # telling that was put off is looked at again
REASONS = (
    "outcome_intended",
    "retaliation_steps",
    "off_route_reason",
    "no_agreement_reason",
    "inform_plan",
)


def leave(
    *,
    shown: Preview,
    account: Account,
    send_key: UUID,
    now: datetime,
    asks: Sequence[follow.Ask] = (),
) -> Disclosure:
    """Send what a preview shows, its row held: all in this transaction, the carrying after it.

    ``asks`` are tasks beyond those of the decision. Raises ``ContactRefused``, never to professionals.
    """
    disclosure, decision = shown.disclosure, assemble.decision_as_json(shown.decision)
    message = _through_gate(shown, now)
    review_at = now + timedelta(hours=shown.decision.review_within_hours)
    Disclosure.objects.filter(pk=disclosure.pk).update(
        state="sent",
        version=F("version") + 1,
        **shown.texts,
        request=assemble.request_as_json(shown.request),
        decision=decision,
        authority=shown.authority,
        policy=shown.decision.policy,
        decided_at=now,
        decided_by=account,
        message=message.as_dict(),
        message_bytes=shown.message_bytes,
        conversation=shown.conversation,
        agreement=shown.agreement,
        sent_at=now,
        sent_by=account,
        send_key=send_key,
        ack_due_at=shown.ack_due_at,
        review_at=review_at,
        entry_id=_record(shown, account, now),
    )
    unshared.close_waiting(disclosure, account, now)
    disclosure.refresh_from_db()
    denied = shown.decision.deny_channels
    ways = ways_out.plan(disclosure=disclosure, now=now, denied=denied)
    tasks = _asks(shown, {way.channel for way in ways}, review_at, now)
    if asks:  # the emergency record asks for all that was left out in the hurry
        tasks = [task for task in tasks if task.kind != "record_afterwards"]
    follow.open_all(disclosure=disclosure, account=account, asks=[*tasks, *asks], now=now)
    if disclosure.route != "emergency":  # which needs no packs
        consent.revisit_on_recipient(disclosure.case, disclosure.recipient_role, now, account)
    _why_not_told(shown, account, now)
    _line(shown, account, now)
    corrected.settle(disclosure, account, now)
    return disclosure


def _through_gate(shown: Preview, now: datetime) -> Message:
    """The message that leaves; to somebody who is no professional only by ways that the gate lets through."""
    disclosure = shown.disclosure
    if shown.message is None:
        raise ValueError("nothing would leave")
    kind = contacting.LAY.get(disclosure.recipient_role)
    if kind is None:
        return shown.message
    to = Addressee(
        kind, name=disclosure.to_whom, knows=True
    )  # the person agreed that they are told
    for way, _ in ways_out.ways_of(disclosure, shown.decision.deny_channels):
        channel = contacting.AS_CHANNEL[way]
        contacting.require(case=disclosure.case, to=to, channel=channel, at=now, now=now)
    return shown.message


def _asks(
    shown: Preview, ways: Collection[str], review_at: datetime, now: datetime
) -> list[follow.Ask]:
    disclosure, decision, conversation = shown.disclosure, shown.decision, shown.conversation
    asks = [
        *follow.obligations(
            obliged=decision.obligations,
            already_written=bool(ways_out.WRITTEN & set(ways)),
            revisit_at=conversation.revisit_at if conversation else None,
        ),
        *follow.informing(
            subject_kind=shown.facts["subject_kind"],
            inform=decision.inform,
            inform_child=decision.inform_child,
            later=now + TOLD_LATER,
        ),
        follow.Ask("disclosure_review", review_at),
    ]
    found = {ask.kind: ask for ask in asks}
    if confirming.KIND in found:
        found[confirming.KIND] = follow.Ask(confirming.KIND, confirming.due(disclosure, now))
    return list(found.values())


def _why_not_told(shown: Preview, account: Account, now: datetime) -> None:
    """Keep the reason for not telling yet where telling is looked for; the task comes back to it."""
    disclosure = shown.disclosure
    if shown.decision.inform in {"deferred", "no"} and disclosure.inform_plan:
        Informing.objects.create(
            disclosure=disclosure,
            whom="person" if shown.facts["subject_kind"] == "adult" else "family",
            told=False,
            words=disclosure.inform_plan,
            at=now,
            until=now + TOLD_LATER,
            by=account,
        )


def _record(shown: Preview, account: Account, now: datetime) -> str:
    disclosure = shown.disclosure
    files = {f"attachment.{n}": bytes(file.content) for n, file in enumerate(shown.attachments, 1)}
    reasons = {
        "authority": shown.authority,
        **shown.texts,
        **{name: getattr(disclosure, name) for name in REASONS},
    }
    return record(
        at=now,
        agency=disclosure.agency,
        actor=account,
        case_id=disclosure.case_id,
        policy=shown.decision.policy,
        things={
            "message": shown.message_bytes,
            "request": assemble.request_as_json(shown.request),
            "decision": assemble.decision_as_json(shown.decision),
            "reasons": reasons,
            **files,
        },
    )


def _line(shown: Preview, account: Account, now: datetime) -> None:
    disclosure = shown.disclosure
    purpose = consent_words.purpose(disclosure.purpose)
    cases.add_chronology(
        case=disclosure.case,
        now=now,
        by=account,
        section="disclosure",
        text=f"Shared with {disclosure.to_whom} for {purpose}, Tier {shown.decision.tier}.",
        about_id=disclosure.pk,
    )
