"""Make the one message that everything else renders: only the fields that may go, by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

from sharewell.core.catalogue import Field
from sharewell.core.decision import Decision
from sharewell.core.policy import Policy

VERSION = 1
CUT = "…"
CONTACT = "subject.safe_contact"
MESSAGE, DEIDENTIFIED = "message", "deidentified"


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a field: a text, items (the most important first), or why it is not known.

    ``unknown`` is unknown, not_asked, refused or not_safe_to_ask; ``kind`` observed, reported, opinion or
    third_party; ``at`` when it happened or was said. ``choices`` says the same in words of a closed list:
    of a field that holds a choice, the only ones that a form other than a message carries.
    """

    text: str | None = None
    items: Sequence[str] = ()
    unknown: str | None = None
    kind: str | None = None
    source_role: str = ""
    at: datetime | None = None
    choices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a message; ``truncated`` where it was cut to its length or number of items."""

    field: str
    label: str
    section: str
    tier: int
    lines: tuple[str, ...]
    unknown: str | None
    kind: str | None
    source_role: str
    at: str | None
    truncated: bool


@dataclass(frozen=True, slots=True)
class Withheld:
    """A field that was asked for and does not go. Shown to the sender, never sent."""

    field: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    """What leaves, and what the sender is told of what does not (``withheld`` stays behind)."""

    form: str
    purpose: str
    recipient_role: str
    tier: int | None
    heading: Mapping[str, Any]
    fields: tuple[Part, ...]
    handling: tuple[str, ...]
    do_not_tell: tuple[str, ...]
    do_not_use: tuple[str, ...]
    policy: str
    withheld: tuple[Withheld, ...] = ()

    @property
    def ask(self) -> str | None:
        """What the recipient is asked to do, where that goes and is known."""
        found = [part for part in self.fields if part.field == "ask"]
        return "\n".join(found[0].lines) or None if found else None

    def as_dict(self) -> dict[str, Any]:
        """The message as plain values: what is sent, shown and kept. Nothing withheld is in it."""
        return {
            "v": VERSION,
            "form": self.form,
            "purpose": self.purpose,
            "recipient_role": self.recipient_role,
            "tier": self.tier,
            "heading": _plain(self.heading),
            "fields": [_part(part) for part in self.fields],
            "handling": list(self.handling),
            "do_not_tell": list(self.do_not_tell),
            "do_not_use": list(self.do_not_use),
            "policy": self.policy,
        }

    def canonical(self) -> bytes:
        """The exact bytes of the message (RFC 8785), the same for ever for the same message."""
        return rfc8785.dumps(self.as_dict())


def minimise(
    record: Mapping[str, Value], decision: Decision, policy: Policy, **heading: Any
) -> Message:
    """Make the message from what is recorded: the fields of the decision, in order, and no others.

    A field without a value is stated as unknown. Texts and lists are cut to the catalogue's limits and
    marked. ``heading`` is what stands above it (from, to, reference, sent at), plain values or times.
    """
    may = [
        policy.fields[id_]
        for id_ in decision.fields
        if id_ in policy.fields and _fits(policy.fields[id_], decision.recipient_role)
    ]
    contact = any(field.id == CONTACT for field in may)
    return Message(
        form=decision.form,
        purpose=decision.purpose,
        recipient_role=decision.recipient_role,
        tier=decision.tier,
        heading=heading,
        fields=tuple(_filled(each, record.get(each.id), decision, policy) for each in may),
        handling=tuple(reason.says for reason in decision.handling),
        do_not_tell=tuple(map(_clean, decision.deny_persons)) if contact else (),
        do_not_use=tuple(map(_clean, decision.deny_channels)) if contact else (),
        policy=decision.policy,
        withheld=tuple(
            Withheld(id_, policy.fields[id_].label, why)
            for id_, why in decision.withheld.items()
            if id_ in policy.fields
        ),
    )


def _fits(field: Field, role: str) -> bool:
    """The catalogue's own bars hold even for a decision that somebody built by hand."""
    return role not in field.never and (not field.only or role in field.only)


def _filled(field: Field, value: Value | None, decision: Decision, policy: Policy) -> Part:
    value = value or Value()
    message = decision.form == MESSAGE
    if field.holds == "choice" and not message:
        value = Value(items=value.choices, unknown=value.unknown, at=value.at)
    most = min(field.max_chars, policy.matrix.lengths.get(decision.form, field.max_chars))
    lines, cut = _lines(field, value, most)
    dated = decision.form != DEIDENTIFIED
    return Part(
        field=field.id,
        label=field.label,
        section=policy.sections.get(field.section, ""),
        tier=decision.tiers.get(field.id, field.tier),
        lines=lines,
        unknown=None if lines else (value.unknown or "unknown"),
        kind=value.kind if lines and message else None,
        source_role=_clean(value.source_role) if lines and message else "",
        at=_time(value.at) if value.at and lines and dated else None,
        truncated=cut,
    )


def _lines(field: Field, value: Value, most: int) -> tuple[tuple[str, ...], bool]:
    """The lines of a value, cut to the field's number of items and to ``most`` characters."""
    if value.unknown:
        return (), False
    items = [_clean(item) for item in value.items]
    items = [item for item in items if item]
    text = _clean(value.text or "")
    kept = items[: field.max_items]
    lines, cut = _carried(field, [*(text.split("\n") if text else []), *kept])
    cut = cut or len(kept) < len(items)
    found: list[str] = []
    left = most
    for line in lines:
        if len(line) > left:
            found += [_shortened(line, left)] if left > 1 else []
            return tuple(found), True
        found.append(line)
        left -= len(line)
    return tuple(found), cut


def _carried(field: Field, lines: list[str]) -> tuple[list[str], bool]:
    """The lines without what this field never carries, and whether there was any of it."""
    if not field.hides:
        return lines, False
    left = [re.sub(field.hides, CUT, line) for line in lines]
    return left, left != lines


def _shortened(text: str, limit: int) -> str:
    """The beginning of a text within the limit, whole words where there are any, marked as cut."""
    head = text[: limit - 1]
    whole = head.rsplit(" ", 1)[0] if " " in head.rstrip() else head
    return whole.rstrip() + CUT


def _clean(text: str) -> str:
    """The text without control, direction-changing or broken characters, in one normal form."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = [c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")]
    plain = "".join(c for c in kept if unicodedata.bidirectional(c) not in DIRECTIONS)
    return "\n".join(line for line in (row.strip() for row in plain.split("\n")) if line)


# Characters that embed, override or isolate a direction could make a line read otherwise than written.
DIRECTIONS = frozenset(["LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"])


def _part(part: Part) -> dict[str, Any]:
    return {
        "field": part.field,
        "label": part.label,
        "section": part.section,
        "tier": part.tier,
        "text": "\n".join(part.lines),
        "lines": list(part.lines),
        "unknown": part.unknown,
        "kind": part.kind,
        "source_role": part.source_role,
        "at": part.at,
        "truncated": part.truncated,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
