"""What is to be done: mine, my team's, everybody's; what is late, on whose desk, since when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from sharewell.agencies.models import Account
from sharewell.followup import queries
from sharewell.followup.queries import SCOPES, Desk, Due
from sharewell.web.views import page, staff

LABELS = {"mine": "Mine", "team": "My team’s", "all": "Everybody’s"}
PLACES = {
    "task": "task_detail",
    "escalation": "escalation_detail",
    "meeting_action": "meeting_action_settle",
    "case_clock": "case_clock_done",
}
STATES = {
    "late": ("Late", "red"),
    "at_risk": ("Nearly due", "yellow"),
    "in_time": ("In time", "grey"),
    "paused": ("Paused", "purple"),
}


@staff()
def action_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show what is to be done in the cases the viewer stands in, by us and by our partners."""
    asked = request.GET.get("whose", "")
    scope = asked if asked in SCOPES else SCOPES[0]
    board = queries.board(viewer=viewer, scope=scope, now=now)
    return page(
        request,
        "staff/action_list.html",
        section="actions",
        now=now,
        scopes=[
            {"label": LABELS[each], "url": f"?whose={each}", "current": each == scope}
            for each in SCOPES
        ],
        rows=[_row(each) for each in board.rows],
        desks=_bars(board.desks),
        more=board.more,
    )


def _row(each: Due) -> dict[str, Any]:
    name = PLACES.get(each.about, "disclosure_record")
    label, colour = STATES[each.state]
    return {
        "due": each,
        "url": reverse(name, args=[each.about_id]),
        "label": label,
        "colour": colour,
    }


def _bars(desks: tuple[Desk, ...]) -> list[dict[str, Any]]:
    """Each desk with its bar: how far each part goes, of a hundred for the fullest desk."""
    most = max((desk.late + desk.at_risk + desk.in_time + desk.paused for desk in desks), default=1)
    rows = []
    for desk in desks:
        start, parts = 0.0, []
        for state in STATES:
            width = 100 * getattr(desk, state) / most
            if width:
                parts.append({"state": state, "start": f"{start:.1f}", "width": f"{width:.1f}"})
            start += width
        rows.append({"desk": desk, "parts": parts})
    return rows


urls = [path("actions/", action_list, name="action_list")]
