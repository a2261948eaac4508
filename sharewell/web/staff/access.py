"""Who looked at a case: for its leads every read, for its owner who opened it in danger and why."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone

from sharewell.agencies.models import Account
from sharewell.cases import queries
from sharewell.cases.queries import AccessPage, Looked
from sharewell.web.context import ROLE_NAMES
from sharewell.web.staff.case import given_id
from sharewell.web.staff.copies import guarded
from sharewell.web.staff.reading import read_words, relation_words
from sharewell.web.views import page, staff

HEADINGS = ("when", "who", "job", "role", "relation", "reason", "let in by", "what", "stands out")


@staff()
def access_list(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Show who looked, with what relation to the case, and what stands out."""
    person = given_id(request.GET.get("person"))
    mark = request.GET.get("before", "")
    before = int(mark) if mark.isascii() and mark.isdigit() and len(mark) < 19 else None
    shown = queries.access_page(
        viewer=viewer, case_id=case_id, now=now, person=person, before=before
    )
    return page(
        request,
        "staff/access_list.html",
        section="cases",
        case=shown.case,
        shown=shown,
        days=[_day(each) for each in shown.days],
        person=person,
        older=_older(shown, person),
        now=now,
    )


@staff()
def access_csv(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Download who looked as a table, no cell of which a spreadsheet takes for a formula."""
    person = given_id(request.GET.get("person"))
    _, lines = queries.access_table(viewer=viewer, case_id=case_id, now=now, person=person)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADINGS)
    table.writerows([guarded(value) for value in _row(each)] for each in lines)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="who-looked.csv"'
    return response


def _row(each: Looked) -> list[str]:
    line = each.line
    member = line.member
    let_in = member.invited_by if member else None
    return [
        timezone.localtime(line.at).isoformat(sep=" ", timespec="seconds"),
        line.account.name,
        line.account.job_title,
        ROLE_NAMES.get(line.role, line.role),
        relation_words(line.relation),
        member.reason if member else "",
        let_in.name if let_in else "",
        read_words(line.what),
        "; ".join(each.signs),
    ]


def _day(day: queries.LookedDay) -> dict[str, Any]:
    lines = day.lines
    return {
        "day": day,
        "role": ROLE_NAMES.get(day.role, ""),
        "relation": relation_words(day.relation),
        "count": len(lines),
        "last": lines[0].line.at,
        "first": lines[-1].line.at,
        "lines": [(each.line.at, read_words(each.line.what), each.signs) for each in lines],
    }


def _older(shown: AccessPage, person: UUID | None) -> str:
    if shown.before is None:
        return ""
    asked = {"before": shown.before, **({"person": person} if person else {})}
    return f"{reverse('access_list', args=[shown.case.pk])}?{urlencode(asked)}"


urls = [
    path("cases/<uuid:case_id>/access/", access_list, name="access_list"),
    path("cases/<uuid:case_id>/access/table/", access_csv, name="access_csv"),
]
