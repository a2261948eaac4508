"""The safe contact plan: how to reach the person, and what must never be done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any

from sharewell import packs
from sharewell.cases.models import SafeContact
from sharewell.cases.records import Known
from sharewell.core.contacting import Hidden, Plan, Rules, Way, Window
from sharewell.core.contacting.plan import hidden_words, joined

NO_WAY = "no safe way is known"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPlan:
    """How the person may be reached safely; empty where it is not known.

    ``ways``: channel (an id of packs/contact.yaml), address, safe (true, false, unknown). ``windows``: days
    (0 is Monday), from and to as ``10:00``. ``must_not_know``: name, relation (an id of the pack), or both.
    """

    ways: Sequence[Mapping[str, str]] = ()
    how: str = ""
    when: str = "unknown"
    windows: Sequence[Mapping[str, Any]] = ()
    times: str = ""
    code_word: str = ""
    must_not_know: Sequence[Mapping[str, str]] = ()
    never: str = ""
    no_letters: bool = False
    no_visits: bool = False
    leave_message: bool = False
    cover: str = ""
    interpreter: str = ""
    meeting_place: str = ""
    agreed_by: str = ""
    agreed_on: date | None = None
    review_on: date | None = None

    def as_columns(self) -> dict[str, Any]:
        """The plan as the table keeps it."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in ("ways", "windows", "must_not_know"):
            kept[name] = [dict(row) for row in kept[name]]
        return kept

    def as_json(self) -> dict[str, Any]:
        """The plan as what evidence commits to."""
        kept = self.as_columns()
        for name in ("agreed_on", "review_on"):
            kept[name] = kept[name].isoformat() if kept[name] else None
        return kept

    def as_fields(self) -> list[Known]:
        """The catalogue fields that tell a recipient of the plan; the code word stays inside."""
        rules = known_rules()
        plan = read(self)
        must_not = joined(must_not_know(self, rules))
        words = [
            *(way_words(way, rules) for way in plan.ways if way.safe == "true"),
            self.how,
            f"in person at {self.meeting_place}" if self.meeting_place else "",
        ]
        found = [*(filter(None, words)), plan.when_words() if self.when != "unknown" else ""]
        found += [self.times, f"interpreter: {self.interpreter}" if self.interpreter else ""]
        found += ["a message may be left" if self.leave_message else "leave no message"]
        found += [f"must not know: {must_not}" if must_not else ""]
        if not any(words):
            found.insert(0, NO_WAY)
        contact = "; ".join(filter(None, found))
        known = [Known(field="subject.safe_contact", text=contact, kind="reported")]
        if unsafe := self.unsafe():
            known.append(Known(field="risk.unsafe_actions", text=unsafe, kind="reported"))
        return known

    def unsafe(self) -> str:
        """What must never be done, in one line of words; empty where nothing is recorded."""
        rules = known_rules()
        barred = [way_words(way, rules) for way in read(self).ways if way.safe == "false"]
        found = ["no letters"] if self.no_letters else []
        found += ["do not visit their home"] if self.no_visits else []
        found += [f"not {each}" for each in barred]
        told = "; ".join(found)
        return ". ".join(filter(None, (self.never.rstrip(". "), told[:1].upper() + told[1:])))


def plan_of(row: SafeContact) -> ContactPlan:
    """The plan that a version holds."""
    return ContactPlan(**{each.name: getattr(row, each.name) for each in fields(ContactPlan)})


def strictest(one: ContactPlan, other: ContactPlan) -> ContactPlan:
    """One plan of two for the same person: only what both allow, all that either forbids; nobody agreed to it yet."""
    when, windows = _both_times(one, other)
    return ContactPlan(
        ways=_both_ways(one, other),
        how=one.how if one.how == other.how else "",
        when=when,
        windows=windows,
        times=_either(one.times, other.times),
        code_word=one.code_word if one.code_word == other.code_word else "",
        must_not_know=_once([*one.must_not_know, *other.must_not_know]),
        never=_either(one.never, other.never),
        no_letters=one.no_letters or other.no_letters,
        no_visits=one.no_visits or other.no_visits,
        leave_message=one.leave_message and other.leave_message,
        cover=one.cover if one.cover == other.cover else "",
        interpreter=one.interpreter if one.interpreter == other.interpreter else "",
        meeting_place=one.meeting_place if one.meeting_place == other.meeting_place else "",
    )


