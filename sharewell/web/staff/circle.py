"""Who may read a case, why and until when; and how a case is held: restricted, handed over, closed, reopened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.cases.catalogues import task_kinds
from sharewell.cases.models import Case, CircleMember
from sharewell.cases.operations.closing import STAY, AlreadyClosed
from sharewell.cases.queries import CirclePage
from sharewell.web.fields import Form
from sharewell.web.staff.case import given_id, tabs
from sharewell.web.staff.forms.circle import (
    CloseForm,
    HandOverForm,
    InviteForm,
    ReasonForm,
    ReopenForm,
    RestrictForm,
    UntilForm,
)
from sharewell.web.staff.words import RELATIONS
from sharewell.web.views import page, staff


@staff()
def circle_list(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Say who may read a case, as what, why, from whom and until when."""
    shown = queries.circle_page(viewer=viewer, case_id=case_id, now=now)
    return page(
        request,
        "staff/circle_list.html",
        section="cases",
        shown=shown,
        case=shown.case,
        tabs=tabs(shown.case, "circle_list"),
        members=[_member(each, shown, viewer) for each in shown.members],
        past=[
            {
                "member": each,
                "relation": RELATIONS[each.relation],
                "until": each.left_at or each.expires_at,
            }
            for each in shown.past
        ],
        ending=packs.closings()[shown.closing.outcome].label if shown.closing else "",
    )


