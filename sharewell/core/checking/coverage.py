"""Which row of packs carries each row of the domain reference, and why the others are carried by none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sharewell.core.catalogue import Cell, Matrix
from sharewell.core.faults import PackError, failing, opened, rows_of
from sharewell.core.reading import Row

PREFIX = "coverage-"
CELLS = "coverage-matrix.yaml"
# Why no row of a pack carries a row of the reference.
KINDS = {
    "elsewhere": "Carried by the product itself, not by a row of a pack",
    "planned": "Not built yet",
    "refused": "Left out on purpose",
}
MADE_BY = (
    "Made by `sharewell pack gaps` from the packs. A test counts the rows of the domain reference"
    " ([domain.md](domain.md)) and holds this against them."
)
CELL = re.compile(r"(?P<tier>[12])(?P<more>\+)?(?P<items>, 3!)?|(?P<forms>[NDL](?:, [NDL])*)|-")
CODES = {"N": "notification", "D": "deidentified", "L": "log_extract"}


@dataclass(frozen=True, slots=True)
class Covered:
    """One row of the reference: the ``rows`` of packs that carry it, or the ``gap`` and its ``kind``.

    ``lacks`` says what of a row that is carried is not.
    """

    section: str
    id: str
    rows: tuple[str, ...] = ()
    gap: str = ""
    kind: str = ""
    lacks: str = ""


def coverage(files: Mapping[str, bytes]) -> tuple[Covered, ...]:
    """Every row of the reference's sections 1, 2, 4 and 5, in order; ``files`` are packs by name.

    Raises PackError, naming file, row and field, where a row is in no list or in two, or names a row that
    no pack holds.
    """
    rows, faults = collected(files)
    for fault in faults:
        raise fault
    return rows


def collected(files: Mapping[str, bytes]) -> tuple[tuple[Covered, ...], tuple[PackError, ...]]:
    """The rows of the reference that can be read, and every fault of the others."""
    known = known_ids(files)
    found: dict[tuple[str, str], Covered] = {}
    faults: list[PackError] = []
    for name in sorted(each for each in files if each.startswith(PREFIX)):
        for section, raw in _listed_in(name, files[name], faults):
            try:
                row = _one(name, section, raw, known)
            except PackError as fault:
                faults.append(fault)
                continue
            if (section, row.id) in found:
                faults.append(PackError(name, row.id, "id", "is listed twice"))
            found[section, row.id] = row
    return tuple(sorted(found.values(), key=lambda row: row.section)), tuple(faults)


def known_ids(files: Mapping[str, bytes]) -> frozenset[str]:
    """What may be named: ids of rows, ``row/inner`` for rows within, ``key/value`` for what has no id."""
    found: set[str] = set()
    for name in files:
        if not name.startswith(PREFIX):
            try:
                pack = opened(name, files[name])
            except PackError:  # named by whoever reads that file
                continue
            for key, value in pack.items():
                found.update(_ids(str(key), value))
    return frozenset(found)


def _ids(key: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (f"{key}/{each}" for each in value)
    for each in value if isinstance(value, list) else ():
        if isinstance(each, str):
            yield f"{key}/{each}"
        elif isinstance(each, Mapping) and isinstance(each.get("id"), str):
            yield each["id"]
            inner = (i for rows in each.values() if isinstance(rows, list) for i in rows)
            yield from (
                f"{each['id']}/{i['id']}" for i in inner if isinstance(i, Mapping) and "id" in i
            )


def _listed_in(
    name: str, text: bytes, faults: list[PackError]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of one file with their section; what is wrong with a section goes to ``faults``."""
    try:
        for raw in rows_of(name, opened(name, text).get("sections"), "sections"):
            head = Row(raw, failing(name, raw["id"]))
            section, same = head.text("id"), head.take("same", [])
            listed = rows_of(name, head.take("rows", []), "rows")
            head.done()
            for row in [*({"id": id_, "rows": [id_]} for id_ in same), *listed]:
                yield section, row
    except PackError as fault:
        faults.append(fault)


def _one(name: str, section: str, raw: Mapping[str, Any], known: frozenset[str]) -> Covered:
    row = Row(raw, failing(name, str(raw["id"])))
    id_, gap = row.text("id"), row.text("gap", "")
    rows = row.choices("rows", known, need=not gap)
    if gap and rows:
        row.refuse("gap", "and rows are both given")
    lacks = row.text("lacks", "")
    kind = row.choice("kind", KINDS) if gap else ""
    row.done()
    return Covered(section, id_, rows, gap, kind, lacks)


