"""Allegations about staff: the page of the closed space, and what is recorded in it."""

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
from sharewell.cases.models import Case
from sharewell.cases.queries import AllegationPage
from sharewell.web.staff.case import tabs
from sharewell.web.staff.forms import allegation as forms
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.staff.words import RELATIONS
from sharewell.web.views import page, staff


@staff()
def allegation_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Open an allegation: what is alleged, what was secured, who may know, what the named was told."""
    shown = queries.allegation_page(viewer=viewer, case_id=case_id, now=now)
    words = packs.allegations()
    return page(
        request,
        "staff/allegation_detail.html",
        section="cases",
        shown=shown,
        case=shown.case,
        tabs=tabs(shown.case, "allegation_detail"),
        rows=_rows(shown),
        kept=[(each, words.evidence[each.kind].label) for each in shown.kept],
        missing=[
            each.label
            for each in words.evidence.values()
            if each.id not in {"other", *(kept.kind for kept in shown.kept)}
        ],
        told=[(each, words.steers[each.steered_by].label) for each in shown.told],
        outcomes=[(each, words.outcomes[each.outcome]) for each in shown.outcomes],
        members=[(each, RELATIONS[each.relation]) for each in shown.circle],
        now=now,
    )


@staff(methods="GET POST")
def allegation_record(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record the facts."""
    case = queries.allegation(viewer=viewer, case_id=case_id, now=now, what="allegation facts")
    newest = queries.newest_facts_of(case)
    form = forms.FactsForm(request.POST or None, newest=newest)
    return _act(request, viewer, now, case, form, operations.allegation_record, "allegation_record")


