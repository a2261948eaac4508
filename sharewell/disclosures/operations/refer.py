"""Referring: a named role decides first, within a limit, and a deputy takes over when it passes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import letting, oversight, queries
from sharewell.cases import records as cases
from sharewell.cases.models import Case, Task
from sharewell.cases.oversight import Outside
from sharewell.disclosures import assemble, catalogues, standing, unshared, words
from sharewell.disclosures.models import Disclosure, Referral

RING_OUTSIDE = "referral_ring_outside"
ANSWERS = ("share", "not_share")
AT_ONCE = ("serious", "immediate")  # the on-call manager takes over before the deputy
DECIDES_WITHIN = timedelta(hours=24)
LOOKED_AT_AGAIN = timedelta(hours=24)


class NotReferred(Conflict):
    """The rules do not leave this question to anybody else."""

    code = "not_referred"
    sentence = (
        "With the facts as they are nobody else has to decide this first. Nothing was changed."
    )


class AlreadyDecided(Conflict):
    """The referral has its answer."""

    code = "already_decided"
    sentence = "Somebody decided this before you. Nothing was changed; the page shows the answer."


@operation("disclosure.referred")
def disclosure_refer(
    *, account: Account, disclosure_id: UUID, version: int, question: str, now: datetime
) -> Referral | Outside:
    """Put a disclosure before the decider that the decision names, with the deputy and the limit.

    The decider joins the circle for a week; the deputy only when it passes to them. Where nobody inside may
    decide, it stays a draft, the account gets the task to ring outside, and whom is returned. Raises
    ``NotReferred`` when the decision does not refer it.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    standing.require_version(disclosure, version)
    shown = assemble.preview(viewer=account, disclosure_id=disclosure_id, now=now)
    decision = shown.decision
    if decision.outcome != "refer" or decision.decider is None:
        raise NotReferred
    text = words.tidy_all({"question": question})["question"]
    decider, deputy = _deciders(disclosure, account, decision.decider, now)
    if isinstance(decider, Outside):
        return _ask_outside(disclosure, account, decider, text, now)
    hours = decision.decide_within_hours
    within = timedelta(hours=hours) if hours else DECIDES_WITHIN
    referral = Referral.objects.create(
        disclosure=disclosure,
        question=text,
        referred_by=account,
        decider_role=decision.decider,
        decider=decider,
        deputy=deputy,
        referred_at=now,
        due_at=now + within,
    )
    _let_in(disclosure.case, decider, now, account)
    _give(referral, decider, now, referral.due_at)
    rows = Disclosure.objects.filter(pk=disclosure.pk)
    rows.update(state="referred", version=F("version") + 1)
    unshared.line(disclosure, account, now, f"Referred to {decider.name} to decide. {text}")
    things = {
        "form": {"question": text, "decider": decider.pk.hex},
        "request": assemble.request_as_json(shown.request),
        "decision": assemble.decision_as_json(decision),
    }
    _record(disclosure, account, now, things, policy=decision.policy)
    return referral


def _deciders(
    disclosure: Disclosure, account: Account, role: str, now: datetime
) -> tuple[Account | Outside, Account | None]:
    """Who decides and the deputy: by the role, else the first inside without a conflict, else outside."""
    agency, apart = disclosure.agency, standing.apart(disclosure.case, account)
    try:
        return agencies.decider(agency=agency, decider_role=role, now=now, without=apart)
    except agencies.NobodyOnDuty:
        found = oversight.resolve(
            agency=agency, case=disclosure.case, purpose="review", now=now, without=apart
        )
        return found, None


def _ask_outside(
    disclosure: Disclosure, account: Account, found: Outside, question: str, now: datetime
) -> Outside:
    """Give the account the task to ring outside, once; the question stays with the draft."""
    about: dict[str, Any] = {"about_id": disclosure.pk, "now": now}
    cases.close_tasks(kinds=[RING_OUTSIDE], by=account, outcome="asked anew", **about)
    cases.open_task(
        agency=disclosure.agency,
        case=disclosure.case,
        kind=RING_OUTSIDE,
        owner=account,
        note=found.says[:500],
        **about,
    )
    text = f"Nobody in this agency may decide; {found.name} is asked. {question}"
    unshared.line(disclosure, account, now, text)
    form = {"question": question, "outside": found.as_json()}
    _record(disclosure, account, now, {"form": form})
    return found


@operation("referral.decided")
def referral_decide(
    *,
    account: Account,
    referral_id: UUID,
    answer: str,
    grounds: Sequence[str],
    reason: str,
    not_reputation: bool,
    now: datetime,
) -> Disclosure:
    """Answer a referral, ``share`` or ``not_share``, as its decider or deputy.

    ``share`` returns the draft to its sender, who may send it; ``not_share`` is a decision with a review.
    Raises ``NotAllowed`` for others, ``Conflicted``, ``Invalid``, ``AlreadyDecided``.
    """
    referral = _referral(account, referral_id, now)
    deciders = {referral.decider_id, referral.deputy_id} - {referral.referred_by_id}
    if account.pk not in deciders:
        raise NotAllowed
    standing.require_impartial(account, referral.disclosure.case)
    if referral.decided_at:
        same = referral.decided_by_id == account.pk and referral.answer == answer
        if same:
            return unchanged(referral.disclosure)
        raise AlreadyDecided
    if referral.disclosure.state != "referred":
        raise standing.NotEditable
    if answer not in ANSWERS:
        raise Invalid({"answer": ["Choose whether it is shared."]})
    text = unshared.checked_grounds(
        answer=answer, grounds=grounds, reason=reason, not_reputation=not_reputation
    )
    referral.answer, referral.grounds, referral.reason = answer, list(grounds), text
    referral.decided_at, referral.decided_by = now, account
    referral.save()
    disclosure = _answered(referral, account, now)
    form = {"answer": answer, "grounds": list(grounds), "reason": text, "not_reputation": True}
    _record(disclosure, account, now, {"form": form})
    return disclosure


