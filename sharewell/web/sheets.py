"""A message as its reader sees it: one projection for the preview, the record, the inbox and the link."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from sharewell.cases.safety import known_rules
from sharewell.consent import script, words
from sharewell.disclosures.models import Attachment

KINDS = {
    "observed": "Seen or heard by the sender",
    "reported": "Told to the sender",
    "opinion": "The sender's opinion",
    "third_party": "From somebody else",
}
UNKNOWN = {
    "unknown": "Not known",
    "not_asked": "Not asked",
    "refused": "Asked, and not answered",
    "not_safe_to_ask": "Not safe to ask",
}
URGENCIES = {"immediate": "Immediate: act now", "urgent": "Urgent", "standard": "Standard"}
# Where these are not known there was no need to say them: the agreement itself tells.
UNSAID = frozenset({"consent.reason"})
CUT = "Shortened; ask the sender for more"


def sheet(message: Mapping[str, Any]) -> dict[str, Any]:
    """The sheet of a message (``Message.as_dict``), for ``components/message.html``.

    ``minds`` are what its reader must mind before doing anything: whom not to tell, which ways not to use,
    how to handle it.
    """
    heading = message.get("heading", {})
    purpose = words.purpose(message["purpose"]) if message.get("purpose") else ""
    return {
        "to": heading.get("to", ""),
        "from": heading.get("from", ""),
        "sender": heading.get("sender", ""),
        "phone": heading.get("phone") or heading.get("out_of_hours_phone", ""),
        "purpose": purpose[:1].upper() + purpose[1:],
        "reference": heading.get("reference", ""),
        "replaces": heading.get("replaces", ""),
        "urgency": URGENCIES.get(heading.get("urgency", ""), ""),
        "minds": [
            *note(message.get("do_not_tell", []), message.get("do_not_use", [])),
            *message.get("handling", []),
        ],
        "groups": _groups(message.get("fields", [])),
    }


def note(tell: Iterable[str], use: Iterable[str]) -> list[str]:
    """The handling note for professionals: whom not to tell, which ways of reaching the person not to use."""
    return [
        *(f"Do not tell: {who}" for who in tell),
        *(f"Do not use: {_channel(way)}" for way in use),
    ]


def besides(message: Mapping[str, Any], fields: Collection[str]) -> list[dict[str, Any]]:
    """The rows of a message for the fields that are not among these."""
    return [_row(part) for part in message.get("fields", []) if part["field"] not in fields]


def download(file: Attachment) -> HttpResponse:
    """A file as a download that no browser runs, shows inside a page or keeps."""
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _channel(way: str) -> str:
    """A way of reaching the person, in words where the rules of consent name it."""
    named = next((each.label for each in script.rules().channels if each.id == way), "")
    row = known_rules().channels.get(way)
    return named or (row.label if row else way)


def _groups(parts: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The parts under their sections, in the order of the message; what is not known in a line of its own.

    Sections of which nothing is known come last, together.
    """
    found, empty = [], []
    for name, under in groupby(parts, key=lambda part: part.get("section", "")):
        rows = [_row(part) for part in under]
        known = [row for row in rows if row["value"]]
        gaps = [row for row in rows if not row["value"] and row["field"] not in UNSAID]
        if known:
            found.append({"heading": name, "rows": known, "gaps": _gaps(gaps)})
        elif gaps:
            empty.append({"why": name, "what": _unknown(gaps)})
    rest = {"heading": "What else is not known", "rows": [], "gaps": empty}
    return [*found, rest] if empty else found


def _unknown(rows: list[dict[str, Any]]) -> str:
    """What is not known of a section, each with the reason where there is one."""
    plain = UNKNOWN["unknown"]
    return "; ".join(
        row["key"] if row["unknown"] == plain else f"{row['key']} ({row['unknown'].lower()})"
        for row in rows
    )


def _gaps(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What is not known, by the reason why."""
    reasons = dict.fromkeys(row["unknown"] for row in rows)
    return [
        {
            "why": why,
            "what": "; ".join(row["key"] for row in rows if row["unknown"] == why),
        }
        for why in reasons
    ]


def _row(part: Mapping[str, Any]) -> dict[str, Any]:
    unknown = part.get("unknown")
    return {
        "field": part["field"],
        "key": part["label"],
        "value": part.get("text", ""),
        "unknown": UNKNOWN.get(unknown or "", UNKNOWN["unknown"]),
        "note": _note(part),
    }


def _note(part: Mapping[str, Any]) -> str:
    """How it is known, from whom and when, and whether it was cut."""
    kind = KINDS.get(part.get("kind") or "", "")
    known = ", ".join(filter(None, (kind, part.get("source_role"), _when(part.get("at")))))
    return "; ".join(filter(None, (known, CUT if part.get("truncated") else "")))


def _when(at: str | None) -> str:
    if not at:
        return ""
    local = timezone.localtime(datetime.fromisoformat(at))
    return f"{local.day} {local:%B %Y} at {local:%H:%M}"
