"""Let the own system of a partner in, and end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sharewell import packs
from sharewell.agencies.access import Invalid
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, Function, System
from sharewell.agencies.systems import require_keeps, token_digest


@operation("system.let_in")
def system_let_in(
    *,
    now: datetime,
    actor: Account | None,
    function: Function,
    name: str,
    token: str,
    ends_at: datetime,
    form_key: UUID | None = None,
) -> System:
    """Let whoever shows this token read and answer what is sent to a function, until a moment.

    Only the token's digest is kept. The same form sent again: unchanged, with the first token. Raises ``Invalid``
    for an end that has passed, or that is further away than the pack of the directory allows.
    """
    require_keeps(actor=actor, function=function, now=now)
    sent = System.objects.filter(pk=form_key, function=function).first() if form_key else None
    if sent is not None:
        return unchanged(sent)
    if not 0 < len(name.strip()) <= 200:
        raise Invalid({"name": ["Enter what the system is called, in at most 200 characters."]})
    longest = packs.directory().limits["system_token"]
    if not now < ends_at <= now + timedelta(days=longest):
        raise Invalid({"ends_at": [f"Give an end within {longest} days."]})
    system = System.objects.create(
        id=form_key or uuid4(),
        function=function,
        name=name.strip(),
        token_digest=token_digest(token),
        made_at=now,
        made_by=actor,
        ends_at=ends_at,
    )
    about = {"id": system.id.hex, "function": function.slug, "ends_at": ends_at.isoformat()}
    record(at=now, agency=function.agency, actor=actor, things={"system": about})
    return system


@operation("system.ended")
def system_end(*, now: datetime, actor: Account | None, system: System) -> System:
    """Let a system in no more, from this moment; once."""
    held = System.objects.select_for_update(of=("self",)).select_related("function__agency")
    system = held.get(pk=system.pk)
    require_keeps(actor=actor, function=system.function, now=now)
    if system.ended_at is not None:
        return unchanged(system)
    system.ended_at, system.ended_by = now, actor
    system.save(update_fields=["ended_at", "ended_by"])
    about = {"id": system.id.hex, "function": system.function.slug}
    record(at=now, agency=system.function.agency, actor=actor, things={"system": about})
    return system
