"""The part of a plan that one recipient sees: what its own message asked and told, and what it does itself.

It is made of what was sent to this recipient and of their own answers, so it can show nothing of anybody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from sharewell.agencies.models import Account
from sharewell.disclosures.known import WE_DO
from sharewell.disclosures.models import Correction, Disclosure, Opening


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done: ``ours`` by the sender; ``owner`` and ``due_on`` where the recipient promised it."""

    ours: bool
    what: str
    owner: str = ""
    due_on: date | None = None
    due_at: datetime | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Another message of the same referral to the same recipient; its steps once this reader has opened it."""

    disclosure_id: UUID
    about: str  # the person, where the message names them, with its reference; empty until it is opened
    opened: bool
    steps: tuple[Step, ...]


def about(disclosure: Disclosure) -> str:
    """Whom a message is about, as it says itself, and its reference."""
    message = disclosure.message or {}
    fields = message.get("fields", ())
    name = next((part["text"] for part in fields if part["field"] == "subject.name"), "")
    reference = message.get("heading", {}).get("reference", "")
    return ", ".join(filter(None, (name, f"reference {reference}" if reference else "")))


def parts(
    disclosure: Disclosure, readable: QuerySet[Disclosure], account: Account
) -> tuple[Part, ...]:
    """The other messages of a referral to the recipient of this one that its reader may open.

    ``readable`` are the messages that ``account`` may read; nothing of one is told before it is opened, and one that was
    replaced is told by its replacement.
    """
    if disclosure.packet_id is None or disclosure.recipient_id is None:
        return ()
    rows = readable.filter(packet=disclosure.packet_id, recipient=disclosure.recipient_id)
    opened = Opening.objects.filter(disclosure=OuterRef("pk"), account=account)
    replaced = Correction.objects.filter(old=OuterRef("pk")).exclude(sent_at=None)
    rows = rows.exclude(Exists(replaced)).annotate(is_opened=Exists(opened))
    found = [
        Part(each.pk, about(each), opened=True, steps=steps(each))
        if each.is_opened
        else Part(each.pk, "", opened=False, steps=())
        for each in rows.exclude(pk=disclosure.pk).order_by("sent_at", "id")
    ]
    return tuple(sorted(found, key=lambda part: (not part.opened, part.about)))


def steps(disclosure: Disclosure) -> tuple[Step, ...]:
    """What is agreed between the sender and the recipient of a message that its reader has opened."""
    fields = (disclosure.message or {}).get("fields", ())
    lines = next((part["lines"] for part in fields if part["field"] == "ask"), ())
    asked = [line for line in lines if not line.startswith(WE_DO)]
    ours = [line.removeprefix(WE_DO) for line in lines if line.startswith(WE_DO)]
    promised = disclosure.partner_actions.order_by("due_at", "what", "id")
    return (
        *((Step(ours=False, what="\n".join(asked)),) if asked else ()),
        *(Step(ours=True, what=line) for line in ours),
        *(
            Step(
                ours=False,
                what=each.what,
                owner=each.owner,
                due_on=each.due_on,
                due_at=each.due_at,
                done=each.done_at is not None,
            )
            for each in promised
        ),
    )