@dataclass(frozen=True, slots=True)
class CellCovered:
    """One cell of the reference's matrix and, where ours says it in another way, how and ``why``."""

    role: str
    purpose: str
    reference: str
    why: str = ""


def cells(files: Mapping[str, bytes], matrix: Matrix) -> tuple[CellCovered, ...]:
    """Every cell of the reference's matrix, held against ours.

    Raises PackError where a cell differs and no reason is given, or a reason is given for one that does not.
    """
    pack = opened(CELLS, files.get(CELLS))
    head = Row(pack.get("matrix"), failing(CELLS, "matrix"))
    codes: Mapping[str, str] = head.need("purposes")
    roles = rows_of(CELLS, head.need("roles"), "roles")
    reasons = {raw["id"]: raw for raw in rows_of(CELLS, head.take("differs", []), "differs")}
    head.done()
    found = []
    for raw in roles:
        row = Row(raw, failing(CELLS, raw["id"]))
        role, values = row.text("id"), row.need("cells")
        row.text("reference")
        row.done()
        if not isinstance(values, list) or len(values) != len(codes):
            row.refuse("cells", f"are not the {len(codes)} cells of the purposes")
        for code, value in zip(codes, values, strict=True):
            ours = matrix.cells.get((role, codes[code]))
            why = reasons.pop(f"{role} {code}", {}).get("why", "")
            local = ours is not None and ours.local  # a partnership's own answers to nobody here
            if not local and same_cell(value, ours) == bool(why):
                row.refuse(code, "is the same; it needs no reason" if why else f"`{value}` differs")
            found.append(CellCovered(role, codes[code], value, why))
    for left in reasons:
        raise PackError(CELLS, left, "id", "is no cell of the reference")
    return tuple(found)


def same_cell(reference: str, ours: Cell | None) -> bool:
    """Whether our cell says what the reference's says, in as many words."""
    told = CELL.fullmatch(reference)
    if told is None:
        return False
    if reference == "-" or ours is None:
        return reference == "-" and ours is None
    if told["forms"]:
        return set(ours.forms) == {CODES[each] for each in told["forms"].split(", ")}
    tier = 3 if told["items"] else int(told["tier"])
    return (ours.forms, ours.tier, bool(ours.named)) == (("message",), tier, bool(told["more"]))


def report(rows: Sequence[Covered], of_matrix: Sequence[CellCovered]) -> str:
    """What the packs do not carry and why, in Markdown, with the count of each section."""
    said = [
        "# What the packs carry, and what they do not",
        "",
        MADE_BY,
        "",
        "| section | rows | carried | " + " | ".join(KINDS) + " |",
        "|---|--:|--:|" + "--:|" * len(KINDS),
    ]
    for section in dict.fromkeys(row.section for row in rows):
        few = [row for row in rows if row.section == section]
        said.append(_counted(section, few))
    differing = [cell for cell in of_matrix if cell.why]
    said.append(_counted_line("4 cells", len(of_matrix), len(of_matrix), [0] * len(KINDS)))
    kinds = [sum(row.kind == kind for row in rows) for kind in KINDS]
    whole = len(rows) + len(of_matrix)
    said.append(_counted_line("all", whole, whole - sum(kinds), kinds))
    for kind, title in KINDS.items():
        said += _listed(title, [(r.section, r.id, r.gap) for r in rows if r.kind == kind])
    said += _listed("Carried, but for this", [(r.section, r.id, r.lacks) for r in rows if r.lacks])
    said += _listed(
        "Cells of the matrix that say it in another way",
        [("4", f"{c.role}, {c.purpose}: `{c.reference}`", c.why) for c in differing],
    )
    return "\n".join(said) + "\n"


def _counted(section: str, rows: Sequence[Covered]) -> str:
    kinds = [sum(row.kind == kind for row in rows) for kind in KINDS]
    return _counted_line(section, len(rows), len(rows) - sum(kinds), kinds)


def _counted_line(section: str, rows: int, carried: int, kinds: list[int]) -> str:
    return f"| {section} | {rows} | {carried} | " + " | ".join(map(str, kinds)) + " |"


def _listed(title: str, rows: Sequence[tuple[str, str, str]]) -> list[str]:
    lines = [f"- {section}, {id_}: {why}" for section, id_, why in rows]
    return ["", f"## {title}", "", *(lines or ["None."])]
