"""Digests: chosen, made once for each period, and each attempt to send one left as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sharewell.agencies.access import Invalid, NotAllowed
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Absence, Account
from sharewell.followup import digests
from sharewell.followup.digests import Period
from sharewell.followup.models import Digest, DigestChoice

LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
ATTEMPTS = 6  # the next digest comes


@dataclass(frozen=True, slots=True)
class DigestAttempt:
    """One attempt at one digest; an older one settles nothing."""

    digest: Digest
    number: int
    address: str


@operation("digest.chosen")
def digest_choose(*, account: Account, kind: str, now: datetime) -> DigestChoice:
    """Choose when to be told by e-mail how much waits; ``kind`` is one of packs/digests.yaml.

    Raises ``NotAllowed`` for an account that is switched off, and ``Invalid``.
    """
    if not account.is_active:
        raise NotAllowed
    if kind not in digests.kinds():
        raise Invalid({"kind": ["Choose one of those offered."]})
    before = DigestChoice.objects.select_for_update().filter(account=account).first()
    if before is not None and before.kind == kind:
        return unchanged(before)
    chosen = DigestChoice.objects.update_or_create(
        account=account, defaults={"kind": kind, "chosen_at": now}
    )[0]
    things = {"digest": {"account": account.pk.hex, "kind": kind}}
    record(at=now, agency=account.agency, actor=account, things=things)
    return chosen


@operation("digest.made")
def digest_make(*, account_id: UUID, period: Period, now: datetime) -> Digest | None:
    """Make the digest of a period for an account, once; with nothing to say it is kept and not sent.

    For the worker, any number of which may try. Left or away meanwhile: unchanged.
    """
    account = (
        Account.objects.select_for_update(of=("self",)).select_related("agency").get(pk=account_id)
    )
    made = Digest.objects.filter(account=account, kind=period.kind.id, period=period.name).first()
    if made is not None or _away(account, now):
        return unchanged(made)
    counted = digests.counted(account, period, now)
    digest = Digest.objects.create(
        account=account,
        kind=period.kind.id,
        period=period.name,
        made_at=now,
        next_at=now,
        ahead_at=now + timedelta(hours=period.kind.ahead_hours),
        state="waiting" if counted else "nothing",
        late=counted.late,
        soon=counted.soon,
        partners_late=counted.partners_late,
    )
    _leave(digest, now, digest.state)
    return digest


@operation("digest.attempted")
def digest_attempt(*, now: datetime) -> DigestAttempt | None:
    """Take the digest that has waited longest, for two minutes; None when none is due.

    One whose reader left, or is away, is dropped. One whose workers were killed fails after the last attempt.
    """
    rows = Digest.objects.select_for_update(skip_locked=True, of=("self",))
    due = rows.filter(state="waiting", next_at__lte=now).select_related("account__agency")
    digest = due.order_by("next_at", "id").first()
    if digest is None:
        return unchanged(None)
    if _away(digest.account, now):
        digest.state = "dropped"
    elif digest.attempt >= ATTEMPTS:  # the worker of the last one never came back
        digest.state, digest.fault = "failed", "fault"
    else:
        digest.attempt += 1
        digest.next_at = now + LEASE  # taken again then, where its worker was killed
    digest.save(update_fields=["state", "attempt", "next_at", "fault"])
    _leave(digest, now, "attempted" if digest.state == "waiting" else digest.state)
    return DigestAttempt(digest, digest.attempt, digest.account.email)


@operation("digest.settled")
def digest_settle(
    *, attempt: DigestAttempt, now: datetime, fault: str = "", permanent: bool = False
) -> Digest:
    """Write down how an attempt ended: done, to be tried again, or given up; ``fault`` is a code or empty."""
    rows = Digest.objects.select_for_update(of=("self",)).select_related("account__agency")
    digest = rows.get(pk=attempt.digest.pk)
    if digest.attempt != attempt.number or digest.state != "waiting":
        return unchanged(digest)
    digest.fault = fault
    if not fault:
        digest.state, digest.done_at = "done", now
    elif permanent or digest.attempt >= ATTEMPTS:
        digest.state = "failed"
    digest.next_at = now + min(FIRST_WAIT * 2 ** (digest.attempt - 1), LONGEST_WAIT)
    digest.save(update_fields=["state", "done_at", "next_at", "fault"])
    _leave(digest, now, fault or digest.state)
    return digest


def _away(account: Account, now: datetime) -> bool:
    away = Absence.objects.current(now).filter(account=account)
    return not account.is_active or away.exists()


def _leave(digest: Digest, now: datetime, what: str) -> None:
    about = {
        "id": digest.pk.hex,
        "account": digest.account_id.hex,
        "kind": digest.kind,
        "period": digest.period,
        "attempt": digest.attempt,
        "outcome": what,
    }
    record(at=now, agency=digest.account.agency, actor=None, things={"digest": about})
