"""Take a published directory of services in: `sharewell directory import` (docs/formats/directory-hsds.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

app = typer.Typer(help="The directory of services that others publish.")
LARGEST = 50_000_000  # bytes, all tables together


@app.callback()
def _() -> None:
    """Keep the command a word of its own."""


@app.command(name="import")
def import_(
    path: Annotated[Path, typer.Argument(help="A JSON file, or the folder of the CSV tables.")],
    source: Annotated[str, typer.Option(help="Who publishes it; the same name each time.")],
    jurisdiction: Annotated[str, typer.Option(help="Where it is: england, us and so on.")],
    state: Annotated[str, typer.Option(help="In the United States: us-ca and so on.")] = "",
    time_zone: Annotated[
        str, typer.Option(help="In which time the hours are told.")
    ] = "Europe/London",
    check: Annotated[  # noqa: FBT002 - typer makes an option of it
        bool, typer.Option("--check", help="Only say what would change.")
    ] = False,
) -> None:
    """Take the services of PATH (HSDS 3, JSON or CSV) into the directory, or none; again updates them."""
    from sharewell.config.commands import fail, start

    start()
    from sharewell.core.hsds import HsdsError

    try:
        place = _place(jurisdiction, state, time_zone)
        data = _files(path)
        told = take_in(data, source=source, place=place, now=datetime.now(UTC), check=check)
    except (HsdsError, OSError) as error:
        fail(f"{path}: {error}. Nothing was imported.")
        return
    for line in told:
        print(line)


@dataclass(frozen=True, slots=True)
class Files:
    """What was read of a path: JSON, or tables by name; and the digest of it all."""

    json: bytes | None
    tables: dict[str, bytes]
    digest: str
    unread: tuple[str, ...] = ()  # tables of which nothing is kept


def take_in(
    files: Files, *, source: str, place: dict[str, str], now: datetime, check: bool
) -> Sequence[str]:
    """Import all that the files hold, or nothing; the lines that say what changed (``check``: would change).

    Raises ``HsdsError`` naming the place in the file.
    """
    from django.db import transaction

    from sharewell.agencies.hsds import gone
    from sharewell.agencies.operations.hsds import Imported, hsds_import
    from sharewell.core.hsds import Reading, organizations
    from sharewell.core.hsdstables import from_json, from_tables

    zone = ZoneInfo(place["time_zone"])
    reading = Reading(zone=zone, today=now.astimezone(zone).date())
    reading.left_out.update(files.unread)
    rows = from_tables(files.tables) if files.json is None else from_json(files.json)
    found = organizations(rows, reading)
    done = Imported()
    with transaction.atomic():
        for each in found:
            hsds_import(
                now=now,
                source=source,
                organization=each,
                place=place,
                digest=files.digest,
                done=done,
            )
        transaction.set_rollback(check)
    ids = [service.id for each in found for service in each.services]
    return _said(done, gone(source=source, ids=ids), reading.left_out, check=check)


def _said(done: Any, missing: list[str], left_out: Any, *, check: bool) -> list[str]:
    would = "would be " if check else ""
    lines = [
        f"{would}added: {len(done.added)}, {would}changed: {len(done.changed)}, "
        f"the same: {len(done.same)}, {would}no longer listed: {len(done.ended)}".capitalize()
    ]
    for heading, names in (
        (
            "Differs, and stays as it is, because somebody here changed it or found it right",
            done.kept,
        ),
        ("No longer in the file, and still listed here", missing),
        ("Put with the agency that is here by that name", done.joined),
    ):
        if names:
            lines += [f"{heading}:", *(f"  {name}" for name in names)]
    if left_out:
        lines += ["In the file and not kept:"]
        lines += [f"  {name}: {count}" for name, count in sorted(left_out.items())]
    return lines


def _place(jurisdiction: str, state: str, time_zone: str) -> dict[str, str]:
    from sharewell import packs
    from sharewell.core.hsds import HsdsError

    words = packs.vocabulary()
    for name, value, known in (
        ("jurisdiction", jurisdiction, words.jurisdictions),
        ("state", state, ("", *words.states)),
    ):
        if value not in known:
            raise HsdsError(f"{name} {value} is none of: {', '.join(filter(None, known))}")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise HsdsError(f"{time_zone} is no time zone, like Europe/London") from fault
    return {"jurisdiction": jurisdiction, "state": state, "time_zone": time_zone}


def _files(path: Path) -> Files:
    from sharewell.core.hsds import HsdsError
    from sharewell.core.hsdstables import PLURALS

    names = [*PLURALS, *PLURALS.values()]
    tables = {name: path / f"{name}.csv" for name in names} if path.is_dir() else {}
    paths = [each for each in tables.values() if each.is_file()] if tables else [path]
    unread = sorted(each.name for each in path.glob("*.csv") if each not in paths) if tables else []
    if sum(each.stat().st_size for each in paths) > LARGEST:
        raise HsdsError(f"is larger than {LARGEST // 1_000_000} MB: import it in parts")
    read = {each.stem: each.read_bytes() for each in paths}
    digest = hashlib.sha256(b"".join(read[name] for name in sorted(read))).hexdigest()
    if tables:
        return Files(None, read, digest, tuple(unread))
    return Files(read[path.stem], {}, digest)
