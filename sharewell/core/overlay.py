"""Rows of a partnership's own packs, laid over those that are shipped: each with reason, author, review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sharewell.core import (
    contested,
    escalation,
    glossary,
    ladders,
    localcells,
    patternpack,
    staffchecks,
    yamltext,
)
from sharewell.core.faults import PackError, failing, opened, rows_of
from sharewell.core.reading import Row

OWN = "local/"  # before the name of a file, where a fault is in the partnership's own
# The lists, beside rules and provisions, whose rows may be laid over.
KEYS = {
    "fields.yaml": "fields",
    localcells.FILE: "cells",
    contested.FILE: "points",
    patternpack.FILE: "patterns",
    ladders.FILE: "ladders",
    glossary.FILE: "terms",
    escalation.FILE: "ladders",
    staffchecks.FILE: "kinds",
}
# Those that only explain or point out: a row of a partnership's own may also stand beside the shipped ones.
ADDED = (ladders.FILE, glossary.FILE, staffchecks.FILE)


@dataclass(frozen=True, slots=True)
class Local:
    """One row that a partnership has put in place of a shipped one, and who answers for it."""

    file: str
    row: str
    reason: str
    author: str
    review_on: date

    def __str__(self) -> str:
        return (
            f"Local: {self.reason} ({self.author}; to be reviewed on {self.review_on.isoformat()})."
        )


def laid_over(
    files: Mapping[str, bytes], own: Mapping[str, bytes]
) -> tuple[dict[str, bytes], tuple[Local, ...], tuple[PackError, ...]]:
    """The packs with a partnership's own rows in place, those rows, and what is wrong with others.

    ``files`` and ``own`` are bytes by name. A row of ``own`` stands for the shipped row of the same id, as a
    whole; where something is wrong with it, the shipped row stays. Its ``source`` (or, of a field, its
    ``hint``) says that it is local. A cell of the matrix is named by its role and purpose; of a contested point
    another position is taken.
    """
    built, rows, faults = dict(files), list[Local](), list[PackError]()
    for name in sorted(own):
        try:
            raws, lay = _rows(name, _key(name, files), own[name]), _ROWS.get(name, _row_laid)
            pack = opened(name, files[name])
        except PackError as fault:
            faults.append(fault)
            continue
        for raw in raws:
            try:
                pack, local = lay(name, files, pack, raw)
            except PackError as fault:
                faults.append(fault)
            else:
                rows.append(local)
        built[name] = yamltext.written(pack)
    return built, tuple(rows), tuple(faults)


def _key(name: str, files: Mapping[str, bytes]) -> str:
    """The list of a file whose rows may be laid over."""
    if name in files and name.startswith("rules-"):
        return "rules"
    if name in files and name.startswith("provisions-"):
        return "provisions"
    if name in files and name in KEYS:
        return KEYS[name]
    raise PackError(OWN + name, "", "", "is not a pack whose rows may be put in place of others")


def _rows(name: str, key: str, text: bytes) -> list[Mapping[str, Any]]:
    pack = opened(OWN + name, text)
    head = Row(pack, failing(OWN + name, ""))
    raws = rows_of(OWN + name, head.need(key), key)
    for anchor in [each for each in pack if str(each).startswith("x-")]:
        head.take(anchor)
    head.done()
    return raws


def _row_laid(
    name: str, files: Mapping[str, bytes], pack: Mapping[str, Any], raw: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Local]:
    """The pack with a row in place of the shipped one of its id, and who answers for it. Raises PackError."""
    key = _key(name, files)
    listed = {each["id"]: each for each in rows_of(name, pack.get(key), key)}
    row = Row(raw, failing(OWN + name, raw["id"]))
    if raw["id"] in listed:
        _may_change(row, listed[raw["id"]])
    elif name not in ADDED:
        row.refuse("id", "is not the id of a shipped row; a local row stands in place of one")
    local = _local(name, raw["id"], row)
    built = {each: value for each, value in raw.items() if each != "local"}
    if key == "points":
        built = _taken(row, listed[raw["id"]], local)
    elif key == "fields":
        built["hint"] = f"{local} {built.get('hint') or ''}".strip()
    elif name != escalation.FILE:  # whose steps each say where they come from
        built["source"] = f"{local} {row.text('source')}"
        row.need("status")
    listed[raw["id"]] = built
    return {**pack, key: list(listed.values())}, local


def _taken(row: Row, shipped: Mapping[str, Any], local: Local) -> dict[str, Any]:
    """A contested point with a position taken; the point itself stays as it is shipped."""
    row.take("id")
    taken = row.choice("position", [each["id"] for each in shipped["positions"]])
    row.done()
    return {**shipped, "position": taken, "local": str(local)}


def _cell_laid(
    name: str, files: Mapping[str, bytes], pack: Mapping[str, Any], raw: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Local]:
    """The matrix with a cell in its place, and who answers for it. Raises PackError."""
    row = Row(raw, failing(OWN + name, raw["id"]))
    local = _local(name, raw["id"], row)
    row.need("status")
    cell = {each: value for each, value in raw.items() if each != "id"}
    cell |= {"source": f"{local} {row.text('source')}", "local": True}
    return localcells.placed(files, pack, row, cell), local


_ROWS = {localcells.FILE: _cell_laid}


def _local(name: str, id_: str, row: Row) -> Local:
    """Who answers for a row of a partnership's own, why, and until when it stands."""
    inner = row.inner("local", row.need("local"))
    local = Local(
        file=name,
        row=id_,
        reason=inner.text("reason"),
        author=inner.text("author"),
        review_on=inner.day("review_on") or inner.refuse("review_on", "is missing"),
    )
    inner.done()
    return local


def _may_change(row: Row, shipped: Mapping[str, Any]) -> None:
    """What protects life, and what no one may overrule, is not for a partnership to change."""
    if str(shipped.get("step")) == "0":
        row.refuse("step", "is 0: what goes in immediate danger is the same everywhere")
    if shipped.get("effect") == "never":
        row.refuse("effect", "is never, in the shipped row: no one may overrule that")
    if shipped.get("at_once"):
        row.refuse("at_once", "holds, in the shipped row: the red list is the same everywhere")