@staff(methods="GET POST")
def circle_invite(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Let a colleague read a case, with the reason and until when."""
    case = _case(viewer, case_id, now, "invite")
    terms = queries.terms_of(case)
    people = queries.invitable(viewer=viewer, case=case, now=now)
    form = InviteForm(request.POST or None, people=people, terms=terms, now=now)
    words = {"heading": "Let a colleague in", "button": "Let them in", "terms": terms}
    return _act(
        request,
        "circle_invite",
        form,
        lambda: operations.circle_invite(account=viewer, case=case, now=now, **form.answer()),
        case,
        "They can read this case now.",
        words,
    )


@staff(methods="GET POST")
def circle_renew(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID, member_id: UUID
) -> HttpResponse:
    """Say whether a colleague still needs to read a case, and until when."""
    case = _case(viewer, case_id, now, "invite")
    member = queries.member(case=case, member_id=member_id)
    form = UntilForm(request.POST or None, terms=queries.terms_of(case), now=now)
    words = {"heading": "Do they still need to know?", "button": "Yes, keep them", "member": member}
    return _act(
        request,
        "circle_renew",
        form,
        lambda: operations.circle_renew(
            account=viewer, case=case, member=member, now=now, **form.answer()
        ),
        case,
        "Kept until the new day.",
        words,
    )


@staff(methods="GET POST")
def circle_leave(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID, member_id: UUID
) -> HttpResponse:
    """End a standing at once: one's own, or a colleague's."""
    own = member_id == viewer.pk
    case = _case(viewer, case_id, now, "read" if own else "invite")
    member = queries.member(case=case, member_id=member_id)
    form = ReasonForm(request.POST or None)
    words = {
        "heading": "Leave this case" if own else "End their reading of this case",
        "button": "Leave" if own else "End it now",
        "member": member,
        "own": own,
        "warns": True,
    }
    return _act(
        request,
        "circle_leave",
        form,
        lambda: operations.circle_leave(
            account=viewer, case=case, member=member, now=now, **form.answer()
        ),
        case,
        "You no longer read it." if own else "They no longer read this case.",
        words,
        to="case_list" if own else "",
    )


@staff(methods="GET POST")
def case_restrict(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Say why a case is restricted and who may still read it, or lift it."""
    case = _case(viewer, case_id, now, "restrict")
    named = [] if case.restrictions else _may_stay(viewer, case, now)
    form = RestrictForm(
        request.POST or None,
        members=named,
        reasons=list(packs.restrictions().values()),
        held=case.restrictions,
    )
    words = {
        "heading": "Restrict this case",
        "button": "Record this",
        "terms": packs.circle_terms()["restricted"],
        "suggested": queries.suggested(case),
    }
    return _act(
        request,
        "case_restrict",
        form,
        lambda: operations.case_restrict(account=viewer, case=case, now=now, **form.answer()),
        case,
        "Recorded.",
        words,
    )


@staff(methods="GET POST")
def case_hand_over(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Give a case to another owner."""
    case = _case(viewer, case_id, now, "steer")
    people = queries.ownable(viewer=viewer, case=case, now=now)
    form = HandOverForm(request.POST or None, people=people)
    words = {"heading": "Hand this case over", "button": "Hand it over"}
    own = case.owner_id == viewer.pk
    return _act(
        request,
        "case_hand_over",
        form,
        lambda: operations.case_hand_over(account=viewer, case=case, now=now, **form.answer()),
        case,
        "The case is handed over.",
        words,
        to="case_list" if own else "",
    )


@staff(methods="GET POST")
def case_close(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Close a case with its outcome."""
    case = _case(viewer, case_id, now, "steer")
    if case.state != "open":
        raise AlreadyClosed
    tasks = queries.tasks_waiting(case)
    circle = queries.circle(viewer=viewer, case=case, now=now)
    form = CloseForm(
        request.POST or None,
        members=_may_stay(viewer, case, now),
        endings=queries.endings(),
        lasting=[each.account for each in circle],
        waits=bool(tasks),
    )
    kinds = task_kinds()
    words = {
        "heading": "Close this case",
        "button": "Close it",
        "tasks": [{"task": each, "label": kinds[each.kind].label} for each in tasks],
    }
    return _act(
        request,
        "case_close",
        form,
        lambda: operations.case_close(account=viewer, case=case, now=now, **form.answer()),
        case,
        "The case is closed.",
        words,
    )


@staff(methods="GET POST")
def case_reopen(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Open a closed case again."""
    case = _case(viewer, case_id, now, "steer")
    if case.state != "closed":
        raise AlreadyClosed
    form = ReopenForm(request.POST or None)
    words = {
        "heading": "Open this case again",
        "button": "Open it again",
        "closing": queries.closing(case),
    }
    return _act(
        request,
        "case_reopen",
        form,
        lambda: operations.case_reopen(account=viewer, case=case, now=now, **form.answer()),
        case,
        "The case is open again.",
        words,
    )


@staff()
def standing_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Say to a lead who stands in which of the cases they can see."""
    found = queries.standings(viewer=viewer, now=now, after=given_id(request.GET.get("after")))
    rows = [
        {"case": row.case, "members": [(each, RELATIONS[each.relation]) for each in row.members]}
        for row in found.rows
    ]
    return page(request, "staff/standing_list.html", section="cases", found=found, rows=rows)


def _case(viewer: Account, case_id: UUID, now: datetime, act: str) -> Case:
    return queries.case_for(viewer=viewer, case_id=case_id, now=now, what="circle", act=act)


def _act(
    request: HttpRequest,
    name: str,
    form: Form,
    act: Callable[[], object],
    case: Case,
    done: str,
    words: dict[str, Any],
    to: str = "",
) -> HttpResponse:
    """Ask, and act on a whole answer; then back to the circle, or to the list for one who left."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            form.refused(refusal)
        else:
            messages.success(request, done)
            return redirect(to) if to else redirect("circle_list", case_id=case.id)
    return page(request, f"staff/{name}.html", section="cases", case=case, form=form, **words)


def _may_stay(viewer: Account, case: Case, now: datetime) -> list[CircleMember]:
    """Those of a circle who stand on only where they are named."""
    circle = queries.circle(viewer=viewer, case=case, now=now)
    by_themselves = {case.owner_id, viewer.pk}
    return [
        each
        for each in circle
        if each.relation not in STAY and each.account_id not in by_themselves
    ]


def _member(member: CircleMember, shown: CirclePage, viewer: Account) -> dict[str, Any]:
    own = member.account_id == viewer.pk
    owns = member.account_id == shown.case.owner_id
    return {
        "member": member,
        "relation": RELATIONS[member.relation],
        "own": own,
        "renews": shown.invites and not own and not owns and member.expires_at is not None,
        "ends": (shown.invites or own) and not owns,
    }


CASE = "cases/<uuid:case_id>"
urls = [
    path("circles/", standing_list, name="standing_list"),
    path(f"{CASE}/circle/", circle_list, name="circle_list"),
    path(f"{CASE}/circle/invite/", circle_invite, name="circle_invite"),
    path(f"{CASE}/circle/<uuid:member_id>/renew/", circle_renew, name="circle_renew"),
    path(f"{CASE}/circle/<uuid:member_id>/leave/", circle_leave, name="circle_leave"),
    path(f"{CASE}/restrict/", case_restrict, name="case_restrict"),
    path(f"{CASE}/hand-over/", case_hand_over, name="case_hand_over"),
    path(f"{CASE}/close/", case_close, name="case_close"),
    path(f"{CASE}/reopen/", case_reopen, name="case_reopen"),
]
