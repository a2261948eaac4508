"""Which ways a sent disclosure takes to its recipient; written down in the transaction that sends it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sharewell.agencies.models import Account, Function
from sharewell.disclosures import follow, received
from sharewell.disclosures.models import Delivery, Disclosure

# Channels that the worker serves, and those that a person does.
BY_ITSELF = (
    "inbox",
    "portal_link",
    "code_email",
    "email_notice",
    "page",
    "webhook",
    "webhook_recall",
)
BY_HAND = ("phone", "print")
WRITTEN = frozenset({"inbox", "portal_link", "print", "webhook"})  # what these carry is in writing
# What a boundary on a channel (packs/consent_rules.yaml) rules out; letters, texts and voicemail are not used.
RULED_OUT = {"email": {"email_notice", "portal_link", "code_email"}, "phone": {"phone"}}


def plan(*, disclosure: Disclosure, now: datetime, denied: Collection[str] = ()) -> list[Delivery]:
    """Write down the deliveries of a disclosure that is being sent; for use inside that operation.

    A function whose own system takes messages gets it there. People with accounts find it in their inbox, and their function's address gets a neutral notice. Those
    without get a link by e-mail, and its code at a second address where there is one (otherwise the sender
    says it by phone). Where there is no e-mail address the sender rings, or hands over paper, and is given
    the task to. ``denied`` are channels that the person ruled out (``email``, ``phone``, or a name of this
    module); in an emergency they are used all the same.
    """
    ways = ways_of(disclosure, () if disclosure.route == "emergency" else denied)
    made = [
        Delivery.objects.get_or_create(
            disclosure=disclosure, channel=channel, defaults={"address": address, "next_at": now}
        )[0]
        for channel, address in ways
    ]
    if any(channel in BY_HAND for channel, _ in ways):
        sender = disclosure.sent_by or disclosure.opened_by
        ask = follow.Ask("delivery_by_hand")
        follow.open_all(disclosure=disclosure, account=sender, asks=[ask], now=now)
    return made


def ways_of(disclosure: Disclosure, denied: Collection[str] = ()) -> list[tuple[str, str]]:
    """The channels and addresses that lead to this recipient; one at least, on paper if nothing else."""
    barred = _barred(denied)
    ways = [(channel, address) for channel, address in _ways(disclosure) if channel not in barred]
    if any(channel != "code_email" for channel, _ in ways):
        return ways
    function = disclosure.recipient
    number = (function.phone or function.out_of_hours_phone) if function else ""
    by_hand = _by_hand(number or disclosure.recipient_contact)
    return [by_hand if by_hand[0] not in barred else ("print", "")]


def _barred(denied: Collection[str]) -> set[str]:
    return {channel for each in denied for channel in RULED_OUT.get(each, {each})}


def _ways(disclosure: Disclosure) -> list[tuple[str, str]]:
    function = disclosure.recipient
    if function is None:
        return []
    system = []
    if function.webhook and not received.shut_to(function, disclosure.case_id):
        system = [("webhook", function.webhook)]
    if function.staff.filter(is_active=True).exists():
        inbox = [("inbox", function.id.hex), *_if_any("email_notice", function.email)]
        return [*system, *inbox]
    if system and disclosure.route != "emergency":
        return system
    return [*system, *_by_link(function)]


def _by_link(function: Function) -> list[tuple[str, str]]:
    """A link to the function's address, and its code to the second one."""
    if not function.email:
        return []
    second = function.code_email if function.code_email != function.email else ""
    return [("portal_link", function.email), *_if_any("code_email", second)]


def instead_of_webhook(*, disclosure: Disclosure, now: datetime) -> None:
    """Have it go by link where the recipient's system does not take it; for use inside that operation.

    Nothing is added where other ways were written down, or the system is the only way.
    """
    function = disclosure.recipient
    others = disclosure.deliveries.exclude(channel__in=("webhook", "page"))
    if function is None or others.exists():
        return
    denied = (disclosure.decision or {}).get("deny_channels", ())
    barred = _barred(() if disclosure.route == "emergency" else denied)
    for channel, address in _by_link(function):
        if channel in barred:
            continue
        Delivery.objects.create(
            disclosure=disclosure, channel=channel, address=address, next_at=now
        )


def _if_any(channel: str, address: str) -> list[tuple[str, str]]:
    return [(channel, address)] if address else []


def page(*, disclosure: Disclosure, account: Account, now: datetime) -> Delivery:
    """Have a neutral e-mail sent to one who was paged about this disclosure; once."""
    return Delivery.objects.get_or_create(
        disclosure=disclosure,
        channel="page",
        defaults={"address": account.email, "next_at": now},
    )[0]


def _by_hand(contact: str) -> tuple[str, str]:
    is_number = any(c.isdigit() for c in contact) and "@" not in contact
    return ("phone" if is_number else "print", contact)
