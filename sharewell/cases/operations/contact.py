"""How a person is reached: the safe contact plan and its versions, and leave to make contact without one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.agencies.queries import require
from sharewell.cases import queries, records
from sharewell.cases.models import Case, ContactLeave, SafeContact, Task
from sharewell.cases.models.contact import WHEN
from sharewell.cases.operations._writing import leave, may_write
from sharewell.cases.operations.case import Changed
from sharewell.cases.records import Known
from sharewell.cases.safety import ContactPlan, plan_of

CHECK = "safe_contact_check"
MORNING = time(9)


class PlanStands(Conflict):
    """A plan is recorded, so it is the plan that says what is safe."""

    code = "plan_stands"
    sentence = "A safe contact plan is recorded, so it decides. Nothing was changed. Change the plan instead."


@operation("safe_contact.recorded")
def safe_contact_record(
    *,
    account: Account,
    case: Case,
    now: datetime,
    plan: ContactPlan,
    seen: int | None = None,
) -> SafeContact:
    """Record how the person may be reached safely; the versions before stay readable.

    Without ``review_on`` it is looked at again after the days of the pack; the task to do so is opened.
    ``seen`` is the id of the version that the writer saw (0: none). Raises :class:`Changed`, ``NotFound``,
    ``NotAllowed`` and ``Invalid`` by field.
    """
    may_write(account, case, now)
    today = now.astimezone(ZoneInfo(case.agency.time_zone)).date()
    _check(plan, today)
    records.lock(case)
    newest = queries.safe_contact(case)
    if seen is not None and seen != (newest.id if newest else 0):
        raise Changed
    review_on = plan.review_on or today + timedelta(days=packs.contact().limits["review_days"])
    columns = {**plan.as_columns(), "review_on": review_on}
    kept = SafeContact.objects.create(case=case, recorded_at=now, recorded_by=account, **columns)
    known = plan.as_fields()
    unsafe = queries.known_fields(case).get("risk.unsafe_actions")
    before = plan_of(newest).unsafe() if newest else ""
    if not plan.unsafe() and before and unsafe and unsafe.text == before:
        # What the former plan forbade is no longer known to be unsafe.
        known.append(Known(field="risk.unsafe_actions", unknown="unknown"))
    records.record_fields(case=case, entries=known, now=now, by=account)
    _review(case, account, now, review_on)
    text = "The safe contact plan was changed." if newest else "A safe contact plan was recorded."
    records.add_chronology(case=case, now=now, by=account, section="contact", text=text)
    leave(
        account,
        case,
        now,
        {"safe_contact": {**plan.as_json(), "review_on": review_on.isoformat()}},
    )
    return kept


@operation("contact.accepted")
def contact_accept(*, account: Account, case: Case, now: datetime, reason: str) -> ContactLeave:
    """Give leave to ask the person what is safe although no plan is recorded; it ends after some hours.

    For managers and safeguarding leads in the circle. Raises ``NotFound``, ``NotAllowed``,
    :class:`PlanStands`, and ``Invalid`` without a reason.
    """
    if not queries.stands_in(viewer=account, case=case, now=now):
        raise NotFound
    require(viewer=account, now=now, any_of=queries.ACCEPTS)
    if not reason.strip():
        raise Invalid(
            {"reason": ["Say why contact cannot wait for a plan, and how it is made safe."]}
        )
    records.lock(case)
    if queries.safe_contact(case) is not None:
        raise PlanStands
    hours = packs.contact().limits["accepted_hours"]
    given = ContactLeave.objects.create(
        case=case, reason=reason, given_at=now, given_by=account, until=now + timedelta(hours=hours)
    )
    text = f"Contact without a safe contact plan was accepted: {reason}"
    records.add_chronology(case=case, now=now, by=account, section="decision", text=text)
    leave(account, case, now, {"leave": {"reason": reason, "until": given.until.isoformat()}})
    return given


def _review(case: Case, by: Account, now: datetime, review_on: date) -> None:
    """Looking at the plan again is one task of a case; a new version does the one that waits."""
    waiting = Task.objects.waiting().filter(case=case, kind=CHECK)
    waiting.update(done_at=now, done_by=by, outcome="The plan was recorded anew.")
    zone = ZoneInfo(case.agency.time_zone)
    due_at = datetime.combine(review_on, MORNING, tzinfo=zone)
    records.open_task(
        agency=case.agency,
        kind=CHECK,
        owner=case.owner,
        now=now,
        case=case,
        due_at=max(due_at, now),
    )


def _check(plan: ContactPlan, today: date) -> None:
    errors: dict[str, list[str]] = {}
    for name, sentence in _mistakes(plan, today):
        errors.setdefault(name, []).append(sentence)
    if errors:
        raise Invalid(errors)


def _mistakes(plan: ContactPlan, today: date) -> Iterator[tuple[str, str]]:
    rules = packs.contact()
    for way in plan.ways:
        if way.get("channel") not in rules.channels or way.get("safe") not in {
            "true",
            "false",
            "unknown",
        }:
            yield "ways", "Choose one of the ways offered, and say whether it is safe."
    for who in plan.must_not_know:
        if who.get("relation", "") not in {"", *rules.relations}:
            yield "must_not_know", "Choose one of the relations offered."
        elif not (who.get("name") or who.get("relation")):
            yield "must_not_know", "Give a name or a relation."
    for window in plan.windows:
        if not _fits(window):
            yield (
                "windows",
                "Choose the days, and give a start before its end, like 10:00 and 12:00.",
            )
    yield from _wrong_days(plan, today)
    if plan.when not in WHEN or (plan.when == "listed") != bool(plan.windows):
        yield "when", "Give the days and hours where only some are safe."


def _wrong_days(plan: ContactPlan, today: date) -> Iterator[tuple[str, str]]:
    if plan.review_on and plan.review_on < today:
        yield "review_on", "Choose a day that has not passed."
    if plan.agreed_on and plan.agreed_on > today:
        yield "agreed_on", "Give the day on which it was agreed; this one has not come yet."
    if plan.agreed_on and not plan.agreed_by:
        yield "agreed_by", "Say who agreed it with the person."


def _fits(window: object) -> bool:
    if not isinstance(window, dict):
        return False
    days = set(window.get("days", ()))
    try:
        starts, ends = (time.fromisoformat(window[name]) for name in ("from", "to"))
    except (KeyError, TypeError, ValueError):
        return False
    return bool(days) and days <= set(range(7)) and starts < ends
