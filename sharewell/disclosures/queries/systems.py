"""The systems of partners as an administrator sees them: who receives by one, and how that goes; nothing is about a case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from sharewell.agencies import systems as agencies
from sharewell.agencies.models import Account, Function, System
from sharewell.cases.models import Case
from sharewell.disclosures.models import Delivery

LOOKS_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Posted:
    """How what was posted to one function stands: in numbers of the last thirty days, whatever it was about."""

    done: int = 0
    trying: int = 0
    failed: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receiving:
    """One function with the systems that are let in to it, and how what was posted to it stands."""

    function: Function
    systems: tuple[System, ...]
    posted: Posted
    keeps: bool  # whether the viewer may change it


@dataclass(frozen=True, slots=True)
class Systems:
    """The functions that receive by a system of their own, and the others at which the viewer may let one in."""

    receiving: tuple[Receiving, ...]
    others: tuple[Function, ...]


def systems(*, viewer: Account, now: datetime) -> Systems:
    """All of them, for an administrator, in four questions to the database; raises ``NotAllowed``."""
    kept = set(agencies.kept_by(viewer=viewer, now=now).values_list("pk", flat=True))
    let_in: dict[UUID, list[System]] = {}
    for each in System.objects.current(now).order_by("made_at"):
        let_in.setdefault(each.function_id, []).append(each)
    wanted = Q(pk__in=kept) | Q(pk__in=let_in.keys()) | ~Q(webhook="")
    rows = Function.objects.filter(wanted, active=True).select_related("agency")
    ordered = list(rows.order_by("agency__name", "name"))
    own = [each for each in ordered if each.webhook or each.pk in let_in]
    posted = _posted(viewer, [each.pk for each in own], now)
    return Systems(
        receiving=tuple(
            Receiving(
                function=each,
                systems=tuple(let_in.get(each.pk, ())),
                posted=posted.get(each.pk, Posted()),
                keeps=each.pk in kept,
            )
            for each in own
        ),
        others=tuple(each for each in ordered if each not in own),
    )


def _posted(viewer: Account, functions: Collection[UUID], now: datetime) -> dict[UUID, Posted]:
    """What the viewer's agency sent to these functions, and what came to those of their own.

    Restricted cases and allegations are left out, so that nobody can tell from a number that there is one.
    """
    agency = viewer.agency_id
    ours = Q(disclosure__agency=agency) | Q(disclosure__recipient__agency=agency)
    since = now - LOOKS_BACK
    rows = Delivery.objects.filter(
        ours,
        channel="webhook",
        disclosure__recipient__in=functions,
        disclosure__sent_at__gte=since,
        disclosure__case__in=Case.objects.unrestricted().filter(kind="protection"),
    )
    counted: Any = rows.values("disclosure__recipient").annotate(
        done=Count("id", filter=Q(state="done")),
        trying=Count("id", filter=Q(state="waiting")),
        failed=Count("id", filter=Q(state="failed")),
        last_at=Max("done_at"),
    )
    return {each.pop("disclosure__recipient"): Posted(**each) for each in counted.order_by()}
