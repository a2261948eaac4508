"""The systems of partners: which one a token belongs to, and what the administrator of their agency sees."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, Function, System
from sharewell.agencies.sites import require_administers

PREFIX = "sharewell_"  # so that a token is known for one where somebody finds it


def token_of(random: bytes) -> str:
    """The token that 32 random bytes make."""
    return PREFIX + random.hex()


def token_digest(token: str) -> bytes:
    """What is kept of a token, and by which its system is found."""
    return hashlib.sha256(token.encode()).digest()


def let_in(*, token: str, now: datetime) -> System | None:
    """The system that this token lets in at this moment; None without one."""
    held = System.objects.current(now).select_related("function__agency")
    return held.filter(token_digest=token_digest(token)).first()


def functions(*, viewer: Account, now: datetime) -> Sequence[Function]:
    """The functions of the viewer's agency with the systems let in now; raises ``NotAllowed``."""
    require_administers(viewer=viewer, now=now)
    rows = list(Function.objects.filter(agency=viewer.agency, active=True).order_by("name"))
    held = System.objects.current(now).filter(function__in=rows).order_by("made_at")
    for row in rows:
        row.let_in = [each for each in held if each.function_id == row.pk]  # type: ignore[attr-defined]
    return rows


def function(*, viewer: Account, function_id: UUID, now: datetime) -> Function:
    """One function of the viewer's agency; raises ``NotAllowed`` and ``NotFound``."""
    require_administers(viewer=viewer, now=now)
    rows = Function.objects.filter(agency=viewer.agency, active=True, pk=function_id)
    found = rows.select_related("agency").first()
    if found is None:
        raise NotFound
    return found


def system(*, viewer: Account, system_id: UUID, now: datetime) -> System:
    """One system of the viewer's agency, also one that is let in no more; raises as above."""
    require_administers(viewer=viewer, now=now)
    rows = System.objects.select_related("function")
    found = rows.filter(function__agency=viewer.agency, pk=system_id).first()
    if found is None:
        raise NotFound
    return found
