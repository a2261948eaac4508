"""Drafts of a disclosure: opened, edited and given up without evidence, for nothing has left yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.models import Account
from sharewell.cases import catalogues as case_catalogues
from sharewell.cases.models import Case
from sharewell.consent import words as consent_words
from sharewell.disclosures import catalogues, corrected, standing, unshared, words
from sharewell.disclosures.known import NOT_ASKED
from sharewell.disclosures.models import Disclosure

TEXTS = {
    "off_route_reason": words.LONG,
    "ask": 600,
    "rationale": words.LONG,
    "proportionality": words.LONG,
    "consent_reason": words.LONG,
    "no_agreement_reason": words.LONG,
    "outcome_intended": words.LONG,
    "retaliation_steps": words.LONG,
    "inform_plan": words.LONG,
    "recipient_name": words.SHORT,
    "recipient_contact": words.SHORT,
}
URGENCIES = ("immediate", "urgent", "standard")
YES_NO = ("true", "false", "unknown")
EDITABLE = frozenset(
    {
        *TEXTS,
        "purpose",
        "recipient",
        "recipient_role",
        "alleged_source",
        "connected_to_source",
        "urgency",
        "facts",
        "extra_fields",
        "left_out",
        "knows_of",
        "ask_by",
    }
)
CHOICES = {
    "purpose": consent_words.PURPOSES,
    "recipient_role": consent_words.ROLES,
    "alleged_source": YES_NO,
    "connected_to_source": YES_NO,
    "urgency": URGENCIES,
}
CHOOSE = "Choose one of the list."
ASKED_OF_OTHERS = ("purpose", "recipient", "recipient_role", "recipient_name")
BOUND = (
    "Somebody was asked, or has answered, about this purpose and this recipient. Nothing was changed. "
    "Keep both, or give this up and begin another for the same case."
)


def disclosure_open(
    *, account: Account, case: Case, now: datetime, purpose: str = ""
) -> Disclosure:
    """Begin a draft about a case, with the newest facts and consent to be read at each preview.

    How soon it is to be seen follows from the purpose, until the sender says otherwise.
    """
    standing.require_case(account, case, now)
    if purpose:
        _one_of("purpose", purpose, consent_words.PURPOSES)
    return Disclosure.objects.create(
        agency_id=case.agency_id,
        case=case,
        opened_at=now,
        opened_by=account,
        purpose=purpose,
        urgency=catalogues.urgency(purpose),
    )


@transaction.atomic
def disclosure_update(
    *, account: Account, disclosure_id: UUID, version: int, now: datetime, **fields: Any
) -> Disclosure:
    """Save some fields of a draft, as one who read ``version`` of it; returns it one version on.

    ``fields`` are names in :data:`EDITABLE`; ``facts`` are the draft's own edits of the case's facts.
    ``recipient`` is a function's id, or None for one outside the directory (role, name, contact).
    Raises ``Conflict`` when somebody saved in between, ``Invalid`` by field (also for another purpose or
    recipient once others were asked about this one), ``NotEditable`` once sent.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    standing.require_version(disclosure, version)
    values = _checked(account, disclosure, fields)
    _require_same_question(disclosure, values)
    _save(disclosure, version, values)
    return standing.fetch(account, disclosure_id, now)


@transaction.atomic
def disclosure_close(
    *, account: Account, disclosure_id: UUID, version: int, now: datetime
) -> Disclosure:
    """Give a draft up; it stays readable. Raises ``Conflict`` and ``NotEditable``."""
    disclosure = standing.hold(account, disclosure_id, now)
    standing.require_version(disclosure, version)
    _save(disclosure, version, {"state": "closed"})
    unshared.close_waiting(disclosure, account, now)
    return standing.fetch(account, disclosure_id, now)


def _require_same_question(disclosure: Disclosure, values: Mapping[str, Any]) -> None:
    """What was decided, overruled or approved for one recipient and purpose goes to no other."""
    changed = [n for n in ASKED_OF_OTHERS if n in values and values[n] != getattr(disclosure, n)]
    if not changed:
        return
    asked = disclosure.referrals.exists() or disclosure.overrules.exists()
    asked = asked or corrected.of(disclosure) is not None  # a correction goes to whom it was told
    asked = asked or disclosure.items.filter(refused_at=None).exists()
    asked = asked or disclosure.attachments.filter(refused_at=None, removed_at=None).exists()
    if asked:
        raise Invalid({"purpose" if "purpose" in changed else "recipient": [BOUND]})


