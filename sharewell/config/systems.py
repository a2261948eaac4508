"""Let partners' own systems in, and end it: `sharewell system` (docs/formats/partner-api.md)."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

app = typer.Typer(help="The systems of partners that may read and answer what is sent to them.")


@app.command(name="let-in")
def let_in(
    function: Annotated[str, typer.Argument(help="The slug of the receiving function.")],
    name: Annotated[str, typer.Argument(help="What the system is called; the sender sees it.")],
    days: Annotated[
        int, typer.Option(help="For how many days; packs/directory.yaml says how many at most.")
    ] = 90,
) -> None:
    """Let the system of FUNCTION in, and show its token: once, here."""
    from sharewell.config.commands import fail, start

    start()
    from sharewell.agencies import operations, systems
    from sharewell.agencies.access import Invalid
    from sharewell.agencies.models import Function

    found = Function.objects.filter(slug=function, active=True).select_related("agency").first()
    if found is None:
        fail(f"{function} is no active function that is registered here; give its slug")
        return
    token, now = systems.token_of(secrets.token_bytes(32)), datetime.now(UTC)
    try:
        made = operations.system_let_in(
            now=now,
            actor=None,
            function=found,
            name=name,
            token=token,
            ends_at=now + timedelta(days=max(0, min(days, 9999))),
        )
    except Invalid as fault:
        fail(" ".join(text for texts in fault.errors.values() for text in texts))
        return
    print(f"{made.pk} is let in to what is sent to {found.name}, until {made.ends_at:%-d %B %Y}.")
    print("Its token is shown now and never again. Hand it over in person or by a safe way:")
    print(token)


@app.command(name="list")
def list_() -> None:
    """Print the systems that are let in now: id, function, end and name."""
    from sharewell.config.commands import start

    start()
    from sharewell.agencies.models import System

    held = System.objects.current(datetime.now(UTC)).select_related("function")
    for each in held.order_by("function__slug", "made_at"):
        print(f"{each.pk}  {each.function.slug}  until {each.ends_at:%-d %B %Y}  {each.name}")
    if not held:
        print("No system is let in.")


@app.command()
def end(system: UUID) -> None:
    """Let SYSTEM (an id of the list) in no more, from now on."""
    from sharewell.config.commands import fail, start

    start()
    from sharewell.agencies import operations
    from sharewell.agencies.models import System

    found = System.objects.filter(pk=system).first()
    if found is None:
        fail(f"{system} is no system that was let in here; see `sharewell system list`")
        return
    if found.ended_at is not None:
        print(f"It was ended already, on {found.ended_at:%-d %B %Y}.")
        return
    operations.system_end(now=datetime.now(UTC), actor=None, system=found)
    print("It is let in no more.")
