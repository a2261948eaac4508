"""How one case is taken into another so that it can be undone: every row that moves is written down as it was.

For use inside an operation on two cases that were fetched with their viewer. Tables are found by what points at a
case, so a table that is added later is carried too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Max

from sharewell.agencies.models import Account
from sharewell.cases import catalogues, people, records
from sharewell.cases.models import (
    Case,
    CaseRead,
    ChronologyEntry,
    CircleMember,
    FieldEntry,
    Merge,
    MergedRow,
    NotSame,
    RiskFacts,
    SafeContact,
    Wall,
)
from sharewell.cases.records import Known
from sharewell.cases.safety import plan_of, strictest

# What stays with the case it is about: who read it, who stood in its circle, and what was decided of pairs.
STAYING = (CaseRead, CircleMember, Merge, NotSame)
# Fields of which both records may be right at once: what either says is put together.
TOGETHER = (
    "subject.aliases",
    "subject.identifier",
    "subject.safe_contact",
    "subject.communication",
    "household.children",
    "household.adults",
    "decision_maker",
    "supports.lead",
    "supports.current",
    "source.identity",
    "source.access",
    "source.employment",
    "source.orders_in_force",
    "risk.unsafe_actions",
    "risk.others",
)
HARM = ("none", "concern", "serious", "immediate")


def columns() -> Iterator[tuple[Any, str]]:
    """Every column by which a row belongs to a case, outside what stays."""
    for relation in Case._meta.related_objects:  # noqa: SLF001 - Django's own way to name what points here
        table: Any = relation.related_model
        column: Any = relation.field
        if table not in STAYING and not column.many_to_many:
            yield table, column.name


def take_in(merge: Merge, *, by: Account, now: datetime) -> None:
    """Move the rows of the one case to the other, and let stand what both know together."""
    case, other = merge.case, merge.taken_in
    before = {field: (_newest(case, field), _newest(other, field)) for field in TOGETHER}
    name = case.person.name
    plans = [_newest_plan(each) for each in (case, other)]
    facts = (records.known_facts(case), records.known_facts(other))
    _leave_circles(merge, now)
    for table, column in columns():
        _move(merge, table, column)
    entries = [entry for field, pair in before.items() for entry in _together(field, *pair)]
    told = _plan_together(merge, plans, by, now)
    entries = [each for each in entries if each.field not in {one.field for one in told}] + told
    if other.person.name != name:
        entries.append(Known(field="subject.name", text=name, kind="reported"))
    _made(merge, records.record_fields(case=case, entries=entries, now=now, by=by))
    merged = RiskFacts.objects.create(
        case=case, facts=_worse(*facts), recorded_at=now, recorded_by=by
    )
    _made(merge, [merged])


def put_back(merge: Merge) -> None:
    """Put every row back where it was, as it was; what was recorded since stays where it was recorded."""
    rows = list(merge.rows.order_by("id"))
    for deed in ("made", "moved", "left_circle"):
        for row in (each for each in rows if each.deed == deed):
            table: Any = apps.get_model(row.table)
            found = table.objects.filter(pk=row.row)
            if deed == "made":
                found.delete()
            elif deed == "moved":
                news: dict[str, Any] = {row.column: merge.taken_in_id}
                if row.line is not None:
                    news["line"] = row.line
                found.filter(**{row.column: merge.case_id}).update(**news)
            else:
                _stand_again(found)
    # Whoever was walled off since, from both: nobody gains by the parting.
    for wall in Wall.objects.filter(case=merge.case, raised_at__gte=merge.merged_at):
        whom = {"account": wall.account, "team": wall.team, "lifted_at": None}
        if wall.lifted_at is None and not Wall.objects.filter(case=merge.taken_in, **whom).exists():
            Wall.objects.create(
                case=merge.taken_in,
                reason=wall.reason,
                raised_at=wall.raised_at,
                raised_by=wall.raised_by,
                **whom,
            )


def _stand_again(found: Any) -> None:
    member = found.get()
    again = CircleMember.objects.filter(case=member.case, account=member.account, left_at=None)
    if not again.exists():
        found.update(left_at=None)


def _leave_circles(merge: Merge, now: datetime) -> None:
    """Only those who read both go on reading: nobody gains what they could not read before."""
    inside = CircleMember.objects.standing(now).filter(case=merge.taken_in).values("account_id")
    leaving = CircleMember.objects.filter(case=merge.case, left_at=None)
    leaving = leaving.exclude(account__in=inside)
    ids = list(leaving.values_list("pk", flat=True))
    _keep(merge, "left_circle", CircleMember, "left_at", [(each, None) for each in ids])
    CircleMember.objects.filter(pk__in=ids).update(left_at=now)


def _move(merge: Merge, table: Any, column: str) -> None:
    rows = table.objects.filter(**{column: merge.taken_in})
    if table is ChronologyEntry:
        _move_lines(merge)
        return
    ids = list(rows.values_list("pk", flat=True))
    news = {column: merge.case}
    try:
        with transaction.atomic():
            rows.update(**news)
    except IntegrityError:
        # Some of these stand once in a case; those stay where they are, one by one.
        ids = [each for each in ids if _moves(table, each, news)]
    _keep(merge, "moved", table, column, [(each, None) for each in ids])


def _moves(table: Any, key: Any, news: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            table.objects.filter(pk=key).update(**news)
    except IntegrityError:
        return False
    return True


def _move_lines(merge: Merge) -> None:
    """The lines of the timeline are counted on from the last of the case that they come to."""
    newest = ChronologyEntry.objects.filter(case=merge.case).aggregate(last=Max("line"))["last"]
    found = ChronologyEntry.objects.filter(case=merge.taken_in).order_by("line")
    lines = list(found.values_list("pk", "line"))
    numbers = count((newest or 0) + 1)
    moved = [ChronologyEntry(pk=key, case=merge.case, line=next(numbers)) for key, _ in lines]
    ChronologyEntry.objects.bulk_update(moved, ["case", "line"], batch_size=200)
    _keep(merge, "moved", ChronologyEntry, "case", lines)


def _made(merge: Merge, rows: Sequence[models.Model]) -> None:
    for row in rows:
        _keep(merge, "made", type(row), "", [(row.pk, None)])


def _keep(
    merge: Merge,
    deed: str,
    table: type[models.Model],
    column: str,
    rows: Sequence[tuple[Any, int | None]],
) -> None:
    label = table._meta.label  # noqa: SLF001 - Django's own name of a table
    MergedRow.objects.bulk_create(
        (
            MergedRow(
                merge=merge,
                deed=deed,
                table=label,
                column=column,
                row=str(key),
                line=line,
            )
            for key, line in rows
        ),
        batch_size=500,
    )


def _newest(case: Case, field: str) -> FieldEntry | None:
    return FieldEntry.objects.filter(case=case, field=field).order_by("-id").first()


def _plan_together(
    merge: Merge, plans: Sequence[SafeContact | None], by: Account, now: datetime
) -> list[Known]:
    """Let the strictest of two safe contact plans stand, and return what it says of fields."""
    ours, theirs = plans
    if ours is None or theirs is None:
        return []
    together = strictest(plan_of(ours), plan_of(theirs))
    kept = SafeContact.objects.create(
        case=merge.case, recorded_at=now, recorded_by=by, **together.as_columns()
    )
    _made(merge, [kept])
    return together.as_fields()


def _newest_plan(case: Case) -> SafeContact | None:
    return SafeContact.objects.filter(case=case).order_by("-id").first()


def _together(field: str, one: FieldEntry | None, other: FieldEntry | None) -> list[Known]:
    """What both say of a field, as one entry; none where at most one of them says anything new."""
    ours, theirs = people.parts(one), people.parts(other)
    if not ours and not theirs:
        return []
    both = list(dict.fromkeys([*ours, *theirs]))
    return [Known(field=field, text=people.BETWEEN.join(both), kind="reported")]


def _worse(ours: dict[str, str], theirs: dict[str, str]) -> dict[str, str]:
    """What is known of the facts in either; of harm the worse, of the rest ours where both know it."""
    known = {**theirs, **{fact: value for fact, value in ours.items() if value != "unknown"}}
    harms = [each["harm"] for each in (ours, theirs) if each.get("harm") in HARM]
    if harms:
        known["harm"] = max(harms, key=HARM.index)
    return {**known, "subject_kind": ours["subject_kind"]}


def flags_of(*cases: Case) -> list[str]:
    """The special handling that either needs, in the order of the pack."""
    wanted = {flag for case in cases for flag in case.flags}
    order = [flag.id for flag in catalogues.flags()]
    return sorted(wanted, key=lambda flag: order.index(flag) if flag in order else len(order))
