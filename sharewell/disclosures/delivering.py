"""Work the deliveries that are due: take one, hand it to its channel, write down how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from sharewell.agencies.access import Refusal
from sharewell.channels import ChannelError, Receipt, email_notice, inbox, portal_link, webhook
from sharewell.channels.email_notice import words
from sharewell.channels.webhook.jws import Signer
from sharewell.disclosures import catalogues, tokens
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.operations.deliver import Attempt, delivery_attempt, delivery_settle
from sharewell.disclosures.operations.links import link_code_make, link_make

RECALLED = b'{"recalled":true,"v":1}'  # canonical: what it took is to be deleted
log = structlog.get_logger("sharewell.deliveries")


@dataclass(frozen=True, slots=True)
class Edge:
    """What the edge of the system gives: the clock, randomness, the server's keys, its web addresses."""

    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    key: bytes
    signer: Signer  # of what is posted to the systems of partners
    home_address: str
    inbox_address: str
    link_address: Callable[[str], str]  # of a token


def deliver_due(edge: Edge, *, most: int = 100) -> int:
    """Work deliveries until none is due, or ``most`` are done; returns how many were attempted.

    Any number of processes may do this at once. One that is killed between taking and settling loses
    nothing: the delivery is taken again when its lease runs out, with the same key and the same words.
    """
    for count in range(most):
        attempt = delivery_attempt(now=edge.clock())
        if attempt is None:
            return count
        if attempt.go:
            _carry(edge, attempt)
    return most


def _carry(edge: Edge, attempt: Attempt) -> None:
    receipt, fault = None, None
    try:
        receipt = _SENDERS[attempt.channel](edge, attempt)
    except ChannelError as error:
        fault = error
    except Refusal as refusal:
        fault = ChannelError(refusal.code, refusal.sentence, permanent=True)
    except Exception:  # a defect in one must not hold up the emergency behind it
        log.exception("delivery_fault", channel=attempt.channel)
        fault = ChannelError("fault", "Something went wrong on our side.", permanent=False)
    delivery_settle(attempt=attempt, now=edge.clock(), receipt=receipt, fault=fault)


def _inbox(edge: Edge, attempt: Attempt) -> Receipt:  # noqa: ARG001 - as the others
    return inbox.send(None, attempt.address)


def _notice(edge: Edge, attempt: Attempt) -> Receipt:
    notice = words.waiting(key=attempt.delivery_id.hex, address=edge.inbox_address)
    return email_notice.send(notice, attempt.address)


def _page(edge: Edge, attempt: Attempt) -> Receipt:
    notice = words.waiting(key=attempt.delivery_id.hex, address=edge.home_address)
    return email_notice.send(notice, attempt.address)


def _link(edge: Edge, attempt: Attempt) -> Receipt:
    now = edge.clock()
    link, token = link_make(disclosure_id=attempt.disclosure_id, now=now, key=edge.key)
    hours = int(catalogues.limit("link_open").total_seconds() // 3600)
    address = edge.link_address(token)
    return portal_link.send(
        words.link(key=link.id.hex, address=address, hours=hours), attempt.address
    )


def _code(edge: Edge, attempt: Attempt) -> Receipt:
    link, code = link_code_make(
        disclosure_id=attempt.disclosure_id,
        now=edge.clock(),
        key=edge.key,
        salt=edge.random(16),
    )
    key = f"{link.id.hex}.{link.code_number}"
    return email_notice.send(words.code(key=key, digits=tokens.spoken_code(code)), attempt.address)


def _webhook(edge: Edge, attempt: Attempt) -> Receipt:
    sent = Disclosure.objects.only("message_bytes").get(pk=attempt.disclosure_id)
    body = edge.signer.message(
        bytes(sent.message_bytes or b""),
        delivery=str(attempt.delivery_id),
        message=str(attempt.disclosure_id),
        address=attempt.address,
        now=edge.clock(),
    )
    return webhook.send(webhook.Signed(str(attempt.delivery_id), body), attempt.address)


def _webhook_recall(edge: Edge, attempt: Attempt) -> Receipt:
    body = edge.signer.message(
        RECALLED,
        delivery=str(attempt.delivery_id),
        message=str(attempt.disclosure_id),
        address=attempt.address,
        now=edge.clock(),
    )
    return webhook.send(webhook.Signed(str(attempt.delivery_id), body), attempt.address)


_SENDERS = {
    "inbox": _inbox,
    "email_notice": _notice,
    "page": _page,
    "portal_link": _link,
    "code_email": _code,
    "webhook": _webhook,
    "webhook_recall": _webhook_recall,
}
