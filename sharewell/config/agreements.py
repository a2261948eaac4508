"""`sharewell agreement`: check an agreement before it is signed, and compare two versions of one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sharewell.core.policy import Policy
    from sharewell.core.terms import Agreement

FOUND, UNREADABLE = 1, 2  # exit statuses
app = typer.Typer(help="Check and compare agreements between agencies.", no_args_is_help=True)


@app.command()
def check(file: str) -> None:
    """Print what is wrong with the agreement in FILE, each with the smallest request that shows it.

    What is printed can be given to `sharewell decide`. Ends with 1 where something is found, 0 where
    nothing is, 2 where the file cannot be read.
    """
    from sharewell.core import checking, yamltext

    text, agreement, policy = _read(file)
    found = checking.check(agreement, policy)
    _print(
        f"{file}: {_counted(len(found), 'finding')}",
        (
            each.scenario(number, yamltext.line_of(text, each.place))
            for number, each in enumerate(found, start=1)
        ),
    )
    raise typer.Exit(FOUND if found else 0)


@app.command()
def diff(old: str, new: str) -> None:
    """Print which requests come out differently under NEW than under OLD, by kind, with examples.

    Ends with 1 where some do, 0 where none does, 2 where a file cannot be read.
    """
    from sharewell.core import checking

    _, before, policy = _read(old)
    _, after, _ = _read(new)
    if before.jurisdiction != after.jurisdiction:
        _fail(f"{new}: jurisdiction: is {after.jurisdiction}, and {before.jurisdiction} in {old}")
    found = checking.differences(before, after, policy)
    _print(
        f"{old} -> {new}: {_counted(len(found), 'difference')}",
        (each.scenario(number) for number, each in enumerate(found, start=1)),
    )
    raise typer.Exit(FOUND if found else 0)


def _read(file: str) -> tuple[bytes, Agreement, Policy]:
    """The text, the agreement and the rules of its place, or an end with one line that says why not."""
    from sharewell import packs
    from sharewell.core.policy import PackError
    from sharewell.core.terms import AgreementError

    try:
        text = Path(file).read_bytes()
        agreement = packs.agreement(text, draft=True)
        policy = packs.policy(agreement.jurisdiction)
    except OSError as fault:
        _fail(f"{file}: {fault.strerror or 'cannot be opened'}")
    except AgreementError as fault:
        _fail(f"{file}: {fault}")
    except PackError as fault:
        _fail(f"{file}: the rules cannot be read: {fault}")
    if policy.fault is not None:
        _fail(f"{file}: the rules cannot be read: {policy.fault}")
    return text, agreement, policy


def _print(head: str, scenarios: Iterable[Mapping[str, Any]]) -> None:
    import yaml

    sys.stdout.write(f"# {head}\n")
    for each in scenarios:
        text = yaml.safe_dump([dict(each)], sort_keys=False, allow_unicode=True, width=100)
        sys.stdout.write(f"\n{text}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else f"no {what}"


def _fail(message: str) -> NoReturn:
    sys.stderr.write(" ".join(message.split()) + "\n")
    raise typer.Exit(UNREADABLE)
