"""The recipient's side: opened, by whom; acknowledged, once; or told by phone and written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.channels import ChannelError, phone
from sharewell.channels import print as paper
from sharewell.disclosures import catalogues, confirming, received, standing, taken, words
from sharewell.disclosures.models import (
    Acknowledgement,
    Attachment,
    Disclosure,
    FileOpened,
    Link,
    Opening,
)
from sharewell.disclosures.ways_out import BY_HAND


@operation("disclosure.opened")
def disclosure_open_by_partner(
    *, account: Account, disclosure_id: UUID, now: datetime
) -> received.Received:
    """Open a message in the inbox of the account's function and return it; each opening is evidence.

    The same account within half an hour is the same opening. Raises ``NotFound`` for anyone outside the
    recipient function, and for what was not sent.
    """
    disclosure = received.hold(account, disclosure_id)
    lasts = catalogues.limit("link_session")
    before = disclosure.openings.filter(account=account, at__gt=now - lasts, at__lte=now)
    if found := before.order_by("-at").first():
        found.disclosure = disclosure
        return unchanged(received.read(found))
    opening = Opening.objects.create(
        disclosure=disclosure,
        account=account,
        name=account.name,
        role=account.job_title or "staff of the recipient",
        at=now,
    )
    _leave(opening, account, {"by": "account"})
    return received.read(opening)


@operation("disclosure.opened")
def disclosure_open_by_system(
    *, reader: received.Reader, disclosure_id: UUID, now: datetime
) -> received.Received:
    """Open a message for the system of its recipient function, in the name of a reader; each is evidence.

    The same reader within half an hour is the same opening. Raises ``NotFound`` for what was not sent to that
    function, and ``Invalid`` by field.
    """
    disclosure = received.hold(reader.system, disclosure_id)
    name, role = reader.named
    who = words.tidy_all({"name": name, "role": role}, most={"name": 200, "role": 200})
    since = now - received.session_length()
    before = disclosure.openings.filter(system=reader.system, at__gt=since, at__lte=now, **who)
    if found := before.order_by("-at").first():
        found.disclosure = disclosure
        return unchanged(received.read(found))
    opening = Opening.objects.create(disclosure=disclosure, system=reader.system, at=now, **who)
    _leave(opening, reader.system.id, {"by": "system", "system": reader.system.id.hex})
    return received.read(opening)


@operation("disclosure.opened")
def disclosure_open_by_link(*, link: Link, name: str, role: str, now: datetime) -> Opening:
    """Open a message at a link whose code was right; used by ``link_code_check`` alone."""
    opening = Opening.objects.create(
        disclosure=link.disclosure, link=link, name=name, role=role, at=now
    )
    _leave(opening, opening.id, {"by": "link", "link": link.id.hex})
    return opening


@operation("attachment.opened")
def attachment_open(
    *,
    attachment_id: UUID,
    now: datetime,
    account: Account | None = None,
    opening_id: UUID | None = None,
    reader: received.Reader | None = None,
) -> Attachment:
    """Return a file that went with a message, for one who has the message open; each time is evidence.

    Raises ``NotFound`` unless ``account``, ``reader`` or the session of ``opening_id`` has opened its message.
    """
    opening = received.open_now(
        account, opening_id, now, attachment_id=attachment_id, reader=reader
    )
    attachment = received.files(opening.disclosure).filter(pk=attachment_id).first()
    if attachment is None:
        raise NotFound
    FileOpened.objects.create(opening=opening, attachment=attachment, at=now)
    actor = received.actor(opening, account)
    _leave(opening, actor, {"attachment": attachment.id.hex}, now)
    return attachment


@operation("disclosure.acknowledged")
def disclosure_acknowledge(
    *,
    now: datetime,
    account: Account | None = None,
    disclosure_id: UUID | None = None,
    opening_id: UUID | None = None,
    reader: received.Reader | None = None,
) -> Acknowledgement:
    """Acknowledge a message that is open: in the inbox (``account``, ``disclosure_id``), by link or by a system.

    The first counts and a second changes nothing. Raises ``NotFound`` unless it was opened before.
    """
    opening = received.open_now(
        account, opening_id, now, disclosure_id=disclosure_id, reader=reader
    )
    if before := Acknowledgement.objects.filter(disclosure=opening.disclosure).first():
        return unchanged(before)
    return _acknowledged(opening, received.actor(opening, account), now, now)


@operation("disclosure.acknowledged")
def acknowledgement_record(
    *,
    account: Account,
    disclosure_id: UUID,
    how: str,
    contact: str,
    name: str,
    role: str,
    at: datetime,
    now: datetime,
    said: str = "",
) -> Acknowledgement:
    """Write down that the recipient was told by ``phone`` or took ``print``, and acknowledged it.

    A call that nothing written follows yet is confirmed in writing: the task for that is ``account``'s, with the clock
    of the packs. ``contact`` is the number rung, ``name`` and ``role`` who took it, ``at`` when (aware), ``said`` what
    was said in the call. Raises
    ``NotFound`` outside the circle, ``Invalid`` by field; once acknowledged nothing changes.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    if disclosure.state != "sent":
        raise NotFound
    texts = {"name": name, "role": role, "rang": contact, "said": said}
    who = words.tidy_all(texts, most={"name": 200, "role": 200, "rang": 200, "said": words.LONG})
    asked = {"name": "Enter who took it.", "role": "Enter their role or job."}
    if how == "phone":
        asked["said"] = "Write what you told them, and what they said."
    words.required(who, asked)
    if at > now:
        raise Invalid({"at": ["Enter a time that has passed."]})
    try:
        if how == "phone":
            phone.send(phone.Call(spoke_to=who["name"], at=at), contact)
        else:
            paper.send(paper.HandedOver(taken_by=who["name"], at=at), contact)
    except ChannelError as error:
        raise Invalid({"contact": [error.sentence]}) from error
    if before := Acknowledgement.objects.filter(disclosure=disclosure).first():
        return unchanged(before)
    opening = Opening.objects.create(disclosure=disclosure, recorded_by=account, at=at, **who)
    if how == "phone" and not confirming.written(disclosure):
        confirming.ask(disclosure=disclosure, account=account, called_at=at, now=now)
    by_hand = disclosure.deliveries.filter(channel__in=BY_HAND, state="waiting")
    by_hand.update(state="done", done_at=at)
    return _acknowledged(opening, account, at, now, how=how)


def _acknowledged(
    opening: Opening, actor: Account | UUID, at: datetime, now: datetime, *, how: str = "opened"
) -> Acknowledgement:
    made = taken.acknowledged(opening, at, now)
    told = {"said": opening.said, "rang": opening.rang} if opening.recorded_by_id else {}
    _leave(opening, actor, {"acknowledged": how, **told}, now)
    return made


def _leave(
    opening: Opening, actor: Account | UUID, what: Mapping[str, Any], now: datetime | None = None
) -> None:
    disclosure: Disclosure = opening.disclosure
    about = {
        "disclosure": disclosure.id.hex,
        "opening": opening.id.hex,
        "name": opening.name,
        "role": opening.role,
        **what,
    }
    record(
        at=now or opening.at,
        agency=disclosure.agency,
        actor=actor,
        case_id=disclosure.case_id,
        things={"opening": about},
    )
