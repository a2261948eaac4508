"""The rules of cumulative patterns as a page to read, made from their pack, with example and near miss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sharewell.core.deadlines import Clock
from sharewell.core.events import Event
from sharewell.core.patternpack import EXAMPLE_NOW, Patterns
from sharewell.core.patterns import Condition, Entry, Kind, Pattern, many

HEAD = """\
# Patterns: small things that add up

Made by `sharewell pack patterns` from `patterns.yaml` and `events.yaml`; a test holds it against them, and another runs every
example and every near miss.

Safeguarding fails when the pattern is spread over teams and shifts. Each rule below looks at what one agency has recorded
and raises **one review task inside that agency**. It never sends anything, to anybody: that is for a person to decide. No
record of another agency is looked at.

- It looks when something is recorded, right after, and once a night. What fails there never stops what is being recorded.
- The review goes to the oversight point, past everybody whom a concern of those cases is about, their team, and whoever is walled off. It
  shows the entries that made the rule fire, each with its source, also where its reader stands in no circle, and nothing else. To read
  the whole case the reader joins its circle, with a reason. Where several people are concerned, those whom the
  reader does not know already stay unnamed.
- One rule about one person (or service, or member of staff) is one review. New entries join it while it is open. Closed with its
  outcome and reason it is remembered: the same entries never raise it again, new ones reopen it.
- Windows are calendar days or months in the agency's own time, both ends included. What was recorded late counts from when it
  happened, except where a rule says otherwise.
- A line that was corrected counts as its correction says.
- A team is that of whoever raised or wrote it, a shift is day or night by when it happened. What a partner sent counts where a colleague
  wrote it down, as of that colleague's team; CUM2 counts no other agency as one more.
- A service is the site (a service, school, club or home; no office and no region) of the team of whoever raised the concern, as
  that team is now. CUM3 counts it as named where a concern raised there names a member of staff: different ones about
  several people are one review of the service; always the same one is a review of that person alone.
- A line that is part of a pattern says so on the timeline, to those alone who have its review. Who reads a concern first says what it
  counts as from then on.
- "alleged" is a colleague who was recorded in a case as alleged to cause harm, and still stands so.
- "relation" is a child (born or not), or an adult recorded as at risk, who is recorded as living with the person; also when a household is
  written down for the first time, and when somebody is recorded anew because they turned out to be at risk. Where it is not known
  whether an adult is at risk, they do not count.
- Rules that put several people together (CUM3, CUM11) stay silent for a victim-services agency.

A partnership may set its own figures in its own `patterns.yaml`, each row with reason, author and review date ([packs.md](packs.md)), except
on the red list. How entries come to be marked stands in [cases.md](cases.md).
"""
ABOUT = {
    "person": "one person",
    "source": "one person or service named as causing harm",
    "service": "one service",
    "service_and_category": "one service and one kind of concern",
}
WHO = {"oversight": "the oversight point", "on_call_manager": "the manager on call"}


def page(patterns: Patterns, events: Mapping[str, Event]) -> str:
    """The whole page in Markdown."""
    said = [HEAD]
    for rule in patterns.rules.values():
        said += [*_rule(rule, events), ""]
    said += ["## What entries may be marked as", ""]
    said += [f"- **{each.label}** `{each.id}`: {_event(each)}" for each in events.values()]
    said += ["", "## What may come of a review", ""]
    said += [f"- {each.label}. {each.hint}" for each in patterns.outcomes.values()]
    return "\n".join(said) + "\n"


def _rule(rule: Pattern, events: Mapping[str, Event]) -> Iterator[str]:
    yield f"## {rule.id}: {rule.label}"
    yield ""
    conditions = "; or ".join(_condition(each, events) for each in rule.when)
    measured = ", by when it was recorded" if rule.measured == "recorded" else ""
    window = f" within {clock(rule.window)}{measured}" if rule.window else ""
    yield f"- About {ABOUT[rule.about]}: {conditions}{window}."
    yield f"- {rule.action} A task for {WHO[rule.to]}, within {clock(rule.within)}."
    yield f"- Fires: {_entries(rule.example.fires, events)}."
    yield f"- Near miss: {rule.example.near_miss.rstrip('.')}: {_entries(rule.example.misses, events)}."
    yield f"- Source: {rule.source} ({rule.status.replace('_', ' ')})."


def _condition(condition: Condition, events: Mapping[str, Event]) -> str:
    of = " or ".join(_kind(each, events) for each in condition.of)
    if condition.shape == "sum":
        return f"{of}, together over {condition.over:f}"
    if condition.shape == "late":
        return f"{of}, out by {condition.times} times the length of its clock"
    varied = (
        f", from at least {condition.values} different of: {', '.join(condition.distinct)}"
        if condition.distinct
        else ""
    )
    since = " or ".join(_kind(each, events) for each in condition.first)
    after = f", since: {since}" if since else ""
    return f"at least {condition.at_least} of: {of}{varied}{after}"


def _kind(kind: Kind, events: Mapping[str, Event]) -> str:
    parts = [*sorted(kind.kind), *(f"“{events[each].label}”" for each in sorted(kind.event))]
    said = " / ".join(parts)
    more = [f"about: {' or '.join(sorted(kind.subject_kind))}"] if kind.subject_kind else []
    more += ["told by the person themselves"] if kind.told else []
    more += [f"of {' or '.join(sorted(kind.category))}"] if kind.category else []
    more += [f"over {kind.hours_over} hours"] if kind.hours_over is not None else []
    return f"{said} ({', '.join(more)})" if said and more else said or ", ".join(more)


def _entries(entries: tuple[Entry, ...], events: Mapping[str, Event]) -> str:
    return "; ".join(_entry(each, events) for each in entries)


def _entry(entry: Entry, events: Mapping[str, Event]) -> str:
    ago = (EXAMPLE_NOW - entry.at).days
    what = ", ".join(events[each].label for each in sorted(entry.events)) or entry.kind
    more = [f"of {', '.join(sorted(entry.categories))}"] if entry.categories else []
    more += [f"{entry.hours:f} hours"] if entry.hours is not None else []
    more += [f"{entry.amount:f}"] if entry.amount is not None else []
    more += [f"team {entry.team}"] if entry.team else []
    more += [f"person {entry.person}"] if entry.person != "one" else []
    more += ["told by the person"] if entry.told else []
    if entry.due_at:
        more.append(f"a clock of {int((entry.due_at - entry.at).total_seconds() // 3600)} hours")
    return f"{' '.join([what, *(f'({each})' for each in more)])}, {many(ago, 'day')} ago"


def clock(within: Clock) -> str:
    """A length of time in words."""
    unit = within.unit.replace("_", " ")
    return f"{within.amount} {unit.removesuffix('s') if within.amount == 1 else unit}"


def _event(event: Event) -> str:
    said = [event.hint] if event.hint else []
    said += [f"Asks for {event.asks}."] if event.asks else []
    said += ["On the red list."] if event.red else []
    if event.indicators or event.categories:
        named = ", ".join(sorted(event.indicators | event.categories))
        said.append(f"By itself where a concern carries: {named}.")
    return " ".join(said)
