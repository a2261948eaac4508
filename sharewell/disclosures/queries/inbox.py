"""What recipients read, and what the sender may know of it: opened, acknowledged, or still waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from sharewell.agencies.models import Account, System
from sharewell.cases import looked
from sharewell.cases.models import Case
from sharewell.disclosures import received, standing, tokens
from sharewell.disclosures.models import Delivery, Disclosure, Link
from sharewell.disclosures.received import Received

PAGE = 25


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One line of the inbox: neutral, no name of anybody."""

    disclosure_id: UUID
    sender: str
    function: str
    sent_at: datetime
    tier: int | None
    urgent: bool
    acknowledged: bool
    late: bool
    answer_by: datetime | None
    recalled: bool = False  # taken back by its sender: nothing of it is shown


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of the inbox, newest first; ``after`` opens the next one, empty at the end."""

    lines: tuple[InboxLine, ...]
    after: str


@dataclass(frozen=True, slots=True)
class AcknowledgementState:
    """How it stands between a disclosure and its recipient.

    ``state`` is ``acknowledged``, ``opened`` (not acknowledged), ``waiting``, ``failed`` (no way out worked)
    or ``not_sent``; ``late`` says whether the agreement's clock has passed.
    """

    state: str
    by: str
    at: datetime | None
    opened_by: str
    opened_at: datetime | None
    due_at: datetime | None
    waited: timedelta | None
    late: bool
    deliveries: tuple[Delivery, ...]
    answered: str  # the kind of the newest answer; empty without one


@dataclass(frozen=True, slots=True)
class LinkState:
    """What the sender sees of a link: never its token, and its code only when it is made."""

    disclosure_id: UUID
    case: Case
    state: str  # none | open | locked | expired | closed
    has_code: bool
    code_made_at: datetime | None
    code_by_email: bool
    expires_at: datetime | None
    closed_why: str
    phone: str
    out_of_hours_phone: str
    recipient: str


def inbox_list(*, viewer: Account, now: datetime, after: str = "") -> Inbox:
    """The messages sent to the viewer's functions, newest first, 25 a page.

    ``after`` is :attr:`Inbox.after` of the page before; anything else begins at the newest.
    """
    return _page(received.listed_for(viewer), now, after)


def system_messages(*, system: System, now: datetime, after: str = "") -> Inbox:
    """The messages sent to the function of a partner's system, as :func:`inbox_list` gives them."""
    return _page(received.for_system(system), now, after)


def _page(rows: QuerySet[Disclosure], now: datetime, after: str) -> Inbox:
    rows = rows.select_related("agency", "recipient", "acknowledgement")
    if place := _place(after):
        at, last = place
        rows = rows.filter(Q(sent_at__lt=at) | Q(sent_at=at, id__lt=last))
    found = list(rows.defer("message", "message_bytes").order_by("-sent_at", "-id")[: PAGE + 1])
    lines = tuple(_line(disclosure, now) for disclosure in found[:PAGE])
    more = found[PAGE - 1] if len(found) > PAGE else None
    return Inbox(lines=lines, after=_mark(more) if more else "")


def inbox_waiting(*, viewer: Account, now: datetime) -> int:  # noqa: ARG001 - as every read
    """How many messages to the viewer's functions nobody has acknowledged."""
    return received.for_account(viewer).filter(acknowledgement=None).count()


