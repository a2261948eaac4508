"""Corrections of sent messages: what may be corrected, what changed, and where else the same was said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.cases.catalogues import FOLLOWING
from sharewell.disclosures import receiving
from sharewell.disclosures.models import Correction, Disclosure
from sharewell.disclosures.taken import DONE_BY_ANSWER

OVER = (*DONE_BY_ANSWER, "first_action_chase", "disclosure_review")


@dataclass(frozen=True, slots=True)
class Told:
    """One field of a sent message that may be corrected, as it was told."""

    field: str
    label: str
    text: str


def told(disclosure: Disclosure) -> tuple[Told, ...]:
    """What a sent message told and a person can correct; consent and sharing are corrected where they are recorded."""
    return tuple(
        Told(part["field"], part["label"], text)
        for part in (disclosure.message or {}).get("fields", ())
        if (text := _text(part)) and part["field"] not in FOLLOWING
    )


def of(disclosure: Disclosure) -> Correction | None:
    """The correction that a message is, sent or being prepared; None for any other."""
    return Correction.objects.select_related("old").filter(new=disclosure).first()


def newer(disclosure: Disclosure) -> Correction | None:
    """The sent correction of a message; None where it stands as it is."""
    rows = disclosure.corrections.exclude(sent_at=None).select_related("new")
    return rows.order_by("-sent_at", "-id").first()


def replaces(disclosure: Disclosure) -> str:
    """What stands above a message that corrects another: which one it replaces; empty for any other."""
    made = of(disclosure)
    if made is None or made.old.sent_at is None:
        return ""
    local = made.old.sent_at.astimezone(ZoneInfo(disclosure.agency.time_zone))
    return f"the message of {local.day} {local:%B %Y, %H:%M}"


def settle(disclosure: Disclosure, account: Account, now: datetime) -> None:
    """As a message leaves: where it corrects another, keep what changed and end what waited for the old one."""
    made = of(disclosure)
    if made is None:
        return
    old = made.old
    made.changed, made.sent_at = changes(old.message or {}, disclosure.message or {}), now
    made.save(update_fields=["changed", "sent_at"])
    # The new one is acknowledged and answered; nobody is chased for what has been replaced.
    Disclosure.objects.filter(pk=old.pk).update(ack_due_at=None, action_due_at=None)
    waiting = old.deliveries.filter(state="waiting")
    waiting.update(state="stopped", lease_until=None)
    cases.close_tasks(about_id=old.pk, kinds=OVER, now=now, by=account, outcome="Corrected.")
    receiving.ended(old, "corrected", now)
    labels = ", ".join(each["label"] for each in made.changed)
    cases.add_chronology(
        case=old.case,
        now=now,
        by=account,
        section="disclosure",
        text=f"What was shared with {old.to_whom} was corrected: {labels or 'see both'}. {made.reason}",
        about_id=old.pk,
    )


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a reader of both messages reads differently, field by field; empty text is what is not told."""
    old, new = _parts(before), _parts(after)
    rows = [
        {"label": part["label"], "before": _text(part), "after": _text(new.get(field, {}))}
        for field, part in old.items()
    ]
    rows += [
        {"label": part["label"], "before": "", "after": _text(part)}
        for field, part in new.items()
        if field not in old
    ]
    return [row for row in rows if row["before"] != row["after"]]


def elsewhere(disclosure: Disclosure, fields: Collection[str]) -> list[Disclosure]:
    """Other messages of the same case that told the same of these fields and stand uncorrected, newest first."""
    said = {field: _text(part) for field, part in _parts(disclosure.message or {}).items()}
    sent = disclosure.case.disclosures.filter(state="sent").exclude(pk=disclosure.pk)
    rows = sent.exclude(corrections__sent_at__isnull=False).select_related("recipient")
    return [
        each
        for each in rows.order_by("-sent_at")
        if any(
            said.get(field) and _text(part) == said[field]
            for field, part in _parts(each.message or {}).items()
            if field in fields
        )
    ]


def _parts(message: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {part["field"]: part for part in message.get("fields", ())}


def _text(part: Mapping[str, Any]) -> str:
    return "\n".join(part.get("lines", ()))
