"""Records that may be about one person, among the cases that the viewer may read in their own agency, no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.cases.models import (
    Case,
    CaseQuerySet,
    FieldEntry,
    Identifier,
    Merge,
    NotSame,
    PersonName,
)
from sharewell.cases.telling import PersonTold
from sharewell.core.people import Likeness
from sharewell.core.sameperson import Sketch, likeness, may_compare

HOME = "subject.home_address"
MOST_COMPARED = 2000  # the newest cases of one viewer
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case that may be about the same person, and why it is suggested; a person decides."""

    case: Case
    because: Likeness


def duplicates(
    *, viewer: Account, case: Case, now: datetime, among: UUID | None = None
) -> list[Suggestion]:
    """Cases that may be about the person of this one, which was fetched with its viewer; the likeliest first.

    Those that somebody found not to be the same are left out. ``among`` looks at one other case only.
    """
    others = _cases(viewer, now, among).exclude(pk=case.pk).exclude(person_id=case.person_id)
    apart = NotSame.objects.filter(Q(one=case) | Q(other=case)).values_list("one_id", "other_id")
    others = others.exclude(pk__in={each for pair in apart for each in pair} - {case.pk})
    found = [case, *others[:MOST_COMPARED]]
    sketches = _sketches(found)
    return _suggest(sketches[case.pk], found[1:], sketches, viewer)


def duplicates_of_told(
    *,
    viewer: Account,
    people: Sequence[PersonTold],
    now: datetime,
    form_key: UUID | None = None,
) -> dict[str, list[Suggestion]]:
    """Cases that may be about somebody new whom a concern names, by the person's key.

    Those that the same form opened (``form_key``: it was sent twice) are left out.
    """
    new = [told for told in people if told.person_id is None and told.name.strip()]
    if not new:
        return {}
    cases = _cases(viewer, now)
    if form_key is not None:
        cases = cases.exclude(concerns__concern__form_key=form_key)
    found = list(cases[:MOST_COMPARED])
    sketches = _sketches(found)
    suggested = {
        told.key: _suggest(Sketch([told.name], told.birth_date), found, sketches, viewer)
        for told in new
    }
    return {key: each for key, each in suggested.items() if each}


def not_same(case: Case, other: Case) -> NotSame | None:
    """What somebody decided of two cases that were fetched with their viewer, where they found two people."""
    one, two = sorted((case, other), key=lambda each: each.pk)
    return NotSame.objects.filter(one=one, other=two).first()


def merges(case: Case) -> list[Merge]:
    """What was taken into a case that was fetched with its viewer, newest first, also what was parted again."""
    found = Merge.objects.filter(case=case).select_related("taken_in", "merged_by", "undone_by")
    return list(found.order_by("-merged_at"))


def _cases(viewer: Account, now: datetime, among: UUID | None = None) -> CaseQuerySet:
    found = Case.objects.visible_to(viewer, now).filter(kind="protection").select_related("person")
    if among is not None:
        found = found.filter(pk=among)
    return found.order_by("-opened_at", "-pk")


def _suggest(
    ours: Sketch, others: Iterable[Case], sketches: dict[UUID, Sketch], viewer: Account
) -> list[Suggestion]:
    rules = packs.people().duplicates
    found = []
    for each in others:
        if not may_compare(str(viewer.agency_id), str(each.agency_id)):
            continue
        because = likeness(ours, sketches[each.pk], rules)
        if because is not None:
            found.append(Suggestion(each, because))
    order = {rule.id: number for number, rule in enumerate(rules)}
    return sorted(found, key=lambda each: order[each.because.id])[:MOST_SHOWN]


def _sketches(cases: Sequence[Case]) -> dict[UUID, Sketch]:
    """What of each case tells who it is about; as many questions however many cases."""
    ids = [case.pk for case in cases]
    names: dict[UUID, list[str]] = defaultdict(list)
    numbers: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for case_id, name in PersonName.objects.filter(case__in=ids).values_list("case_id", "name"):
        names[case_id].append(name)
    rows = Identifier.objects.filter(case__in=ids, ended_at=None)
    for case_id, kind, value in rows.values_list("case_id", "kind", "value"):
        numbers[case_id][kind].add(value)
    newest = FieldEntry.objects.filter(case__in=ids, field=HOME).order_by().values("case")
    last = newest.annotate(last=Max("id")).values("last")
    homes = dict(FieldEntry.objects.filter(pk__in=last).values_list("case_id", "text"))
    return {
        case.pk: Sketch(
            [case.person.name, *names[case.pk]],
            case.person.expected_on if case.person.unborn else case.person.birth_date,
            numbers[case.pk],
            homes.get(case.pk, ""),
        )
        for case in cases
    }
