"""Links for recipients without accounts: made, given a code, opened with it, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.disclosures import catalogues, follow, standing, tokens, words
from sharewell.disclosures.models import Delivery, Disclosure, Link, LinkTry, Opening
from sharewell.disclosures.operations.acknowledge import disclosure_open_by_link

LOCK_AFTER = 5  # wrong codes, and every five more
LOCKED_FOR = timedelta(minutes=15)
CLOSE_AFTER = 15
ADDRESS_TRIES = 20  # wrong codes from one network address within the same time
NO_CODE = b""


class NotByLink(Conflict):
    """The recipient of this disclosure is not reached by a link, or it has not been sent."""

    code = "not_by_link"
    sentence = (
        "There is no link for this: it was not sent, or its recipient is reached another way."
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a code: ``opened`` (with the opening), ``wrong``, ``locked``, ``gone``, ``busy``."""

    outcome: str
    opening: Opening | None = None


@operation("link.made")
def link_make(*, disclosure_id: UUID, now: datetime, key: bytes) -> tuple[Link, str]:
    """Make the link of a sent disclosure and return it with its token; the open one if there is one.

    ``key`` is the server's secret. Raises :class:`NotByLink` unless it is sent and goes by link.
    """
    disclosure = _sent_by_link(disclosure_id)
    link = disclosure.links.filter(closed_at=None).first()
    token = tokens.link_token(key, link.id) if link else ""
    if link and link.expires_at > now and tokens.token_digest(token) == bytes(link.token_digest):
        return unchanged((link, token))
    if link:
        _close(link, now, "renewed")
    made = Link(
        disclosure=disclosure,
        code_digest=NO_CODE,
        code_salt=NO_CODE,
        made_at=now,
        expires_at=now + catalogues.limit("link_open"),
    )
    token = tokens.link_token(key, made.id)
    made.token_digest = tokens.token_digest(token)
    made.save()
    _leave(disclosure, now, None, made)
    return made, token


@operation("link.code_made")
def link_code_make(
    *, disclosure_id: UUID, now: datetime, key: bytes, salt: bytes, account: Account | None = None
) -> tuple[Link, str]:
    """Return a disclosure's link with its code, making the link where there is none yet.

    Asked by ``account`` (of the case's circle) it is a new code and the old one is dead: shown once, to be
    said by phone. Asked by the worker (no account) it is the code that stands, so that a second try to
    e-mail it sends the same. ``salt`` is 16 random bytes. Raises ``NotFound`` and :class:`NotByLink`.
    """
    if account is not None:
        standing.hold(account, disclosure_id, now)
    link, _ = link_make(disclosure_id=disclosure_id, now=now, key=key)
    link = Link.objects.select_for_update().select_related("disclosure__agency").get(pk=link.pk)
    if account is None and link.code_number:
        return unchanged((link, tokens.link_code(key, link.id, link.code_number)))
    link.code_number += 1
    code = tokens.link_code(key, link.id, link.code_number)
    link.code_salt, link.code_digest = salt, tokens.code_digest(code, salt)
    link.code_made_at, link.locked_until = now, None
    link.save()
    _leave(link.disclosure, now, account, link)
    return link, code


@operation("link.renewed")
def link_renew(*, account: Account, disclosure_id: UUID, now: datetime) -> Disclosure:
    """Close the link of a disclosure and have a new one sent to the recipient's address, with a new code.

    For a link that expired, was closed or went astray. Raises ``NotFound`` and :class:`NotByLink`.
    """
    standing.hold(account, disclosure_id, now)
    disclosure = _sent_by_link(disclosure_id)
    link = disclosure.links.filter(closed_at=None).first()
    if link:
        _close(link, now, "renewed")
    again = disclosure.deliveries.filter(channel__in=("portal_link", "code_email"))
    again.update(state="waiting", next_at=now, lease_until=None, done_at=None, fault="")
    _leave(disclosure, now, account, link)
    return disclosure


