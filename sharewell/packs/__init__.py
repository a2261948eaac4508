"""The policy data of Sharewell, and the few functions that read it from its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from sharewell.core import (
    accesssigns,
    bits,
    clockrules,
    conditions,
    contacting,
    emergency,
    needtoknow,
    overlay,
    patternpack,
    shifts,
    staffchecks,
    statelaw,
    timetables,
)
from sharewell.core import agreement as core_agreement
from sharewell.core import allegations as core_allegations
from sharewell.core import breakglass as core_breakglass
from sharewell.core import directory as core_directory
from sharewell.core import escalation as core_escalation
from sharewell.core import events as core_events
from sharewell.core import framework as core_framework
from sharewell.core import glossary as core_glossary
from sharewell.core import ladders as core_ladders
from sharewell.core import oversight as core_oversight
from sharewell.core import packets as core_packets
from sharewell.core import people as core_people
from sharewell.core import policy as core_policy
from sharewell.core import recording as core_recording
from sharewell.core import request as core_request
from sharewell.core.deadlines import Calendar
from sharewell.core.faults import opened
from sharewell.core.policy import PackError, Policy
from sharewell.core.request import Request
from sharewell.core.statelaw import StateLaws
from sharewell.core.terms import Agreement
from sharewell.core.timetables import NamedClock
from sharewell.core.vocabulary import Vocabulary

T = TypeVar("T")


@cache
def read() -> dict[str, bytes]:
    """The bytes of every pack, by file name."""
    folder = resources.files(__name__)
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.name.endswith(".yaml")}


def read_folder(folder: str) -> dict[str, bytes]:
    """The bytes of every pack of a folder, by file name. Raises PackError for one that cannot be read."""
    try:
        return {
            path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.yaml"))
        } or _no(folder, "holds no packs")
    except OSError as fault:
        _no(folder, fault.strerror or "cannot be read")


def read_local() -> dict[str, bytes]:
    """The partnership's own packs, from the folder that ``SHAREWELL_PACKS`` names; without it none.

    Raises PackError.
    """
    folder = os.environ.get("SHAREWELL_PACKS", "").strip()
    return read_folder(folder) if folder else {}


def _no(folder: str, why: str) -> NoReturn:
    raise PackError(folder, "", "", why)


@cache
def policy(jurisdiction: str, state: str | None = None) -> Policy:
    """The policy of a place, checked and compiled once.

    A partnership's own rows stand in place of the shipped ones. Packs that cannot be used never raise: the
    policy then carries the ``fault``, and only the essentials in immediate danger may go.
    """
    try:
        return core_policy.load(_in_force(), jurisdiction, state)
    except PackError as fault:
        return emergency.policy(jurisdiction, state, fault)
    except Exception as fault:  # noqa: BLE001 - nothing about a pack may stop an emergency message
        wrong = PackError("packs", jurisdiction, "", f"cannot be used ({fault})")
        return emergency.policy(jurisdiction, state, wrong)


def policy_at(place: str) -> Policy:
    """The policy of a jurisdiction or a state by its id. Raises KeyError for no such place."""
    words = vocabulary()
    if place in words.states:
        return policy("us", place)
    if place not in words.jurisdictions:
        raise KeyError(place)
    return policy(place)


def _in_force() -> dict[str, bytes]:
    """The shipped packs with the partnership's own rows in place; raises the first fault of these."""
    own = read_local()
    if not own:
        return read()
    files, _, faults = overlay.laid_over(read(), own)
    for fault in faults:
        raise fault
    return files


def local_rows() -> tuple[overlay.Local, ...]:
    """The partnership's own rows and settings that can be read, with who answers for each."""
    try:
        own = read_local()
    except PackError:
        return ()
    return overlay.laid_over(read(), own)[1]


@cache
def vocabulary() -> Vocabulary:
    """The closed sets of values. Raises PackError when their pack cannot be used."""
    return core_policy.vocabulary_of(read())


def parse(raw: Mapping[str, Any]) -> Request:
    """Read a request from plain values; raises RequestError naming the field."""
    return core_request.parse(raw, vocabulary())


@cache
def changes() -> conditions.Wordings:
    """What is tried to say what would change an answer, and its words. Raises PackError."""
    text = read()["changes.yaml"]
    words = vocabulary()
    return conditions.wordings("changes.yaml", text, words, bits.attributes(words))


