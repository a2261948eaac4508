"""The emergency route: ring, log the call, send the essentials. Nothing that is missing blocks it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, Refusal
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, Function
from sharewell.cases import records as cases
from sharewell.cases.models import Case, Concern, Task
from sharewell.consent import words as consent_words
from sharewell.disclosures import (
    assemble,
    dispatch,
    follow,
    rescue,
    standing,
    ways_out,
    words,
)
from sharewell.disclosures.models import Disclosure, EmergencyCall
from sharewell.disclosures.operations.inform import NotSent

# What the page asks for; each may be left out.
ESSENTIALS = (
    "subject.name",
    "subject.birth_date",
    "subject.current_location",
    "subject.communication",
    "subject.safe_contact",
    "risk.immediate",
    "concern.reason",
    "concern.observed",
    "concern.injuries",
    "source.identity",
    "source.access",
    "risk.others",
    "household.children",
    "risk.unsafe_actions",
    "capacity.conclusion",
    "clinical.safety_bundle",
    "ask",
)
QUESTION = {"route": "emergency", "urgency": "immediate", "purpose": "immediate_safety"}
CALL_MOST = {"number": 40, "call_taker": 200, "incident_reference": 100, "said": words.LONG}
OUTSIDE_MOST = dict.fromkeys(("recipient_name", "recipient_contact"), words.SHORT)
AHEAD = "The time given for this call lies ahead; it was logged with the time of writing."
NOBODY_ELSE = "Nobody else could be told: no manager, on-call manager or lead is there to be paged."
PAGED = "emergency_unacknowledged"
SKIPPED = {
    "rationale": "why this recipient needed it",
    "proportionality": "why this was the least that would do",
    "consent_reason": "why the person was not asked, or what they said",
    "outcome_intended": "what was to come of it",
    "inform_plan": "whether and how the person is told",
}


class NotARecipient(Refusal):
    """In immediate danger the essentials go to those who can act; this one is not among them."""

    code = "not_a_recipient"
    status = 422
    sentence = (
        "This was not sent to them: in an emergency it goes to the emergency services, police, hospital "
        "or social care, and never to the person who may be the cause. Nothing you typed is lost. Choose "
        "another recipient, and ring the emergency number if you have not."
    )


class IsTheSource(NotARecipient):
    """The recipient outside the directory is, by the sender's word or by name, who the danger comes from."""

    code = "is_the_source"
    sentence = (
        "This was not sent: they are said, or recorded, to be who the danger comes from. Nothing you typed "
        "is lost. Ring the emergency number, or choose somebody else from the list of services."
    )


@operation("emergency.started")
def emergency_start(
    *,
    account: Account,
    form_key: UUID,
    now: datetime,
    name: str = "",
    subject_kind: str = "adult",
    what: str = "",
    place: str = "",
    case: Case | None = None,
) -> Case:
    """Open a case for somebody in danger who has none; a name that is not known yet is no obstacle.

    The concern is raised in the same step. Where nobody is on duty, or packs cannot be read, the case is
    opened all the same, in the hands of the one who opened it. With ``case`` it is that one, and what
    happens and where is kept with it.
    """
    agencies.require(viewer=account, now=now, any_of=standing.SHARERS)
    if case is not None:
        return _known_already(case, account, {"what": what, "place": place}, now)
    raised = Concern.objects.filter(form_key=form_key, raised_by=account).first()
    if raised is not None:
        return unchanged(raised.on_cases.select_related("case__person").get().case)
    typed = {"name": name, "what": what, "place": place}
    texts = rescue.short(typed)
    case = rescue.open_case(
        account=account, form_key=form_key, subject_kind=subject_kind, texts=texts, now=now
    )
    known = {"subject.name": texts["name"], **_happening(texts)}
    rescue.keep_known(case, known, account, now)
    rescue.keep_rest(case, typed, texts, account, now)
    _record(case, account, now, {"form": {"subject_kind": subject_kind, **texts}})
    return case


def _known_already(case: Case, account: Account, typed: Mapping[str, str], now: datetime) -> Case:
    standing.require_case(account, case, now)
    cases.lock(case)
    texts = rescue.short(typed)
    given = {field: text for field, text in _happening(texts).items() if text}
    if not given or not rescue.keep_known(case, given, account, now):
        return unchanged(case)
    rescue.keep_rest(case, typed, texts, account, now)
    _record(case, account, now, {"form": dict(texts)})
    return case


def _happening(texts: Mapping[str, str]) -> dict[str, str]:
    return {"risk.immediate": texts["what"], "subject.current_location": texts["place"]}


