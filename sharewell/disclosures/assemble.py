"""The one projection: what is asked, what is known, what the rules say, and the message that would go.

The preview page and the sending both stand on :func:`compose`; nothing else makes an outgoing message.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies.models import Account, AgreementVersion
from sharewell.consent.models import Conversation
from sharewell.core import request as core_request
from sharewell.core.decision import Decision, decide
from sharewell.core.minimise import Message, minimise
from sharewell.core.request import Request
from sharewell.disclosures import authority, clocks, question, routes, seen, standing, wording
from sharewell.disclosures.known import record_for
from sharewell.disclosures.models import Attachment, Disclosure, Item
from sharewell.disclosures.question import Question

SHARES = ("share", "complete_first")
TIER_3 = ("tier3_rationale", "tier3_authority", "approver")
TEXTS = ("rationale", "proportionality", "consent_reason")


@dataclass(frozen=True, slots=True)
class Preview:
    """All that the share page shows and that sending checks again."""

    disclosure: Disclosure
    request: Request
    judged: Decision  # what the rules say
    decision: Decision  # what stands: as judged, or as a decider or an overrule has it
    authority: str  # "" | referral | overrule: by which a person's answer stands before the rules'
    withheld: Mapping[str, str]  # field: reason, those that wait for approval among them
    message: Message | None  # None where nothing would go
    message_bytes: bytes
    conversation: Conversation | None
    agreement: AgreementVersion | None
    agreement_state: str  # in_force | expired | none
    off_route: str  # why the recipient is not the usual way; empty when it is
    own_words: bool  # necessity and proportionality must be the sender's own
    texts: Mapping[
        str, str
    ]  # rationale, proportionality, consent_reason: written, or worded by a rule
    items: tuple[Item, ...]
    attachments: tuple[Attachment, ...]  # approved; they would go too
    facts: Mapping[str, str]
    facts_edited: Mapping[str, str]
    ack_due_at: datetime
    seen: str  # stamp of what is shown; handed back when sending


def preview(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Preview:
    """What would happen if this were sent now: the decision, the message, what is missing.

    Raises ``NotFound`` outside the case's circle, ``Unasked`` while purpose or recipient are not chosen.
    """
    return compose(standing.fetch(viewer, disclosure_id, now), viewer=viewer, now=now)


def compose(disclosure: Disclosure, *, viewer: Account, now: datetime) -> Preview:
    """The same for a disclosure that was fetched with its viewer."""
    question.require_asked(disclosure)
    known = question.gather(disclosure, now)
    given = authority.answered(known)
    request, judged, texts = _judge(known, frozenset())
    stands, by = judged, ""
    if judged.outcome in given.outcomes:
        request, stands, texts = _judge(known, given.outcomes)
        by = given.by
    message = _message(known, stands, texts, viewer) if stands.outcome in SHARES else None
    withheld = {**stands.withheld, **dict.fromkeys(known.waiting, "lacks_approver")}
    return Preview(
        disclosure=disclosure,
        request=request,
        judged=judged,
        decision=stands,
        authority=by,
        withheld=withheld,
        message=message,
        message_bytes=message.canonical() if message else b"",
        conversation=known.conversation,
        agreement=known.agreement_version,
        agreement_state=known.agreement_state,
        off_route=routes.off_route(disclosure, viewer=viewer, now=now),
        own_words=wording.own_words(stands, tier_3_asked=bool(known.items)),
        texts=texts,
        items=known.items,
        attachments=known.attachments,
        facts=known.facts,
        facts_edited=known.facts_edited,
        ack_due_at=clocks.acknowledge_by(known),
        seen=seen.stamp(disclosure, stands, withheld, message, known.attachments),
    )


def request_as_json(request: Request) -> dict[str, Any]:
    """The request as JSON keeps it; decided again, it gives the same answer."""
    return core_request.encode(request)


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """The decision as JSON keeps it."""
    return decision.as_dict()


def _judge(known: Question, answered: frozenset[str]) -> tuple[Request, Decision, dict[str, str]]:
    """Ask the rules, first for the dataset, then for what is wanted of it and beyond it.

    ``answered`` are the outcomes before which a person's answer stands.
    """
    disclosure = known.disclosure
    texts = {
        "rationale": disclosure.rationale,
        "proportionality": disclosure.proportionality,
        "consent_reason": known.consent_reason,
    }
    _, judged = _ask(known, None, texts, answered)
    if not wording.own_words(judged, tier_3_asked=bool(known.items)):
        for name, text in wording.proposed(disclosure, judged).items():
            texts[name] = texts[name] or text
    extra = (set(disclosure.extra_fields) - known.waiting) | known.approved
    wants = None
    if judged.outcome in SHARES and (extra or disclosure.left_out):
        wants = (set(judged.fields) | extra) - set(disclosure.left_out)
    return (*_ask(known, wants, texts, answered), texts)


def _ask(
    known: Question,
    wants: Collection[str] | None,
    texts: Mapping[str, str],
    answered: frozenset[str],
) -> tuple[Request, Decision]:
    request = question.request(known, wants=wants, supplied=_supplied(known, texts))
    return request, decide(request, known.policy, known.agreement, answered=answered)


def _supplied(known: Question, texts: Mapping[str, str]) -> set[str]:
    """What has really been written by now."""
    supplied = {name for name, text in texts.items() if text}
    if known.disclosure.no_agreement_reason:
        supplied.add("no_agreement_override_reason")
    if known.approved:
        supplied.update(TIER_3)
    if known.attachments:
        supplied.add("attachment_reason")
    return supplied


def _message(
    known: Question, decision: Decision, texts: Mapping[str, str], viewer: Account
) -> Message:
    record = record_for(
        known.disclosure,
        facts=known.facts,
        conversation=known.conversation,
        consent_reason=texts["consent_reason"],
        attachments=known.attachments,
        now=known.now,
    )
    return minimise(record, decision, known.policy, **_heading(known, viewer))


def _heading(known: Question, viewer: Account) -> dict[str, Any]:
    """What stands above the message: from whom, to whom, and where to ring. No name of the person."""
    disclosure, agency = known.disclosure, known.disclosure.agency
    return {
        "from": agency.name,
        "sender": ", ".join(part for part in (viewer.name, viewer.job_title) if part),
        "phone": agency.duty_phone,
        "out_of_hours_phone": agency.out_of_hours_phone,
        "to": disclosure.to_whom,
        "reference": reference(disclosure),
        "urgency": disclosure.urgency,
        "emergency": disclosure.route == "emergency",
    }


def reference(disclosure: Disclosure) -> str:
    """What partners quote: random, one for each disclosure, so that two of them link nobody."""
    letters = disclosure.pk.hex[:8].upper()
    return f"{letters[:4]}-{letters[4:]}"