@cache
def framework() -> core_framework.Framework:
    """What the decision framework on one page asks and names. Raises PackError."""
    return core_framework.framework("framework.yaml", read()["framework.yaml"], vocabulary())


@cache
def calendars() -> dict[str, Calendar]:
    """The calendars of working days by id. Raises PackError when they cannot be used."""
    return timetables.calendars("calendars.yaml", read()["calendars.yaml"])


@cache
def clocks() -> dict[str, NamedClock]:
    """The clocks of law, guidance and habit by id. Raises PackError when they cannot be used."""
    return timetables.clocks("clocks.yaml", read()["clocks.yaml"], vocabulary())


@cache
def clock_events() -> dict[str, str]:
    """What may happen in a case that starts clocks, in words by id. Raises PackError."""
    return timetables.clock_events("clocks.yaml", read()["clocks.yaml"])


@cache
def clock_rules() -> clockrules.ClockRules:
    """How clocks are shown, changed and paused. Raises PackError when its pack cannot be used."""
    return clockrules.clock_rules(clockrules.FILE, read()[clockrules.FILE])


@cache
def allegations() -> core_allegations.Words:
    """The choices in which an allegation against staff is recorded. Raises PackError."""
    return core_allegations.words("allegations.yaml", read()["allegations.yaml"])


@cache
def contact() -> contacting.Rules:
    """How people who may be watched are reached: channels, wording, the card. Raises PackError."""
    return contacting.rules("contact.yaml", read()["contact.yaml"], vocabulary())


@cache
def sites() -> dict[str, shifts.SiteKind]:
    """The kinds of site by id. Raises PackError when they cannot be used."""
    return shifts.sites(shifts.SITES, read()[shifts.SITES])


@cache
def staff_checks() -> staffchecks.StaffChecks:
    """The kinds of training and vetting, a partnership's own in place and beside. Raises PackError.

    Where a row of the partnership cannot be used, the shipped kinds count; ``sharewell pack check`` names it.
    """
    return _with_own(
        staffchecks.FILE, lambda name, text: staffchecks.staff_checks(name, text, vocabulary())
    )


@cache
def directory() -> core_directory.Directory:
    """What functions can offer, and when entries are verified again. Raises PackError."""
    name = core_directory.FILE
    return core_directory.directory(name, read()[name], vocabulary())


@cache
def handover() -> shifts.Handover:
    """How far ahead the handover sheet looks and what it watches. Raises PackError."""
    return shifts.handover(shifts.FILE, read()[shifts.FILE], vocabulary())


@cache
def access_signs() -> tuple[accesssigns.Sign, ...]:
    """What is pointed out beside a read of a case. Raises PackError when it cannot be used."""
    return accesssigns.signs(accesssigns.FILE, read()[accesssigns.FILE])


@cache
def break_glass() -> core_breakglass.Rules:
    """What break-glass goes by. Raises PackError when it cannot be used."""
    name = core_breakglass.FILE
    return core_breakglass.rules(name, read()[name], vocabulary())


@cache
def oversight() -> core_oversight.Lists:
    """Who takes a matter, in order, until outside the agency. Raises PackError when it cannot be used."""
    return core_oversight.lists("oversight.yaml", read()["oversight.yaml"], vocabulary())


@cache
def events() -> dict[str, core_events.Event]:
    """What entries of the record may be marked as, by id. Raises PackError when it cannot be used."""
    categories, indicators = core_events.listed(read()["indicators.yaml"])
    text = read()[core_events.FILE]
    return core_events.events(core_events.FILE, text, indicators=indicators, categories=categories)


@cache
def patterns() -> patternpack.Patterns:
    """The rules of cumulative patterns, a partnership's own in place. Raises PackError.

    Where a row of the partnership cannot be used, the shipped rules count; ``sharewell pack check`` names it.
    """
    categories, _ = core_events.listed(read()["indicators.yaml"])
    name = patternpack.FILE
    own = _own().get(name)
    laid = overlay.laid_over(read(), {name: own})[0][name] if own else read()[name]
    try:
        return patternpack.patterns(name, laid, events=events(), categories=categories)
    except PackError:
        return patternpack.patterns(name, read()[name], events=events(), categories=categories)


@cache
def escalation() -> core_escalation.Rules:
    """The ladders of escalation, a partnership's own in place. Raises PackError.

    Where a row of the partnership cannot be used, the shipped ladders count; ``sharewell pack check`` names it.
    """
    known: dict[str, Any] = {"clocks": clocks(), "vocabulary": vocabulary()}
    return _with_own(
        core_escalation.FILE, lambda name, text: core_escalation.rules(name, text, **known)
    )


