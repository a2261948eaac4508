"""What the recipient of a disclosure may read: the message as it left, and the files that went with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, NotFound
from sharewell.agencies.models import Account, Function, System
from sharewell.cases.models import ConcernCase, Wall
from sharewell.disclosures import catalogues, corrected, planned, words
from sharewell.disclosures.models import (
    Acknowledgement,
    Answer,
    Attachment,
    Correction,
    Disclosure,
    Opening,
    PartnerAction,
)
from sharewell.disclosures.planned import Part, Step

# What a sender writes for them, and files, each of which has a reason of its own.
COORDINATION = 2  # the highest tier that goes without a reason for each item
NEVER_ASKED = frozenset({"ask", "inform.plan", "attachment"})


class Recalled(NotFound):
    """The sender took this message back: it was not meant for this desk."""

    code = "recalled"
    sentence = (
        "The agency that sent this message took it back. Do not use, keep or pass on anything that was read of it; "
        "destroy copies and tell them who has read it."
    )


class SessionOver(NotFound):
    """The time for reading a message opened by link is over, or its link was closed meanwhile."""

    code = "session_over"
    sentence = (
        "This message is not open here any more. Open the link again and enter the code. "
        "If that does not work, ring the agency that told you to expect a message."
    )


class NotOpened(Conflict):
    """A system acts on a message that it has not opened, or not in the name of this reader."""

    code = "not_opened"
    sentence = "Open the message first, with the same reader. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Reader:
    """A system that reads what is sent to its function, and in whose name; empty: its own."""

    system: System
    name: str = ""
    role: str = ""

    @property
    def named(self) -> tuple[str, str]:
        """The name and role that the sender is shown."""
        return (words.tidy(self.name) or self.system.name, words.tidy(self.role) or "their system")


@dataclass(frozen=True, slots=True)
class File:
    """A file that went with a message."""

    id: UUID
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, in words, as both sides see it."""

    at: datetime
    by: str  # name and role
    heading: str
    about: str  # the reason, where it belongs, or what is asked for
    words: str
    quality: tuple[str, ...]  # what they said of the message itself
    promised: tuple[PartnerAction, ...]
    done: tuple[PartnerAction, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """A message as its recipient reads it, and nothing else of its case."""

    disclosure_id: UUID
    opening_id: UUID
    sender: str
    sender_phone: str
    jurisdiction: str  # of the reader, for the numbers to ring
    time_zone: str  # of the reader
    sent_at: datetime
    answer_by: datetime | None
    message: dict[str, Any]
    files: tuple[File, ...]
    acknowledged_by: str
    acknowledged_at: datetime | None
    reader: str
    open_until: datetime
    answers: tuple[Said, ...]  # of this recipient, the newest first
    actions: tuple[PartnerAction, ...]  # theirs that are open
    about: str  # whom, as the message says, with its reference
    plan: tuple[Step, ...]  # between this recipient and the sender
    parts: tuple[
        Part, ...
    ]  # of the same referral to this recipient, as far as this reader may read them
    correction: Correction | None  # which it is, of an earlier message
    newer: Correction | None  # by which it was replaced
    askable: tuple[tuple[str, str], ...]  # what they may ask for and do not have: field, label


def for_account(account: Account) -> QuerySet[Disclosure]:
    """The disclosures sent to functions that this account works in, but none from which they are kept out."""
    return _to_functions_of(account).filter(state="sent")


def listed_for(account: Account) -> QuerySet[Disclosure]:
    """The same with those that their sender took back since, of which nothing is to be shown."""
    return _to_functions_of(account).filter(state__in=Disclosure.LEFT)


def _to_functions_of(account: Account) -> QuerySet[Disclosure]:
    if not account.is_active:
        return Disclosure.objects.none()
    functions = account.functions.filter(active=True).values("pk")
    return _not_kept_from(account, Disclosure.objects.filter(recipient__in=functions))


def for_system(system: System) -> QuerySet[Disclosure]:
    """The disclosures sent to the function of a system, but none from which one of its staff is kept out."""
    return _to_function_of(system).filter(state="sent")


def _to_function_of(system: System) -> QuerySet[Disclosure]:
    rows = Disclosure.objects.filter(recipient=system.function_id)
    for account in system.function.staff.filter(is_active=True):
        rows = _not_kept_from(account, rows)
    return rows


def _not_kept_from(account: Account, rows: QuerySet[Disclosure]) -> QuerySet[Disclosure]:
    about_them = ConcernCase.objects.filter(concern__about_staff=account).values("case_id")
    walls = Wall.objects.against(account).values("case_id")
    return rows.exclude(case__in=about_them).exclude(case__in=walls)


def shut_to(function: Function, case_id: UUID) -> bool:
    """Whether somebody who works in a function is kept out of a case, so that their shared system is too."""
    staff = list(function.staff.filter(is_active=True))
    about = ConcernCase.objects.filter(case=case_id, concern__about_staff__in=staff)
    walls = (Wall.objects.against(each).filter(case=case_id) for each in staff)
    return about.exists() or any(each.exists() for each in walls)


def hold(reader: Account | System, disclosure_id: UUID) -> Disclosure:
    """One disclosure for a member of the recipient function or its system, its row locked; raises ``NotFound``."""
    rows = for_system(reader) if isinstance(reader, System) else for_account(reader)
    rows = rows.select_for_update(of=("self",))
    found = (
        rows.select_related("agency", "case", "recipient__agency").filter(pk=disclosure_id).first()
    )
    if found is None:
        raise _absent(reader, disclosure_id)
    return found


def _absent(reader: Account | System, disclosure_id: UUID) -> NotFound:
    """Why there is nothing to read: taken back, or never there for this reader."""
    rows = _to_function_of(reader) if isinstance(reader, System) else _to_functions_of(reader)
    gone = rows.filter(pk=disclosure_id, state="recalled").exists()
    return Recalled() if gone else NotFound()


def portal_opening(opening_id: UUID | None, now: datetime, *, held: bool = False) -> Opening:
    """The opening of one who reads by link, while it lasts; raises :class:`SessionOver`.

    ``held`` locks its disclosure until the transaction ends.
    """
    rows = Opening.objects.select_related("link")
    found = rows.filter(pk=opening_id, link__closed_at=None).first() if opening_id else None
    if found is None or found.link is None:
        raise SessionOver
    if not found.at <= now < min(found.at + session_length(), found.link.expires_at):
        raise SessionOver
    disclosures = Disclosure.objects.select_related("agency", "case", "recipient__agency")
    if held:
        disclosures = disclosures.select_for_update(of=("self",))
    disclosure = disclosures.filter(pk=found.disclosure_id, state="sent").first()
    if disclosure is None:
        raise SessionOver
    found.disclosure = disclosure
    return found


def opened_by(account: Account, disclosure_id: UUID) -> Opening:
    """The newest opening of a message by a member of the recipient function; raises ``NotFound`` without one."""
    rows = for_account(account).select_related("agency", "case", "recipient__agency")
    disclosure = rows.filter(pk=disclosure_id).first()
    if disclosure is None:
        raise _absent(account, disclosure_id)
    found = disclosure.openings.filter(account=account).order_by("-at").first()
    if found is None:
        raise NotFound
    found.disclosure = disclosure
    return found


def open_now(
    account: Account | None,
    opening_id: UUID | None,
    now: datetime,
    *,
    disclosure_id: UUID | None = None,
    attachment_id: UUID | None = None,
    reader: Reader | None = None,
) -> Opening:
    """The opening on which somebody acts, while it may still be read, its disclosure locked; raises ``NotFound``.

    A system that has not opened it in the name of this reader is told :class:`NotOpened`.
    """
    if reader is not None:
        return _opened_by_system(reader, disclosure_id, attachment_id)
    if account is None:
        return portal_opening(opening_id, now, held=True)
    about = (
        {"disclosure__attachments": attachment_id}
        if attachment_id
        else {"disclosure": disclosure_id}
    )
    opening = Opening.objects.filter(account=account, **about).order_by("-at").first()
    if opening is None:
        raise NotFound
    opening.disclosure = hold(account, opening.disclosure_id)
    return opening


def _opened_by_system(
    reader: Reader, disclosure_id: UUID | None, attachment_id: UUID | None
) -> Opening:
    if attachment_id and disclosure_id is None:
        files = Attachment.objects.filter(pk=attachment_id)
        disclosure_id = files.values_list("disclosure_id", flat=True).first()
    if disclosure_id is None:
        raise NotFound
    disclosure = hold(reader.system, disclosure_id)
    rows = disclosure.openings.filter(system=reader.system)
    if reader.name or reader.role:
        name, role = reader.named
        rows = rows.filter(name=name, role=role)
    found = rows.order_by("-at").first()
    if found is None:
        raise NotOpened
    found.disclosure = disclosure
    return found


def actor(opening: Opening, account: Account | None) -> Account | UUID:
    """Who acts on an opening, as evidence names them: the account, the system, or whoever opened it."""
    return account or opening.system_id or opening.id


def session_length() -> timedelta:
    """How long a message stays open after its opening."""
    return catalogues.limit("link_session")


def files(disclosure: Disclosure) -> QuerySet[Attachment]:
    """The files that went with a disclosure: approved, not removed, and allowed by its decision."""
    if "attachment" not in (disclosure.decision or {}).get("fields", ()):
        return disclosure.attachments.none()
    return disclosure.attachments.filter(approved_at__isnull=False, removed_at=None)


def said(disclosure: Disclosure) -> tuple[Said, ...]:
    """What the recipient answered, the newest first; of a disclosure that the caller may read."""
    rows = disclosure.answers.select_related("opening").prefetch_related(
        "promised__moved", "settled"
    )
    pack = catalogues.answers()
    fields = agencies.policy_for(disclosure.agency).fields

    def about(answer: Answer) -> str:
        named = [fields[each].label for each in answer.fields if each in fields]
        reason = pack.declines[answer.reason].label if answer.reason in pack.declines else ""
        return "; ".join(filter(None, [answer.to_whom, reason, *named]))

    return tuple(
        Said(
            at=each.at,
            by=f"{each.opening.name}, {each.opening.role}",
            heading=pack.kinds[each.kind].label,
            about=about(each),
            words=each.words,
            quality=tuple(pack.qualities[q].label for q in each.quality if q in pack.qualities),
            promised=tuple(each.promised.all()),
            done=tuple(each.settled.all()),
        )
        for each in rows.order_by("-recorded_at", "-id")
    )


def open_actions(disclosure: Disclosure) -> tuple[PartnerAction, ...]:
    """What the recipient said they will do and has not said is done, the first due first."""
    return tuple(disclosure.partner_actions.filter(done_at=None).prefetch_related("moved"))


def askable(disclosure: Disclosure) -> tuple[tuple[str, str], ...]:
    """The fields that a recipient of this role may ever hold and that the message does not tell, with labels.

    Those of Tier 3 where some purpose lets this role ask for them one by one. The list is the same for every case: that a field stands in it says nothing of whether anything is known.
    """
    policy = agencies.policy_for(disclosure.agency)
    cells = [
        cell for (role, _), cell in policy.matrix.cells.items() if role == disclosure.recipient_role
    ]
    high = frozenset().union(*(cell.items for cell in cells))
    told = {part["field"] for part in (disclosure.message or {}).get("fields", ()) if part["text"]}
    role = disclosure.recipient_role
    return tuple(
        (field.id, field.label)
        for field in policy.fields.values()
        if (field.tier <= COORDINATION or field.id in high)
        and field.id not in told
        and field.id not in NEVER_ASKED
        and role not in field.never
        and (not field.only or role in field.only)
    )


def read(opening: Opening) -> Received:
    """What the page of an opened message shows; ``opening.disclosure`` carries its agency."""
    disclosure = opening.disclosure
    acknowledged = Acknowledgement.objects.filter(disclosure=disclosure).first()
    agency = disclosure.agency
    reader = disclosure.recipient.agency if disclosure.recipient else agency
    account = opening.account
    return Received(
        disclosure_id=disclosure.id,
        opening_id=opening.id,
        sender=agency.name,
        sender_phone=agency.duty_phone or agency.out_of_hours_phone,
        jurisdiction=reader.jurisdiction,
        time_zone=reader.time_zone,
        sent_at=disclosure.sent_at or opening.at,
        answer_by=disclosure.ack_due_at,
        message=disclosure.message or {},
        files=tuple(
            File(file.id, file.name, file.content_type, file.size)
            for file in files(disclosure).defer("content").order_by("added_at", "id")
        ),
        acknowledged_by=f"{acknowledged.name}, {acknowledged.role}" if acknowledged else "",
        acknowledged_at=acknowledged.at if acknowledged else None,
        reader=f"{opening.name}, {opening.role}",
        open_until=opening.at + session_length(),
        answers=said(disclosure),
        actions=open_actions(disclosure),
        about=planned.about(disclosure),
        plan=planned.steps(disclosure),
        parts=planned.parts(disclosure, for_account(account), account) if account else (),
        correction=corrected.of(disclosure),
        newer=corrected.newer(disclosure),
        askable=askable(disclosure),
    )
