"""Agreements as they stand: the list, one version with its terms, its check, and how it differs."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import yaml
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from sharewell.agencies.agreements import pages, texts
from sharewell.agencies.agreements.pages import Line, Shown
from sharewell.agencies.models import Account
from sharewell.core.checking import Difference, Finding
from sharewell.core.terms import Agreement
from sharewell.web.staff.agreement import words
from sharewell.web.staff.agreement.terms import terms_shown
from sharewell.web.views import page, staff

FIELDS = ("wider", "narrower", "changed")  # differences whose sentence lists fields


@staff()
def agreement_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """List the agreements that bind or will bind the viewer's agency, with their versions."""
    listed = pages.agreements(viewer=viewer, now=now)
    rows = [
        {
            "title": each.agreement.title,
            "parties": each.parties,
            "keeper": each.agreement.keeper,
            "lines": [_line(line) for line in each.lines],
        }
        for each in listed
    ]
    return page(
        request,
        "staff/agreement_list.html",
        section="agreements",
        rows=rows,
        drafts=pages.may_draft(viewer=viewer, now=now),
    )


@staff()
def agreement_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID
) -> HttpResponse:
    """Read one version: its terms, its signatures, and the versions before and after it."""
    shown = pages.version_page(viewer=viewer, version_id=version_id, now=now)

    def change(part: str) -> str:
        return reverse("agreement_part", args=[version_id, part]) if "edit" in shown.may else ""

    return page(
        request,
        "staff/agreement_detail.html",
        section="agreements",
        lines=[_line(line) for line in shown.others],
        terms=terms_shown(shown.terms, change) if shown.terms else None,
        facts=_facts(shown, change("dates")),
        **head(shown, "agreement_detail"),
    )


@staff()
def agreement_check(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID
) -> HttpResponse:
    """Show what the check of a version finds, each with the smallest request that shows it."""
    shown = pages.version_page(viewer=viewer, version_id=version_id, now=now)
    terms, found = shown.terms, []
    if terms:
        found = pages.check_page(viewer=viewer, version_id=version_id, now=now)
    groups = [
        {"kind": group.kind, "rows": [_finding(*each, terms) for each in group.found]}
        for group in found
        if terms
    ]
    return page(
        request,
        "staff/agreement_check.html",
        section="agreements",
        groups=groups,
        to_mend=sum(len(group.found) for group in found if not group.kind.stands),
        to_accept=sum(len(group.found) for group in found if group.kind.stands),
        **head(shown, "agreement_check"),
    )


@staff()
def agreement_compare(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID
) -> HttpResponse:
    """Show which requests come out differently than under the version before."""
    shown = pages.version_page(viewer=viewer, version_id=version_id, now=now)
    before, groups = None, []
    if shown.terms:
        compared = pages.compare_page(viewer=viewer, version_id=version_id, now=now)
        before = compared.before
        for kind, found in groupby(compared.found, key=lambda each: each.kind):
            rows = [_difference(each, shown.terms) for each in found]
            groups.append({"label": words.DIFFERENCES[kind], "rows": rows})
    return page(
        request,
        "staff/agreement_compare.html",
        section="agreements",
        before=before,
        groups=groups,
        **head(shown, "agreement_compare"),
    )


@staff()
def agreement_text(
    request: HttpRequest,  # noqa: ARG001
    *,
    viewer: Account,
    now: datetime,
    version_id: UUID,
) -> HttpResponse:
    """Give the text of a version as a file, byte for byte what was signed."""
    shown = pages.version_page(viewer=viewer, version_id=version_id, now=now)
    response = HttpResponse(
        shown.version.text.encode(), content_type="application/yaml; charset=utf-8"
    )
    name = f"agreement-version-{shown.version.number}.yaml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def head(shown: Shown, name: str) -> dict[str, Any]:
    """What stands at the top of every page about a version: how it stands, and its parts as tabs."""
    version = shown.version
    label, colour = words.STANDING[shown.standing]
    names = {
        "agreement_detail": "Terms",
        "agreement_check": "Check",
        "agreement_compare": "Compare",
    }
    parties = words.names(shown.terms.parties) if shown.terms else {}
    return {
        "shown": shown,
        "version": version,
        "signatures": [(each, parties.get(each.party, each.party)) for each in shown.signatures],
        "standing": {"label": label, "colour": colour},
        "tabs": [
            {"label": said, "url": reverse(each, args=[version.pk]), "current": each == name}
            for each, said in names.items()
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    label, colour = words.STANDING[line.standing]
    return {
        "version": line.version,
        "label": label,
        "colour": colour,
        "review_on": line.review_on,
        "review": line.review,
        "bound": line.standing in ("in_force", "scheduled", "superseded", "ended", "expired"),
    }


def _facts(shown: Shown, change: str) -> list[dict[str, Any]]:
    version, terms = shown.version, shown.terms
    rows = [("Kept by", version.agreement.keeper.name, "")]
    if terms:
        rows += [
            ("Place", words.named("jurisdictions", terms.jurisdiction), ""),
            ("The text runs from", words.day(terms.starts_on), change),
            ("Until", words.day(terms.ends_on) if terms.ends_on else "No end is named", change),
            ("Review due", words.day(terms.review_on), change),
        ]
    return [{"key": key, "value": value, "url": url} for key, value, url in rows]


def _finding(found: Finding, line: int | None, terms: Agreement) -> dict[str, Any]:
    scenario = found.scenario(1)
    return {
        "key": texts.finding_key(found),
        "says": words.spelled(found.says, words.names(terms.parties)),
        "where": words.place_words(found.place, line),
        "rows": words.request_rows(scenario["request"], found.sender, terms),
        "out": words.outcome_words(scenario["comes_out"], terms.jurisdiction),
        "yaml": _yaml(scenario),
    }


def _difference(found: Difference, terms: Agreement) -> dict[str, Any]:
    scenario, parties = found.scenario(1), words.names(terms.parties)
    says = words.spelled(found.says, parties)
    urgency = [{"key": "How urgent", "value": found.urgency}] if found.urgency else []
    return {
        "says": words.with_labels(says, terms.jurisdiction) if found.kind in FIELDS else says,
        "old": words.spelled(words.outcome_words(found.old, terms.jurisdiction), parties),
        "new": words.spelled(words.outcome_words(found.new, terms.jurisdiction), parties),
        "rows": words.request_rows(scenario["request"], found.sender, terms) + urgency,
        "yaml": _yaml(scenario),
    }


def _yaml(scenario: dict[str, Any]) -> str:
    return yaml.safe_dump([scenario], sort_keys=False, allow_unicode=True, width=80)


VERSION = "agreements/<uuid:version_id>"
urls = [
    path("agreements/", agreement_list, name="agreement_list"),
    path(f"{VERSION}/", agreement_detail, name="agreement_detail"),
    path(f"{VERSION}/check/", agreement_check, name="agreement_check"),
    path(f"{VERSION}/compare/", agreement_compare, name="agreement_compare"),
    path(f"{VERSION}/text/", agreement_text, name="agreement_text"),
]
