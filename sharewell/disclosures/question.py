"""The question put to the rules: everything that a decision about one disclosure turns on, gathered once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sharewell import packs
from sharewell.agencies import agreements
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Invalid
from sharewell.agencies.models import Agency, AgreementVersion
from sharewell.cases import queries as cases
from sharewell.cases.models import Case, Caveat
from sharewell.consent import positions
from sharewell.consent import records as consent
from sharewell.consent.models import Conversation
from sharewell.core import emergency
from sharewell.core import request as core
from sharewell.core.agreement import Agreement
from sharewell.core.policy import PackError, Policy
from sharewell.core.request import Request
from sharewell.disclosures import extract
from sharewell.disclosures.known import from_packet
from sharewell.disclosures.models import Attachment, Disclosure, Item

# What is asked of a sender once, for one question, and says nothing lasting about the case.
OF_THIS_QUESTION = ("legal_demand", "reporting_duty", "more_detrimental_to_share")
Bound = tuple[AgreementVersion | None, Agreement | None, str]
NO_AGREEMENT: Bound = (None, None, "none")
T = TypeVar("T")
ASKED_AGAIN = ("not_sought", "not_possible")


@dataclass(frozen=True, slots=True)
class Question:
    """What is known at one moment of a disclosure that might be made."""

    disclosure: Disclosure
    now: datetime
    policy: Policy
    agreement: Agreement | None
    agreement_version: AgreementVersion | None
    agreement_state: str  # in_force | expired | none
    conversation: Conversation | None
    facts: Mapping[str, str]
    facts_edited: Mapping[str, str]  # of the draft, that the case does not say yet
    consent_reason: str  # the sentence, never the code
    items: tuple[Item, ...]
    rewritten: frozenset[str]  # fields that say something else than when they were approved
    attachments: tuple[Attachment, ...]  # approved
    caveats: Mapping[str, Sequence[Caveat]]  # what originators say of passing on, by field
    must_ask: frozenset[str]  # fields whose originator has not agreed to this kind of recipient

    @property
    def approved(self) -> frozenset[str]:
        """The Tier 3 fields that somebody approved as they are now, attachments among them."""
        fields = {item.field for item in self.items if item.approved_at} - self.rewritten
        return frozenset(fields | ({"attachment"} if self.attachments else set()))

    @property
    def waiting(self) -> frozenset[str]:
        """The Tier 3 fields that were asked for and are not approved."""
        return frozenset(item.field for item in self.items) - self.approved


def require_asked(disclosure: Disclosure) -> None:
    """Go on only when it is known for what and to whom; raises ``Invalid`` by field."""
    errors = {}
    if not disclosure.purpose:
        errors["purpose"] = ["Choose what it is for."]
    if not disclosure.recipient_role:
        errors["recipient"] = ["Choose who receives it."]
    if disclosure.recipient_id is None and disclosure.alleged_source == "unknown":
        errors["alleged_source"] = ["Say whether the recipient may be causing the harm."]
    if errors:
        raise Invalid(errors)


def gather(disclosure: Disclosure, now: datetime) -> Question:
    """Read what is known now: the newest facts, consent, agreement and approvals."""
    case = disclosure.case
    conversation = consent.standing(case)
    of_case = cases.facts(case)
    facts = {**of_case, **positions.facts(conversation), **disclosure.facts}
    edited = {
        name: value
        for name, value in disclosure.facts.items()
        if of_case.get(name) != value and name not in OF_THIS_QUESTION
    }
    agency = disclosure.agency
    bound = unless_lost(disclosure, lambda: _agreement(disclosure, now), lambda: NO_AGREEMENT)
    items = tuple(disclosure.items.select_related("asked_of", "approver").order_by("asked_at"))
    files = disclosure.attachments.exclude(approved_at=None).filter(removed_at=None)
    chosen = from_packet(disclosure).get(extract.FIELD)
    caveats = cases.caveated(case, chosen.items if chosen else None)
    return Question(
        disclosure=disclosure,
        now=now,
        policy=unless_lost(
            disclosure, lambda: agencies.policy_for(agency), lambda: _essentials(agency)
        ),
        agreement_version=bound[0],
        agreement=bound[1],
        agreement_state=bound[2],
        conversation=conversation,
        facts={**facts, "subject_kind": case.person.subject_kind},
        facts_edited=edited,
        consent_reason=disclosure.consent_reason or _why_not_asked(conversation),
        items=items,
        rewritten=rewritten(case, items),
        attachments=tuple(files.order_by("added_at")),
        caveats=caveats,
        must_ask=unless_lost(
            disclosure,
            lambda: cases.must_ask(caveats, disclosure.recipient_role),
            frozenset,
        ),
    )


def rewritten(case: Case, items: Collection[Item]) -> frozenset[str]:
    """The fields of approved items that somebody has recorded anew since; their approval is spent."""
    approved = {item.field: item.approved_at for item in items if item.approved_at}
    known = cases.known_fields(case) if approved else {}
    return frozenset(f for f, at in approved.items() if f in known and known[f].recorded_at > at)


def request(
    question: Question, *, wants: Collection[str] | None, supplied: Collection[str]
) -> Request:
    """The request in the core's form; ``wants`` None asks for all that the dataset gives."""
    return unless_lost(
        question.disclosure,
        lambda: packs.parse(raw(question, wants=wants, supplied=supplied)),
        lambda: _bare_request(question),
    )


