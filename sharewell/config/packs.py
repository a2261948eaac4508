"""`sharewell pack`: say what is wrong with the packs before anybody relies on them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

FOUND, UNREADABLE = 1, 2  # exit statuses
app = typer.Typer(help="Check the packs: policy as data.", no_args_is_help=True)


@app.callback()
def packs() -> None:
    """Check the packs: policy as data."""


@app.command()
def check(
    folder: Annotated[
        str, typer.Argument(help="Packs to check; by default those that are installed.")
    ] = "",
    *,
    local: Annotated[
        str, typer.Option(help="A partnership's own packs; by default those of SHAREWELL_PACKS.")
    ] = "",
) -> None:
    """Print file, row and field of every fault of the packs, and the rows that are local.

    Ends with 1 where there is a fault, 0 where there is none, 2 where a folder cannot be read.
    """
    from sharewell import packs as shipped
    from sharewell.config.commands import start
    from sharewell.core.checking.packfaults import faults
    from sharewell.core.policy import PackError

    try:
        files = shipped.read_folder(folder) if folder else shipped.read()
        own = shipped.read_folder(local) if local else shipped.read_local()
    except PackError as none:
        print(none, file=sys.stderr)
        raise typer.Exit(UNREADABLE) from none
    start()
    from sharewell.config.packshapes import shape_faults

    found, rows = faults(files, own, datetime.now(UTC).date())
    found = tuple({str(fault): fault for fault in (*found, *shape_faults(files))}.values())
    for fault in found:
        print(fault)
    for row in rows:
        print(f"# {row.file}: {row.row}: {row}")
    print(f"# {len(files)} files, {len(found) or 'no'} fault{'' if len(found) == 1 else 's'}")
    raise typer.Exit(FOUND if found else 0)


@app.command()
def gaps() -> None:
    """Print which rows of the domain reference no pack carries, and why, in Markdown.

    Ends with 1 where the lists themselves are wrong; ``sharewell pack check`` names each fault.
    """
    from sharewell import packs as shipped
    from sharewell.core.checking import coverage
    from sharewell.core.policy import PackError, load

    files = shipped.read()
    try:
        rows = coverage.coverage(files)
        told = coverage.report(rows, coverage.cells(files, load(files, "england").matrix))
    except PackError as fault:
        print(fault, file=sys.stderr)
        raise typer.Exit(FOUND) from None
    print(told, end="")


@app.command()
def fields() -> None:
    """Print the fields and who may receive them, for which purpose, in Markdown."""
    from sharewell import packs as shipped
    from sharewell.core.checking.cataloguepage import page

    def words(name: str, id_: str) -> str:
        return shipped.labels(name)[id_].label

    print(page(shipped.policy("england"), words), end="")


@app.command()
def patterns() -> None:
    """Print the rules of cumulative patterns with example and near miss, in Markdown."""
    from sharewell import packs as shipped
    from sharewell.core.checking.patternpage import page

    print(page(shipped.patterns(), shipped.events()), end="")


@app.command()
def state(
    code: Annotated[str, typer.Argument(help="A state of the United States, such as us-ca.")],
) -> None:
    """Print what is held of a state's law, item by item, with source and status.

    Where nothing is held it says what to do, and ends with 1; with 2 for what is no state.
    """
    from sharewell import packs as shipped

    held = shipped.state_laws()
    if code not in shipped.vocabulary().states:
        print(f"{code} is not a state that is known here, written like us-ca", file=sys.stderr)
        raise typer.Exit(UNREADABLE)
    laws = held.of(code)
    if not laws:
        print(held.not_held)
        raise typer.Exit(FOUND)
    for item, words in held.items.items():
        print(f"{words}:")
        for law in laws:
            if law.item == item:
                print(f"- {law.says} [{law.status.replace('_', ' ')}: {law.source}]")
