"""`sharewell access`: hold the access table against its digests in the evidence log."""

from __future__ import annotations

import typer

FOUND = 1  # exit status
app = typer.Typer(help="Check who read what against the evidence log.", no_args_is_help=True)


@app.callback()
def access() -> None:
    """Check who read what against the evidence log."""


@app.command()
def check() -> None:
    """Print every line of the access table that was altered, removed or put in after its hour was digested.

    Ends with 1 where there is any, 0 where there is none. The newest lines, which no digest covers yet, are
    counted and not checked.
    """
    from sharewell.config.commands import start

    start()
    from sharewell.cases import digests

    found = list(digests.faults())
    for fault in found:
        print(fault)
    print(f"# {digests.covered()}, {len(found) or 'no'} fault{'' if len(found) == 1 else 's'}")
    raise typer.Exit(FOUND if found else 0)
