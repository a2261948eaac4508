"""Every fault of the packs at once: each reader is asked again without the row that it refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from sharewell.core import (
    accesssigns,
    acts,
    allegations,
    bits,
    breakglass,
    catalogue,
    clockrules,
    conditions,
    contacting,
    contested,
    directory,
    escalation,
    events,
    framework,
    glossary,
    ladders,
    needtoknow,
    oversight,
    packets,
    patternpack,
    people,
    policy,
    received,
    recording,
    rules,
    shifts,
    staffchecks,
    statelaw,
    timetables,
    whistleblowing,
    yamltext,
)
from sharewell.core.checking import coverage
from sharewell.core.faults import PackError, opened
from sharewell.core.overlay import OWN, Local, laid_over
from sharewell.core.vocabulary import Vocabulary

MOST = 200  # faults of one file; nobody reads further
Read = Callable[[bytes], object]


def faults(
    files: Mapping[str, bytes], own: Mapping[str, bytes], today: date
) -> tuple[tuple[PackError, ...], tuple[Local, ...]]:
    """What is wrong with the packs and with a partnership's own rows, and which rows are its own.

    Each fault names file, row and field. ``today`` tells which reviews are overdue. Where the vocabulary
    itself cannot be read, nothing that speaks in it is looked at.
    """
    files, local, found = laid_over(files, own)
    every = [*found, *(_overdue(row) for row in local if row.review_on < today)]
    every += _unparsed(files)
    try:
        words = policy.vocabulary_of(files)
    except PackError as none:
        return (*every, none), local
    theirs = {(row.file, row.row) for row in local}
    for fault in _read_all(files, words):
        own_row = (fault.file, fault.row) in theirs
        file = f"{OWN}{fault.file}" if own_row else fault.file
        every.append(PackError(file, fault.row, fault.field, fault.why))
    unique = {str(fault): fault for fault in every}
    return tuple(unique.values()), local


def _overdue(row: Local) -> PackError:
    why = f"was to be reviewed on {row.review_on.isoformat()}"
    return PackError(f"{OWN}{row.file}", row.row, "local.review_on", why)


def _unparsed(files: Mapping[str, bytes]) -> Iterator[PackError]:
    """The files that are no mapping at all; the readers below would name only those that they read."""
    for name in sorted(files):
        try:
            opened(name, files[name])
        except PackError as fault:
            yield fault


def _read_all(files: Mapping[str, bytes], words: Vocabulary) -> Iterator[PackError]:
    allowed = bits.attributes(words)
    yield from _places(files, words)
    fields = yield from _fields(files, words, allowed)
    name = "matrix.yaml"
    yield from faults_of(
        name, files, partial(catalogue.matrix, name, vocabulary=words, catalogue=fields)
    )
    for name in sorted(files):
        if name.startswith("rules-"):
            yield from faults_of(
                name, files, partial(rules.rules, name, vocabulary=words, allowed=allowed)
            )
        elif name.startswith("provisions-"):
            yield from faults_of(name, files, partial(rules.provisions, name, allowed=allowed))
    name = "calendars.yaml"
    yield from faults_of(name, files, partial(timetables.calendars, name))
    name = "clocks.yaml"
    yield from faults_of(name, files, partial(timetables.clocks, name, vocabulary=words))
    yield from faults_of(clockrules.FILE, files, partial(clockrules.clock_rules, clockrules.FILE))
    name = "changes.yaml"
    yield from faults_of(
        name, files, partial(conditions.wordings, name, vocabulary=words, allowed=allowed)
    )
    name = "state-law.yaml"
    yield from faults_of(name, files, partial(statelaw.state_laws, name, vocabulary=words))
    name = "framework.yaml"
    yield from faults_of(name, files, partial(framework.framework, name, vocabulary=words))
    yield from faults_of(accesssigns.FILE, files, partial(accesssigns.signs, accesssigns.FILE))
    yield from _staff(files, words)
    name = breakglass.FILE
    yield from faults_of(name, files, partial(breakglass.rules, name, vocabulary=words))
    yield from _escalation(files, words)
    name = people.FILE
    yield from faults_of(name, files, partial(people.people, name, vocabulary=words))
    yield from _patterns(files)
    yield from _explained(files, words)
    name = packets.FILE
    yield from faults_of(name, files, partial(packets.packets, name, vocabulary=words))
    name = "allegations.yaml"
    yield from faults_of(name, files, partial(allegations.words, name))
    yield from _need_to_know(files, words)
    name = "contact.yaml"
    yield from faults_of(name, files, partial(contacting.rules, name, vocabulary=words))
    yield from _labels(files, words)
    yield from _cited(files)
    yield from _contested(files)
    yield from _coverage(files)


def _explained(files: Mapping[str, bytes], words: Vocabulary) -> Iterator[PackError]:
    """What is explained to people where they write: how to record well, and what the words mean."""
    name = "recording.yaml"
    yield from faults_of(name, files, partial(recording.guides, name))
    name = glossary.FILE
    yield from faults_of(name, files, partial(glossary.glossary, name, vocabulary=words))


def _escalation(files: Mapping[str, bytes], words: Vocabulary) -> Iterator[PackError]:
    """Who takes a matter, and the ladders of both kinds, whose clocks are those of a file with faults of its own."""
    name = "oversight.yaml"
    yield from faults_of(name, files, partial(oversight.lists, name, vocabulary=words))
    name = whistleblowing.FILE
    yield from faults_of(
        name, files, partial(whistleblowing.whistleblowing, name, vocabulary=words)
    )
    try:
        clocks = timetables.clocks("clocks.yaml", files["clocks.yaml"], words)
    except (PackError, KeyError):
        return
    name = escalation.FILE
    yield from faults_of(
        name, files, partial(escalation.rules, name, clocks=clocks, vocabulary=words)
    )
    name = ladders.FILE
    yield from faults_of(
        name, files, partial(ladders.ladders, name, clocks=clocks, vocabulary=words)
    )


def _staff(files: Mapping[str, bytes], words: Vocabulary) -> Iterator[PackError]:
    """Sites, shifts, the training and vetting of those who work them, and the directory of partners."""
    yield from faults_of(shifts.SITES, files, partial(shifts.sites, shifts.SITES))
    yield from faults_of(
        shifts.FILE, files, partial(shifts.handover, shifts.FILE, vocabulary=words)
    )
    name = staffchecks.FILE
    yield from faults_of(name, files, partial(staffchecks.staff_checks, name, vocabulary=words))
    yield from faults_of(acts.FILE, files, partial(acts.acts, acts.FILE))
    name = directory.FILE
    yield from faults_of(name, files, partial(directory.directory, name, vocabulary=words))


def _need_to_know(files: Mapping[str, bytes], words: Vocabulary) -> Iterator[PackError]:
    """Circles, restrictions and caveats, and what others tell us."""
    yield from faults_of(received.FILE, files, partial(received.told, received.FILE))
    name = "circle.yaml"
    yield from faults_of(name, files, partial(needtoknow.terms, name))
    yield from faults_of(name, files, partial(needtoknow.closings, name))
    name = "caveats.yaml"
    yield from faults_of(name, files, partial(needtoknow.caveats, name, vocabulary=words))
    name = "restrictions.yaml"
    yield from faults_of(name, files, partial(needtoknow.restrictions, name, vocabulary=words))


def _places(files: Mapping[str, bytes], words: Vocabulary) -> Iterator[PackError]:
    """Each place as the engine loads it: files that it names and are not there, rows given twice."""
    for place in words.jurisdictions:
        for state in (None, *policy.states_held(files, place)):
            fault = _fault(partial(policy.load, files, place, state), place)
            if fault is not None:
                yield fault


def _fields(
    files: Mapping[str, bytes], words: Vocabulary, allowed: Mapping[str, tuple[str, ...]]
) -> Any:
    """The faults of the field catalogue; returns the fields that can be read."""
    name, kept = "fields.yaml", {}

    def read(text: bytes) -> None:
        kept.update(catalogue.fields(name, text, words, allowed)[0])

    yield from faults_of(name, files, read)
    sample = next(iter(kept.values()), None)
    return {id_: kept.get(id_, replace(sample, id=id_)) for id_ in words.fields} if sample else {}


def faults_of(name: str, files: Mapping[str, bytes], read: Read) -> Iterator[PackError]:
    """Read a file until nothing is refused, each time without what was refused before."""
    text = files.get(name)
    if text is None:
        yield PackError(name, "", "", "is missing")
        return
    for _ in range(MOST):
        fault = _fault(partial(read, text), name)
        if fault is None:
            return
        yield fault
        if not fault.row:  # the whole file is wrong; there is no row to leave out
            return
        less = _less(opened(name, text), fault)
        if less is None:
            return
        text = yamltext.written(less)


def _fault(read: Callable[[], object], name: str) -> PackError | None:
    try:
        read()
    except PackError as fault:
        return fault
    except Exception as fault:  # noqa: BLE001 - a pack may be wrong in ways that no reader foresaw
        return PackError(name, "", "", f"cannot be used ({fault!r})")
    return None


def _less(pack: Mapping[str, Any], fault: PackError) -> dict[str, Any] | None:
    """The pack without the row that was refused; None where the fault is in no row."""
    for key, value in pack.items():
        if isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
            kept = _rows(value, fault)
            if len(kept) < len(value):
                return {**pack, key: kept}
        elif key == "roles" and isinstance(value, Mapping) and fault.row in value:
            empty: dict[str, Any] = {"cells": {}}
            return None if value[fault.row] == empty else {**pack, key: {**value, fault.row: empty}}
        elif key == "calendars" and isinstance(value, Mapping) and fault.row in value:
            return {**pack, key: {id_: row for id_, row in value.items() if id_ != fault.row}}
    return None


def _rows(rows: Sequence[Mapping[str, Any]], fault: PackError) -> list[Mapping[str, Any]]:
    """The rows without the one refused; of two of the same id the first stays."""
    named = [
        place
        for place, row in enumerate(rows)
        if fault.row in (row.get("id"), f"row {place + 1}") and fault.row
    ]
    return [row for place, row in enumerate(rows) if not named or place != named[-1]]


def _patterns(files: Mapping[str, bytes]) -> Iterator[PackError]:
    """What entries are marked as, and what adds up; both lean on the categories of concern."""
    if _fault(partial(events.listed, files.get("indicators.yaml", b"")), "indicators.yaml"):
        return  # the rooms that read that file say what is wrong with it
    categories, indicators = events.listed(files["indicators.yaml"])
    name = events.FILE
    known = {str(row["id"]) for row in _rows_with_id(name, files)}
    yield from faults_of(
        name, files, partial(events.events, name, indicators=indicators, categories=categories)
    )
    name = patternpack.FILE
    yield from faults_of(
        name, files, partial(patternpack.patterns, name, events=known, categories=categories)
    )


def _rows_with_id(name: str, files: Mapping[str, bytes]) -> Iterator[Mapping[str, Any]]:
    try:
        pack = opened(name, files.get(name))
    except PackError:
        return
    for value in pack.values():
        listed = value if isinstance(value, list) else ()
        yield from (row for row in listed if isinstance(row, Mapping) and "id" in row)


def _labels(files: Mapping[str, bytes], words: Vocabulary) -> Iterator[PackError]:
    """Ids of closed sets that people would read as ids."""
    name = "labels.yaml"
    try:
        pack = opened(name, files.get(name))
    except PackError:
        return
    for each in words.__slots__:
        if each == "fields":
            continue
        value = getattr(words, each)
        ids = value if isinstance(value, tuple) else tuple(value)
        if each == "consent_reasons":
            ids = tuple(dict.fromkeys(reason for few in value.values() for reason in few))
        known = pack.get(each)
        for id_ in ids:
            if not isinstance(known, Mapping) or id_ not in known:
                yield PackError(name, each, id_, "has no label")


def _cited(files: Mapping[str, bytes]) -> Iterator[PackError]:
    """Provisions that a rule cites and no file holds."""
    rows = {name: list(_listed(files[name])) for name in sorted(files)}
    known = {row.get("id") for name in rows if name.startswith("provisions-") for row in rows[name]}
    for name, listed in rows.items():
        for row in listed if name.startswith("rules-") else ():
            cited = row.get("basis")
            for basis in cited if isinstance(cited, list) else ():
                if basis not in known:
                    why = f"`{basis}` is not a provision that any file holds"
                    yield PackError(name, str(row.get("id")), "basis", why)


def _listed(text: bytes) -> Iterator[Mapping[str, Any]]:
    """The rows of a file of rules or provisions, whatever else is wrong with it."""
    try:
        pack = yamltext.read(text)
    except yamltext.TextError:
        return
    for key in ("rules", "provisions"):
        listed = pack.get(key) if isinstance(pack, Mapping) else None
        yield from (row for row in listed or () if isinstance(row, Mapping))


def _contested(files: Mapping[str, bytes]) -> Iterator[PackError]:
    """Contested points that cannot be read, or name a rule that no file holds."""
    kept: list[contested.Point] = []

    def read(text: bytes) -> None:
        kept[:] = contested.points(contested.FILE, text)

    yield from faults_of(contested.FILE, files, read)
    named = [name for name in sorted(files) if name.startswith("rules-")]
    known = {row.get("id") for name in named for row in _listed(files[name])}
    for point in kept:
        for rule in sorted(rule for each in point.positions for rule in each.rules - known):
            yield PackError(
                contested.FILE, point.id, "positions", f"`{rule}` is no rule of any file"
            )


def _coverage(files: Mapping[str, bytes]) -> Iterator[PackError]:
    """What is wrong with the lists of what the packs carry; said once every file can be read."""
    if any(_fault(partial(opened, name, files[name]), name) for name in files):
        return
    yield from coverage.collected(files)[1]
    try:
        coverage.cells(files, policy.load(files, "england").matrix)
    except PackError as fault:
        yield fault
