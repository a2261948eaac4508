"""The commands of `sharewell` that need the application; each imports it only when it is run."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sharewell.config import access, agreements, hsds, log, packs, systems

app = typer.Typer(
    help="Share safeguarding information well.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with its values would print records
)
app.add_typer(access.app, name="access")
app.add_typer(agreements.app, name="agreement")
app.add_typer(hsds.app, name="directory")
app.add_typer(log.app, name="log")
app.add_typer(packs.app, name="pack")
app.add_typer(systems.app, name="system")
PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


def start() -> None:
    """Start Django, or end with one line that says which setting is wrong."""
    os.umask(0o077)  # what is written holds records
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharewell.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        fail(str(error))


def fail(message: str) -> None:
    """End with exit status 1 and one line on standard error."""
    print(f"sharewell: {' '.join(message.split())}", file=sys.stderr)
    raise typer.Exit(1)


@app.command()
def decide(file: str) -> None:
    """Print what the rules say to each request in FILE, one JSON object a line."""
    from sharewell.config.cli import decide as decide_file

    raise typer.Exit(decide_file([file]))


@app.command(context_settings=PASSED_ON)
def verify(context: typer.Context) -> None:
    """Check an export of an evidence log, offline: `sharewell verify --help`."""
    from sharewell.verifier.command import main

    raise typer.Exit(main(context.args))


@app.command()
def framework(
    *,
    place: Annotated[
        str, typer.Option(help="A jurisdiction, or a state such as us-ca.")
    ] = "england",
    out: Annotated[Path | None, typer.Option(help="Write it there, not to the screen.")] = None,
) -> None:
    """Print the decision framework of a place: one HTML page that fits one sheet of paper."""
    start()
    from sharewell import packs as policies
    from sharewell.web.framework import standing_alone

    try:
        text = standing_alone(policies.policy_at(place))
    except KeyError:
        fail(f"{place} is not a place that is known here")
    if out is None:
        print(text)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as fault:
        fail(f"{out}: {fault.strerror}")


@app.command()
def run(
    *,
    demo: Annotated[
        bool, typer.Option(help="Fill an empty database with demo data; this machine only.")
    ] = False,
) -> None:
    """Serve the pages and work the deliveries and clocks, until stopped."""
    from sharewell.config import running

    if demo:
        running.prepare_demo(os.environ)
    start()
    raise typer.Exit(running.serve(demo=demo))


@app.command()
def work(*, once: Annotated[bool, typer.Option(help="Go round once, then end.")] = False) -> None:
    """Work the deliveries and clocks only; more of these may run at once."""
    manage_with(["work", "--once"] if once else ["work"])


@app.command()
def migrate() -> None:
    """Bring the database to this version."""
    start()
    from sharewell.config.running import bring_up_to_date

    bring_up_to_date()


@app.command()
def demo() -> None:
    """Fill an empty database with demo data."""
    start()
    from sharewell.config import running

    running.bring_up_to_date()
    try:
        running.load_demo(datetime.now(UTC))
    except running.DemoError as error:
        fail(str(error))


@app.command()
def register(file: Path) -> None:
    """Register the agencies, people, functions and agreements that FILE names; again adds what is new."""
    start()
    from sharewell.config import directory

    try:
        text = file.read_text("utf-8")
        named = directory.agreements_named(text)
        terms = {Path(n).stem: (file.parent / n).read_text("utf-8") for n in named}
        done = directory.register(text, agreements=terms, now=datetime.now(UTC))
    except (directory.DirectoryError, OSError, UnicodeError) as error:
        fail(f"{file}: {error}. Nothing was registered.")
    print(f"Registered: {len(done.agencies)} agencies, {len(done.people)} people.")
    print("Each person sets a password with 'Forgotten your password?' on the sign-in page.")


@app.command(context_settings=PASSED_ON, add_help_option=False)
def manage(context: typer.Context) -> None:
    """Run a management command of Django: sharewell manage COMMAND [OPTION]..."""
    manage_with(context.args)


def manage_with(arguments: list[str]) -> None:
    """Run a management command with these arguments."""
    start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["sharewell manage", *arguments])
