"""What another agency tells us, as a line of our chronology: its words, its caveats, and its end when it is taken back.

A message may be taken back or corrected by its sender after it was taken into a case: :func:`ended` sees to it that
none of it goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sharewell.cases import finding
from sharewell.cases import queries as case_queries
from sharewell.cases import records as cases
from sharewell.cases.models import Case, ChronologyEntry, ChronologyWords, FieldEntry, Task
from sharewell.cases.queries.pages import EXTRACT
from sharewell.cases.records import Known
from sharewell.disclosures import follow
from sharewell.disclosures.catalogues import UNREADABLE
from sharewell.disclosures.models import Disclosure, InformationReceived, PacketPart

SECTION, ENDED = "received", "received_ended"
# Caveats that stand by themselves on whatever comes by the inbox, and on what of it says so itself.
ALWAYS, THIRD_PARTY, DO_NOT_TELL = "originator", "third_party", "do_not_tell"
BACK = "Taken back by {office} on {day}. Its words are not kept here any more. Do not use them, and pass nothing of it on."
CORRECTED = "{office} corrected what it had told us on {day}. Read the newer message in the inbox, and put it into this case."
HOW = {
    "observed": "seen or heard by them",
    "reported": "told to them",
    "opinion": "their opinion",
    "third_party": "from somebody else",
}


def words_of(disclosure: Disclosure, files: int, zone: str) -> str:
    """A message as the chronology keeps it: by whom, each field that was shared in its own words, how to handle it."""
    message = disclosure.message or {}
    heading = message.get("heading", {})
    sender = ", ".join(filter(None, [heading.get("sender"), disclosure.agency.name]))
    lines = [f"A message of {sender}, sent on {_day(disclosure.sent_at, zone)}."]
    told = (part for part in message.get("fields", ()) if part["text"])
    lines += [f"{part['label']}{_how(part, zone)}: {part['text']}" for part in told]
    minds = [*message.get("handling", ()), *(f"Do not tell: {each}." for each in _untold(message))]
    minds += [f"Do not use: {each.replace('_', ' ')}." for each in message.get("do_not_use", ())]
    if minds:
        lines.append(f"How to handle it: {' '.join(minds)}")
    if files:
        lines.append(f"Files that came with it stay in the inbox: {files}.")
    return "\n".join(lines)


def caveats_of(disclosure: Disclosure) -> tuple[str, ...]:
    """The caveats that a message carries into whatever case it is taken into, without anybody choosing."""
    message = disclosure.message or {}
    parts = [part for part in message.get("fields", ()) if part["text"]]
    third = any(part.get("kind") == THIRD_PARTY for part in parts)
    found = {ALWAYS: True, THIRD_PARTY: third, DO_NOT_TELL: bool(_untold(message))}
    return tuple(kind for kind, stands in found.items() if stands)


def part(disclosure: Disclosure, field: str) -> str:
    """What a message says of one field; empty where it does not."""
    parts = (disclosure.message or {}).get("fields", ())
    return next((each["text"] for each in parts if each["field"] == field), "")


def standing_line(disclosure: Disclosure | None, case: Case) -> ChronologyEntry | None:
    """The newest line of a message that was taken into a case, by its corrections; None where it was not."""
    rows = InformationReceived.objects.filter(case=case, disclosure=disclosure)
    made = rows.select_related("line").first() if disclosure else None
    return _chain(made.line)[-1] if made else None


def ended(disclosure: Disclosure, state: str, now: datetime) -> None:
    """Its sender took a message back (``recalled``) or ``corrected`` it: mark it in each case that it was taken into.

    Used inside the sender's operation. Nothing of it goes on: it leaves the extract of the chronology and the words
    of packets, and a message taken back leaves the chronology too, where a line stays that says so.
    """
    rows = InformationReceived.objects.filter(disclosure=disclosure).exclude(state=state)
    for made in rows.select_related("case__agency", "case__owner", "line"):
        case, chain = made.case, _chain(made.line)
        cases.lock(case)
        _out_of_what_goes(case, chain, now, erase=state == "recalled")
        given = {"office": made.office, "day": _day(now, case.agency.time_zone)}
        if state == "recalled":
            for entry in chain:
                _overwrite(entry, BACK.format(**given))
            text = f"{made.office} took back what it had told us: line {made.line.line}. It was not meant for us."
        else:
            told = _day(made.told_at, case.agency.time_zone)
            text = CORRECTED.format(office=made.office, day=told)
        cases.add_chronology(
            case=case,
            now=now,
            by=None,
            section=SECTION,
            kind="reported",
            source_role=made.office,
            text=text,
            about_id=made.pk,
            corrects=None if chain[-1].corrected_by.exists() else chain[-1],
        )
        made.state = state
        made.save(update_fields=["state"])
        _ask(made, now)


def _out_of_what_goes(
    case: Case, chain: Sequence[ChronologyEntry], now: datetime, *, erase: bool
) -> None:
    """Take these lines out of the extract that messages carry, and out of the words of packets."""
    texts = tuple(entry.text for entry in chain)

    def among(item: str) -> bool:
        return item.endswith(texts)

    newest = case_queries.known_fields(case).get(EXTRACT)
    if newest and any(map(among, newest.items)):
        left = [item for item in newest.items if not among(item)]
        entry = Known(field=EXTRACT, items=left, unknown="" if left else "unknown")
        cases.record_fields(case=case, entries=[entry], now=now, by=None)
    if erase:
        for old in FieldEntry.objects.filter(case=case, field=EXTRACT):
            if any(map(among, old.items)):
                old.items = ["Taken back by its sender." if among(i) else i for i in old.items]
                old.save(update_fields=["items"])
    for words in PacketPart.objects.filter(case=case):
        if any(text in words.answers.get(EXTRACT, "") for text in texts):
            words.answers = {f: said for f, said in words.answers.items() if f != EXTRACT}
            words.version += 1
            words.save(update_fields=["answers", "version"])


def _overwrite(entry: ChronologyEntry, text: str) -> None:
    entry.text = text
    entry.save(update_fields=["text"])
    words = finding.kept_of(entry, entry.case)
    ChronologyWords.objects.filter(entry=entry).update(words=words)


def _ask(made: InformationReceived, now: datetime) -> None:
    """Have the owner of the case look at what was done because of it."""
    given: dict[str, Any] = {"agency": made.agency, "case": made.case, "kind": ENDED}
    given |= {"owner": made.case.owner, "about_id": made.pk}
    due_at = follow.due(ENDED, made.agency, now)
    try:
        cases.open_task(**given, now=now, due_at=due_at)
    except UNREADABLE:  # a recall waits for no pack
        Task.objects.create(**given, opened_at=now, due_at=due_at)


def _chain(line: ChronologyEntry) -> list[ChronologyEntry]:
    """A line with the line that corrects it, the one that corrects that, and so on, but for lines of newer messages."""
    found = [line]
    while newer := found[-1].corrected_by.filter(received=None).first():
        found.append(newer)
    return found


def _untold(message: Mapping[str, Any]) -> Sequence[str]:
    return message.get("do_not_tell", ())


def _how(part: Mapping[str, Any], zone: str) -> str:
    """How it is known to whoever told it, from whom and when, in brackets."""
    at = _day(datetime.fromisoformat(part["at"]), zone) if part.get("at") else ""
    cut = "shortened" if part.get("truncated") else ""
    known = [HOW.get(part.get("kind") or "", ""), part.get("source_role", ""), at, cut]
    return f" ({', '.join(filter(None, known))})" if any(known) else ""


def _day(at: datetime | None, zone: str) -> str:
    if at is None:
        return "a day that is not known"
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M}"
