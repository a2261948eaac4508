"""Raising a worry in confidence: past line management, to the appointed leads alone.

The entries are of neutral kinds and name neither who raised it nor whom it is about.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.agencies.queries import may, require
from sharewell.cases import records
from sharewell.disclosures import words
from sharewell.followup import whistling
from sharewell.followup.models import Whistle, WhistleLead, WhistleRead, WhistleWord

KIND = "record.kept"  # says nothing of what it is
TEXT = 4000


class WhistleClosed(Conflict):
    """The worry was closed meanwhile."""

    code = "closed"
    sentence = "This is closed. What you typed is still below. Raise it again, or turn outside."


@operation(KIND)
def whistle_raise(
    *,
    account: Account,
    said: str,
    wanted: str,
    protected: bool,
    named: Collection[Account],
    form_key: UUID,
    now: datetime,
) -> Whistle:
    """Raise a worry in confidence; the leads who are not near it get a neutral e-mail. Any account may.

    ``named`` are colleagues it is about: they, their teams, and who manages whoever raised it never learn of it.
    Raises ``Invalid``.
    """
    if not account.is_active:
        raise NotAllowed
    if before := Whistle.objects.filter(form_key=form_key, reporter=account).first():
        return unchanged(before)
    told = words.tidy_all({"said": said, "wanted": wanted}, most={"said": TEXT, "wanted": TEXT})
    words.required(told, {"said": "Say what worries you."})
    if any(each.agency_id != account.agency_id for each in named):
        raise NotFound
    made = Whistle.objects.create(
        agency_id=account.agency_id,
        reporter=account,
        protected=protected,
        raised_at=now,
        follow_up_at=now + whistling.follow_up_after(),
        form_key=form_key,
        **told,
    )
    made.named.set(named)
    for lead in whistling.leads_of(made, now):
        records.notify(account=lead, about_id=made.pk, now=now)
    _leave(made, now)
    return made


@operation(KIND)
def whistle_answer(
    *,
    account: Account,
    whistle_id: UUID,
    said: str,
    form_key: UUID,
    now: datetime,
    held_against: bool | None = None,
) -> Whistle:
    """Say something to the other side: the lead to whoever raised it, or they to the lead.

    ``held_against`` is their answer whether anything was held against them. Raises ``NotFound``, ``Invalid`` and
    :class:`WhistleClosed`; after the end whoever raised it may still say that something was held against them.
    """
    found, leads = _hold(account, whistle_id, now)
    if WhistleWord.objects.filter(whistle=found, form_key=form_key).exists():
        return unchanged(found)
    told = words.tidy_all({"said": said}, most={"said": TEXT})
    words.required(told, {"said": "Write what you want to say."})
    if found.closed_at and (leads or not held_against):
        raise WhistleClosed
    word = WhistleWord.objects.create(
        whistle=found,
        by_lead=leads,
        by=account,
        at=now,
        words=told["said"],
        held_against=None if leads else held_against,
        form_key=form_key,
    )
    others = [found.reporter] if leads else whistling.leads_of(found, now)
    for each in others:
        records.notify(account=each, about_id=word.pk, now=now)
    _leave(found, now)
    return found


@operation(KIND)
def whistle_identity(*, account: Account, whistle_id: UUID, reason: str, now: datetime) -> Account:
    """Tell a lead who raised a protected worry, with the reason, which whoever raised it can read.

    Raises ``NotFound`` for anybody else, and ``Invalid`` without a reason.
    """
    found, leads = _hold(account, whistle_id, now)
    if not leads:
        raise NotFound
    told = words.tidy_all({"reason": reason}, most={"reason": TEXT})
    words.required(told, {"reason": "Say why you need to know who it is."})
    WhistleRead.objects.create(
        whistle=found, account=account, at=now, what="identity", reason=told["reason"]
    )
    _leave(found, now)
    return found.reporter


@operation(KIND)
def whistle_close(*, account: Account, whistle_id: UUID, outcome: str, now: datetime) -> Whistle:
    """Close a worry with what came of it, which whoever raised it reads. For a lead; raises as the others do."""
    found, leads = _hold(account, whistle_id, now)
    if not leads:
        raise NotFound
    told = words.tidy_all({"outcome": outcome}, most={"outcome": TEXT})
    words.required(told, {"outcome": "Say what came of it."})
    if found.closed_at:
        raise WhistleClosed
    found.closed_at, found.outcome = now, told["outcome"]
    found.save(update_fields=["closed_at", "outcome"])
    _leave(found, now)
    return found


@operation("whistle_lead.appointed")
def whistle_lead_appoint(*, account: Account, lead: Account, now: datetime) -> WhistleLead:
    """Appoint a colleague as whistleblowing lead, for an administrator; never an administrator.

    Raises ``NotAllowed``, ``NotFound`` and ``Invalid``.
    """
    require(viewer=account, now=now, any_of=["administrator"])
    if lead.agency_id != account.agency_id or not lead.is_active:
        raise NotFound
    if may(viewer=lead, now=now, any_of=["administrator"]):
        raise Invalid({"lead": ["An administrator cannot be the lead. Choose somebody else."]})
    standing = WhistleLead.objects.filter(account=lead, ends_at=None).first()
    if standing is not None:
        return unchanged(standing)
    made = WhistleLead.objects.create(
        agency_id=account.agency_id, account=lead, starts_at=now, appointed_by=account
    )
    things = {"lead": {"account": lead.pk.hex}}
    record(at=now, agency=account.agency, actor=account, things=things)
    return made


@operation("whistle_lead.ended")
def whistle_lead_end(*, account: Account, lead_id: int, now: datetime) -> WhistleLead:
    """End the appointment of a whistleblowing lead, for an administrator. Raises ``NotAllowed``, ``NotFound``."""
    require(viewer=account, now=now, any_of=["administrator"])
    own = WhistleLead.objects.select_for_update().filter(agency_id=account.agency_id, ends_at=None)
    found = own.filter(pk=lead_id).first()
    if found is None:
        raise NotFound
    found.ends_at = now
    found.save(update_fields=["ends_at"])
    things = {"lead": {"account": found.account_id.hex}}
    record(at=now, agency=account.agency, actor=account, things=things)
    return found


def _hold(account: Account, whistle_id: UUID, now: datetime) -> tuple[Whistle, bool]:
    """A worry that the account may know of, locked, and whether they read it as a lead."""
    known = Whistle.objects.known_to(account, now).filter(pk=whistle_id)
    if not known.exists():
        raise NotFound
    found = Whistle.objects.select_for_update().select_related("agency").get(pk=whistle_id)
    return found, found.reporter_id != account.pk


def _leave(found: Whistle, now: datetime) -> None:
    # Nobody is the actor: who raised it must not be found in the log, nor by the lead's own entries.
    record(at=now, agency=found.agency, actor=None, things={"record": {"id": found.pk.hex}})
