"""What the guide to good recording points out in a text, and why. It never stands in the way of recording."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row

KINDS = ("observed", "reported", "opinion", "third_party")
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
# Enough for a page of notes; what is longer is looked at as far as this.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Guide:
    """One thing to look out for: ``finds`` in a sentence, unless ``spares`` is in the same one.

    ``kinds`` are those of statement that it is about; the person's own words are never looked at.
    ``fires`` and ``near_miss`` are sentences with which a reader, and a test, see where it begins.
    """

    id: str
    kinds: tuple[str, ...]
    finds: re.Pattern[str]
    spares: re.Pattern[str] | None
    says: str
    why: str
    fires: str
    near_miss: str
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What is pointed out once in a text: the guide, and the words that it is about."""

    guide: Guide
    words: str


def guides(file: str, text: bytes) -> tuple[Guide, ...]:
    """The guides of a pack, in its order. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    rows = rows_of(file, head.need("guides"), "guides")
    head.done()
    return tuple(_guide(file, raw) for raw in rows)


def _guide(file: str, raw: Mapping[str, object]) -> Guide:
    row = Row(raw, failing(file, str(raw["id"])))
    status, verified_on = vouched(row)
    found = Guide(
        id=row.text("id"),
        kinds=row.choices("kinds", KINDS, need=True),
        finds=_pattern(row, "finds"),
        spares=_pattern(row, "spares") if "spares" in row.keys() else None,  # noqa: SIM118 - a Row
        says=row.text("says"),
        why=row.text("why"),
        fires=row.text("fires"),
        near_miss=row.text("near_miss"),
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
    )
    row.done()
    return found


def _pattern(row: Row, key: str) -> re.Pattern[str]:
    try:
        return re.compile(row.text(key), re.IGNORECASE)
    except re.error as wrong:
        row.refuse(key, f"is not a pattern: {wrong}")


def advice(text: str, kind: str, found: Sequence[Guide]) -> list[Advice]:
    """What to look at again in a text of this kind: each guide once, with the words that it is about.

    ``kind`` is observed, reported, opinion or third_party. What stands in quotation marks is somebody's own
    words and is left alone.
    """
    return [
        Advice(guide, words)
        for guide in found
        if kind in guide.kinds
        for words in [next(_found(guide, text[:MOST]), "")]
        if words
    ]


def _found(guide: Guide, text: str) -> Iterator[str]:
    for sentence in SENTENCE.findall(_unquoted(text)):
        hit = guide.finds.search(sentence)
        if hit and not (guide.spares and guide.spares.search(sentence)):
            yield hit.group().strip()


def _unquoted(text: str) -> str:
    """The text without what stands in double quotation marks: whose words these are is said by the marks."""
    return re.sub(r"\"[^\"]*\"|“[^”]*”", "…", text)
