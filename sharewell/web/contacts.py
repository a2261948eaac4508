"""The safe-contact banner of a page: how the person of each case on it may be reached, and what never to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sharewell.cases import queries
from sharewell.cases.models import Case, SafeContact
from sharewell.cases.queries import Reach
from sharewell.cases.safety import known_rules, must_not_know, plan_of, read, way_words

CARD = {
    "before": "Before",
    "with_them": "With them",
    "code_word": "The code word",
    "others": "If somebody else answers",
    "never": "Never",
    "after": "Afterwards",
}
NOT_KNOWN = "Not known: ask before any contact"


def banners(cases: Sequence[Case], now: datetime) -> list[dict[str, Any]]:
    """What the banner says of each case that a page is about; the page fetched them with its viewer."""
    return [_banner(reach, named=len(cases) > 1) for reach in queries.reaches(cases, now)]


def plan_rows(row: SafeContact) -> list[dict[str, str]]:
    """A plan in rows of words, what must never be done first; what is not recorded is left out."""
    rules, plan = known_rules(), plan_of(row)
    core = read(plan)
    ways = [way_words(way, rules) for way in core.ways if way.safe == "true"]
    how = "; ".join(filter(None, (*ways, plan.how)))
    agreed = f"{plan.agreed_by}, {plan.agreed_on:%-d %B %Y}" if plan.agreed_on else plan.agreed_by
    pairs = {
        "Never": plan.unsafe(),
        "Must not know": "; ".join(must_not_know(plan, rules)),
        "Reach them": how[:1].upper() + how[1:] if how else "",
        "Meet at": plan.meeting_place,
        "When": _when(core.when_words() if plan.when != "unknown" else "", plan.times),
        "Code word": plan.code_word,
        "If somebody else answers": plan.cover,
        "Message": "A message may be left" if plan.leave_message else "Leave no message",
        "Interpreter": f"{plan.interpreter}, independent of the family" if plan.interpreter else "",
        "Agreed with them by": agreed,
        "Look at it again": f"{plan.review_on:%-d %B %Y}" if plan.review_on else "",
    }
    if not how and not plan.meeting_place:
        pairs["Reach them"] = NOT_KNOWN
    return [{"key": key, "value": value} for key, value in pairs.items() if value]


def card_parts(row: SafeContact | None) -> list[tuple[str, list[str]]]:
    """The instruction card: its parts with the lines that this plan needs; without a plan those for all."""
    plan = plan_of(row) if row else None
    holds = {""}
    if plan:
        named = ("code_word", "cover", "interpreter", "meeting_place")
        holds |= {name for name in named if getattr(plan, name)}
    holds.add("leave_message" if plan and plan.leave_message else "no_message")
    lines = known_rules().card
    parts = [
        (title, [line.says for line in lines if line.part == part and line.needs in holds])
        for part, title in CARD.items()
    ]
    return [(title, found) for title, found in parts if found]


def _when(structured: str, words: str) -> str:
    told = "; ".join(filter(None, (structured, words)))
    return told[:1].upper() + told[1:] or NOT_KNOWN


def _banner(reach: Reach, *, named: bool) -> dict[str, Any]:
    return {
        "case": reach.case,
        "named": named,
        "plan": reach.plan,
        "rows": plan_rows(reach.plan) if reach.plan else [],
        "leave": reach.leave,
    }