@cache
def ladders() -> core_ladders.Ladders:
    """The ladders of need and risk, a partnership's own in place and beside. Raises PackError.

    Where a row of the partnership cannot be used, the shipped ladders count; ``sharewell pack check`` names it.
    """
    known: dict[str, Any] = {"clocks": clocks(), "vocabulary": vocabulary()}
    return _with_own(
        core_ladders.FILE, lambda name, text: core_ladders.ladders(name, text, **known)
    )


@cache
def glossary() -> core_glossary.Glossary:
    """What the words of safeguarding mean, a partnership's own in place and beside. Raises PackError.

    Where a row of the partnership cannot be used, the shipped words count; ``sharewell pack check`` names it.
    """
    return _with_own(
        core_glossary.FILE,
        lambda name, text: core_glossary.glossary(name, text, vocabulary=vocabulary()),
    )


def _with_own(name: str, read_it: Callable[[str, bytes], T]) -> T:
    """A pack with a partnership's own rows; as it is shipped where these cannot be used."""
    own = _own().get(name)
    if own:
        try:
            return read_it(name, overlay.laid_over(read(), {name: own})[0][name])
        except PackError:
            pass
    return read_it(name, read()[name])


def _own() -> dict[str, bytes]:
    try:
        return read_local()
    except PackError:
        return {}


@cache
def recording() -> tuple[core_recording.Guide, ...]:
    """What the guide to good recording points out. Raises PackError when it cannot be used."""
    return core_recording.guides("recording.yaml", read()["recording.yaml"])


@cache
def packets() -> core_packets.Packets:
    """The forms that a packet may start from. Raises PackError when they cannot be used."""
    name = core_packets.FILE
    return core_packets.packets(name, read()[name], vocabulary())


@cache
def state_laws() -> StateLaws:
    """What states add to federal law, item by item. Raises PackError when it cannot be used."""
    return statelaw.state_laws("state-law.yaml", read()["state-law.yaml"], vocabulary())


@cache
def people() -> core_people.PeopleLists:
    """The closed lists of people and households. Raises PackError when they cannot be used."""
    return core_people.people(core_people.FILE, read()[core_people.FILE], vocabulary())


@cache
def circle_terms() -> dict[str, needtoknow.Terms]:
    """Who lets whom into a case and for how long, by ``ordinary`` and ``restricted``. Raises PackError."""
    return needtoknow.terms("circle.yaml", read()["circle.yaml"])


@cache
def closings() -> dict[str, needtoknow.Ending]:
    """How a case may end, by id. Raises PackError."""
    return needtoknow.closings("circle.yaml", read()["circle.yaml"])


@cache
def caveats() -> dict[str, needtoknow.CaveatKind]:
    """What an originator may say of passing something on, by id. Raises PackError."""
    return needtoknow.caveats("caveats.yaml", read()["caveats.yaml"], vocabulary())


@cache
def restrictions() -> dict[str, needtoknow.Restriction]:
    """Why a case may be restricted, by id. Raises PackError."""
    return needtoknow.restrictions("restrictions.yaml", read()["restrictions.yaml"], vocabulary())


def agreement(text: str | bytes, *, draft: bool = False) -> Agreement:
    """Read an agreement and check it against the vocabulary; raises AgreementError naming the place.

    A draft may leave out who leads and who stands in.
    """
    return core_agreement.load(text, vocabulary(), draft=draft)


@cache
def starter_agreements() -> dict[str, str]:
    """The texts of the agreements to start from, by file name without the ending."""
    folder = resources.files(__name__) / "agreements"
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".yaml")}
    return {name.removesuffix(".yaml"): text for name, text in sorted(texts.items())}


@dataclass(frozen=True, slots=True)
class Label:
    """What people read for an id, and a sentence that helps, which may be empty."""

    label: str
    hint: str = ""


@cache
def labels(name: str) -> dict[str, Label]:
    """The labels of one closed set (``purposes``, ``outcomes``, ...) by id, in the order of its pack."""
    raw = opened("labels.yaml", read()["labels.yaml"])[name]
    return {
        str(id_): Label(**row) if isinstance(row, dict) else Label(row) for id_, row in raw.items()
    }
