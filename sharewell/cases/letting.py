"""Letting somebody into a case: the one door for all who do not stand by their part in it.

Owner, manager, leads, those who raised a concern and who looks after an allegation stand by that, without an end
(``records.join_circle``). Everybody else comes in here, with a reason, an end, and the question after a while
whether it is still needed, as packs/circle.yaml says.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.cases.models import Case, CircleMember, Task
from sharewell.core.needtoknow import Terms

REVIEW = "circle_review"
REASON = 300  # characters


def terms_of(case: Case) -> Terms:
    """Who lets somebody into this case and for how long; smaller and shorter where it is restricted."""
    return packs.circle_terms()["restricted" if case.restrictions else "ordinary"]


def usual_end(case: Case, now: datetime) -> datetime:
    """Until when somebody is let into this case where nothing else is said."""
    return now + timedelta(days=terms_of(case).default_days)


def mistakes(
    case: Case, *, reason: str, expires_at: datetime, now: datetime
) -> dict[str, list[str]]:
    """What is wrong with a reason and an end that somebody typed, by ``reason`` and ``expires_at``."""
    errors: dict[str, list[str]] = {}
    longest = terms_of(case).longest_days
    if not reason.strip():
        errors["reason"] = ["Say why this person needs to know."]
    elif len(reason) > REASON:
        errors["reason"] = [f"Shorten this to {REASON} characters. All of it is kept."]
    if expires_at <= now:
        errors["expires_at"] = ["Give a moment that is still to come."]
    elif expires_at > now + timedelta(days=longest):
        sentence = f"Give a day within {longest} days from now; it can be renewed then."
        errors["expires_at"] = [sentence]
    return errors


def let_in(
    *,
    case: Case,
    account: Account,
    relation: str,
    reason: str,
    now: datetime,
    expires_at: datetime | None = None,
    by: Account | None = None,
) -> CircleMember:
    """Let an account read a case until an end, by default the usual one; who stands as long keeps that.

    ``by`` is who lets them in, the account itself where it joins by its own office, None where no person does;
    with them it is a line of the timeline. One who stands beyond the usual time is asked about: ``by`` gets the
    task, or the case's owner where nobody else let them in. Raises ``ConflictOfInterest``.
    """
    expires_at = expires_at or usual_end(case, now)
    review_at = now + timedelta(days=terms_of(case).review_days)
    joined = records.join_circle(
        case=case,
        account=account,
        relation=relation,
        now=now,
        reason=reason[:REASON],
        expires_at=expires_at,
        review_at=review_at if review_at < expires_at else None,
        invited_by=by,
    )
    if joined.joined_at != now:  # stood as long already
        return joined
    end_review(case=case, account=account, now=now, by=by, outcome="renewed")
    if joined.review_at is not None:
        records.open_task(
            agency=case.agency,
            case=case,
            kind=REVIEW,
            owner=_asks(case, account, by),
            now=now,
            due_at=joined.review_at,
            about_id=account.pk,
        )
    return joined


def end_review(
    *, case: Case, account: Account, now: datetime, by: Account | None, outcome: str
) -> None:
    """Close the question whether somebody still needs to read a case."""
    waiting = Task.objects.waiting().filter(case=case, kind=REVIEW, about_id=account.pk)
    waiting.update(done_at=now, done_by=by, outcome=outcome)


def as_json(joined: CircleMember) -> dict[str, str | None]:
    """A standing as what evidence commits to."""
    return {
        "account": joined.account_id.hex,
        "relation": joined.relation,
        "reason": joined.reason,
        "expires_at": joined.expires_at.isoformat() if joined.expires_at else None,
        "review_at": joined.review_at.isoformat() if joined.review_at else None,
    }


def _asks(case: Case, account: Account, by: Account | None) -> Account:
    """Who is asked whether it is still needed: never the one who reads."""
    return next(each for each in (by, case.owner, case.manager) if each and each != account)
