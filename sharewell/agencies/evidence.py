"""One operation, one transaction, one entry in the evidence log: the law of the house, enforced.

Every public function of an ``operations`` module is wrapped by :func:`operation` and calls :func:`record`
once. What the entry commits to (content and salt) is kept in :class:`~sharewell.agencies.models.Sealed`,
beside the record and erased with it; the log itself holds no personal data (design of the evidence log).
"""

from __future__ import annotations

import functools
import itertools
import secrets
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import rfc8785
from django.db import transaction

from sharewell.agencies.models import Account, Agency, Sealed
from sharewell.ledger.operations import append

T = TypeVar("T")

NOBODY = "system"


class EvidenceError(Exception):
    """An operation ended without leaving exactly one entry; its transaction is rolled back."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """That an operation recorded something: its kind, when, in which agency and on which cases; no content."""

    kind: str
    at: datetime
    agency_id: UUID
    case_ids: frozenset[UUID]


# Called inside the transaction with what each operation recorded; rooms above add themselves at the start. One that has
# work of its own does it after the commit, so that it fails nothing.
listeners: list[Callable[[Recorded], None]] = []


@dataclass(slots=True)
class _Frame:
    kind: str
    entries: int = 0
    unchanged: bool = False


Guard = Callable[[Account, UUID, str, datetime], None]
_guards: list[Guard] = []
_frame: ContextVar[_Frame | None] = ContextVar("sharewell_operation", default=None)


def guarded_by(guard: Guard) -> None:
    """Ask this before every entry of an account about a case; it raises a refusal, which undoes the operation.

    It is given the account, the case's id, the kind of entry and the moment. A room above says at its start
    what no operation of any room may do.
    """
    _guards.append(guard)


def operation(kind: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Run a keyword-only function as one transaction that leaves one entry of this kind.

    ``kind`` is the entry's kind, ``noun.verb`` in the past tense (``concern.raised``). Raises
    :class:`EvidenceError` when the function neither recorded one entry nor said that nothing changed.
    """

    def wrap(function: Callable[..., T]) -> Callable[..., T]:
        @functools.wraps(function)
        def run(**keywords: Any) -> T:
            frame = _Frame(kind)
            with transaction.atomic():
                token = _frame.set(frame)
                try:
                    result = function(**keywords)
                finally:
                    _frame.reset(token)
                if frame.entries != (0 if frame.unchanged else 1):
                    message = (
                        f"{kind}: an operation leaves one entry, this one left {frame.entries}"
                    )
                    raise EvidenceError(message)
            return result

        run.__operation__ = kind  # type: ignore[attr-defined]
        return run

    return wrap


def record(
    *,
    at: datetime,
    agency: Agency,
    actor: Account | UUID | None,
    case_id: UUID | None = None,
    policy: str | None = None,
    things: Mapping[str, Any],
    of_case: Mapping[str, UUID] | None = None,
) -> str:
    """Append this operation's entry and keep what it commits to; returns the entry's opaque id.

    ``things`` are JSON values (or exact bytes) by name, e.g. ``message``, ``form``; each is committed to
    with a fresh salt. ``actor`` is an account, the id of one who opened a link, or None for the system.
    ``of_case`` names the case of single things where an act concerns several.
    """
    frame = _frame.get()
    if frame is None:
        raise EvidenceError("record() is called inside an operation")
    if isinstance(actor, Account):
        about = [case for case in (case_id, *(of_case or {}).values()) if case is not None]
        for case, guard in itertools.product(dict.fromkeys(about), _guards):
            guard(actor, case, frame.kind, at)
    contents = {n: v if isinstance(v, bytes) else rfc8785.dumps(v) for n, v in things.items()}
    appended = append(
        kind=frame.kind,
        at=at,
        agency=agency.id.hex,
        actor=_opaque(actor),
        policy=policy,
        things=contents,
        random=secrets.token_bytes,
    )
    Sealed.objects.bulk_create(
        Sealed(
            entry_id=appended.id,
            case_id=(of_case or {}).get(name, case_id),
            name=name,
            salt=appended.salts[name],
            content=content,
        )
        for name, content in contents.items()
    )
    frame.entries += 1
    cases = frozenset(filter(None, (case_id, *(of_case or {}).values())))
    for listener in listeners:
        listener(Recorded(frame.kind, at, agency.pk, cases))
    return appended.id


def unchanged(result: T) -> T:
    """Return ``result`` from an operation that found its work already done (a form sent twice)."""
    frame = _frame.get()
    if frame is None:
        raise EvidenceError("unchanged() is called inside an operation")
    frame.unchanged = True
    return result


def _opaque(actor: Account | UUID | None) -> str:
    if actor is None:
        return NOBODY
    return actor.hex if isinstance(actor, UUID) else actor.id.hex
