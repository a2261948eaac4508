"""The one projection: what is asked, what is known, what the rules say, and the message that would go.

The preview page and the sending both stand on :func:`compose`; nothing else makes an outgoing message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell import packs
from sharewell.agencies.models import Account, AgreementVersion
from sharewell.cases import queries as cases
from sharewell.consent import contacting
from sharewell.consent.models import Conversation
from sharewell.core import request as core_request
from sharewell.core.decision import Decision
from sharewell.core.minimise import Message, minimise
from sharewell.core.needtoknow import CaveatKind
from sharewell.core.request import Request
from sharewell.core.terms import Agreement
from sharewell.disclosures import (
    authority,
    clocks,
    corrected,
    question,
    routes,
    seen,
    standing,
    wording,
)
from sharewell.disclosures.judging import SHARES, Judged, judge
from sharewell.disclosures.known import record_for
from sharewell.disclosures.models import Attachment, Disclosure, Item
from sharewell.disclosures.question import Question

__all__ = ["SHARES", "Preview", "compose", "preview"]


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
    terms: Agreement | None  # the same, as the rules read it
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


def compose(
    disclosure: Disclosure,
    *,
    viewer: Account,
    now: datetime,
    as_if: frozenset[str] = frozenset(),
) -> Preview:
    """The same for a disclosure that was fetched with its viewer.

    ``as_if`` are outcomes that a decider looks beyond, to read what would go if it were to be shared.
    """
    question.require_asked(disclosure)
    known = question.gather(disclosure, now)
    given = authority.answered(known)
    judged = stands = judge(known, frozenset())
    by = ""
    if given.stands_before(judged.decision):
        stands, by = judge(known, given.outcomes), given.by
    elif judged.decision.outcome in as_if:
        stands, by = judge(known, as_if), "as_if"
    shares = stands.decision.outcome in SHARES
    message = _message(known, stands, viewer) if shares else None
    return Preview(
        disclosure=disclosure,
        request=stands.request,
        judged=judged.decision,
        decision=stands.decision,
        authority=by,
        withheld=stands.withheld,
        message=message,
        message_bytes=message.canonical() if message else b"",
        conversation=known.conversation,
        agreement=known.agreement_version,
        terms=known.agreement,
        agreement_state=known.agreement_state,
        off_route=routes.off_route(disclosure, viewer=viewer, now=now),
        own_words=wording.own_words(stands.decision, tier_3_asked=bool(known.items)),
        texts=stands.texts,
        items=known.items,
        attachments=known.attachments,
        facts=known.facts,
        facts_edited=known.facts_edited,
        ack_due_at=clocks.acknowledge_by(known),
        seen=seen.stamp(disclosure, stands, message, known.attachments),
    )


def request_as_json(request: Request) -> dict[str, Any]:
    """The request as JSON keeps it; decided again, it gives the same answer."""
    return core_request.encode(request)


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """The decision as JSON keeps it."""
    return decision.as_dict()


def _message(known: Question, stands: Judged, viewer: Account) -> Message:
    record = record_for(
        known.disclosure,
        facts=known.facts,
        conversation=known.conversation,
        consent_reason=stands.texts["consent_reason"],
        attachments=known.attachments,
        now=known.now,
    )
    decision = _noted(known, stands.decision)
    message = minimise(record, decision, known.policy, **_heading(known, viewer))
    return replace(message, handling=(*message.handling, *_caveats(known, message)))


def _noted(known: Question, decision: Decision) -> Decision:
    """The decision with the handling note of the safe contact plan, for whoever receives the message."""
    case, nothing = known.disclosure.case, ((), ())
    tell, use = question.unless_lost(
        known.disclosure, lambda: contacting.handling_note(case), lambda: nothing
    )
    return decision._replace(
        deny_persons=tuple(dict.fromkeys([*decision.deny_persons, *tell])),
        deny_channels=tuple(dict.fromkeys([*decision.deny_channels, *use])),
    )


def _caveats(known: Question, message: Message) -> list[str]:
    """What originators say of passing on what goes, once each; it travels with the message."""
    goes = {part.field: part.label for part in message.fields if part.lines}
    kinds: Mapping[str, CaveatKind] = question.unless_lost(known.disclosure, packs.caveats, dict)
    said = [
        f"{goes[field]}: {cases.caveat_words(each, kinds)}"
        for field, rows in known.caveats.items()
        for each in (rows if field in goes else ())
    ]
    return list(dict.fromkeys(said))


def _heading(known: Question, viewer: Account) -> dict[str, Any]:
    """What stands above the message: from whom, to whom, and where to ring. No name of the person."""
    disclosure, agency = known.disclosure, known.disclosure.agency
    replaces = corrected.replaces(disclosure)
    return {
        "from": agency.name,
        "sender": ", ".join(part for part in (viewer.name, viewer.job_title) if part),
        "phone": agency.duty_phone,
        "out_of_hours_phone": agency.out_of_hours_phone,
        "to": disclosure.to_whom,
        "reference": reference(disclosure),
        "urgency": disclosure.urgency,
        "emergency": disclosure.route == "emergency",
        **({"replaces": replaces} if replaces else {}),
    }


def reference(disclosure: Disclosure) -> str:
    """What partners quote: random, one for each disclosure, so that two of them link nobody."""
    letters = disclosure.pk.hex[:8].upper()
    return f"{letters[:4]}-{letters[4:]}"
