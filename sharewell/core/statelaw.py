"""What a state's law adds to federal law, item by item, for people to read; read from its pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class StateLaw:
    """One sentence of a state's law, under the item that it answers."""

    id: str
    state: str
    item: str
    says: str
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class StateLaws:
    """The items held for each state, what to do where a state is not held, and the sentences."""

    items: Mapping[str, str]
    not_held: str
    laws: tuple[StateLaw, ...]

    def of(self, state: str) -> tuple[StateLaw, ...]:
        """The sentences of one state, in the order of the pack; empty where it is not held."""
        return tuple(law for law in self.laws if law.state == state)


def state_laws(file: str, text: bytes, vocabulary: Vocabulary) -> StateLaws:
    """The laws of a pack. Raises PackError naming the row and the key, or the item that a state lacks."""
    head = Row(opened(file, text), failing(file, ""))
    items, not_held = head.need("items"), head.text("not_held")
    listed = rows_of(file, head.need("laws"), "laws")
    head.done()
    if not isinstance(items, Mapping) or not all(isinstance(i, str) for i in items.values()):
        head.refuse("items", "is not a mapping of keys to words")
    laws = tuple(_law(file, raw, tuple(items), vocabulary) for raw in listed)
    for state in dict.fromkeys(law.state for law in laws):
        for item in items:
            if not any(law.state == state and law.item == item for law in laws):
                failing(file, state)(item, "is missing; a state that is held holds every item")
    return StateLaws(dict(items), not_held, laws)


def _law(
    file: str, raw: Mapping[str, object], items: tuple[str, ...], vocabulary: Vocabulary
) -> StateLaw:
    row = Row(raw, failing(file, str(raw["id"])))
    status, verified_on = vouched(row)
    law = StateLaw(
        id=row.text("id"),
        state=row.choice("state", vocabulary.states),
        item=row.choice("item", items),
        says=row.text("says"),
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
    )
    row.done()
    return law