@operation("referral.passed_on")
def referral_pass_on(*, referral_id: UUID, now: datetime) -> Referral:
    """Pass an unanswered referral on once its limit has passed, and again when the next limit has.

    At serious or immediate harm the on-call manager is the first to take over, else the deputy; then each
    who has not had it. For the clock runner. Answered already, not yet due, or nobody left: unchanged.
    """
    found = Referral.objects.filter(pk=referral_id).values_list("disclosure_id", flat=True).first()
    if found is None:
        raise NotFound
    disclosure = standing.hold_for_clock(found)
    referral = Referral.objects.select_related("decider", "deputy").get(pk=referral_id)
    if referral.decided_at or referral.due_at > now or disclosure.state != "referred":
        return unchanged(referral)
    taken_by = _next(referral, disclosure, now)
    if taken_by is None:
        return unchanged(referral)
    within = referral.due_at - (referral.passed_on_at or referral.referred_at)
    referral.deputy, referral.passed_on_at, referral.due_at = taken_by, now, now + within
    referral.save(update_fields=["deputy", "passed_on_at", "due_at"])
    _let_in(disclosure.case, taken_by, now)
    cases.close_tasks(
        about_id=referral.pk, kinds=["referral_decide"], now=now, by=None, outcome="passed on"
    )
    _give(referral, taken_by, now, referral.due_at)
    text = f"Nobody had decided in time; passed on to {taken_by.name}."
    unshared.line(disclosure, None, now, text)
    _record(disclosure, None, now, {"form": {"passed_on_to": taken_by.pk.hex}})
    return referral


def _next(referral: Referral, disclosure: Disclosure, now: datetime) -> Account | None:
    """Who takes over: nobody who has had it, who asked, or on whose service the concern bears."""
    had = Task.objects.filter(about_id=referral.pk, kind="referral_decide").values("owner")
    people = [referral.decider, referral.referred_by, *Account.objects.filter(pk__in=had)]
    without = standing.apart(disclosure.case, *people)
    on_call = _on_call(disclosure, now, without)
    if on_call is not None and _harm(disclosure) in AT_ONCE:
        return on_call
    if referral.deputy is not None and referral.deputy not in without:
        return referral.deputy
    try:
        role = referral.decider_role
        return agencies.decider(
            agency=disclosure.agency, decider_role=role, now=now, without=without
        )[0]
    except agencies.NobodyOnDuty:
        return None


def _on_call(disclosure: Disclosure, now: datetime, without: Collection[Account]) -> Account | None:
    """The on-call manager of the rota; not the leads who stand in where there is none."""
    try:
        found = agencies.on_duty(
            agency=disclosure.agency, kind="on_call_manager", now=now, without=without
        )
    except agencies.NobodyOnDuty:
        return None
    return found if agencies.is_on_duty(viewer=found, kind="on_call_manager", now=now) else None


def _harm(disclosure: Disclosure) -> str:
    return {**queries.facts(disclosure.case), **disclosure.facts}.get("harm", "")


def _answered(referral: Referral, account: Account, now: datetime) -> Disclosure:
    disclosure = referral.disclosure
    cases.close_tasks(
        about_id=referral.pk,
        kinds=["referral_decide"],
        now=now,
        by=account,
        outcome=referral.answer,
    )
    if referral.answer == "share":
        rows = Disclosure.objects.filter(pk=disclosure.pk)
        rows.update(state="draft", version=F("version") + 1)
        text = f"{account.name} decided that it may be shared. {referral.reason}"
        unshared.line(disclosure, account, now, text)
        disclosure.refresh_from_db()
        return disclosure
    shown = assemble.preview(viewer=account, disclosure_id=disclosure.pk, now=now)
    hours = shown.decision.review_within_hours
    return unshared.keep(
        shown=shown,
        account=account,
        grounds=referral.grounds,
        reasons=referral.reason,
        review_at=now + (timedelta(hours=hours) if hours else LOOKED_AT_AGAIN),
        now=now,
    )


def _referral(account: Account, referral_id: UUID, now: datetime) -> Referral:
    rows = Referral.objects.filter(pk=referral_id, disclosure__in=standing.readable(account, now))
    found = rows.values_list("disclosure_id", flat=True).first()
    if found is None:
        raise NotFound
    standing.hold(account, found, now, standing.DECIDERS)
    related = Referral.objects.select_related("disclosure__agency", "disclosure__case__person")
    return related.get(pk=referral_id)


def _let_in(case: Case, person: Account, now: datetime, by: Account | None = None) -> None:
    letting.let_in(
        case=case,
        account=person,
        relation="decider",
        reason="decides a question about sharing",
        now=now,
        expires_at=now + catalogues.limit("decider_standing"),
        by=by,
    )


def _give(referral: Referral, owner: Account, now: datetime, due_at: datetime) -> None:
    cases.open_task(
        agency=referral.disclosure.agency,
        case=referral.disclosure.case,
        kind="referral_decide",
        owner=owner,
        now=now,
        due_at=due_at,
        about_id=referral.pk,
    )


def _record(
    disclosure: Disclosure,
    account: Account | None,
    now: datetime,
    things: dict[str, Any],
    *,
    policy: str | None = None,
) -> None:
    record(
        at=now,
        agency=disclosure.agency,
        actor=account,
        case_id=disclosure.case_id,
        policy=policy,
        things=things,
    )