@operation("emergency.called")
def emergency_call_log(
    *,
    account: Account,
    case: Case,
    number: str,
    called_at: datetime,
    call_taker: str,
    incident_reference: str,
    said: str,
    form_key: UUID,
    now: datetime,
) -> EmergencyCall:
    """Log the call to 999 or 911: number, time, call taker, incident reference; blanks stay blanks.

    Nothing typed is refused: what is too long is cut and kept in the timeline, and a time that lies ahead
    gives way to ``now``, with a note that says so.
    """
    standing.require_case(account, case, now)
    cases.lock(case)
    found = EmergencyCall.objects.filter(form_key=form_key, case=case).first()
    if found is not None:
        return unchanged(found)
    if called_at > now + timedelta(minutes=10):  # clocks differ; more is a mistake
        called_at, said = now, f"{AHEAD} {said}".strip()
    typed = {
        "number": number,
        "call_taker": call_taker,
        "incident_reference": incident_reference,
        "said": said,
    }
    texts = rescue.short(typed, CALL_MOST)
    rescue.keep_rest(case, typed, texts, account, now)
    call = EmergencyCall.objects.create(
        case=case,
        called_at=called_at,
        recorded_at=now,
        recorded_by=account,
        form_key=form_key,
        **texts,
    )
    parts = [f"{call.number or 'The emergency number'} was rung."]
    parts += [f"Call taker: {call.call_taker}."] if call.call_taker else []
    parts += [f"Reference: {call.incident_reference}."] if call.incident_reference else []
    _line(case, account, now, " ".join([*parts, call.said]), about_id=call.pk, at=called_at)
    _record(case, account, now, {"call": {**texts, "called_at": called_at.isoformat()}})
    return call


@operation("emergency.sent")
def emergency_send(
    *,
    account: Account,
    case: Case,
    form_key: UUID,
    essentials: Mapping[str, str],
    now: datetime,
    recipient: Function | None = None,
    recipient_role: str = "",
    recipient_name: str = "",
    recipient_contact: str = "",
    alleged_source: bool = False,
) -> Disclosure:
    """Send the written Tier 1 message now; the same ``form_key`` sends once.

    ``essentials`` are texts by field id (see :data:`ESSENTIALS`), each may be left out; an empty text
    leaves out what is recorded of it, too. What was skipped becomes tasks with clocks. Raises
    ``NotARecipient`` for roles that immediate danger does not name and ``IsTheSource`` for the alleged
    source: one of whom the sender says so, or whose name is recorded as theirs. Nothing else stops it,
    not even packs that cannot be read.
    """
    standing.require_case(account, case, now)
    cases.lock(case)
    found = Disclosure.objects.filter(send_key=form_key, case=case).first()
    if found is not None:
        return unchanged(found)
    given = _keep(case, essentials, account, now)
    typed = {"recipient_name": recipient_name, "recipient_contact": recipient_contact}
    to = rescue.short(typed, OUTSIDE_MOST)
    if recipient is None and (alleged_source or rescue.is_source(case, recipient_name)):
        raise IsTheSource
    rescue.keep_rest(case, typed, to, account, now)
    disclosure = Disclosure.objects.create(
        **QUESTION,
        **to,
        agency_id=case.agency_id,
        case=case,
        opened_at=now,
        opened_by=account,
        recipient=recipient,
        recipient_role=recipient.role if recipient else recipient_role,
        ask=given.get("ask", ""),
        left_out=[field for field in ESSENTIALS if not essentials.get(field, field)],
    )
    shown = assemble.compose(disclosure, viewer=account, now=now)
    if shown.decision.outcome != "share" or shown.message is None:
        raise NotARecipient
    asks = [follow.Ask("emergency_record", note=_skipped(disclosure, shown.texts))]
    return dispatch.leave(shown=shown, account=account, send_key=form_key, now=now, asks=asks)


def _keep(
    case: Case, essentials: Mapping[str, str], account: Account, now: datetime
) -> dict[str, str]:
    """Keep in the case what was typed for the message, and return it as it goes."""
    typed = {field: essentials[field] for field in ESSENTIALS if essentials.get(field)}
    given = rescue.short(typed)
    rescue.keep_known(case, given, account, now)
    rescue.keep_rest(case, typed, given, account, now)
    cases.record_facts(case=case, facts={"harm": "immediate"}, now=now, by=account)
    return given


