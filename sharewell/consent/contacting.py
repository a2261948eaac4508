"""The one door for every word to the person, the household and carers: what the gate says in this case, now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sharewell import packs
from sharewell.agencies.access import Refusal
from sharewell.cases import queries as cases
from sharewell.cases import records, safety
from sharewell.cases.models import Case, ContactWord
from sharewell.consent import positions
from sharewell.consent.records import standing
from sharewell.core.contacting import (
    CARER,
    Addressee,
    Allowed,
    Hidden,
    Refused,
    Standing,
    Wording,
    handling,
    may_reach,
)

NOTHING = Wording()
SIGNED_THERE = "Have it signed where you meet them, away from home, and keep the paper: no copy goes with them."
# Roles of recipients who are no professionals: what goes to them passes the gate.
LAY: Mapping[str, str] = {"family_carer": CARER, "person_themself": "person"}
# What a way out of a disclosure is to somebody who is no professional.
AS_CHANNEL = {
    "inbox": "notification",
    "portal_link": "link",
    "email_notice": "email",
    "code_email": "email",
    "page": "email",
    "phone": "phone",
    "print": "letter",
    "webhook": "notification",
}


class ContactRefused(Refusal):
    """The safe contact plan, or that there is none, forbids this word to this person in this way."""

    code = "contact_refused"
    status = 422
    sentence = "This was not sent, because it may not be safe. Nothing you typed is lost."

    def __init__(self, refused: Refused) -> None:
        """Say why, and which way is safe."""
        self.refused = refused
        super().__init__(f"{refused.sentence} Nothing you typed is lost.")


def may_go(
    *,
    case: Case,
    to: Addressee,
    channel: str,
    at: datetime | None,
    now: datetime,
    wording: Wording = NOTHING,
    rang_first: bool = False,
) -> Allowed | Refused:
    """What the gate says of a word in a case: the plan that stands, the boundaries, the signs of danger.

    ``at`` is when it would arrive (aware; None: to be chosen), ``now`` the present. Raises PackError where the rules are lost:
    then nobody but professionals is reached.
    """
    rules = packs.contact()
    row = cases.safe_contact(case)
    conversation = standing(case)
    bounds = positions.boundaries(conversation) if conversation else []
    facts = {**records.known_facts(case), **positions.facts(conversation)}
    leave = cases.contact_leave(case, now) if row is None else None
    return may_reach(
        safety.read(safety.plan_of(row)) if row else None,
        to,
        channel,
        at.astimezone(ZoneInfo(case.agency.time_zone)) if at else None,
        wording,
        rules=rules,
        standing=Standing(
            danger=rules.danger(facts, tuple(case.flags)),
            accepted=leave is not None,
            rang_first=rang_first,
            never=frozenset(b["deny_channel"] for b in bounds if "deny_channel" in b),
            hidden=tuple(Hidden(name=b["deny_person"]) for b in bounds if "deny_person" in b),
        ),
    )


def require(
    *,
    case: Case,
    to: Addressee,
    channel: str,
    at: datetime,
    now: datetime,
    wording: Wording = NOTHING,
    rang_first: bool = False,
) -> Allowed:
    """The same, for one who goes on only where it may go; raises :class:`ContactRefused`."""
    answer = may_go(
        case=case, to=to, channel=channel, at=at, now=now, wording=wording, rang_first=rang_first
    )
    if isinstance(answer, Refused):
        raise ContactRefused(answer)
    return answer


def may_sign(*, case: Case, now: datetime) -> Allowed | Refused:
    """Whether a form may be put before the person to sign: on paper handed to them, else where they are met.

    Met away from home they sign it, and the paper stays with whoever met them.
    """
    given: dict[str, Any] = {"case": case, "to": Addressee(), "at": None, "now": now}
    paper, met = (may_go(channel=each, **given) for each in ("paper", "meeting"))
    if isinstance(paper, Allowed):
        return paper
    if isinstance(met, Allowed):
        return replace(met, minds=(SIGNED_THERE, *met.minds))
    reasons = tuple(dict.fromkeys([*paper.reasons, *met.reasons]))
    return replace(paper, reasons=reasons)


def answer_now(word: ContactWord, now: datetime) -> Allowed | Refused:
    """What the gate says today of a word that was let through: the plan may have changed since."""
    return may_go(
        case=word.case,
        to=Addressee(word.to_kind, word.to_name, word.to_relation, word.to_knows),
        channel=word.channel,
        at=word.reach_at,
        now=now,
        wording=Wording(word.shown, word.inside),
        rang_first=word.rang_first,
    )


def line(word: ContactWord) -> str:
    """The word as a line of the timeline."""
    row = packs.contact().channels[word.channel]
    whom = {"person": "the person"}.get(word.to_kind, word.to_name or "the household")
    first = " They rang first." if word.rang_first else ""
    return f"A word to {whom}, {row.phrase}, was let through.{first}"


def handling_note(case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """For professionals: whom not to tell and which channels not to use, of the plan; needs no pack."""
    row = cases.safe_contact(case)
    if row is None:
        return (), ()
    plan = safety.read(safety.plan_of(row))
    return handling(plan, safety.known_rules().relation_words)
