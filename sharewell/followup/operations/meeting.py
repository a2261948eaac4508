"""Calling a meeting: its kind, purpose and time, who is asked and why; moving it, and calling it off."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.evidence import operation, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.cases.models import Alleged, Case
from sharewell.consent import contacting
from sharewell.core.contacting import Addressee, Wording
from sharewell.disclosures import standing, words
from sharewell.followup import catalogues, inviting
from sharewell.followup import meeting as meetings
from sharewell.followup.meeting import RECORD, TELL
from sharewell.followup.models import Invited, Meeting

LONGEST = 12 * 60  # minutes
NAME = 3  # letters from which a part of a name counts as one
CALLED, CHOSEN = "called", "Choose one of those offered."
APART = (
    "They cannot be asked: the concern bears on them, on their team, or on somebody at that desk."
)
OUTSIDE = (
    "They cannot read this case. Let them into it first, on its page of access, with the reason."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A meeting as it is called; ``kind`` and ``way`` are ids of packs/meetings.yaml, ``starts_at`` is aware.

    ``place`` is where it is or how it is joined. It stands in invitations, so it names nobody.
    """

    kind: str
    purpose: str
    starts_at: datetime
    minutes: int
    way: str
    place: str
    chair: Account
    note_taker: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One who is asked, and why: a function of the directory, a colleague, or somebody who is no professional.

    For the last, ``to_kind`` is person, household or carer and ``channel`` how they would be asked (both of
    packs/contact.yaml); ``knows`` where they are known to know of the case.
    """

    reason: str
    function_id: UUID | None = None
    account: Account | None = None
    to_kind: str = ""
    name: str = ""
    relation: str = ""
    channel: str = ""
    knows: bool = False


@operation("meeting.called")
def meeting_call(
    *, account: Account, case: Case, plan: Plan, form_key: UUID, now: datetime
) -> Meeting:
    """Call a meeting about a case; its chair and note-taker are invited, and the record becomes a task.

    The same form calls one. Raises ``NotFound``, ``NotAllowed``, ``CaseNotOpen`` and ``Invalid`` by field.
    """
    meetings.may_write(account, case, now)
    records.lock(case)
    if before := Meeting.objects.filter(form_key=form_key, case=case).first():
        return unchanged(before)
    told = _checked(case, plan, now)
    meeting = Meeting.objects.create(
        agency=case.agency,
        case=case,
        called_at=now,
        called_by=account,
        form_key=form_key,
        **told,
    )
    _open_record(meeting, now)
    for each, reason in ((plan.chair, "Chairs it"), (plan.note_taker, "Writes the record")):
        if not meeting.invited.filter(account=each).exists():
            _ask(meeting, now, to_kind="account", account=each, reason=reason)
    when = records.local_words(meeting.starts_at, case)
    label = meetings.label_of(meeting)
    meetings.line(meeting, account, now, f"{label} called for {when}: {meeting.purpose}")
    meetings.leave(meeting, account, now, **_as_json(told))
    return meeting


@operation("meeting.guest_invited")
def meeting_invite(*, account: Account, meeting_id: UUID, guest: Guest, now: datetime) -> Invited:
    """Ask somebody to a meeting, with the reason; whoever may not receive, or is alleged or walled off, never is.

    Somebody who is no professional is asked only by a way that the gate of safe contact lets through now; nothing
    goes to them by itself. Raises ``NotFound``, ``NotAllowed``, ``MeetingChanged``, ``Invalid`` by field and
    :class:`~sharewell.consent.contacting.ContactRefused`.
    """
    meeting = meetings.hold(account, meeting_id, now, CALLED)
    given = words.tidy_all(
        {"reason": guest.reason, "name": guest.name}, most={"reason": 300, "name": 200}
    )
    words.required(given, {"reason": "Say why they are needed there."})
    if guest.function_id is not None:
        who = _function(account, meeting, guest.function_id)
    elif guest.account is not None:
        who = _colleague(meeting, guest.account, now)
    else:
        who = _lay(meeting, guest, given["name"], now)
    invited = _ask(meeting, now, reason=given["reason"], **who)
    meetings.line(meeting, account, now, f"Asked to the meeting: {invited.who}. {invited.reason}")
    meetings.leave(
        meeting, account, now, invited=invited.pk.hex, who=invited.who, reason=invited.reason
    )
    return invited


@operation("meeting.guest_taken_back")
def meeting_uninvite(*, account: Account, invited_id: UUID, why: str, now: datetime) -> Invited:
    """Take an invitation back, with the reason; who chairs and who writes stay. Raises as :func:`meeting_invite`."""
    found = (
        Invited.objects.filter(pk=invited_id, taken_back_at=None).select_related("meeting").first()
    )
    if found is None:
        raise NotFound
    meeting = meetings.hold(account, found.meeting_id, now, CALLED)
    given = words.tidy_all({"why": why}, most={"why": 300})
    words.required(given, {"why": "Say why they are not needed any more."})
    if found.account_id in (meeting.chair_id, meeting.note_taker_id):
        raise Invalid({"why": ["They chair the meeting or write its record, so they stay."]})
    found.taken_back_at = now
    found.save(update_fields=["taken_back_at"])
    meeting.sequence += 1
    meeting.save(update_fields=["sequence"])
    inviting.queue(found, "CANCEL", meeting.sequence, now)
    meetings.line(
        meeting, account, now, f"No longer asked to the meeting: {found.who}. {given['why']}"
    )
    meetings.leave(meeting, account, now, taken_back=found.pk.hex, why=given["why"])
    return found


@operation("meeting.moved")
def meeting_reschedule(
    *, account: Account, meeting_id: UUID, plan: Plan, why: str, now: datetime
) -> Meeting:
    """Change when, where or how a meeting is held, or who chairs and writes; everybody invited is told anew.

    Those who are no professionals are a task, to be told by the safe way. Raises as :func:`meeting_call`.
    """
    meeting = meetings.hold(account, meeting_id, now, CALLED)
    given = words.tidy_all({"why": why}, most={"why": 300})
    words.required(given, {"why": "Say why it is changed."})
    told = _checked(meeting.case, plan, now)
    Meeting.objects.filter(pk=meeting.pk).update(**told, sequence=meeting.sequence + 1)
    meeting = meetings.fetch(account, meeting_id, now)
    records.close_tasks(about_id=meeting.pk, kinds=[RECORD], now=now, by=account, outcome="Moved.")
    _open_record(meeting, now)
    for each, reason in ((plan.chair, "Chairs it"), (plan.note_taker, "Writes the record")):
        if not meeting.invited.filter(account=each, taken_back_at=None).exists():
            _ask(meeting, now, to_kind="account", account=each, reason=reason)
    _tell_all(meeting, "REQUEST", now)
    when = records.local_words(meeting.starts_at, meeting.case)
    meetings.line(
        meeting, account, now, f"{meetings.label_of(meeting)} changed, now {when}: {given['why']}"
    )
    meetings.leave(meeting, account, now, **_as_json(told), why=given["why"])
    return meeting


@operation("meeting.cancelled")
def meeting_cancel(*, account: Account, meeting_id: UUID, why: str, now: datetime) -> Meeting:
    """Call a meeting off, with the reason and what happens instead; everybody invited is told.

    Raises ``NotFound``, ``NotAllowed``, ``MeetingChanged`` and ``Invalid``.
    """
    meeting = meetings.hold(account, meeting_id, now, CALLED)
    given = words.tidy_all({"why": why}, most={"why": 1000})
    words.required(given, {"why": "Say why it is called off, and what happens instead."})
    meeting.state, meeting.cancelled_why = "cancelled", given["why"]
    meeting.sequence += 1
    meeting.save(update_fields=["state", "cancelled_why", "sequence"])
    records.close_tasks(
        about_id=meeting.pk, kinds=[RECORD], now=now, by=account, outcome="Called off."
    )
    _tell_all(meeting, "CANCEL", now)
    meetings.line(meeting, account, now, f"{meetings.label_of(meeting)} called off: {given['why']}")
    meetings.leave(meeting, account, now, cancelled=given["why"])
    return meeting


def _checked(case: Case, plan: Plan, now: datetime) -> dict[str, Any]:
    """The plan tidied and whole; raises ``Invalid`` by field."""
    pack = catalogues.meetings()
    texts = words.tidy_all(
        {"purpose": plan.purpose, "place": plan.place}, most={"purpose": 1000, "place": 200}
    )
    errors: dict[str, list[str]] = {}
    if pack.kind(plan.kind) is None:
        errors["kind"] = ["Choose what kind of meeting it is."]
    if plan.way not in {row.id for row in pack.ways}:
        errors["way"] = ["Choose how people come together."]
    if not texts["purpose"]:
        errors["purpose"] = ["Say what the meeting is to decide."]
    if wrong := _place(case, texts["place"]):
        errors["place"] = [wrong]
    if plan.starts_at < case.opened_at:
        errors["starts_at"] = ["Give a time after the case was opened."]
    if not 0 < plan.minutes <= LONGEST:
        errors["minutes"] = ["Say how long it takes: from 1 to 720 minutes."]
    for name in ("chair", "note_taker"):
        if not meetings.may_take_part(getattr(plan, name), case, now):
            errors[name] = [OUTSIDE]
    if errors:
        raise Invalid(errors)
    return {each.name: getattr(plan, each.name) for each in fields(plan)} | texts


def _place(case: Case, text: str) -> str:
    """What is wrong with a place; empty where nothing is."""
    if not text:
        return "Say where it is, or how it is joined."
    told = _reveals(case, text)
    return (
        f"This stands in the invitation, so it must not say “{told}”. Use other words."
        if told
        else ""
    )


def _reveals(case: Case, text: str) -> str:
    """The first word of a text that would tell whom or what it is about; empty where there is none."""
    parts = {each.casefold() for each in re.findall(r"\w+", text)}
    named = [each for each in re.findall(r"\w+", case.person.name) if len(each) >= NAME]
    told = [*packs.contact().telling(text), *(each for each in named if each.casefold() in parts)]
    return told[0] if told else ""


def _function(account: Account, meeting: Meeting, function_id: UUID) -> dict[str, Any]:
    try:
        function = agencies.function(viewer=account, function_id=function_id)
    except NotFound:
        raise Invalid({"function": [CHOSEN]}) from None
    apart = standing.conflicted(meeting.case)
    if function.role in contacting.LAY:
        raise Invalid({"function": ["The person and carers are asked below, by the safe way."]})
    if not meetings.may_receive(meeting, function.role):
        sentence = (
            "This agency may receive nothing for what this meeting is for, so it is not invited."
        )
        raise Invalid({"function": [sentence]})
    if function.staff.filter(pk__in=apart).exists():
        raise Invalid({"function": [APART]})
    _once(meeting, "function", function=function)
    return {"to_kind": "function", "function": function}


def _colleague(meeting: Meeting, colleague: Account, now: datetime) -> dict[str, Any]:
    if colleague.pk in standing.conflicted(meeting.case):
        raise Invalid({"account": [APART]})
    if not meetings.may_take_part(colleague, meeting.case, now):
        raise Invalid({"account": [OUTSIDE]})
    _once(meeting, "account", account=colleague)
    return {"to_kind": "account", "account": colleague}


def _lay(meeting: Meeting, guest: Guest, name: str, now: datetime) -> dict[str, Any]:
    """One who is no professional: never one who is alleged, and only by a way that is safe now."""
    if guest.to_kind not in Invited.LAY:
        raise Invalid({"to_kind": ["Choose whom you ask."]})
    name = meeting.case.person.name if guest.to_kind == "person" else name
    if not name:
        raise Invalid({"name": ["Enter their name."]})
    if guest.channel not in packs.contact().channels:
        raise Invalid({"channel": ["Choose by what way they are asked."]})
    alleged = Alleged.objects.filter(case=meeting.case, ended_at=None).values_list(
        "name", flat=True
    )
    if guest.to_kind != "person" and _plain(name) in {_plain(each) for each in alleged}:
        raise Invalid(
            {"name": ["They are alleged to cause harm in this case, so they are not invited."]}
        )
    _once(meeting, "name", name=name, to_kind=guest.to_kind)
    contacting.require(
        case=meeting.case,
        to=Addressee(
            guest.to_kind, "" if guest.to_kind == "person" else name, guest.relation, guest.knows
        ),
        channel=guest.channel,
        at=now,
        now=now,
        wording=Wording(inviting.SUMMARY, inviting.DESCRIPTION),
    )
    told = {"name": name, "relation": guest.relation, "channel": guest.channel}
    return {"to_kind": guest.to_kind, **told}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _once(meeting: Meeting, field: str, **who: Any) -> None:
    if meeting.invited.filter(taken_back_at=None, **who).exists():
        raise Invalid({field: ["They are invited already."]})


def _ask(meeting: Meeting, now: datetime, **who: Any) -> Invited:
    invited = Invited.objects.create(meeting=meeting, invited_at=now, **who)
    inviting.queue(invited, "REQUEST", meeting.sequence, now)
    return invited


def _tell_all(meeting: Meeting, method: str, now: datetime) -> None:
    """Send everybody invited the change, and take back who may not come any more; for those who are no professionals it is a task, by the safe way."""
    everybody = meeting.invited.filter(taken_back_at=None).select_related("function", "account")
    for each in everybody:
        if _apart(each, meeting, now):
            each.taken_back_at = now
            each.save(update_fields=["taken_back_at"])
            inviting.queue(each, "CANCEL", meeting.sequence, now)
        else:
            inviting.queue(each, method, meeting.sequence, now)
    if everybody.filter(to_kind__in=Invited.LAY).exists() and not _telling(meeting):
        records.open_task(
            agency=meeting.agency,
            case=meeting.case,
            kind=TELL,
            owner=meeting.note_taker,
            now=now,
            about_id=meeting.pk,
        )


def _apart(invited: Invited, meeting: Meeting, now: datetime) -> bool:
    """Whether somebody who was invited may not come any more: walled off since, or out of the circle."""
    if invited.account is not None:
        return not meetings.may_take_part(invited.account, meeting.case, now)
    apart = standing.conflicted(meeting.case)
    return bool(invited.function and invited.function.staff.filter(pk__in=apart).exists())


def _telling(meeting: Meeting) -> bool:
    return meeting.case.tasks.waiting().filter(kind=TELL, about_id=meeting.pk).exists()


def _open_record(meeting: Meeting, now: datetime) -> None:
    records.open_task(
        agency=meeting.agency,
        case=meeting.case,
        kind=RECORD,
        owner=meeting.note_taker,
        now=now,
        due_at=meetings.record_due(meeting),
        about_id=meeting.pk,
    )


def _as_json(told: dict[str, Any]) -> dict[str, Any]:
    """The plan as evidence commits to it."""
    people = {name: told[name].pk.hex for name in ("chair", "note_taker")}
    return {**told, **people, "starts_at": told["starts_at"].isoformat()}
