"""Which ways a sent disclosure takes to its recipient; written down in the transaction that sends it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sharewell.agencies.models import Account
from sharewell.disclosures import follow
from sharewell.disclosures.models import Delivery, Disclosure

# Channels that the worker serves, and those that a person does.
BY_ITSELF = ("inbox", "portal_link", "code_email", "email_notice", "page")
BY_HAND = ("phone", "print")
BY_MAIL = ("portal_link", "code_email", "email_notice")


def plan(
    *, disclosure: Disclosure, now: datetime, denied: Collection[str] = ()
) -> list[Delivery]:
    """Write down the deliveries of a disclosure that is being sent; for use inside that operation.

    People with accounts find it in their inbox, and their function's address gets a neutral notice. Those
    without get a link by e-mail, and its code at a second address where there is one (otherwise the sender
    says it by phone). Where there is no e-mail address the sender rings, or hands over paper, and is given
    the task to. Channels that the person ruled out (``denied``: ``email`` and those of this module) are
    not used.
    """
    ways = ways_of(disclosure, denied)
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
    """The channels and addresses that lead to this recipient, best first, without those ``denied``."""
    barred = {*denied, *(BY_MAIL if "email" in denied else ())}
    ways = [(channel, address) for channel, address in _all_ways(disclosure) if channel not in barred]
    function = disclosure.recipient
    if any(channel != "email_notice" for channel, _ in ways):
        return ways
    phone = (function.phone or function.out_of_hours_phone) if function else ""
    return [_by_hand(phone or disclosure.recipient_contact)]


def _all_ways(disclosure: Disclosure) -> list[tuple[str, str]]:
    function = disclosure.recipient
    if function is None:
        return [_by_hand(disclosure.recipient_contact)]
    if function.staff.filter(is_active=True).exists():
        notice = [("email_notice", function.email)] if function.email else []
        return [("inbox", function.id.hex), *notice]
    if function.email:
        second = function.code_email
        code = [("code_email", second)] if second and second != function.email else []
        return [("portal_link", function.email), *code]
    return [_by_hand(function.phone or function.out_of_hours_phone)]


def page(*, disclosure: Disclosure, account: Account, now: datetime) -> Delivery:
    """Have a neutral e-mail sent to one who was paged about this disclosure; once."""
    return Delivery.objects.get_or_create(
        disclosure=disclosure,
        channel="page",
        defaults={"address": account.email, "next_at": now},
    )[0]


def _by_hand(contact: str) -> tuple[str, str]:
    return ("phone", contact) if any(c.isdigit() for c in contact) else ("print", contact)