def _both_ways(one: ContactPlan, other: ContactPlan) -> list[dict[str, str]]:
    """Every way of either; safe where both say so, not safe where either does, and else not known."""
    said: dict[tuple[str, str], list[Way]] = {}
    for plan in (one, other):
        for way in {(each.channel, each.key): each for each in read(plan).ways}.values():
            said.setdefault((way.channel, way.key), []).append(way)
    found = []
    for ways in said.values():
        judged = {way.safe for way in ways}
        safe = "true" if len(ways) > 1 and judged == {"true"} else "unknown"
        safe = "false" if "false" in judged else safe
        found.append({"channel": ways[0].channel, "address": ways[0].address, "safe": safe})
    return found


def _both_times(one: ContactPlan, other: ContactPlan) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """The times that are safe in both: ``when`` with its windows."""
    if "unknown" in (one.when, other.when):
        return "unknown", []
    if "any" in (one.when, other.when):
        listed = other if one.when == "any" else one
        return listed.when, listed.windows
    shared = [
        {
            "days": [day for day in mine["days"] if day in theirs["days"]],
            "from": max(mine["from"], theirs["from"]),
            "to": min(mine["to"], theirs["to"]),
        }
        for mine in one.windows
        for theirs in other.windows
    ]
    kept = _once([each for each in shared if each["days"] and each["from"] < each["to"]])
    return ("listed", kept) if kept else ("unknown", [])


def _once(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for place, row in enumerate(rows) if row not in rows[:place]]


def _either(one: str, other: str) -> str:
    return ". ".join(dict.fromkeys(filter(None, (one.rstrip(". "), other.rstrip(". ")))))


def read(plan: ContactPlan, denied: Collection[str] = ()) -> Plan:
    """The plan as the gate reads it; ``denied`` are channels that the person's own boundaries rule out."""
    never = {
        *denied,
        *(["letter"] if plan.no_letters else []),
        *(["visit"] if plan.no_visits else []),
    }
    return Plan(
        ways=tuple(
            Way(way["channel"], way.get("address", ""), way.get("safe", "unknown"))
            for way in plan.ways
        ),
        when=plan.when,
        windows=tuple(
            Window(
                frozenset(row["days"]),
                time.fromisoformat(row["from"]),
                time.fromisoformat(row["to"]),
            )
            for row in plan.windows
        ),
        hidden=tuple(
            Hidden(who.get("name", ""), who.get("relation", "")) for who in plan.must_not_know
        ),
        never=frozenset(never),
        leave_message=plan.leave_message,
        meeting_place=plan.meeting_place,
        code_word=bool(plan.code_word),
        minds=(f"Never: {plan.never}",) if plan.never else (),
    )


def known_rules() -> Rules:
    """The rules of contact; none where their pack cannot be read, so that ids stand for themselves."""
    try:
        return packs.contact()
    except Exception:  # noqa: BLE001 - nothing about a pack may stop a page in an emergency
        return Rules()


def must_not_know(plan: ContactPlan | SafeContact, rules: Rules) -> list[str]:
    """Those who must not know, each in words."""
    listed = [Hidden(who.get("name", ""), who.get("relation", "")) for who in plan.must_not_know]
    return [hidden_words(each, rules.relation_words) for each in listed]


def way_words(way: Way, rules: Rules) -> str:
    """A way of reaching somebody, in words: ``by text to 07700 900123``."""
    row = rules.channels.get(way.channel)
    phrase = row.phrase if row else way.channel
    return f"{phrase} to {way.address}" if way.address else phrase
