"""Break-glass: open a case in immediate danger without standing in its circle; told at once, reviewed by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid, NotFound, Refusal
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import breaking, letting, oversight, records
from sharewell.cases.models import Case, GlassBreak, GlassSearch
from sharewell.cases.oversight import Outside

RELATION = "break_glass"
LONGEST = 2000
NAME = 200


class TooManySearches(Refusal):
    """The account has searched as often as it may for now; the same whatever was sought."""

    code = "too_many_searches"
    status = 429
    sentence = (
        "You have searched as often as one person may for now. Nothing was searched this time; what you typed "
        "is still below. Ring your safeguarding lead or the manager on call; in danger ring the emergency number."
    )


class Ended(Conflict):
    """What was opened has ended, by time or because it was given up."""

    code = "break_glass_ended"
    sentence = (
        "Your time with this record has ended. Nothing was changed; what you typed is still below. If somebody is "
        "still in danger, open it again with the reason as it is now."
    )


class AlreadyReviewed(Conflict):
    """Somebody has said already what this break-glass was."""

    code = "break_glass_reviewed"
    sentence = (
        "This was already reviewed. Nothing was changed; what you typed is still below. Read what was "
        "recorded."
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """What the seeker may learn of a search: what it opened, their own case, or neither."""

    opened: GlassBreak | None = None
    own: Case | None = None


@operation("break_glass.tried")
def break_glass_open(
    *,
    account: Account,
    now: datetime,
    form_key: UUID,
    name: str,
    birth_date: date,
    reason: str,
    words: str,
) -> Tried:
    """Open the essentials of the case of a person in danger, found by name and date of birth.

    The leads are told at once and the review is given to somebody else. What matches nobody, more than one, or
    only a case that this account may not break into gives the same empty answer; the clock runner tells the
    oversight point of the last. The same form twice is one search. Raises ``NotAllowed``, ``Invalid`` and
    :class:`TooManySearches`.
    """
    require(viewer=account, now=now, any_of=CASEWORK)
    # One account's searches come one after the other, so that neither limit nor key is passed twice.
    Account.objects.select_for_update().only("pk").get(pk=account.pk)
    done = GlassSearch.objects.filter(form_key=form_key, account=account).first()
    if done is not None:
        return unchanged(_told(done, account, now))
    _check(name=name, reason=reason, words=words)
    _limit(account, now)
    found = breaking.search(viewer=account, name=name, birth_date=birth_date, now=now)
    hidden = found.hidden[0] if found.hidden else None
    tried = GlassSearch.objects.create(
        agency=account.agency,
        account=account,
        at=now,
        form_key=form_key,
        name=name,
        birth_date=birth_date,
        reason=reason,
        words=words,
        outcome=found.outcome,
        case=found.case,
        hidden=hidden,
    )
    told = None
    if found.outcome == "opened" and found.case and not _open(account, found.case, now):
        told = _break(tried, found.case, now)
    _leave(tried, told, now)
    return _told(tried, account, now)


def _leave(tried: GlassSearch, told: dict[str, Any] | None, now: datetime) -> None:
    case_id = tried.case_id or tried.hidden_id
    things: dict[str, object] = {
        "search": {
            "id": tried.pk.hex,
            "name": tried.name,
            "birth_date": tried.birth_date.isoformat(),
            "reason": tried.reason,
            "words": tried.words,
            "outcome": tried.outcome,
            "case": case_id.hex if case_id else None,
            "told": told,
        }
    }
    record(at=now, agency=tried.agency, actor=tried.account, case_id=case_id, things=things)


def _check(*, name: str, reason: str, words: str) -> None:
    errors: dict[str, list[str]] = {}
    if len(name.split()) < 2 or len(name) > NAME:
        errors["name"] = ["Give first name and last name, as you know them."]
    if reason not in packs.break_glass().reasons:
        errors["reason"] = ["Choose why it cannot wait."]
    if not words.strip() or len(words) > LONGEST:
        errors["words"] = [f"Say in your own words what is happening, in up to {LONGEST} letters."]
    if errors:
        raise Invalid(errors)


def _limit(account: Account, now: datetime) -> None:
    mine = GlassSearch.objects.filter(account=account)
    for name, span in (("searches_an_hour", breaking.HOUR), ("searches_a_day", breaking.DAY)):
        if mine.filter(at__gt=now - span).count() >= breaking.limit(name):
            raise TooManySearches


def _open(account: Account, case: Case, now: datetime) -> GlassBreak | None:
    """What this account has open of a case at this moment."""
    rows = GlassBreak.objects.filter(account=account, case=case, ended_at=None, ends_at__gt=now)
    return rows.order_by("-opened_at").first()


def _break(tried: GlassSearch, case: Case, now: datetime) -> dict[str, Any]:
    opened = GlassBreak.objects.create(
        case=case,
        account=tried.account,
        search=tried,
        opened_at=now,
        ends_at=now + breaking.lasts(),
        review_due_at=breaking.review_by(viewer=tried.account, now=now),
    )
    return breaking.tell(opened, now=now)


def _told(tried: GlassSearch, account: Account, now: datetime) -> Tried:
    case = tried.case
    if tried.outcome == "own":
        return Tried(own=case)
    if tried.outcome == "opened" and case is not None:
        return Tried(opened=_open(account, case, now))
    return Tried()


@operation("break_glass.opened_whole")
def break_glass_whole(
    *, account: Account, access_id: UUID, now: datetime, reason: str, words: str
) -> GlassBreak:
    """Open the whole record after its essentials, to read only, for an hour from now, with a reason of its own.

    Raises ``NotFound`` for what another opened or a wall keeps away by now, :class:`Ended` and ``Invalid``.
    """
    opened = _hold(account, access_id)
    if opened.ended(now):
        raise Ended
    if opened.whole_at is not None:
        return unchanged(opened)
    require(viewer=account, now=now, any_of=CASEWORK)
    errors: dict[str, list[str]] = {}
    if reason not in packs.break_glass().whole:
        errors["reason"] = ["Choose why the essentials are not enough."]
    if not words.strip() or len(words) > LONGEST:
        errors["words"] = [f"Say what you need to find, in up to {LONGEST} letters."]
    if errors:
        raise Invalid(errors)
    until = now + breaking.lasts()
    try:
        member = letting.let_in(
            case=opened.case,
            account=account,
            relation=RELATION,
            reason=packs.break_glass().whole[reason].label,
            now=now,
            expires_at=until,
        )
    except records.ConflictOfInterest:
        raise NotFound from None
    opened.member, opened.ends_at = member, until
    opened.whole_at, opened.whole_reason, opened.whole_words = now, reason, words
    opened.save(update_fields=["member", "ends_at", "whole_at", "whole_reason", "whole_words"])
    _record(opened, account, now, {"reason": reason, "words": words, "until": until.isoformat()})
    return opened


@operation("break_glass.ended")
def break_glass_end(*, account: Account, access_id: UUID, now: datetime) -> GlassBreak:
    """Give up what was opened before its time; what has ended already stays as it is. Raises ``NotFound``."""
    opened = _hold(account, access_id)
    if opened.ended(now):
        return unchanged(opened)
    opened.ended_at = now
    opened.save(update_fields=["ended_at"])
    if opened.member_id is not None:
        opened.case.circle.filter(pk=opened.member_id, left_at=None).update(left_at=now)
    _record(opened, account, now, {"ended": True})
    return opened


@operation("break_glass.reviewed")
def break_glass_review(
    *,
    account: Account,
    access_id: UUID,
    now: datetime,
    finding: str,
    follows: Sequence[str],
    words: str,
) -> GlassBreak:
    """Say whether a break-glass was justified, and what follows.

    For the one to whom the review was given, never the one who opened it, nor anybody with a conflict in the
    case. Raises ``NotFound``, ``Invalid`` and :class:`AlreadyReviewed`.
    """
    rows = GlassBreak.objects.select_for_update(of=("self",))
    opened = rows.select_related("case__agency").filter(pk=access_id).first()
    if opened is None or not breaking.may_review(account, opened):
        raise NotFound
    if opened.reviewed_at is not None:
        raise AlreadyReviewed
    rules, errors = packs.break_glass(), {}
    if finding not in rules.findings:
        errors["finding"] = ["Say whether it was justified."]
    if not follows or not set(follows) <= set(rules.follows):
        errors["follows"] = ["Say what follows, or that nothing does."]
    if "nothing" in follows and len(set(follows)) > 1:
        errors["follows"] = ["Choose either that nothing follows, or what does."]
    if not words.strip() or len(words) > LONGEST:
        errors["words"] = [f"Say how you came to this, in up to {LONGEST} letters."]
    if errors:
        raise Invalid(errors)
    opened.reviewed_at, opened.reviewed_by, opened.finding = now, account, finding
    opened.follows = [each for each in rules.follows if each in follows]
    opened.finding_words = words
    fields = ["reviewed_at", "reviewed_by", "finding", "follows", "finding_words"]
    opened.save(update_fields=fields)
    kinds = [breaking.REVIEW, breaking.OVERDUE, breaking.OUTSIDE]
    label = rules.findings[finding].label
    records.close_tasks(about_id=opened.pk, kinds=kinds, now=now, by=account, outcome=label)
    _record(opened, account, now, {"finding": finding, "follows": opened.follows, "words": words})
    return opened


@operation("break_glass.taken_up")
def break_glass_take_up(*, access_id: UUID, now: datetime) -> GlassBreak:
    """Give the review of what was opened to the first inside who now may have it, and tell the leads.

    For the clock runner, where nobody could be given it before. Still nobody, or given meanwhile: unchanged.
    """
    rows = GlassBreak.objects.select_for_update(of=("self",))
    related = rows.select_related("account", "case__agency", "case__person", "case__owner")
    opened = related.get(pk=access_id)
    if access_id not in breaking.unreviewed(now):
        return unchanged(opened)
    if isinstance(breaking.reviewer(opened, now), Outside):
        return unchanged(opened)
    told = breaking.tell(opened, now=now)
    outcome = "Somebody inside reviews it now."
    records.close_tasks(
        about_id=opened.pk, kinds=[breaking.OUTSIDE], now=now, by=None, outcome=outcome
    )
    things = {"break_glass": {"id": opened.pk.hex, "told": told}}
    record(at=now, agency=opened.case.agency, actor=None, case_id=opened.case_id, things=things)
    return opened


@operation("break_glass.alerted")
def break_glass_alert(*, search_id: UUID, now: datetime) -> GlassSearch:
    """Tell the oversight point that somebody sought a person whose case they may not know of.

    For the clock runner, apart from the search itself, so that its answer takes no longer. Once for each; while
    nobody inside may be told, it waits and is tried again.
    """
    rows = GlassSearch.objects.select_for_update(of=("self",))
    related = rows.select_related("account", "agency", "hidden__person", "hidden__agency")
    tried = related.get(pk=search_id)
    if tried.told_at is not None or tried.hidden is None:
        return unchanged(tried)
    note = (
        f"{tried.account.name} sought a person whose case ({tried.hidden.reference}) they may not know of, "
        "and saw the same as for no match."
    )
    if not _alert(tried, tried.hidden, breaking.HIDDEN, note, now):
        return unchanged(tried)
    tried.told_at = now
    tried.save(update_fields=["told_at"])
    return tried


@operation("break_glass.watched")
def break_glass_watch(*, account_id: UUID, now: datetime) -> int:
    """Give the oversight point one task about an account that sought again and again and found nothing.

    For the clock runner; each search counts once. Returns how many searches it was about; 0: unchanged.
    """
    Account.objects.select_for_update().only("pk").get(pk=account_id)
    rows = breaking.missed(now).filter(account_id=account_id).select_related("account", "agency")
    found = list(rows.order_by("-at"))
    if len(found) < breaking.limit("watched_after"):
        return unchanged(0)
    newest = found[0]
    note = (
        f"{newest.account.name} searched {len(found)} times in a day for people and opened nothing."
    )
    if not _alert(newest, None, breaking.REPEATED, note, now):
        return unchanged(0)
    GlassSearch.objects.filter(pk__in=[each.pk for each in found]).update(watched_at=now)
    return len(found)


def _alert(tried: GlassSearch, case: Case | None, kind: str, note: str, now: datetime) -> bool:
    """One task for the oversight point, which names no case, and its entry; whether somebody could be given it."""
    who = oversight.resolve(
        agency=tried.agency, case=case, purpose="oversight", now=now, without=[tried.account]
    )
    if isinstance(who, Outside):  # whoever could ring outside may not know of it
        return False
    records.open_task(
        agency=tried.agency, kind=kind, owner=who, now=now, about_id=tried.pk, note=note[:500]
    )
    records.notify(account=who, about_id=tried.pk, now=now)
    things = {"alert": {"search": tried.pk.hex, "kind": kind, "told": {"account": who.pk.hex}}}
    record(
        at=now, agency=tried.agency, actor=None, case_id=case.pk if case else None, things=things
    )
    return True


def _hold(account: Account, access_id: UUID) -> GlassBreak:
    rows = GlassBreak.objects.select_for_update(of=("self",))
    found = rows.select_related("case__agency").filter(pk=access_id, account=account).first()
    if found is None:
        raise NotFound
    return found


def _record(opened: GlassBreak, account: Account, now: datetime, what: dict[str, object]) -> None:
    things = {"break_glass": {"id": opened.pk.hex, **what}}
    record(at=now, agency=opened.case.agency, actor=account, case_id=opened.case_id, things=things)
