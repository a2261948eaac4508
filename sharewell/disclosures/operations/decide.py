"""Deciding not to share, with what would reopen it; reopening; overruling; looking again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound, Refusal
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.disclosures import assemble, catalogues, follow, standing, unshared, words
from sharewell.disclosures.models import Disclosure, Overrule, Review, Threshold

OVERRULABLE = ("hold", "seek_agreement", "refer")
REOPENABLE = ("not_shared", "stopped")
REVIEWABLE = ("sent", "not_shared")


class NeverOverruled(Refusal):
    """What the law or the agreement forbids, and what may be sent anyhow, nobody overrules."""

    code = "never_overruled"
    sentence = (
        "This is not a decision that can be overruled: either it may not go to this recipient at all, or "
        "nothing stands in its way. Nothing was changed. The page shows which, and why."
    )


class NotDecided(Conflict):
    """Only a decision that was taken can be opened or looked at again."""

    code = "not_decided"
    sentence = "There is no decision here yet to come back to. Nothing was changed."


@operation("disclosure.not_shared")
def disclosure_not_shared(
    *,
    account: Account,
    disclosure_id: UUID,
    version: int,
    grounds: Sequence[str],
    reasons: str,
    thresholds: Sequence[Mapping[str, str]],
    review_at: datetime,
    not_reputation: bool,
    now: datetime,
) -> Disclosure:
    """Record the decision not to share now: why, what would reopen it, and when it is looked at again.

    ``grounds`` are ids of ``packs/deciding.yaml`` (not sharing); ``thresholds`` are ``{"kind", "detail"}``
    with kinds of ``packs/thresholds.yaml``; ``not_reputation`` is the decider's declaration that the
    organisation's reputation played no part. The safeguarding lead is told, advocacy offered as the
    decision says. Raises ``Invalid`` (a review beyond the decision's limit), ``Conflicted`` for one whom
    the concern is about or whose service it is about.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    standing.require_version(disclosure, version)
    standing.require_impartial(account, disclosure.case)
    shown = assemble.preview(viewer=account, disclosure_id=disclosure_id, now=now)
    decision = shown.decision
    text = unshared.checked_grounds(
        answer="not_share", grounds=grounds, reason=reasons, not_reputation=not_reputation
    )
    latest = now + _longest(decision.outcome, decision.review_within_hours)
    chosen = _checked_thresholds(thresholds, must="set_thresholds" in decision.obligations)
    if not now < review_at <= latest:
        raise Invalid({"review_at": [f"Choose a time before {latest:%d %B %Y, %H:%M} UTC."]})
    for row in chosen:
        Threshold.objects.create(disclosure=disclosure, kind=row["kind"], detail=row["detail"])
    kept = unshared.keep(
        shown=shown, account=account, grounds=grounds, reasons=text, review_at=review_at, now=now
    )
    form = {
        "grounds": list(grounds),
        "reasons": text,
        "thresholds": chosen,
        "review_at": review_at.isoformat(),
        "not_reputation": True,
    }
    things = {"form": form, "request": kept.request, "decision": kept.decision}
    kept.entry_id = _record(kept, account, now, things, policy=kept.policy)
    kept.save(update_fields=["entry_id"])
    return kept


@operation("threshold.reached")
def threshold_reached(
    *, account: Account, threshold_id: UUID, note: str, now: datetime
) -> Disclosure:
    """Record that something set as a threshold has happened; returns the new draft it opens."""
    rows = Threshold.objects.filter(disclosure__in=standing.readable(account, now))
    found = rows.filter(pk=threshold_id).values_list("disclosure_id", flat=True).first()
    if found is None:
        raise NotFound
    old = standing.hold(account, found, now)
    threshold = Threshold.objects.get(pk=threshold_id)
    if threshold.reached_at:
        return unchanged(unshared.reopened(old=old, account=account, why="", now=now))
    text = words.tidy_all({"note": note})["note"]
    words.required({"note": text}, {"note": "Say what happened, and when."})
    threshold.reached_at, threshold.reached_by, threshold.reached_note = now, account, text
    threshold.save()
    label = catalogues.thresholds()[threshold.kind].label
    draft = unshared.reopened(old=old, account=account, why=f"{label}. {text}", now=now)
    form = {"threshold": threshold.kind, "note": text}
    _record(old, account, now, {"form": form})
    return draft


@operation("disclosure.reopened")
def disclosure_reopen(
    *, account: Account | None, disclosure_id: UUID, reason: str, now: datetime
) -> Disclosure:
    """Open a decision not to share again (account None: its review date came); returns the new draft.

    Reopened already: the draft that stands, unchanged. Raises ``NotDecided``.
    """
    if account is None:
        old = standing.hold_for_clock(disclosure_id)
    else:
        old = standing.hold(account, disclosure_id, now)
    found = unshared.standing_draft(old)
    if found is not None:
        return unchanged(found)
    if old.state not in REOPENABLE:
        raise NotDecided
    text = words.tidy_all({"reason": reason})["reason"]
    draft = unshared.reopened(old=old, account=account, why=text, now=now)
    _record(old, account, now, {"form": {"reason": text, "draft": draft.pk.hex}})
    return draft


@operation("disclosure.overruled")
def disclosure_overrule(
    *, account: Account, disclosure_id: UUID, version: int, reason: str, now: datetime
) -> Disclosure:
    """Set aside a hold, a seek-agreement or a refer, with the reason; never a refusal.

    For the safeguarding lead or on-call manager, without a conflict. A decision not to share opens again
    in the draft that is returned. It holds for the facts as they are: a later consent conversation or
    another outcome asks anew. Raises ``NeverOverruled``, ``Conflicted``.
    """
    disclosure = standing.hold(account, disclosure_id, now, standing.DECIDERS)
    if not _may_overrule(account, now):
        raise NotAllowed
    standing.require_impartial(account, disclosure.case)
    text = words.tidy_all({"reason": reason})["reason"]
    words.required(
        {"reason": text}, {"reason": "Say why it has to go, against what the rules say."}
    )
    if disclosure.state == "not_shared":
        why = f"Overruled by {account.name}."
        disclosure = unshared.reopened(old=disclosure, account=account, why=why, now=now)
    else:
        standing.require_version(disclosure, version)
    shown = assemble.preview(viewer=account, disclosure_id=disclosure.pk, now=now)
    outcome = shown.judged.outcome
    if outcome not in OVERRULABLE:
        raise NeverOverruled
    Overrule.objects.create(
        disclosure=disclosure, outcome_before=outcome, reason=text, by=account, at=now
    )
    Disclosure.objects.filter(pk=disclosure.pk).update(
        state="draft", version=disclosure.version + 1
    )
    for referral in disclosure.referrals.filter(decided_at=None):
        cases.close_tasks(about_id=referral.pk, kinds=["referral_decide"], now=now, by=account)
    asks = [follow.Ask("decision_reopened")]
    follow.open_all(disclosure=disclosure, account=account, asks=asks, now=now)
    unshared.line(disclosure, account, now, f"{account.name} overruled the decision. {text}")
    things = {
        "form": {"outcome_before": outcome, "reason": text},
        "request": assemble.request_as_json(shown.request),
        "decision": assemble.decision_as_json(shown.judged),
    }
    _record(disclosure, account, now, things, policy=shown.judged.policy)
    disclosure.refresh_from_db()
    return disclosure


@operation("disclosure.reviewed")
def disclosure_review(
    *,
    account: Account,
    disclosure_id: UUID,
    outcome: str,
    next_review_at: datetime | None,
    now: datetime,
) -> Review:
    """Record what came of a disclosure sent (or not shared) and when it is looked at next, if at all.

    A decision not to share always has a next review. Raises ``NotDecided``, ``Invalid``, ``Conflicted``.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    if disclosure.state not in REVIEWABLE:
        raise NotDecided
    text = words.tidy_all({"outcome": outcome})["outcome"]
    words.required({"outcome": text}, {"outcome": "Say what was done since, and what changed."})
    held = disclosure.state == "not_shared"
    if held:
        standing.require_impartial(account, disclosure.case)
    longest = catalogues.limit("not_shared_review")
    if held and not (next_review_at and now < next_review_at <= now + longest):
        raise Invalid({"next_review_at": ["Choose a time within the next seven days."]})
    if next_review_at and next_review_at <= now:
        raise Invalid({"next_review_at": ["Choose a time in the future."]})
    review = Review.objects.create(
        disclosure=disclosure, outcome=text, at=now, by=account, next_at=next_review_at
    )
    Disclosure.objects.filter(pk=disclosure.pk).update(review_at=next_review_at)
    kind = "not_shared_review" if held else "disclosure_review"
    kinds = [kind, "answer_outcome"]  # what a partner said came of it is read here
    cases.close_tasks(about_id=disclosure.pk, kinds=kinds, now=now, by=account, outcome="reviewed")
    if next_review_at:
        asks = [follow.Ask(kind, next_review_at)]
        follow.open_all(disclosure=disclosure, account=account, asks=asks, now=now)
    unshared.line(disclosure, account, now, f"Reviewed. {text}")
    ends = next_review_at.isoformat() if next_review_at else None
    _record(disclosure, account, now, {"form": {"outcome": text, "next_review_at": ends}})
    return review


def _longest(outcome: str, review_within_hours: int | None) -> timedelta:
    """Until when a decision not to share may wait for its review."""
    most = catalogues.limit("not_shared_review")
    if outcome == "share" or not review_within_hours:
        return most
    # A hold may be set anywhere within the longest; what is asked or referred has its own clock.
    return most if outcome == "hold" else min(most, timedelta(hours=review_within_hours))


def _checked_thresholds(rows: Sequence[Mapping[str, str]], *, must: bool) -> list[dict[str, str]]:
    known = catalogues.thresholds()
    chosen: dict[str, dict[str, str]] = {}
    for row in rows:
        kind = known.get(row.get("kind", ""))
        if kind is None:
            raise Invalid({"thresholds": ["Choose from the list."]})
        detail = words.tidy_all({"thresholds": row.get("detail", "")}, most={"thresholds": 300})
        if kind.needs_detail and not detail["thresholds"]:
            raise Invalid({"thresholds": [f"Say more about: {kind.label}."]})
        chosen[kind.id] = {"kind": kind.id, "detail": detail["thresholds"]}
    if must and not chosen:
        raise Invalid({"thresholds": ["Choose at least one thing that would open this again."]})
    return list(chosen.values())


def _may_overrule(account: Account, now: datetime) -> bool:
    leads = agencies.may(viewer=account, now=now, any_of=["safeguarding_lead"])
    return leads or agencies.is_on_duty(viewer=account, kind="on_call_manager", now=now)


def _record(
    disclosure: Disclosure,
    account: Account | None,
    now: datetime,
    things: Mapping[str, Any],
    *,
    policy: str | None = None,
) -> str:
    return record(
        at=now,
        agency=disclosure.agency,
        actor=account,
        case_id=disclosure.case_id,
        policy=policy,
        things=things,
    )