@operation("link.closed")
def link_close(*, account: Account, disclosure_id: UUID, now: datetime) -> Disclosure:
    """Close the link of a disclosure at once, for those who have it open too; e.g. when it went astray.

    Raises ``NotFound`` outside the circle; with no open link nothing changes.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    link = disclosure.links.filter(closed_at=None).select_for_update().first()
    waiting = disclosure.deliveries.filter(
        channel__in=("portal_link", "code_email"), state="waiting"
    )
    if link is None and not waiting.exists():
        return unchanged(disclosure)
    waiting.update(state="stopped", lease_until=None)
    if link:
        _close(link, now, "sender")
    _leave(disclosure, now, account, link)
    return disclosure


@operation("link.tried")
def link_code_check(
    *, token: str, code: str, name: str, role: str, address: str, now: datetime, key: bytes
) -> Tried:
    """Try a code at a link, as one who gives name and role; right, the message counts as opened.

    ``address`` is the network address it came from; a keyed digest of it is kept. Five wrong codes lock the
    link for 15 minutes and tell the sender, fifteen close it; twenty wrong codes from one address within 15
    minutes are ``busy`` at any link. Raises ``Invalid`` where name or role is missing, before any try.
    """
    who = {"name": words.tidy(name)[:200], "role": words.tidy(role)[:200]}
    words.required(who, {"name": "Enter your name.", "role": "Enter your role or job."})
    if len(typed := tokens.typed_code(code)) != tokens.CODE_DIGITS:
        raise Invalid({"code": ["Enter the code: eight digits, as it was told to you."]})
    link = _usable(token, now)
    if link is None:
        return unchanged(Tried("gone"))
    if link.locked_until and link.locked_until > now:
        return unchanged(Tried("locked"))
    origin = tokens.address_digest(key, address)
    wrong_from_there = LinkTry.objects.filter(
        address_digest=origin, right=False, at__gt=now - LOCKED_FOR
    )
    if wrong_from_there.count() >= ADDRESS_TRIES:
        return unchanged(Tried("busy"))
    right = _right(link, typed)
    LinkTry.objects.create(link=link, address_digest=origin, at=now, right=right)
    outcome = "opened" if right else _count_wrong(link, now)
    record(
        at=now,
        agency=link.disclosure.agency,
        actor=None,
        case_id=link.disclosure.case_id,
        things={"try": {"link": link.id.hex, "right": right, "outcome": outcome, **who}},
    )
    if not right:
        return Tried(outcome)
    return Tried("opened", disclosure_open_by_link(link=link, now=now, **who))


def _usable(token: str, now: datetime) -> Link | None:
    """The link of this token while it is open, its row locked."""
    rows = Link.objects.select_for_update(of=("self",)).select_related("disclosure__agency")
    link = rows.filter(token_digest=tokens.token_digest(token), closed_at=None).first()
    if link is None or link.expires_at <= now or link.disclosure.state != "sent":
        return None
    return link


def _right(link: Link, typed: str) -> bool:
    # A link that has no code yet costs the same time as one that has.
    digest = tokens.code_digest(typed, bytes(link.code_salt) or bytes(16))
    return tokens.same(digest, bytes(link.code_digest)) and link.code_number > 0


def _count_wrong(link: Link, now: datetime) -> str:
    link.failed_tries += 1
    outcome = "wrong"
    if link.failed_tries >= CLOSE_AFTER:
        _close(link, now, "tries")
        outcome = "gone"
    elif link.failed_tries % LOCK_AFTER == 0:
        link.locked_until = now + LOCKED_FOR
        outcome = "locked"
    link.save()
    if outcome != "wrong":
        disclosure = link.disclosure
        sender = disclosure.sent_by or disclosure.opened_by
        ask = follow.Ask("link_locked")
        if not sender.tasks.waiting().filter(kind=ask.kind, about_id=disclosure.id).exists():
            follow.open_all(disclosure=disclosure, account=sender, asks=[ask], now=now)
    return outcome


def _close(link: Link, now: datetime, why: str) -> None:
    link.closed_at, link.closed_why = now, why
    link.save()


def _sent_by_link(disclosure_id: UUID) -> Disclosure:
    disclosure = standing.hold_for_clock(disclosure_id)
    by_link = Delivery.objects.filter(disclosure=disclosure, channel="portal_link").exists()
    if disclosure.state != "sent" or not by_link:
        raise NotByLink
    return disclosure


def _leave(disclosure: Disclosure, now: datetime, actor: Account | None, link: Link | None) -> None:
    """The entry of what happened to a link; its code and token are in no entry."""
    about = {
        "disclosure": disclosure.id.hex,
        "link": link.id.hex if link else None,
        "code_number": link.code_number if link else None,
    }
    record(
        at=now,
        agency=disclosure.agency,
        actor=actor,
        case_id=disclosure.case_id,
        things={"link": about},
    )
