"""Home: what waits for me, the most urgent first; not a menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone

from sharewell.agencies.agreements import pages as agreements
from sharewell.agencies.models import Account, AgreementVersion
from sharewell.agencies.reckoning import state
from sharewell.cases import queries as cases
from sharewell.cases.models import Case, Draft
from sharewell.cases.queries import Soon
from sharewell.disclosures import queries as disclosures
from sharewell.disclosures.queries import Line
from sharewell.web.views import page, staff

# Where the act itself is done that ends a task; other tasks have a page of their own.
ACTS = {
    "handover_take": "handover_detail",
    "concern_triage": "concern_detail",
    "concern_triage_immediate": "concern_detail",
    "referral_decide": "referral_decide",
    "item_approve": "disclosure_approve",
    "attachment_approve": "disclosure_approve",
    "break_glass_review": "break_glass_review",
    "break_glass_late": "break_glass_review",
    "pattern_review": "pattern_review",
    "meeting_record": "meeting_detail",
    "meeting_confirm": "meeting_detail",
    "meeting_action": "meeting_action_settle",
    "meeting_action_late": "meeting_action_settle",
}
AGREEMENTS = {
    "sign": "An agreement to sign",
    "bring_into_force": "An agreement to bring into force",
    "review_due": "An agreement whose review is due",
    "review_soon": "An agreement to review soon",
}
SOON = timedelta(days=7)  # what is due after that is folded away


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits: what, why, where it is done and by when."""

    what: str
    why: str
    url: str
    due_at: datetime | None = None
    soon: bool = False  # it is nearly due


@staff()
def home(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show what waits for the viewer."""
    shared = disclosures.waiting(viewer=viewer, now=now)
    asked = {each.pk: each.disclosure_id for each in shared.to_approve}
    waiting = cases.waiting(viewer=viewer, now=now)
    return page(
        request,
        "staff/home.html",
        section="home",
        now=now,
        tasks=[_task(each, asked) for each in waiting if each.task.due_at <= now + SOON],
        later=[_task(each, asked) for each in waiting if each.task.due_at > now + SOON],
        changed=[_changed(case) for case in cases.cases_changed(viewer=viewer, now=now)],
        sent=[_sent(line, now) for line in shared.unacknowledged],
        drafts=[
            *(_unsent(each) for each in cases.drafts(viewer=viewer, form="concern_raise")),
            *(_draft(line) for line in shared.drafts),
        ],
        circles=[_standing(each) for each in cases.standings_soon(viewer=viewer, now=now)],
        agreements=[_agreement(*each) for each in agreements.waiting(viewer=viewer, now=now)],
        inbox=disclosures.inbox_waiting(viewer=viewer, now=now),
    )


def _task(waiting: cases.Waiting, asked: Mapping[UUID, UUID]) -> Row:
    """Put a task in a row; a case the viewer may not know of stays unnamed."""
    task = waiting.task
    about = asked.get(task.about_id, task.about_id) if task.about_id else None
    act = ACTS.get(task.kind) if about else None
    url = reverse(act, args=[about]) if act else reverse("task_detail", args=[task.pk])
    whom = f"{waiting.case.person.name}, {waiting.case.reference}" if waiting.case else ""
    why = " – ".join(words for words in (whom, waiting.note) if words)
    return Row(waiting.kind.label, why, url, task.due_at, waiting.state == "at_risk")


def _changed(case: Case) -> Row:
    """Put a case in which somebody wrote since the viewer last looked in a row."""
    return Row(case.person.name, case.reference, reverse("case_detail", args=[case.pk]))


def _sent(line: Line, now: datetime) -> Row:
    """Put a disclosure that nobody has acknowledged in a row."""
    sent = line.disclosure
    why = f"{sent.case.person.name}, {sent.case.reference}"
    url = reverse("disclosure_record", args=[sent.pk])
    since, due_at = sent.sent_at, sent.ack_due_at
    soon = bool(since and due_at and state(since, due_at, now) == "at_risk")
    return Row(f"To {line.to_whom}", why, url, due_at, soon)


def _standing(soon: Soon) -> Row:
    """Put an invitation in a row: one that was given to the viewer, or one of theirs that ends soon."""
    standing = soon.member
    whom = f"{standing.case.person.name}, {standing.case.reference}"
    if soon.own:
        by = standing.invited_by.name if standing.invited_by else ""
        what = "You may read a case, not for long" if soon.ends else "You may read a case"
        why = f"{whom} – {by}: {standing.reason}"
        return Row(what, why, reverse("circle_list", args=[standing.case_id]), standing.expires_at)
    why = f"{whom} – {standing.account.name}: {standing.reason}"
    url = reverse("circle_renew", args=[standing.case_id, standing.account_id])
    return Row("A colleague soon stops reading a case", why, url, standing.expires_at)


def _unsent(draft: Draft) -> Row:
    """Put a concern that was typed and not raised in a row; it is nobody else's to see."""
    local = timezone.localtime(draft.updated_at)
    url = f"{reverse('concern_raise')}?draft={draft.about}"
    return Row("A concern", f"saved on {local.day} {local:%B at %H:%M}", url, None)


def _draft(line: Line) -> Row:
    """Put a disclosure that was begun and not sent in a row."""
    draft = line.disclosure
    whom = f"To {line.to_whom}" if line.to_whom else "No recipient chosen"
    why = f"{draft.case.person.name}, {draft.case.reference}"
    return Row(whom, why, reverse("disclosure_preview", args=[draft.pk]), None)


def _agreement(what: str, version: AgreementVersion) -> Row:
    """Put a version of an agreement that waits for the viewer in a row."""
    why = f"{version.agreement.title}, version {version.number}"
    return Row(AGREEMENTS[what], why, reverse("agreement_detail", args=[version.pk]))


urls = [path("home/", home, name="home")]
