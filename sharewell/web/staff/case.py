"""Cases: the list of mine, the search within it, and the page of one case with its timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from sharewell.agencies.models import Account
from sharewell.cases import queries
from sharewell.cases.catalogues import facts_for, flags
from sharewell.cases.models import Case, FieldEntry
from sharewell.cases.queries import CasePage
from sharewell.followup.queries import line_patterns
from sharewell.web.fields import clean_text
from sharewell.web.staff.places import next_steps
from sharewell.web.staff.timeline import rows
from sharewell.web.staff.words import RELATIONS, UNKNOWN
from sharewell.web.views import page, staff

SUMMARY = {
    "concern.reason": "Concern",
    "concern.categories": "Kind",
    "risk.immediate": "What may happen next",
    "risk.others": "Others at risk",
    "ask": "Asked for",
}
TABS = (
    ("Case", "case_detail"),
    ("Chronology", "chronology_list"),
    ("Consent", "case_consent"),
    ("Sharing", "case_sharing"),
    ("What is known", "case_fields"),
    ("People", "case_people"),
    ("Access", "circle_list"),
)
ALLEGATION = ("Allegation", "allegation_detail")  # opens in place of the case


@staff()
def case_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """List the cases in whose circle the viewer stands, newest first."""
    found = queries.cases_mine(viewer=viewer, now=now, after=given_id(request.GET.get("after")))
    leads = queries.sees_standings(viewer=viewer, now=now)
    return page(
        request, "staff/case_list.html", section="cases", found=found, words="", leads=leads
    )


@staff(methods="POST")
def case_search(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Seek among the viewer's own cases; by POST, so that no name stands in an address."""
    words = " ".join(clean_text(request.POST.get("words", ""))[:200].split())
    after = given_id(request.POST.get("after"))
    found = queries.cases_mine(viewer=viewer, now=now, words=words, after=after)
    return page(
        request, "staff/case_list.html", section="cases", found=found, words=words, sought=True
    )


@staff()
def case_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Open a case: a short summary, how to reach the person safely, what waits, what happened."""
    shown = queries.case_page(viewer=viewer, case_id=case_id, now=now)
    older = shown.timeline.before
    rest = reverse("chronology_list", kwargs={"case_id": case_id})
    return page(
        request,
        "staff/case_detail.html",
        section="cases",
        shown=shown,
        case=shown.case,
        next=next_steps(shown.case.id),
        rows=_summary(shown),
        tabs=tabs(shown.case, "case_detail"),
        lines=rows(
            shown.timeline.lines,
            writes=shown.writes,
            caveats=queries.line_caveats(shown.case),
            patterns=line_patterns(viewer=viewer, case=shown.case, now=now),
        ),
        older=f"{rest}?before={older}" if older else "",
        flags=[flag.label for flag in flags() if flag.id in shown.case.flags],
        members=[(each, RELATIONS[each.relation]) for each in shown.circle],
        mine=next((each for each in shown.circle if each.account_id == viewer.pk), None),
        now=now,
    )


def tabs(case: Case, current: str) -> list[dict[str, Any]]:
    """The parts of a case as links; ``current`` is the URL name of the page that is open."""
    parts = TABS if case.kind == "protection" else (ALLEGATION, *TABS[1:])
    return [
        {
            "label": label,
            "url": reverse(name, kwargs={"case_id": case.id}),
            "current": name == current,
        }
        for label, name in parts
    ]


def entry_words(entry: FieldEntry | None) -> str:
    """What an entry of a field says, in words; empty when nothing was recorded."""
    if entry is None:
        return ""
    return UNKNOWN.get(entry.unknown) or "; ".join(
        [*([entry.text] if entry.text else []), *entry.items]
    )


def _summary(shown: CasePage) -> list[dict[str, str]]:
    rows = [
        {"key": label, "value": entry_words(shown.known.get(field)), "unknown": "Not recorded"}
        for field, label in SUMMARY.items()
    ]
    for row in rows:
        if row["key"] == SUMMARY["risk.others"] and not row["value"]:
            row["value"] = _judged(shown.facts, "others_at_risk")
    rows.append({"key": "Harm", "value": _judged(shown.facts, "harm"), "unknown": "Not judged"})
    return rows


def _judged(facts: Mapping[str, str], name: str) -> str:
    """What a fact was judged to be, in words; empty where nobody judged it."""
    answers = next(fact.answers for fact in facts_for("adult") if fact.id == name)
    return next((a.label for a in answers if a.id == facts.get(name)), "")


def given_id(text: str | None) -> UUID | None:
    """The id that an address or a form carries, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


urls = [
    path("cases/", case_list, name="case_list"),
    path("cases/search/", case_search, name="case_search"),
    path("cases/<uuid:case_id>/", case_detail, name="case_detail"),
]
