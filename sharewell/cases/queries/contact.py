"""Reads of how people are reached: the plans of cases that were fetched with their viewer, and leave to do without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from sharewell.agencies.access import NotFound
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, may, require
from sharewell.cases import looked
from sharewell.cases.models import Case, ContactLeave, ContactWord, SafeContact
from sharewell.cases.queries import cases as reads

ACCEPTS = ("manager", "safeguarding_lead")


@dataclass(frozen=True, slots=True)
class Reach:
    """How the person of a case may be reached: the plan that stands, or a manager's leave, or neither."""

    case: Case
    plan: SafeContact | None
    leave: ContactLeave | None = None


def safe_contact(case: Case) -> SafeContact | None:
    """How the person may be reached safely, as last recorded."""
    return next(iter(_plan(case=case.pk)), None)


@kept
def _plan(*, case: UUID) -> QuerySet[SafeContact]:
    return SafeContact.objects.filter(case=case).order_by("-id")[:1]


def safe_contacts(case: Case) -> list[SafeContact]:
    """All versions of the safe contact plan, the one that stands first."""
    found = SafeContact.objects.filter(case=case).select_related("recorded_by")
    return list(found.order_by("-id"))


def contact_leave(case: Case, now: datetime) -> ContactLeave | None:
    """The leave to make contact without a plan that stands at this moment."""
    return next(iter(_leave(case=case.pk, now=now)), None)


@kept
def _leave(*, case: UUID, now: datetime) -> QuerySet[ContactLeave]:
    found = ContactLeave.objects.filter(case=case, given_at__lte=now, until__gt=now)
    return found.select_related("given_by").order_by("-id")[:1]


def reaches(cases: Sequence[Case], now: datetime) -> list[Reach]:
    """How the person of each case may be reached; two queries, however many cases."""
    if len(cases) == 1:
        plan = safe_contact(cases[0])
        return [Reach(cases[0], plan, None if plan else contact_leave(cases[0], now))]
    ids = [case.pk for case in cases]
    versions = SafeContact.objects.filter(case__in=ids).order_by().values("case")
    newest = versions.annotate(newest=Max("id")).values("newest")
    plans = {plan.case_id: plan for plan in SafeContact.objects.filter(pk__in=newest)}
    without = [pk for pk in ids if pk not in plans]
    leaves: Mapping[UUID, ContactLeave] = {}
    if without:
        found = ContactLeave.objects.filter(case__in=without, given_at__lte=now, until__gt=now)
        leaves = {each.case_id: each for each in found.order_by("id")}
    return [Reach(case, plans.get(case.pk), leaves.get(case.pk)) for case in cases]


def may_accept_contact(*, viewer: Account, now: datetime) -> bool:
    """Whether the viewer may give leave to make contact without a plan."""
    return may(viewer=viewer, now=now, any_of=ACCEPTS)


def case_to_accept_contact(*, viewer: Account, case_id: UUID, now: datetime) -> Case:
    """A case for one who may give that leave; raises ``NotFound``, and ``NotAllowed`` to others in the circle."""
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what="contact")
    require(viewer=viewer, now=now, any_of=ACCEPTS)
    return case


def contact_word(*, viewer: Account, word_id: UUID, now: datetime) -> ContactWord:
    """A word that the gate let through, for the circle of its case; raises ``NotFound`` for others."""
    visible = Case.objects.visible_to(viewer, now)
    found = ContactWord.objects.filter(pk=word_id, case__in=visible)
    word = found.select_related("case__person", "case__agency", "released_by").first()
    if word is None:
        raise NotFound
    looked.note_all(viewer=viewer, cases=[word.case], now=now, what="contact_word")
    return word


def case_to_reach(*, viewer: Account, case_id: UUID, now: datetime) -> Case:
    """A case for one who may reach its person; raises ``NotFound``, and ``NotAllowed`` to others in the circle."""
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what="contact")
    require(viewer=viewer, now=now, any_of=CASEWORK)
    return case
