"""The record of a disclosure, as it stands up to review by somebody who was not there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies.models import Account
from sharewell.cases.models import Task
from sharewell.consent import words as consent_words
from sharewell.disclosures import catalogues, corrected, received, redirected, standing
from sharewell.disclosures.models import Correction, Disclosure, PartnerAction
from sharewell.disclosures.queries import pages
from sharewell.disclosures.queries.pages import Page
from sharewell.disclosures.received import Said
from sharewell.ledger import queries as ledger
from sharewell.ledger.queries import Place


@dataclass(frozen=True, slots=True)
class Record:
    """What was shared (or not), to whom and their role, why, on what consent, with what outcome."""

    page: Page
    message: Mapping[str, Any]  # as it left; empty where nothing did
    withheld: Mapping[str, str]  # field: reason
    decision: Mapping[str, Any]
    reasons: tuple[Mapping[str, str], ...]  # rule, says, source
    to_whom: str
    role: str  # of the recipient, in words
    purpose: str  # in words
    why: str
    proportionality: str
    outcome_intended: str
    consent: str  # the position then, in a sentence
    consent_reason: str
    basis: tuple[str, ...]
    grounds: tuple[str, ...]  # of a decision not to share, in words
    late: bool  # reasons were written after it was sent
    paged: str  # of an emergency whose page reached nobody but its sender: that, and whom to ring
    review_at: datetime | None
    exact: bytes  # what left, byte for byte
    answers: tuple[Said, ...]  # of the recipient, the newest first
    actions: tuple[PartnerAction, ...]  # what they said they will do, and have not said is done
    begun: tuple[Disclosure, ...]  # drafts that their answers asked for
    correction: Correction | None  # which it is, of an earlier message
    newer: Correction | None  # by which it was replaced
    elsewhere: tuple[Disclosure, ...]  # other messages that told the same wrong fields
    digest: str  # its SHA-256 in hexadecimal; empty where nothing left
    place: Place | None  # in the evidence log


def record(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Record:
    """The record of one disclosure; leaves a line in the access table. Raises ``NotFound``."""
    found = standing.fetch(viewer, disclosure_id, now)
    pages.note_read(found, viewer, now, "disclosure record")
    decision: Mapping[str, Any] = found.decision or {}
    correction, newer = corrected.of(found), corrected.newer(found)
    exact = bytes(found.message_bytes or b"")
    then = found.decided_at or found.sent_at or now
    return Record(
        page=pages.page_of(found, viewer, now),
        message=found.message or {},
        withheld=decision.get("withheld", {}),
        decision=decision,
        reasons=tuple(decision.get("reasons", ())),
        to_whom=found.to_whom,
        role=consent_words.role(found.recipient_role),
        purpose=consent_words.purpose(found.purpose),
        why=found.rationale or found.reasons,
        proportionality=found.proportionality,
        outcome_intended=found.outcome_intended,
        consent=consent_words.sentence(
            found.conversation, now=then, zone=found.case.agency.time_zone
        ),
        consent_reason=found.consent_reason,
        basis=tuple(decision.get("basis", ())),
        grounds=_grounds(found),
        late=found.completed_at is not None,
        paged=_paged(found),
        review_at=found.review_at,
        exact=exact,
        answers=received.said(found),
        actions=received.open_actions(found),
        begun=redirected.begun(found),
        correction=correction,
        newer=newer,
        elsewhere=_elsewhere(correction, newer),
        digest=hashlib.sha256(exact).hexdigest() if exact else "",
        place=_place(found),
    )


def exact_copy(*, viewer: Account, disclosure_id: UUID, now: datetime) -> bytes:
    """The bytes of what left, to keep or to verify; leaves a line in the access table, as above."""
    found = standing.fetch(viewer, disclosure_id, now)
    pages.note_read(found, viewer, now, "disclosure copy")
    return bytes(found.message_bytes or b"")


def _elsewhere(*corrections: Correction | None) -> tuple[Disclosure, ...]:
    """Who else was told what one of these corrections put right."""
    found = [
        each
        for made in corrections
        if made
        for each in corrected.elsewhere(made.old, made.wrong)
        if each.pk != made.new_id
    ]
    return tuple({each.pk: each for each in found}.values())


def _paged(found: Disclosure) -> str:
    rows = Task.objects.filter(about_id=found.pk, kind="emergency_unacknowledged")
    return rows.values_list("note", flat=True).first() or ""


def _grounds(found: Disclosure) -> tuple[str, ...]:
    known = catalogues.grounds("not_share") if found.grounds else {}
    return tuple(known[each].label if each in known else each for each in found.grounds)


def _place(found: Disclosure) -> Place | None:
    if not found.entry_id:
        return None
    try:
        return ledger.place(found.entry_id)
    except ledger.NoSuchEntry:
        return None
