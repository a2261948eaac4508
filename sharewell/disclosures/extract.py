"""The short chronology of a packet: which lines of the case may be chosen for it, and why others may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sharewell import packs
from sharewell.cases import queries as cases
from sharewell.cases.models import Case, ChronologyEntry

FIELD = "chronology.extract"


@dataclass(frozen=True, slots=True)
class Offered:
    """A line of the chronology; ``why`` says why it cannot be chosen, empty where it can."""

    entry: ChronologyEntry
    why: str


def offered(case: Case) -> list[Offered]:
    """The newest lines that stand, the earliest first, of a case that was fetched with its viewer."""
    pack, under = packs.packets(), cases.line_caveats(case)
    rows = []
    for entry in reversed(cases.extract_lines(case)):
        waits = [each.words for each in under.get(entry.pk, ()) if each.stays]
        why = waits[0] if waits else pack.kept_because(entry.section, entry.kind)
        rows.append(Offered(entry, why))
    return rows


def passable(case: Case, items: Sequence[str]) -> list[str]:
    """What the case says happened when, without lines that tell of partners or are of somebody else.

    What waits for its originator stays in: the rules hold it for each recipient.
    """
    pack = packs.packets()
    rows = case.chronology.values_list("section", "kind", "text") if items else ()
    kept = [_flat(text) for section, kind, text in rows if pack.kept_because(section, kind)]
    return [item for item in items if not any(_flat(item).endswith(text) for text in kept)]


def _flat(text: str) -> str:
    return " ".join(text.split())
