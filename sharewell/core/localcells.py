"""Cells of the matrix that a partnership puts in place of shipped ones: how far they may go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sharewell.core import bits, catalogue, yamltext
from sharewell.core.catalogue import Cell, Field, Matrix
from sharewell.core.faults import PackError
from sharewell.core.policy import vocabulary_of
from sharewell.core.reading import Row

FILE, FIELDS = "matrix.yaml", "fields.yaml"
MESSAGE = ("message",)


def placed(files: Mapping[str, bytes], pack: Mapping[str, Any], row: Row, cell: Any) -> Any:
    """The matrix with this cell in its place; ``row`` names it by role and purpose, as in ``housing.early_help``.

    It may give less than the shipped cell. It may give more only to a role that is sent a message in
    immediate danger, only as a message, up to Tier 2 (and no more of Tier 3 than is shipped), and nothing
    that the role is given for no purpose. Raises PackError.
    """
    words = vocabulary_of(files)
    fields, _ = catalogue.fields(FIELDS, files[FIELDS], words, bits.attributes(words))
    role, _, purpose = row.text("id").partition(".")
    if role not in words.recipient_roles or purpose not in words.purposes:
        row.refuse("id", "is not a role and a purpose with a full stop between them")
    of_role = pack["roles"][role]
    cells = {**of_role["cells"], purpose: cell}
    changed = {**pack, "roles": {**pack["roles"], role: {**of_role, "cells": cells}}}
    try:
        matrix = catalogue.matrix(FILE, yamltext.written(changed), words, fields)
    except PackError as fault:
        row.refuse(fault.field.removeprefix(f"cells.{purpose}").lstrip("."), fault.why)
    shipped = catalogue.matrix(FILE, files[FILE], words, fields)
    key, why = _too_far(shipped, fields, role, purpose, matrix.cells[role, purpose])
    if why:
        row.refuse(key, why)
    return changed


def _too_far(
    shipped: Matrix, fields: Mapping[str, Field], role: str, purpose: str, cell: Cell
) -> tuple[str, str]:
    """The key that goes too far and why; empty where nothing does."""
    before = shipped.cells.get((role, purpose))
    if purpose in shipped.fixed:
        return "id", "is of immediate danger: what goes then is the same everywhere"
    if before is not None and _narrower(cell, before, fields):
        return "", ""
    told = [shipped.cells.get((role, each)) for each in shipped.fixed]
    if not any(each is not None and each.forms == MESSAGE for each in told):
        return "id", "gives more to a role that is sent no message in immediate danger"
    if cell.forms != MESSAGE or (before is not None and before.forms != MESSAGE):
        return (
            "forms",
            "puts a form, which asks nobody's agreement, in place of a message, or the other way",
        )
    most = before.items if before is not None else frozenset()
    if not cell.items <= most:
        return "items", "gives of Tier 3 what the shipped cell does not"
    never = frozenset.intersection(*[_shut(each, fields) for each in _messages(shipped, role)])
    more = sorted(never - _shut(cell, fields))
    if more:
        return "without", f"does not leave out {more[0]}, which this role is given for no purpose"
    return "", ""


def _narrower(cell: Cell, before: Cell, fields: Mapping[str, Field]) -> bool:
    """Whether a cell gives nothing that the other does not."""
    return (
        set(cell.forms) <= set(before.forms)
        and cell.tier <= before.tier
        and cell.items <= before.items
        and _second(cell, fields) <= _second(before, fields)
        and _shut(cell, fields) >= _shut(before, fields)
    )


def _second(cell: Cell, fields: Mapping[str, Field]) -> frozenset[str]:
    """The fields of tier 2 that a cell lets through, before it leaves any out."""
    every = frozenset(id_ for id_, field in fields.items() if field.tier == 2)
    return every if cell.tier >= 2 else cell.named & every


def _shut(cell: Cell, fields: Mapping[str, Field]) -> frozenset[str]:
    """The fields that a cell leaves out whatever their tier."""
    unnamed = frozenset() if cell.only is None else fields.keys() - cell.only
    return cell.without | unnamed


def _messages(matrix: Matrix, role: str) -> list[Cell]:
    return [each for (of, _), each in matrix.cells.items() if of == role and each.forms == MESSAGE]
