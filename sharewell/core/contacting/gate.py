"""The gate for every word to the person, the household and carers; pure, and total over plans.

Nothing is safe unless the plan says so. A prohibition only ever takes away: no order of the checks below can
let through what one of them refuses. A professional is never refused, whatever is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from sharewell.core.contacting.pack import Channel, Rules
from sharewell.core.contacting.plan import (
    PERSON,
    PROFESSIONAL,
    Addressee,
    Hidden,
    Plan,
    Way,
    Wording,
    handling,
    hidden_words,
    joined,
)

ASK_ALONE = "see them alone, ask what is safe, and record the plan"


@dataclass(frozen=True, slots=True)
class Standing:
    """What else bears on a contact: signs of danger in words, a manager's leave, who rang whom."""

    danger: tuple[str, ...] = ()
    accepted: bool = False  # a manager accepted contact without a plan, with a reason
    rang_first: bool = False  # the person rang; they are being answered
    never: frozenset[str] = frozenset()  # channels that the person's own boundaries rule out
    hidden: tuple[Hidden, ...] = ()  # whom their boundaries name, beside the plan


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may go: to one of these addresses (none: nothing is written in the plan), with what to mind."""

    addresses: tuple[str, ...] = ()
    minds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """It may not go: why, each a sentence, and the way that is safe."""

    reasons: tuple[str, ...]
    safe_way: str

    @property
    def sentence(self) -> str:
        """Why and what instead, in one line."""
        return " ".join([*self.reasons, self.safe_way])


QUIET = Standing()


def may_reach(
    plan: Plan | None,
    to: Addressee,
    channel: str,
    at: datetime | None,
    wording: Wording,
    *,
    rules: Rules,
    standing: Standing = QUIET,
) -> Allowed | Refused:
    """Whether a word may go to somebody by a channel at a moment (told in the agency's time zone).

    ``at`` is None where the moment is still to be chosen; then one of the safe ones is to be minded.
    ``channel`` is an id of packs/contact.yaml; one that it does not hold is refused. Professionals always
    pass, with the handling note, and neither ``rules`` nor ``channel`` is looked at for them.
    """
    plan = _bounded(plan, standing)
    if to.kind == PROFESSIONAL:
        return Allowed(minds=note(plan, rules.relation_words))
    row = rules.channels.get(channel)
    if row is None:
        return Refused((f"“{channel}” is no way of reaching somebody that is known here.",), "")
    reasons = [*_bars(plan, row, at, rules, standing)]
    if to.kind == PERSON:
        reasons += _not_named(plan, row, standing)
    else:
        reasons += _who(plan, to, row, rules, standing)
    reasons += _tells(to, row, wording, rules)
    if reasons:
        return Refused(tuple(dict.fromkeys(reasons)), safe_way(plan, rules))
    return Allowed(_addresses(plan, row) if to.kind == PERSON else (), _minds(plan, row, at))


def _bounded(plan: Plan | None, standing: Standing) -> Plan | None:
    """The plan with what the person themselves ruled out in a conversation."""
    if plan is None:
        return None
    return replace(plan, never=plan.never | standing.never, hidden=plan.hidden + standing.hidden)


def note(plan: Plan | None, relations: dict[str, str]) -> tuple[str, ...]:
    """The handling note for professionals, in words."""
    tell, use = handling(plan, relations)
    return (*(f"Do not tell: {who}" for who in tell), *(f"Do not use: {way}" for way in use))


def safe_way(plan: Plan | None, rules: Rules) -> str:
    """What is safe instead, in one sentence."""
    if plan is None:
        return f"Safe: {ASK_ALONE}. Or ask a manager to accept contact, with the reason."
    ways = [way for way in (_way(plan, row) for row in rules.channels.values()) if way]
    if not ways:
        return f"Safe: no way is recorded as safe; {ASK_ALONE}."
    code = ", code word first" if plan.code_word else ""
    return f"Safe: {joined(ways, 'or')}, {plan.when_words()}{code}."


def _way(plan: Plan, row: Channel) -> str:
    """One channel as a safe way, in words; empty where it is not one."""
    barred = any(_barred(plan, each) for each in (row.id, *row.falls_with))
    if row.message or barred or not _named(plan, row):
        return ""
    if row.meets:
        return f"{row.phrase}: {plan.meeting_place}" if plan.meeting_place else row.phrase
    addresses = joined(_addresses(plan, row), "or")
    return f"{row.phrase} to {addresses}" if addresses else row.phrase


def _bars(
    plan: Plan | None, row: Channel, at: datetime | None, rules: Rules, standing: Standing
) -> list[str]:
    """What forbids the channel or the moment, whoever it is for, as long as they are no professional."""
    if plan is None:
        if standing.danger and not standing.accepted:
            signs = joined(standing.danger)
            return [f"No safe contact plan is recorded, and there is a sign of danger: {signs}."]
        denied = [each for each in (row.id, *row.falls_with) if each in standing.never]
        if denied:
            return [f"Not {row.phrase}: they ruled out {rules.channels[denied[0]].label}."]
        if not row.without_plan:
            return [
                f"Not {row.phrase}: no safe contact plan is recorded. Ask them first what is safe."
            ]
        return []
    found = [
        f"Not {row.phrase}: the plan forbids {rules.channels[each].label}."
        for each in (row.id, *row.falls_with)
        if each in rules.channels and _barred(plan, each)
    ]
    if row.message and not plan.leave_message:
        found.append(f"Not {row.phrase}: the plan says to leave no message.")
    answered = standing.rang_first and row.answers
    if not answered and not plan.in_time(at):
        found.append(f"Not at this time: {plan.when_words()}.")
    return found


def _barred(plan: Plan, channel: str) -> bool:
    """Whether a channel is ruled out altogether; an unsafe number or address rules out only itself."""
    unsafe = any(w.channel == channel and w.safe == "false" and not w.key for w in plan.ways)
    return channel in plan.never or unsafe


def _not_named(plan: Plan | None, row: Channel, standing: Standing) -> list[str]:
    """To the person only what the plan names as safe; when they rang first, the call is answered."""
    if plan is None or _named(plan, row) or (standing.rang_first and row.answers):
        return []
    return [f"Not {row.phrase}: the plan does not say that it is safe."]


def _named(plan: Plan, row: Channel) -> bool:
    return bool(_safe(plan, row)) or (row.meets and bool(plan.meeting_place))


def _safe(plan: Plan, row: Channel) -> list[Way]:
    """The ways of this channel that are safe; an address that is unsafe there is left out."""
    own = {row.id, *([row.part_of] if row.part_of else [])}
    near = {*own, *row.falls_with}
    unsafe = {w.key for w in plan.ways if w.safe == "false" and w.channel in near and w.key}
    return [w for w in plan.ways if w.safe == "true" and w.channel in own and w.key not in unsafe]


def _addresses(plan: Plan | None, row: Channel) -> tuple[str, ...]:
    found = [way.address for way in _safe(plan, row)] if plan else []
    return tuple(dict.fromkeys(each for each in found if each))


def _who(
    plan: Plan | None, to: Addressee, row: Channel, rules: Rules, standing: Standing
) -> list[str]:
    """Why somebody other than the person may not be reached: they, or who lives there, must not know."""
    if plan is None:
        if standing.accepted:
            return []
        return [
            "Nobody has asked the person who must not know. Reach nobody about them until then."
        ]
    found = []
    for hidden in plan.hidden:
        if _is(hidden, to):
            found.append(f"{hidden_words(hidden, rules.relation_words)} must not know.")
        elif row.home and rules.lives_there(hidden.relation):
            who = hidden_words(hidden, rules.relation_words)
            found.append(f"Not {row.phrase}: {who} must not know, and could see or hear it there.")
    return found


def _is(hidden: Hidden, to: Addressee) -> bool:
    """Whether this could be the one who must not know; where it cannot be told, it could."""
    theirs, named = _words(hidden.name), _words(to.name)
    if not named or (not theirs and not to.relation):
        return True
    if hidden.relation and hidden.relation == to.relation:
        return True
    return bool(theirs) and (theirs <= named or named <= theirs)


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.casefold()))


def _tells(to: Addressee, row: Channel, wording: Wording, rules: Rules) -> list[str]:
    """Words that would give the case away to whoever sees them."""
    seen = [wording.shown] if row.shows in {"outside", "all"} else []
    seen += [wording.inside] if row.shows == "all" else []
    if to.kind != PERSON and not to.knows:
        seen = [wording.shown, wording.inside]
    found = rules.telling(" \n ".join(seen))
    if not found:
        return []
    return [f"Neutral words only: {joined([f'“{each}”' for each in found])} could give it away."]


def _minds(plan: Plan | None, row: Channel, at: datetime | None) -> tuple[str, ...]:
    if plan is None:
        return ("No plan is recorded: begin by asking whether it is safe to talk, and what is.",)
    code = (
        ("Say or write the code word first.",) if plan.code_word and row.shows != "outside" else ()
    )
    message = () if plan.leave_message else ("If somebody else answers, leave no message.",)
    when = () if at else (f"When: {plan.when_words()}.",)
    return (*when, *code, *(message if row.answers else ()), *plan.minds)