def _save(disclosure: Disclosure, version: int, values: Mapping[str, Any]) -> None:
    rows = Disclosure.objects.filter(pk=disclosure.pk, version=version)
    if not rows.update(**values, version=F("version") + 1):
        raise Conflict


def _checked(account: Account, disclosure: Disclosure, fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(fields) - EDITABLE)
    if unknown:
        raise Invalid({name: ["This cannot be changed here."] for name in unknown})
    texts = {name: fields[name] or "" for name in TEXTS if name in fields}
    values: dict[str, Any] = {**words.tidy_all(texts, most=TEXTS)}
    for name, allowed in CHOICES.items():
        if name in fields:
            values[name] = _one_of(name, fields[name], allowed)
    if values.get("purpose", disclosure.purpose) != disclosure.purpose and "urgency" not in values:
        values["urgency"] = catalogues.urgency(values["purpose"])
    for name in ("extra_fields", "left_out"):
        if name in fields:
            catalogue = agencies.policy_for(disclosure.agency).fields
            values[name] = _fields(name, fields[name], catalogue)
    if "facts" in fields:
        values["facts"] = _facts(fields["facts"], disclosure.case.person.subject_kind)
    if "ask_by" in fields:
        values["ask_by"] = fields["ask_by"]
    return values | _checked_partners(account, disclosure, fields)


def _checked_partners(
    account: Account, disclosure: Disclosure, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """To whom it goes, and of whom they may know."""
    values: dict[str, Any] = {}
    if "knows_of" in fields:
        values["knows_of"] = _others(disclosure, fields["knows_of"])
    if "recipient" in fields:
        values |= _recipient(account, fields["recipient"])
    return values


def _recipient(account: Account, function_id: UUID | None) -> dict[str, Any]:
    """A function of the directory brings its role; a recipient outside it is typed."""
    if function_id is None:
        return {"recipient": None}
    try:
        function = agencies.function(viewer=account, function_id=function_id)
    except NotFound:
        raise Invalid({"recipient": [CHOOSE]}) from None
    return {
        "recipient": function,
        "recipient_role": function.role,
        "recipient_name": "",
        "recipient_contact": "",
    }


def _one_of(name: str, value: Any, allowed: Any) -> str:
    if value not in allowed:
        raise Invalid({name: [CHOOSE]})
    return str(value)


def _facts(facts: Mapping[str, str], subject_kind: str) -> dict[str, str]:
    """The draft's own edits; who the person is stands in the case and is none of them."""
    asked = case_catalogues.facts_for(subject_kind)
    known = {fact.id: {"unknown", *(answer.id for answer in fact.answers)} for fact in asked}
    edits = {fact: str(value) for fact, value in facts.items() if value and fact != "subject_kind"}
    if any(value not in known.get(fact, set()) for fact, value in edits.items()):
        raise Invalid({"facts": [CHOOSE]})
    return edits


def _others(disclosure: Disclosure, ids: Sequence[str]) -> list[str]:
    """The other copies about this person that the recipient may know of; a packet has them, nothing else does."""
    known = {copy.pk.hex for copy in others(disclosure)}
    if not known.issuperset(ids):
        raise Invalid({"knows_of": [CHOOSE]})
    return list(dict.fromkeys(ids))


def others(disclosure: Disclosure) -> list[Disclosure]:
    """The copies of the same packet about the same person to other recipients."""
    if disclosure.packet is None:
        return []
    rows = disclosure.packet.copies.filter(case=disclosure.case_id).exclude(pk=disclosure.pk)
    rows = rows.exclude(state__in=NOT_ASKED).select_related("recipient")
    rows = rows.order_by("opened_at", "recipient__name", "recipient_name", "id")
    return [each for each in rows if each.recipient_id != disclosure.recipient_id]


def names_untold(disclosure: Disclosure) -> bool:
    """Whether it would tell its recipient of a partner to whom the copy has not gone."""
    named = {copy.pk.hex: copy for copy in others(disclosure) if copy.state != "sent"}
    return not named.keys().isdisjoint(disclosure.knows_of)


def _fields(name: str, ids: Sequence[str], catalogue: Mapping[str, Any]) -> list[str]:
    if any(each not in catalogue for each in ids):
        raise Invalid({name: [CHOOSE]})
    return list(dict.fromkeys(ids))
