"""Patterns: raised as one review, closed with what came of it; never sent to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, Agency
from sharewell.agencies.reckoning import reckoning
from sharewell.cases import letting, records
from sharewell.cases.models import CircleMember, Task
from sharewell.core.patterns import Entry, Fired
from sharewell.core.patterns import Pattern as Rule
from sharewell.followup import queries, reviewers
from sharewell.followup.gathering import entry_ids
from sharewell.followup.models import Pattern, PatternEntry, PatternReview
from sharewell.followup.operations.late import REVIEW


class PatternClosed(Conflict):
    """The review was closed meanwhile."""

    code = "pattern_closed"
    sentence = "This review was already closed. Nothing was changed; read what was recorded."


class PatternGrew(Conflict):
    """New entries came in while the reason was being written."""

    code = "pattern_grew"
    sentence = (
        "New entries came in while you were writing. Nothing you typed is lost: it is below. "
        "Read the entries marked as new, then close the review again."
    )


class ClosedSpace(NotAllowed):
    """Joining this circle is for those who look after the closed space, not for this page."""

    code = "closed_space"
    sentence = (
        "This case is restricted, so it cannot be joined from here. Nothing was changed. "
        "Ask its owner to let you in."
    )


@operation("pattern.raised")
def pattern_raise(*, agency: Agency, found: Fired, says: str, now: datetime) -> Pattern | None:
    """Open the review that a rule asks for, or let the one there is gain the entries it does not have.

    ``says`` is what came together, without a name. Once for the same entries: a review that was closed on them
    stays closed. It goes to the first person without a conflict in any of its cases; where nobody
    inside may take it, it waits without a task and is tried again at every look. For the looks at patterns, which act for
    nobody.
    """
    pattern, made = Pattern.objects.get_or_create(
        agency=agency,
        rule=found.rule.id,
        key=found.key,
        defaults={
            "person_id": UUID(found.key) if found.rule.about == "person" else None,
            "says": says,
            "found_at": now,
            "fired_at": now,
        },
    )
    if not made:
        Pattern.objects.select_for_update().only("pk").get(pk=pattern.pk)
        pattern.refresh_from_db()
    new = _gain(pattern, found.entries, now)
    waits = pattern.state == "open" and not _in_hand(pattern)
    if not new and not waits:
        return unchanged(None)
    if new:
        pattern.says, pattern.fired_at = says, now
    pattern.state = "open"
    had = pattern.task_id
    _give(pattern, found.rule, now)
    if not new and pattern.task_id == had:
        return unchanged(None)  # still nobody to take it
    pattern.save()
    _record(pattern, None, now, new)
    return pattern


@operation("pattern.closed")
def pattern_close(
    *, account: Account, pattern_id: UUID, outcome: str, reason: str, seen: int, now: datetime
) -> Pattern:
    """Close a review with what came of it, for the one who has it; the same entries never raise it again.

    ``outcome`` is one of packs/patterns.yaml, ``seen`` how many entries the writer saw. Raises ``NotFound`` for
    all others, :class:`PatternClosed`, :class:`PatternGrew` and ``Invalid``.
    """
    pattern = queries.pattern_hold(viewer=account, pattern_id=pattern_id, now=now)
    if pattern.state == "closed" or pattern.task is None:
        raise PatternClosed
    errors: dict[str, list[str]] = {}
    if outcome not in packs.patterns().outcomes:
        errors["outcome"] = ["Say what comes of it."]
    if not reason.strip():
        errors["reason"] = ["Say why, in a sentence."]
    if errors:
        raise Invalid(errors)
    if pattern.entries.count() != seen:
        raise PatternGrew
    PatternReview.objects.create(
        pattern=pattern, says=pattern.says, outcome=outcome, reason=reason, by=account, at=now
    )
    pattern.state = "closed"
    pattern.save(update_fields=["state"])
    label = packs.patterns().outcomes[outcome].label
    records.close_tasks(
        about_id=pattern.pk, kinds=[REVIEW], now=now, by=account, outcome=f"{label}: {reason}"
    )
    _record(pattern, account, now, [], {"outcome": outcome, "reason": reason})
    return pattern


@operation("pattern.joined")
def pattern_join(
    *, account: Account, pattern_id: UUID, number: int, reason: str, now: datetime
) -> CircleMember:
    """Let the one who reviews a pattern into the circle of one of its cases, as oversight, with the reason.

    For the usual time; the case's owner is asked after a while whether it is still needed. ``number`` is that of
    the case on the page of the pattern. Raises ``NotFound``, ``Invalid`` without a reason, :class:`ClosedSpace`
    for a restricted case, and ``ConflictOfInterest``.
    """
    shown = queries.pattern(viewer=account, pattern_id=pattern_id, now=now)
    person = next((each for each in shown.people if each.number == number), None)
    if person is None:
        raise NotFound
    case = person.case
    until = letting.usual_end(case, now)
    if errors := letting.mistakes(case, reason=reason, expires_at=until, now=now):
        raise Invalid(errors)
    if person.closed:
        raise ClosedSpace
    member = letting.let_in(
        case=case, account=account, relation="oversight", reason=reason, now=now, by=account
    )
    things = {"pattern": {"id": pattern_id.hex}, "member": letting.as_json(member)}
    record(at=now, agency=case.agency, actor=account, case_id=case.pk, things=things)
    return member


def _gain(pattern: Pattern, entries: Sequence[Entry], now: datetime) -> list[PatternEntry]:
    """Keep the entries that are new, and say of all which made the rule fire last."""
    known = {(e.what, e.about_id, e.case_id): e for e in pattern.entries.all()}
    wanted = [(entry_ids(entry), entry) for entry in entries]
    new = [
        PatternEntry(
            pattern=pattern,
            what=ids[0],
            about_id=ids[1],
            case_id=ids[2],
            event_at=entry.at,
            added_at=now,
            fired_at=now,
        )
        for ids, entry in wanted
        if ids not in known
    ]
    if new:
        PatternEntry.objects.bulk_create(new)
        again = [known[ids].pk for ids, _ in wanted if ids in known]
        PatternEntry.objects.filter(pk__in=again).update(fired_at=now)
    return new


def _in_hand(pattern: Pattern) -> bool:
    """Whether somebody who may have it has the review."""
    task = pattern.task
    if task is None or task.done_at is not None or not task.owner.is_active:
        return False
    return task.owner_id not in reviewers.avoided_by(pattern)


def _give(pattern: Pattern, rule: Rule, now: datetime) -> None:
    """Give the review to somebody, unless somebody has it who may."""
    if _in_hand(pattern):
        return
    who = reviewers.reviewer(
        agency=pattern.agency, to=rule.to, now=now, avoid=reviewers.avoided_by(pattern)
    )
    records.close_tasks(
        about_id=pattern.pk, kinds=[REVIEW], now=now, by=None, outcome="Given to somebody else."
    )
    if who is None:
        pattern.task = None
        return
    pattern.task = records.open_task(
        agency=pattern.agency,
        kind=REVIEW,
        owner=who,
        now=now,
        due_at=reckoning(pattern.agency, now).due(rule.within, now),
        about_id=pattern.pk,
        note=rule.label,
    )
    if rule.at_once:
        records.notify(account=who, about_id=pattern.task.pk, now=now)


def _record(
    pattern: Pattern,
    account: Account | None,
    now: datetime,
    new: Sequence[PatternEntry],
    more: dict[str, object] | None = None,
) -> None:
    task: Task | None = pattern.task
    things: dict[str, object] = {
        "pattern": {
            "id": pattern.pk.hex,
            "rule": pattern.rule,
            "state": pattern.state,
            "says": pattern.says,
            "owner": task.owner_id.hex if task else None,
            **(more or {}),
        }
    }
    of_case = {}
    for number, case in enumerate(sorted({each.case_id for each in new}), 1):
        name = f"case_{number}"
        things[name] = [f"{e.what}:{e.about_id.hex}" for e in new if e.case_id == case]
        of_case[name] = case
    record(
        at=now,
        agency=pattern.agency,
        actor=account,
        case_id=next(iter(of_case.values())) if len(of_case) == 1 else None,
        things=things,
        of_case=of_case,
    )
