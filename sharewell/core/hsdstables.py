"""The two ways in which a file of the Human Services Data Specification comes: JSON, or a folder of CSV tables.

Both give organization objects, each with its services in it, and the place of each in the file.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from typing import Any

from sharewell.core.hsds import HsdsError, Raw, fail, text

TABLES = (
    *("organization", "service", "location", "service_at_location", "contact", "phone"),
    *("schedule", "address", "service_area"),
)
PLURALS = {name: f"{name}es" if name == "address" else f"{name}s" for name in TABLES}
NEEDED = ("organization", "service")
# Each table, the key in it that names its owner, the owner, and the list of the owner in which it goes.
BELONGS = (
    ("address", "location", "addresses"),
    ("phone", "contact", "phones"),
    ("phone", "service", "phones"),
    ("phone", "location", "phones"),
    ("phone", "organization", "phones"),
    ("phone", "service_at_location", "phones"),
    ("contact", "service", "contacts"),
    ("contact", "organization", "contacts"),
    ("contact", "service_at_location", "contacts"),
    ("schedule", "service", "schedules"),
    ("schedule", "location", "schedules"),
    ("schedule", "service_at_location", "schedules"),
    ("service_area", "service", "service_areas"),
)


def from_json(data: bytes) -> list[tuple[str, Raw]]:
    """The organizations of a JSON file: a list of organizations or of services, one of them, or a page of results.

    Raises :class:`HsdsError`.
    """
    try:
        read = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise HsdsError(f"is no JSON: {fault}") from fault
    if isinstance(read, dict) and isinstance(read.get("contents"), list):
        read = read["contents"]
    rows = read if isinstance(read, list) else [read]
    found: list[tuple[str, Raw]] = []
    by_id: dict[str, dict[str, Any]] = {}
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            fail(f"[{at}]", "is no object")
        owner = row.get("organization")
        if not isinstance(owner, dict):
            if "organization_id" in row:
                fail(f"[{at}].organization", "is missing: a service stands with its organization")
            found.append((f"[{at}]", row))
            continue
        id_ = text(owner, "id", f"[{at}].organization", 200, need=True)
        if id_ not in by_id:
            by_id[id_] = {**owner, "services": []}
            found.append((f"[{at}].organization", by_id[id_]))
        by_id[id_]["services"].append(row)
    return found


def from_tables(files: Mapping[str, bytes]) -> list[tuple[str, Raw]]:
    """The organizations of CSV tables by name (``service`` for service.csv), each row with what belongs to it.

    Raises :class:`HsdsError` naming the table and the line.
    """
    # The specification names its tables in the plural, and its examples also in the singular.
    files = {**{one: files[many] for one, many in PLURALS.items() if many in files}, **files}
    if missing := [each for each in NEEDED if each not in files]:
        raise HsdsError(f"{missing[0]}.csv is missing")
    tables = {name: _rows(name, files.get(name, b"")) for name in TABLES}
    for name, owner, key in BELONGS:
        _hand(tables, name, owner, key)
    for row in tables["service_at_location"].values():
        row["location"] = _found(tables, "location", row, "service_at_location")
    _hand(tables, "service_at_location", "service", "service_at_locations")
    for row in tables["service"].values():
        _found(tables, "organization", row, "service").setdefault("services", []).append(row)
    return [(f"organization.csv, {id_}", row) for id_, row in tables["organization"].items()]


def _hand(tables: Mapping[str, dict[str, dict[str, Any]]], name: str, owner: str, key: str) -> None:
    for row in tables[name].values():
        if row.get(f"{owner}_id"):
            _found(tables, owner, row, name).setdefault(key, []).append(row)


def _found(
    tables: Mapping[str, dict[str, dict[str, Any]]], owner: str, row: Raw, name: str
) -> dict[str, Any]:
    id_ = row.get(f"{owner}_id")
    found = tables[owner].get(str(id_))
    if found is None:
        fail(f"{name}.csv, {row['id']}", f"names a {owner}_id that is not in {owner}.csv: {id_}")
    return found


def _rows(name: str, data: bytes) -> dict[str, dict[str, Any]]:
    try:
        # Not splitlines: that breaks at characters which stand within a cell.
        parts = (f"{each}\n" for each in data.decode("utf-8-sig").split("\n"))
        lines = csv.DictReader(parts, strict=True)
        rows: dict[str, dict[str, Any]] = {}
        for row in lines:
            if None in row or None in row.values():
                fail(
                    f"{name}.csv, line {lines.line_num}", "has not as many cells as the first line"
                )
            if not row.get("id") or row["id"] in rows:
                fail(
                    f"{name}.csv, line {lines.line_num}", "has no id, or one that is there already"
                )
            rows[row["id"]] = dict(row)
    except (csv.Error, UnicodeDecodeError) as fault:
        raise HsdsError(f"{name}.csv cannot be read: {fault}") from fault
    return rows
