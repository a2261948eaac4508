"""Notices: neutral e-mails to people with accounts, each attempt left as evidence and settled once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.cases.models import Notice

LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class NoticeAttempt:
    """One attempt at one notice; an older one settles nothing."""

    notice_id: UUID
    number: int
    address: str


@operation("notice.attempted")
def notice_attempt(*, now: datetime) -> NoticeAttempt | None:
    """Take the notice that has waited longest, for two minutes; None when none is due."""
    rows = Notice.objects.select_for_update(skip_locked=True, of=("self",))
    due = rows.filter(state="waiting", next_at__lte=now).select_related("account__agency")
    notice = due.order_by("next_at", "id").first()
    if notice is None:
        return unchanged(None)
    notice.attempt += 1
    notice.next_at = now + LEASE  # taken again then, where its worker was killed
    notice.save(update_fields=["attempt", "next_at"])
    _leave(notice, now, "attempted")
    return NoticeAttempt(notice.pk, notice.attempt, notice.account.email)


@operation("notice.settled")
def notice_settle(
    *, attempt: NoticeAttempt, now: datetime, fault: str = "", permanent: bool = False
) -> Notice:
    """Write down how an attempt ended: done, to be tried again, or given up; ``fault`` is a code or empty."""
    rows = Notice.objects.select_for_update(of=("self",)).select_related("account__agency")
    notice = rows.get(pk=attempt.notice_id)
    if notice.attempt != attempt.number or notice.state != "waiting":
        return unchanged(notice)
    notice.fault = fault
    if not fault:
        notice.state, notice.done_at = "done", now
    elif permanent or notice.attempt >= ATTEMPTS:
        notice.state = "failed"
    notice.next_at = now + min(FIRST_WAIT * 2 ** (notice.attempt - 1), LONGEST_WAIT)
    notice.save(update_fields=["state", "done_at", "next_at", "fault"])
    _leave(notice, now, fault or notice.state)
    return notice


def _leave(notice: Notice, now: datetime, what: str) -> None:
    about = {
        "id": notice.pk.hex,
        "about": notice.about_id.hex,
        "account": notice.account_id.hex,
        "attempt": notice.attempt,
        "outcome": what,
    }
    record(at=now, agency=notice.account.agency, actor=None, things={"notice": about})