def inbox_open(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Received:  # noqa: ARG001 - as every read
    """The message that the viewer has opened before in the inbox; raises ``NotFound``."""
    return received.read(received.opened_by(viewer, disclosure_id))


def portal_message(*, opening_id: UUID | None, now: datetime) -> Received:
    """The message that was opened by link, while its session lasts; raises ``SessionOver``."""
    return received.read(received.portal_opening(opening_id, now))


def link_usable(*, token: str, now: datetime) -> bool:
    """Tell whether a code may be tried at this link; asking changes nothing, however often."""
    digest = tokens.token_digest(token)
    link = Link.objects.filter(token_digest=digest, closed_at=None, expires_at__gt=now)
    return link.filter(disclosure__state="sent").exists()


def acknowledgement_state(
    *, viewer: Account, disclosure_id: UUID, now: datetime
) -> AcknowledgementState:
    """How it stands with the recipient, for the case's circle; raises ``NotFound`` outside it."""
    return state_of(standing.fetch(viewer, disclosure_id, now), now)


def state_of(disclosure: Disclosure, now: datetime) -> AcknowledgementState:
    """How it stands with the recipient of a disclosure that the caller may already read."""
    acknowledged = getattr(disclosure, "acknowledgement", None)
    opening = disclosure.openings.order_by("at", "id").first()
    ways = tuple(disclosure.deliveries.exclude(channel="page").order_by("channel"))
    end = acknowledged.at if acknowledged else now
    due_at, sent_at = disclosure.ack_due_at, disclosure.sent_at
    state = "not_sent" if sent_at is None or disclosure.state != "sent" else "waiting"
    if acknowledged:
        state = "acknowledged"
    elif opening:
        state = "opened"
    elif ways and all(way.state in ("failed", "stopped") for way in ways):
        state = "failed" if state == "waiting" else state
    return AcknowledgementState(
        state=state,
        by=f"{acknowledged.name}, {acknowledged.role}" if acknowledged else "",
        at=acknowledged.at if acknowledged else None,
        opened_by=f"{opening.name}, {opening.role}" if opening else "",
        opened_at=opening.at if opening else None,
        due_at=due_at,
        waited=end - sent_at if sent_at else None,
        late=bool(due_at and end > due_at),
        deliveries=ways,
        answered=_newest_answer(disclosure) if acknowledged else "",
    )


def link_state(*, viewer: Account, disclosure_id: UUID, now: datetime) -> LinkState:
    """What the sender may know of a disclosure's link; leaves a line in the access table. Raises ``NotFound``."""
    disclosure = standing.fetch(viewer, disclosure_id, now)
    looked.note_all(viewer=viewer, cases=[disclosure.case], now=now, what="link")
    link = disclosure.links.order_by("-made_at", "-id").first()
    function = disclosure.recipient
    return LinkState(
        disclosure_id=disclosure.id,
        case=disclosure.case,
        state=_link_word(link, now),
        has_code=bool(link and link.code_number),
        code_made_at=link.code_made_at if link else None,
        code_by_email=disclosure.deliveries.filter(channel="code_email").exists(),
        expires_at=link.expires_at if link else None,
        closed_why=link.closed_why if link else "",
        phone=function.phone if function else disclosure.recipient_contact,
        out_of_hours_phone=function.out_of_hours_phone if function else "",
        recipient=disclosure.to_whom,
    )


def _newest_answer(disclosure: Disclosure) -> str:
    kinds = disclosure.answers.order_by("-recorded_at", "-id").values_list("kind", flat=True)
    return kinds.first() or ""


def _line(disclosure: Disclosure, now: datetime) -> InboxLine:
    acknowledged = hasattr(disclosure, "acknowledgement")
    due_at = disclosure.ack_due_at
    if disclosure.state == "recalled":
        return InboxLine(
            disclosure_id=disclosure.id,
            sender=disclosure.agency.name,
            function=disclosure.recipient.name if disclosure.recipient else "",
            sent_at=disclosure.sent_at or disclosure.opened_at,
            tier=None,
            urgent=False,
            acknowledged=False,
            late=False,
            answer_by=None,
            recalled=True,
        )
    return InboxLine(
        disclosure_id=disclosure.id,
        sender=disclosure.agency.name,
        function=disclosure.recipient.name if disclosure.recipient else "",
        sent_at=disclosure.sent_at or disclosure.opened_at,
        tier=(disclosure.decision or {}).get("tier"),
        urgent=disclosure.route == "emergency" or disclosure.urgency == "immediate",
        acknowledged=acknowledged,
        late=bool(due_at and now > due_at and not acknowledged),
        answer_by=due_at,
    )


def _mark(disclosure: Disclosure) -> str:
    """The place of a disclosure in the inbox, in letters that an address can hold."""
    sent_at = (disclosure.sent_at or disclosure.opened_at).astimezone(UTC).replace(tzinfo=None)
    return f"{sent_at.isoformat()}Z_{disclosure.id.hex}"


def _place(after: str) -> tuple[datetime, UUID] | None:
    at, _, last = after.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), UUID(last)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _link_word(link: Link | None, now: datetime) -> str:
    if link is None:
        return "none"
    if link.closed_at:
        return "closed"
    if link.expires_at <= now:
        return "expired"
    return "locked" if link.locked_until and link.locked_until > now else "open"
