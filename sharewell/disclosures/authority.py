"""Whose answer stands: the rules', or that of a person who may decide before them or overrule them."""

from __future__ import annotations

from dataclasses import dataclass

from sharewell.core.decision import Decision
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.question import Question

OVERRULABLE = ("hold", "seek_agreement", "refer")


@dataclass(frozen=True, slots=True)
class Answered:
    """The outcomes before which a person's answer stands, and by which: ``referral`` or ``overrule``.

    ``decider`` is the role that answered a referral; a question that another decides is open.
    """

    outcomes: frozenset[str]
    by: str
    decider: str = ""

    def stands_before(self, decision: Decision) -> bool:
        """Whether what people answered is an answer to what the rules leave open now."""
        another = decision.outcome == "refer" and self.decider not in ("", decision.decider)
        return decision.outcome in self.outcomes and not another


def answered(known: Question) -> Answered:
    """What people have answered for a draft, as far as it still holds.

    A later conversation with the person, or a question referred anew, asks again.
    """
    disclosure = known.disclosure
    since = known.conversation.recorded_at if known.conversation else disclosure.opened_at
    overruled = disclosure.overrules.filter(at__gte=since)
    outcomes = frozenset(overruled.values_list("outcome_before", flat=True))
    decider = _referred(disclosure, known)
    referred = frozenset({"refer"} if decider else ())
    if outcomes:
        return Answered(outcomes | referred, "overrule", "" if "refer" in outcomes else decider)
    return Answered(referred, "referral" if referred else "", decider)


def _referred(disclosure: Disclosure, known: Question) -> str:
    """The decider's role, where the newest referral was answered with share since the last conversation."""
    newest = disclosure.referrals.order_by("-referred_at", "-id").first()
    if newest is None or newest.answer != "share" or newest.decided_at is None:
        return ""
    conversation = known.conversation
    if conversation is not None and newest.decided_at < conversation.recorded_at:
        return ""
    return newest.decider_role