def unless_lost(disclosure: Disclosure, read: Callable[[], T], otherwise: Callable[[], T]) -> T:
    """What ``read`` gives; in an emergency whatever fails there gives way to ``otherwise``."""
    try:
        return read()
    except Exception:
        if disclosure.route != "emergency":
            raise
    return otherwise()


def _bare_request(question: Question) -> Request:
    """The request of an emergency, made without the vocabulary."""
    agency, disclosure = question.disclosure.agency, question.disclosure
    return Request(
        at=question.now,
        jurisdiction=agency.jurisdiction,
        sender=core.Sender(agency.kind, tuple(agency.regimes), agency.public_authority),
        purpose=disclosure.purpose,
        recipient=core.Recipient(
            role=disclosure.recipient_role, alleged_source=disclosure.alleged_source == "true"
        ),
        facts=core.Facts(subject_kind=question.facts["subject_kind"], harm="immediate"),
    )


def raw(
    question: Question, *, wants: Collection[str] | None, supplied: Collection[str]
) -> dict[str, Any]:
    """The request in plain values, in the vocabulary's shape."""
    disclosure = question.disclosure
    agency = disclosure.agency
    sender: dict[str, Any] = {"kind": agency.kind, "regimes": list(agency.regimes)}
    if agency.public_authority is not None:
        sender["public_authority"] = agency.public_authority
    shape: dict[str, Any] = {
        "at": question.now.astimezone(UTC),
        "jurisdiction": agency.jurisdiction,
        "sender": sender,
        "purpose": disclosure.purpose,
        "recipient": {
            "role": disclosure.recipient_role,
            "agreement": question.agreement_state,
            "alleged_source": disclosure.alleged_source == "true",
            "connected_to_source": disclosure.connected_to_source,
        },
        "facts": dict(question.facts),
        "consent": positions.as_request(question.conversation),
        "flags": list(disclosure.case.flags),
        "supplied": sorted(supplied),
    }
    if agency.state:
        shape["state"] = agency.state
    if wants is not None:
        shape["wants"] = {"fields": sorted(wants)}
    return shape


def _essentials(agency: Agency) -> Policy:
    """The built-in essentials, where the policy cannot be had at all."""
    fault = PackError("packs", "", "", "cannot be read")
    return emergency.policy(agency.jurisdiction, agency.state or None, fault)


def _why_not_asked(conversation: Conversation | None) -> str:
    """The sentence recorded where the person was not asked; a refusal's reason is theirs, not ours."""
    if conversation is None or conversation.position not in ASKED_AGAIN:
        return ""
    return conversation.reason_words


def _agreement(disclosure: Disclosure, now: datetime) -> Bound:
    """The agreement with the recipient's function; one that cannot be read counts as none."""
    function = disclosure.recipient
    if function is None:
        return NO_AGREEMENT
    agency = disclosure.agency
    found = agreements.agreement_between(agency=agency, function=function, now=now)
    if found is not None:
        return (*found, "in_force")
    return None, None, agreements.agreement_state(agency=agency, function=function, now=now)
