"""What the recipient of a disclosure may read: the message as it left, and the files that went with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.cases.models import ConcernCase, Wall
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Acknowledgement, Attachment, Disclosure, Opening


class SessionOver(NotFound):
    """The time for reading a message opened by link is over, or its link was closed meanwhile."""

    code = "session_over"
    sentence = (
        "This message is not open here any more. Open the link again and enter the code. "
        "If that does not work, ring the agency that told you to expect a message."
    )


@dataclass(frozen=True, slots=True)
class File:
    """A file that went with a message."""

    id: UUID
    name: str
    content_type: str
    size: int


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


def for_account(account: Account) -> QuerySet[Disclosure]:
    """The disclosures sent to functions that this account works in, but none from which they are kept out."""
    if not account.is_active:
        return Disclosure.objects.none()
    functions = account.functions.filter(active=True).values("pk")
    about_them = ConcernCase.objects.filter(concern__about_staff=account).values("case_id")
    rows = Disclosure.objects.filter(recipient__in=functions, state="sent")
    walls = Wall.objects.against(account).values("case_id")
    return rows.exclude(case__in=about_them).exclude(case__in=walls)


def hold(account: Account, disclosure_id: UUID) -> Disclosure:
    """One disclosure for a member of the recipient function, its row locked; raises ``NotFound``."""
    rows = for_account(account).select_for_update(of=("self",))
    found = (
        rows.select_related("agency", "case", "recipient__agency").filter(pk=disclosure_id).first()
    )
    if found is None:
        raise NotFound
    return found


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


def session_length() -> timedelta:
    """How long a message stays open after its opening."""
    return catalogues.limit("link_session")


def files(disclosure: Disclosure) -> QuerySet[Attachment]:
    """The files that went with a disclosure: approved, not removed, and allowed by its decision."""
    if "attachment" not in (disclosure.decision or {}).get("fields", ()):
        return disclosure.attachments.none()
    return disclosure.attachments.filter(approved_at__isnull=False, removed_at=None)


def read(opening: Opening) -> Received:
    """What the page of an opened message shows; ``opening.disclosure`` carries its agency."""
    disclosure = opening.disclosure
    acknowledged = Acknowledgement.objects.filter(disclosure=disclosure).first()
    agency = disclosure.agency
    reader = disclosure.recipient.agency if disclosure.recipient else agency
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
    )
