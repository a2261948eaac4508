"""The systems of partners: which one a token belongs to, and which of them an administrator keeps."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, Function, RoleHeld, System
from sharewell.agencies.sites import require_administers

PREFIX = "sharewell_"  # so that a token is known for one where somebody finds it
USED_EVERY = timedelta(minutes=1)  # how exactly the last use is known


def token_of(random: bytes) -> str:
    """The token that 32 random bytes make."""
    return PREFIX + random.hex()


def token_digest(token: str) -> bytes:
    """What is kept of a token, and by which its system is found."""
    return hashlib.sha256(token.encode()).digest()


def let_in(*, token: str, now: datetime) -> System | None:
    """The system that this token lets in at this moment; None without one. That it was used is written down."""
    held = System.objects.current(now).select_related("function__agency")
    found = held.filter(token_digest=token_digest(token)).first()
    if found is not None and (found.used_at is None or found.used_at <= now - USED_EVERY):
        System.objects.filter(pk=found.pk).update(used_at=now)
    return found


def kept_by(*, viewer: Account, now: datetime) -> QuerySet[Function]:
    """The functions whose systems an administrator keeps; raises :class:`~sharewell.agencies.access.NotAllowed`.

    Those of their own agency, and those of agencies of their place (nation, in the United States state) that have no
    administrator here.
    """
    require_administers(viewer=viewer, now=now)
    administrators = RoleHeld.objects.current(now).filter(
        role="administrator", account__is_active=True, account__agency=OuterRef("agency")
    )
    ours = viewer.agency
    near = Q(agency__jurisdiction=ours.jurisdiction, agency__state=ours.state)
    kept = Q(agency_id=ours.pk) | (near & ~Exists(administrators))
    return Function.objects.filter(kept, active=True).select_related("agency")


def function(*, viewer: Account, function_id: UUID, now: datetime) -> Function:
    """One function whose systems the viewer keeps; raises ``NotAllowed`` and ``NotFound``."""
    found = kept_by(viewer=viewer, now=now).filter(pk=function_id).first()
    if found is None:
        raise NotFound
    return found


def system(*, viewer: Account, system_id: UUID, now: datetime) -> System:
    """One system that the viewer keeps, ended or not; raises ``NotAllowed`` and ``NotFound``."""
    rows = System.objects.filter(function__in=kept_by(viewer=viewer, now=now))
    found = rows.select_related("function__agency").filter(pk=system_id).first()
    if found is None:
        raise NotFound
    return found


def require_keeps(*, actor: Account | None, function: Function, now: datetime) -> None:
    """Go on for the command line, and for an administrator who keeps the systems of a function."""
    if actor is not None and not kept_by(viewer=actor, now=now).filter(pk=function.pk).exists():
        raise NotFound
