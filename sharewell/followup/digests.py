"""Digests: which there are, whose turn has come, and how much there is to say; counts alone, never what."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import Exists, OuterRef, Q

from sharewell.agencies.models import Absence, Account, Agency
from sharewell.cases.models import Case, Task
from sharewell.disclosures.models import Disclosure, PartnerAction
from sharewell.followup.models import Digest, DigestChoice, MeetingAction
from sharewell.packs.shapes import shaped

YESTERDAY, TODAY = timedelta(days=-1), timedelta()


class DigestKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One choice of digest: the local times at which its periods end, and how far ahead it counts."""

    id: str
    label: str
    hint: str
    source: str
    status: str
    at: tuple[str, ...] = ()
    ahead_hours: int = 0
    within_hours: int = 0
    default: bool = False
    verified_on: date | None = None


class Digests(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``digests.yaml``."""

    digests: tuple[DigestKind, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A period that ended: of which kind, its day and time where the agency is; once for each account."""

    kind: DigestKind
    name: str  # 2026-11-20/08:00
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """How much waits for somebody, and with partners in the cases they own."""

    late: int
    soon: int
    partners_late: int

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.late or self.soon or self.partners_late)


@functools.cache
def kinds() -> dict[str, DigestKind]:
    """The choices of digest by id, in the order of the pack."""
    return {row.id: row for row in shaped("digests.yaml", Digests).digests}


def chosen(account: Account) -> str:
    """What an account chose, or has by default."""
    row = DigestChoice.objects.filter(account=account).first()
    return row.kind if row else _default()


def period(kind: DigestKind, agency: Agency, now: datetime) -> Period | None:
    """The newest period of this kind that ended where the agency is and is not too long ago; None without one."""
    zone = ZoneInfo(agency.time_zone)
    today = now.astimezone(zone).date()
    ends = [
        (f"{day.isoformat()}/{at}", datetime.combine(day, time.fromisoformat(at), zone))
        for day in (today + YESTERDAY, today + TODAY)
        for at in kind.at
    ]
    past = [(name, at) for name, at in ends if at <= now < at + timedelta(hours=kind.within_hours)]
    if not past:
        return None
    name, at = max(past, key=lambda each: each[1])
    return Period(kind, name, at)


def turns(now: datetime) -> Iterable[tuple[UUID, Period]]:
    """Every account whose digest of a period was not made yet: those who chose it, or have it by default and a task.

    None for those who left or are absent.
    """
    waiting = Task.objects.waiting().filter(owner=OuterRef("pk"))
    away = Absence.objects.current(now).values("account")
    for agency in Agency.objects.filter(Exists(Account.objects.filter(agency=OuterRef("pk")))):
        for kind in kinds().values():
            found = period(kind, agency, now)
            if found is None:
                continue
            wants = Q(digest_choice__kind=kind.id)
            if kind.default:
                wants |= Q(digest_choice=None) & Q(Exists(waiting))
            made = Digest.objects.filter(account=OuterRef("pk"), kind=kind.id, period=found.name)
            rows = Account.objects.filter(wants, ~Exists(made), agency=agency, is_active=True)
            ids = rows.exclude(pk__in=away).order_by("pk").values_list("pk", flat=True)
            for account in list(ids):
                yield account, found


def counted(account: Account, found: Period, now: datetime) -> Counted:
    """How much waits for an account now, as far as the kind of digest looks ahead."""
    ahead = now + timedelta(hours=found.kind.ahead_hours)
    mine = Task.objects.waiting().filter(owner=account)
    owned = Case.objects.visible_to(account, now).filter(owner=account)
    sent = Disclosure.objects.filter(case__in=owned, state="sent")
    partners = (
        sent.filter(acknowledgement=None, ack_due_at__lt=now).count()
        + PartnerAction.objects.filter(disclosure__in=sent, done_at=None, due_at__lt=now).count()
        + MeetingAction.objects.filter(
            meeting__case__in=owned, owner=None, done_at=None, due_at__lt=now
        ).count()
    )
    return Counted(
        late=mine.filter(due_at__lt=now).count(),
        soon=mine.filter(due_at__gte=now, due_at__lte=ahead).count(),
        partners_late=partners,
    )


def _default() -> str:
    return next(row.id for row in kinds().values() if row.default)
