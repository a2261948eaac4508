"""What another agency tells us: a message taken from the inbox into a case, or what came by a way outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import operations as case_operations
from sharewell.cases import records as cases
from sharewell.cases.models import KINDS, Case
from sharewell.cases.telling import PersonTold, Said
from sharewell.disclosures import (
    catalogues,
    corrected,
    received,
    receiving,
    requests,
    standing,
    words,
)
from sharewell.disclosures.models import Disclosure, InformationReceived
from sharewell.disclosures.models.received import INBOX

CLOCKS_DIFFER = timedelta(minutes=10)
LENGTHS = {"office": 100, "who": 95, "checked_words": 300, "conditions": 500, "text": 8000}
NEEDS = {
    "office": "Say which agency told us.",
    "who": "Say who told us: name and job.",
    "text": "Write what they told us, in their words.",
}
SHOWN = 200  # characters of a source in the chronology


class Replaced(Conflict):
    """A newer message of the same sender stands in the place of this one."""

    code = "message_replaced"
    sentence = "Its sender has corrected this message. Nothing was changed. Open the newer one in the inbox, and put that into the case."


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Somebody new about whom a concern is opened; ``not_same`` are cases of people found to be somebody else."""

    name: str
    subject_kind: str
    danger: bool = False
    not_same: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came by a way outside Sharewell; ``way`` and ``grading`` are ids of packs/received.yaml.

    ``checked_how`` is an id of packs/requests.yaml, empty where nobody checked who they are; ``kind`` says how they
    know it; ``caveats`` are ids of packs/caveats.yaml, with their ``conditions``.
    """

    office: str
    who: str
    way: str
    told_at: datetime
    text: str
    grading: str
    kind: str = "reported"
    checked_how: str = ""
    checked_words: str = ""
    caveats: Sequence[str] = ()
    conditions: str = ""


@operation("received.taken")
def received_take(
    *,
    account: Account,
    disclosure_id: UUID,
    case: Case | None,
    somebody: Somebody | None = None,
    caveats: Sequence[str] = (),
    form_key: UUID,
    now: datetime,
) -> InformationReceived:
    """Take a message that the account has opened in the inbox into a case that it may write in, as one line.

    Without a case a concern about ``somebody`` is raised first. What the message says of handling becomes caveats on
    the line, besides those chosen. The same message is taken into a case once. Raises ``NotFound``, ``NotAllowed``,
    ``CaseClosed``, :class:`Replaced` and ``Invalid`` by field.
    """
    opening = received.open_now(account, None, now, disclosure_id=disclosure_id)
    disclosure = opening.disclosure
    agencies.require(viewer=account, now=now, any_of=agencies.CASEWORK)
    if corrected.newer(disclosure):
        raise Replaced
    chosen = _kinds(caveats)
    if case is None:
        case = _concern(account, disclosure, somebody, form_key, now)
    standing.require_case(account, case, now)
    cases.lock(case)
    if before := InformationReceived.objects.filter(case=case, disclosure=disclosure).first():
        return unchanged(before)
    heading = (disclosure.message or {}).get("heading", {})
    correction = corrected.of(disclosure)
    made = _keep(
        account,
        case,
        now,
        text=receiving.words_of(
            disclosure, received.files(disclosure).count(), case.agency.time_zone
        ),
        caveats=dict.fromkeys([*receiving.caveats_of(disclosure), *chosen]),
        corrects=receiving.standing_line(correction.old, case) if correction else None,
        disclosure=disclosure,
        office=_short(disclosure.agency.name, LENGTHS["office"]),
        who=_short(heading.get("sender") or "the sender", LENGTHS["who"]),
        way=INBOX,
        told_at=disclosure.sent_at or now,
        form_key=uuid4(),  # once by its message
    )
    _leave(made, account, now, {"disclosure": disclosure.pk.hex, "caveats": list(chosen)})
    return made


@operation("received.recorded")
def received_record(
    *, account: Account, case: Case, told: Told, form_key: UUID, now: datetime
) -> InformationReceived:
    """Write down what another agency told us by a way outside Sharewell, as one line with its caveats.

    The same form is kept once. Raises ``NotFound``, ``NotAllowed``, ``CaseClosed`` and ``Invalid`` by field.
    """
    standing.require_case(account, case, now)
    if before := InformationReceived.objects.filter(form_key=form_key, case=case).first():
        return unchanged(before)
    texts = _checked(told, now)
    made = _keep(
        account,
        case,
        now,
        text=f"{_head(told, texts['checked_words'])}\n{texts['text']}",
        kind=told.kind,
        caveats=_kinds(told.caveats),
        conditions=texts["conditions"],
        office=texts["office"],
        who=texts["who"],
        way=told.way,
        grading=told.grading,
        checked_how=told.checked_how,
        checked_words=texts["checked_words"],
        told_at=told.told_at,
        form_key=form_key,
    )
    said = {"way": told.way, "grading": told.grading, "checked_how": told.checked_how, **texts}
    said |= {"told_at": told.told_at.isoformat(), "kind": told.kind}
    _leave(made, account, now, {**said, "caveats": list(told.caveats)})
    return made


def _keep(
    account: Account,
    case: Case,
    now: datetime,
    *,
    text: str,
    caveats: Any,
    kind: str = "reported",
    conditions: str = "",
    corrects: Any = None,
    **columns: Any,
) -> InformationReceived:
    """The line with its caveats, and what is known of its source."""
    key, source = uuid4(), f"{columns['who']}, {columns['office']}"
    line = cases.add_chronology(
        case=case,
        now=now,
        by=account,
        section=receiving.SECTION,
        kind=kind,
        source_role=_short(source, SHOWN),
        text=text,
        event_at=columns["told_at"],
        about_id=key,
        corrects=corrects,
    )
    for each in caveats:
        case_operations.caveat_set(
            account=account,
            case=case,
            kind=each,
            originator=_short(source, SHOWN),
            conditions=conditions,
            entry=line,
            now=now,
        )
    return InformationReceived.objects.create(
        id=key,
        agency=case.agency,
        case=case,
        line=line,
        recorded_at=now,
        recorded_by=account,
        **columns,
    )


def _concern(
    account: Account,
    disclosure: Disclosure,
    somebody: Somebody | None,
    form_key: UUID,
    now: datetime,
) -> Case:
    """The case of a concern about somebody new; what was told stands in its line alone, under its caveats."""
    if somebody is None:
        raise Invalid({"where": ["Choose the case, or say whom it is about."]})
    told = PersonTold(
        name=somebody.name, subject_kind=somebody.subject_kind, not_same=somebody.not_same
    )
    says = f"{disclosure.agency.name} told us of a concern. What it told stands in the chronology."
    concern = case_operations.concern_raise(
        account=account,
        now=now,
        form_key=form_key,
        immediate_danger=somebody.danger,
        people=[told],
        statements=[Said(text=says, kind="reported", source_role=disclosure.agency.name)],
    )
    return concern.on_cases.select_related("case__agency", "case__person").get().case


def _checked(told: Told, now: datetime) -> dict[str, str]:
    """The texts tidied and whole; raises ``Invalid`` by field."""
    texts = words.tidy_all({name: getattr(told, name) for name in LENGTHS}, most=LENGTHS)
    errors = {name: [says] for name, says in NEEDS.items() if not texts[name]}
    pack = catalogues.told()
    if told.way not in pack.ways:
        errors["way"] = ["Choose how it came."]
    if told.grading not in pack.gradings:
        errors["grading"] = ["Say how far the source is to be trusted."]
    if told.kind not in KINDS:
        errors["kind"] = ["Say how they know it."]
    if told.checked_how and told.checked_how not in requests.checks():
        errors["checked_how"] = ["Choose how it was checked who they are."]
    if told.checked_how and not texts["checked_words"]:
        errors["checked_words"] = [
            "Say which number was rung, or what you saw, and who confirmed it."
        ]
    if told.told_at > now + CLOCKS_DIFFER:
        errors["told_at"] = ["Enter a time that has passed."]
    if texts["conditions"] and not told.caveats:
        errors["caveats"] = ["Choose what they said of passing it on, to go with their conditions."]
    if errors:
        raise Invalid(errors)
    return texts


def _kinds(caveats: Sequence[str]) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(caveats))
    if not set(kinds) <= packs.caveats().keys():
        raise Invalid({"caveats": ["Choose from those offered."]})
    return kinds


def _head(told: Told, checked: str) -> str:
    """By which way it came, whether it was checked who they are, and how far the source is to be trusted."""
    pack = catalogues.told()
    check = requests.checks().get(told.checked_how)
    shown = (
        f"Who they are was checked: {check.label[:1].lower()}{check.label[1:]} ({checked})."
        if check
        else ""
    )
    unchecked = "Who they are was not checked."
    return f"{pack.ways[told.way].label}. {shown or unchecked} {pack.gradings[told.grading].label}."


def _short(text: str, most: int) -> str:
    """A text within the room that a column has; what is longer stands in full in the line itself."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _leave(
    made: InformationReceived, account: Account, now: datetime, said: dict[str, Any]
) -> None:
    about = {"id": made.pk.hex, "line": made.line_id.hex, **said}
    record(
        at=now, agency=made.agency, actor=account, case_id=made.case_id, things={"received": about}
    )