@operation("emergency.completed")
def emergency_complete(
    *, account: Account, disclosure_id: UUID, texts: Mapping[str, str], now: datetime
) -> Disclosure:
    """Write down after an emergency what was skipped (see :data:`SKIPPED`); what is written stays.

    The record says that it was written afterwards. Raises ``Invalid`` when nothing new is given.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    if disclosure.state != "sent" or disclosure.route != "emergency":
        raise NotSent
    given = words.tidy_all({name: texts.get(name, "") for name in SKIPPED})
    new = {name: text for name, text in given.items() if text and not getattr(disclosure, name)}
    if not new:
        raise Invalid({name: ["Write at least one of these."] for name in SKIPPED})
    rows = Disclosure.objects.filter(pk=disclosure.pk)
    rows.update(**new, completed_at=now, version=disclosure.version + 1)
    disclosure.refresh_from_db()
    if all(getattr(disclosure, name) for name in SKIPPED):
        kinds = ["emergency_record", "record_afterwards"]
        cases.close_tasks(about_id=disclosure.pk, kinds=kinds, now=now, by=account)
    _record(disclosure.case, account, now, {"reasons": new})
    return disclosure


@operation("emergency.paged")
def emergency_page(*, disclosure_id: UUID, now: datetime) -> Account:
    """Page the on-call manager about an emergency message that nobody has acknowledged in time.

    For the clock runner; returns who was paged: where nobody inside can be, the sender, and the record says
    that nobody else could be told and whom to ring, also outside the agency. Paged already: unchanged. Raises
    :class:`NotLate` before its time and once it is acknowledged.
    """
    disclosure = standing.hold_for_clock(disclosure_id)
    paged = Task.objects.filter(about_id=disclosure.pk, kind=PAGED).select_related("owner").first()
    if paged is not None:
        return unchanged(paged.owner)
    if not _late(disclosure, now):
        raise NotLate
    case, sender = disclosure.case, disclosure.sent_by or disclosure.case.owner
    found = follow.another(case, [sender], now)
    who, alone = sender, f"{NOBODY_ELSE} {_numbers(disclosure)}"
    if isinstance(found, Account):
        who, alone = found, ""
    elif found is not None:
        alone = f"{alone} Outside the agency ring {found.name}: {found.phone}."
    standing.let_in(case, who, "was paged about an emergency", now)
    follow.open_task(disclosure, PAGED, who, now, note=alone[:500])
    ways_out.page(disclosure=disclosure, account=who, now=now)
    text = f"{disclosure.to_whom} has not acknowledged the emergency message; {who.name} was paged."
    _line(case, None, now, f"{text} {alone}", about_id=disclosure.pk, at=now)
    _record(case, None, now, {"form": {"paged": who.pk.hex, "nobody_else": bool(alone)}})
    return who


class NotLate(Conflict):
    """There is nobody to page: it was acknowledged, or its time has not passed."""

    code = "not_late"
    sentence = "This is acknowledged, or still within its time. Nothing was changed."


def _late(disclosure: Disclosure, now: datetime) -> bool:
    """Whether an emergency message has waited for its acknowledgement beyond its time."""
    if disclosure.route != "emergency" or disclosure.state != "sent":
        return False
    due = disclosure.ack_due_at
    return due is not None and due <= now and not hasattr(disclosure, "acknowledgement")


def _numbers(disclosure: Disclosure) -> str:
    """Whom to ring where nobody could be paged: the recipient, and the agency's own duty numbers."""
    to, agency = disclosure.recipient, disclosure.agency
    there = [to.phone, to.out_of_hours_phone] if to else [disclosure.recipient_contact]
    ours = [agency.duty_phone, agency.out_of_hours_phone]
    known = [
        f"{name} on {consent_words.listed([*dict.fromkeys(n for n in numbers if n)])}"
        for name, numbers in ((disclosure.to_whom, there), ("your agency's duty number", ours))
        if any(numbers)
    ]
    return f"Ring the emergency number again{''.join(f'; ring {each}' for each in known)}."


def _skipped(disclosure: Disclosure, written: Mapping[str, str]) -> str:
    left = [
        label
        for name, label in SKIPPED.items()
        if not (written.get(name) or getattr(disclosure, name))
    ]
    if not disclosure.case.emergency_calls.exists():
        left.insert(0, "the call to the emergency number")
    return f"Still to be written: {consent_words.listed(left)}."[:500] if left else ""


def _line(
    case: Case,
    account: Account | None,
    now: datetime,
    text: str,
    *,
    about_id: UUID,
    at: datetime,
) -> None:
    cases.add_chronology(
        case=case,
        now=now,
        by=account,
        section="action",
        text=text.strip(),
        event_at=at,
        about_id=about_id,
    )


def _record(case: Case, account: Account | None, now: datetime, things: dict[str, Any]) -> None:
    record(at=now, agency=case.agency, actor=account, case_id=case.pk, things=things)
