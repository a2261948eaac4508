"""The stamp of what a sender has seen, by which sending notices what changed since, part by part."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import rfc8785

from sharewell.cases import queries as cases
from sharewell.core.minimise import Message
from sharewell.disclosures.judging import Judged
from sharewell.disclosures.models import Attachment, Disclosure, Item


def stamp(
    disclosure: Disclosure,
    stands: Judged,
    message: Message | None,
    attachments: Sequence[Attachment],
) -> str:
    """An opaque text: a digest of each part that a sender saw. It holds no content."""
    decision = stands.decision
    # Words that were missing and are written now change nothing that was read.
    outcome = "share" if decision.outcome == "complete_first" else decision.outcome
    parts = {
        "outcome": outcome,
        "recipient": [str(disclosure.recipient_id), disclosure.recipient_role, disclosure.to_whom],
        "inform": [decision.inform, decision.inform_child],
        "withheld": dict(stands.withheld),
        "attachments": [file.pk.hex for file in attachments],
    }
    digests = {name: _digest(part) for name, part in (parts | _parts(message)).items()}
    return base64.urlsafe_b64encode(json.dumps(digests).encode()).decode()


def asked(item: Item) -> str:
    """A digest of what an approver reads of an item: why, on what authority, and what is recorded now."""
    entry = cases.known_fields(item.disclosure.case).get(item.field)
    says = [entry.text, list(entry.items), entry.unknown] if entry else []
    return _digest([item.rationale, item.authority, says])


def changed(before: str, after: str) -> list[str]:
    """The names of the parts that differ between two stamps; ``["message"]`` where one is no stamp."""
    if before == after:
        return []
    old, new = _read(before), _read(after)
    if not old:
        return ["message"]
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _parts(message: Message | None) -> dict[str, Any]:
    """The message by its fields, so that the one that changed can be named."""
    if message is None:
        return {}
    whole = dict(message.as_dict())
    fields = whole.pop("fields", [])
    return {"heading": whole} | {str(each["field"]): each for each in fields}


def _digest(part: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(part)).hexdigest()[:16]


def _read(text: str) -> dict[str, str]:
    try:
        read = json.loads(base64.urlsafe_b64decode(text.encode()))
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in read.items()} if isinstance(read, dict) else {}