@staff(methods="GET POST")
def evidence_secure(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record what was secured, or could not be."""
    case = queries.allegation(viewer=viewer, case_id=case_id, now=now, what="allegation evidence")
    form = forms.EvidenceForm(request.POST or None)
    return _act(request, viewer, now, case, form, operations.evidence_secure, "evidence_secure")


@staff(methods="GET POST")
def named_tell(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record what the named person was told, and by whose steer."""
    case = queries.allegation(viewer=viewer, case_id=case_id, now=now, what="allegation told")
    form = forms.ToldForm(request.POST or None)
    return _act(request, viewer, now, case, form, operations.named_tell, "named_tell")


@staff(methods="GET POST")
def allegation_find(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record how it was found."""
    case = queries.allegation(viewer=viewer, case_id=case_id, now=now, what="allegation outcome")
    form = forms.OutcomeForm(request.POST or None)
    return _act(request, viewer, now, case, form, operations.allegation_find, "allegation_find")


@staff(methods="GET POST")
def allegation_lead(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Name who leads the enquiry inside."""
    case = queries.allegation(viewer=viewer, case_id=case_id, now=now, what="allegation lead")
    people = queries.free_colleagues(viewer=viewer, case=case, now=now)
    form = forms.LeadForm(request.POST or None, people=people)
    return _act(request, viewer, now, case, form, operations.allegation_lead, "allegation_lead")


@staff(methods="GET POST")
def wall_raise(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Keep one more colleague, or a team, out."""
    case = queries.allegation(viewer=viewer, case_id=case_id, now=now, what="allegation walls")
    people = queries.free_colleagues(viewer=viewer, case=case, now=now)
    form = forms.WallForm(request.POST or None, people=people, teams=queries.teams(viewer=viewer))
    return _act(request, viewer, now, case, form, operations.wall_raise, "wall_raise")


@staff(methods="GET POST")
def wall_lift(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID, wall_id: int
) -> HttpResponse:
    """Lift a wall, with the reason."""
    case = queries.allegation(viewer=viewer, case_id=case_id, now=now, what="allegation walls")
    wall = queries.wall(viewer=viewer, case=case, wall_id=wall_id, now=now)
    form = forms.LiftForm(request.POST or None)

    def lift(**given: Any) -> object:
        return operations.wall_lift(wall_id=wall_id, **given)

    return _act(request, viewer, now, case, form, lift, "wall_lift", wall=wall)


@staff(methods="GET POST")
def witness_ask(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Ask one witness one question."""
    case = queries.allegation(viewer=viewer, case_id=case_id, now=now, what="allegation witnesses")
    people = queries.possible_witnesses(viewer=viewer, case=case, now=now)
    form = forms.AskForm(request.POST or None, people=people)
    return _act(request, viewer, now, case, form, operations.witness_ask, "witness_ask")


# The heading of each form, what is said above it, its button, and what is said once it is done.
WORDS = {
    "allegation_record": (
        "What is alleged",
        (
            "Facts only: what was seen and said, when and where. Ask the person no more than safety needs: an "
            "account taken twice, or by the wrong person, may be lost to the enquiry."
        ),
        "Record these facts",
    ),
    "evidence_secure": (
        "What was done to preserve evidence",
        "Secure it before it is washed, wiped or written over. Look at no phone yourself, and question nobody.",
        "Record it",
    ),
    "named_tell": (
        "What the named person was told",
        (
            "Tell them nothing until the designated officer, adult social care or the police agree to what is "
            "said, and when. Offer support at the same time."
        ),
        "Record what they were told",
    ),
    "allegation_find": (
        "How it was found",
        "Record the outcome that the enquiry reached, not an opinion of your own.",
        "Record the outcome",
    ),
    "allegation_lead": (
        "Who leads the enquiry inside",
        "They read all of this space, and the accounts of witnesses once these are signed.",
        "Name them",
    ),
    "wall_raise": (
        "Keep it from somebody",
        "They leave the circle at once, and what they were to do here goes to somebody else. They learn nothing of it.",
        "Raise the wall",
    ),
    "wall_lift": (
        "Lift a wall",
        "Nobody reads more by that alone: they still have to be invited.",
        "Lift it",
    ),
    "witness_ask": (
        "Ask a witness",
        (
            "Each witness writes alone, and nobody else reads it before it is signed. They see your question and "
            "nothing else of this space."
        ),
        "Ask them",
    ),
}
DONE = "Recorded."


def _act(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    case: Case,
    form: Any,
    act: Callable[..., object],
    name: str,
    **more: Any,
) -> HttpResponse:
    """Show one form of the closed space, or do what was sent; what is typed is kept meanwhile."""
    if request.method == "POST" and form.is_valid():
        try:
            act(account=viewer, case=case, now=now, **form.answer())
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=name, about=case.pk)
            messages.success(request, DONE)
            return redirect("allegation_detail", case_id=case.pk)
    restored = restore(form, viewer=viewer, name=name, about=case.pk)
    heading, above, button = WORDS[name]
    return page(
        request,
        "staff/allegation_form.html",
        section="cases",
        case=case,
        form=form,
        name=name,
        heading=heading,
        above=above,
        button=button,
        restored=restored,
        **more,
    )


def _rows(shown: AllegationPage) -> list[dict[str, str]]:
    facts = shown.facts[0] if shown.facts else None
    named = [each.name for each in shown.named]
    if shown.allegation.named_words:
        named.append(shown.allegation.named_words)
    capacities = packs.allegations().capacities
    rows = [{"key": "Person named", "value": ", ".join(named)}]
    if facts:
        capacity = capacities.get(facts.capacity)
        rows += [
            {"key": "Works here as", "value": capacity.label if capacity else ""},
            {"key": "What is alleged", "value": facts.alleged},
            {"key": "When", "value": facts.happened_when},
            {"key": "Where", "value": facts.place},
            {"key": "Reported by", "value": facts.reported_by},
            {"key": "Done at once for safety", "value": facts.safety_action},
            {
                "key": "Asked for safety",
                "value": facts.account_for_safety,
                "unknown": "Nothing was asked",
            },
        ]
    lead = shown.allegation.lead
    rows.append(
        {
            "key": "Leads the enquiry inside",
            "value": lead.name if lead else "",
            "unknown": "Nobody named",
        }
    )
    return rows


PLACE = "allegations/<uuid:case_id>"
urls = [
    path(f"{PLACE}/", allegation_detail, name="allegation_detail"),
    path(f"{PLACE}/facts/", allegation_record, name="allegation_record"),
    path(f"{PLACE}/evidence/", evidence_secure, name="evidence_secure"),
    path(f"{PLACE}/told/", named_tell, name="named_tell"),
    path(f"{PLACE}/outcome/", allegation_find, name="allegation_find"),
    path(f"{PLACE}/lead/", allegation_lead, name="allegation_lead"),
    path(f"{PLACE}/walls/", wall_raise, name="wall_raise"),
    path(f"{PLACE}/walls/<int:wall_id>/", wall_lift, name="wall_lift"),
    path(f"{PLACE}/witnesses/", witness_ask, name="witness_ask"),
]
