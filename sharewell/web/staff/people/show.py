"""The page of a case's people: names, numbers, how to speak with them, who belongs to them, who may be the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.cases import people, queries
from sharewell.cases.catalogues import flags
from sharewell.cases.models import Alleged, Case, Identifier, Need, PersonName, Recorded, Relation
from sharewell.cases.queries import PeoplePage, Suggestion
from sharewell.core.identifiers import written
from sharewell.web.staff.case import tabs
from sharewell.web.views import page, staff

# Heading, and the words of the link to add one, by noun.
GROUPS = {
    "name": ("Names", "Add a name"),
    "identifier": ("Numbers", "Add a number"),
    "need": ("How to speak with them", "Add a need"),
    "decider": ("Who may decide for them", "Add somebody who decides"),
    "household": ("Who lives with them", "Add somebody of the household"),
    "relation": ("Who else belongs to them", "Add a relation"),
    "alleged": ("Alleged to cause harm", "Add a person alleged to cause harm"),
}


@staff()
def case_people(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Show who a case is about and who belongs to them, and cases that may be about the same person."""
    shown = queries.people_page(viewer=viewer, case_id=case_id, now=now)
    case = shown.case
    return page(
        request,
        "staff/case_people.html",
        section="cases",
        case=case,
        shown=shown,
        tabs=tabs(case, "case_people"),
        about=_about(case),
        groups=[_group(noun, shown) for noun in GROUPS],
        ended=[_ended(row) for rows in shown.ended.values() for row in rows],
        flags=[flag.label for flag in flags() if flag.id in case.flags],
        same=[_same(case, each) for each in queries.duplicates(viewer=viewer, case=case, now=now)],
        merges=queries.merges(case),
    )


def row_words(row: Recorded) -> str:
    """What a row says, as its page and the page of its end show it."""
    if isinstance(row, PersonName):
        return row.name
    if isinstance(row, Identifier):
        return written(row.kind, row.value)
    if isinstance(row, Need):
        return row.detail or "Yes"
    if isinstance(row, Relation):
        until = [("from", row.starts_on), ("until", row.ends_on)]
        days = [f"{word} {people.day_words(day)}" for word, day in until if day]
        return ", ".join([row.name, *days, *([row.note] if row.note else [])])
    words = ". ".join(people.pieces(row).values())
    if isinstance(row, Alleged) and row.handling:
        asks = [packs.people().label("handling", each) for each in row.handling]
        words = f"{words}. {'. '.join(asks)}"
    return words


def person_words(case: Case) -> str:
    """Who a case is about, as told apart from another."""
    person = case.person
    born = person.expected_on if person.unborn else person.birth_date
    when = f"{'expected' if person.unborn else 'born'} {people.day_words(born)}" if born else ""
    return ", ".join(part for part in (person.name, when, f"case {case.reference}") if part)


def _about(case: Case) -> list[dict[str, str]]:
    person = case.person
    rows = [{"key": "Who they are", "value": person.kind_words.capitalize()}]
    if person.unborn:
        when = people.day_words(person.expected_on) if person.expected_on else ""
        url = reverse("birth_expect", args=[case.pk])
        rows.append({"key": "Expected", "value": when, "url": url})
    else:
        when = people.day_words(person.birth_date) if person.birth_date else ""
        rows.append({"key": "Date of birth", "value": when})
    return rows


def _group(noun: str, shown: PeoplePage) -> dict[str, Any]:
    heading, add = GROUPS[noun]
    return {
        "noun": noun,
        "heading": heading,
        "add": add,
        "url": reverse(f"{noun}_add", args=[shown.case.pk]),
        "rows": [_row(row, noun, shown) for row in shown.standing[noun]],
    }


def _row(row: Recorded, noun: str, shown: PeoplePage) -> dict[str, Any]:
    case = shown.case
    linked = shown.linked.get(row.pk)
    opens = noun == "household" and linked is None and shown.writes
    return {
        "key": people.kind_words(row),
        "value": row_words(row),
        "note": _recorded(row),
        "url": reverse("row_end", args=[case.pk, noun, row.pk]) if shown.writes else "",
        "case_url": reverse("case_people", args=[linked.pk]) if linked else "",
        "open_url": reverse("household_open", args=[case.pk, row.pk]) if opens else "",
    }


def _recorded(row: Recorded) -> str:
    told = f", told by {row.source_role}" if row.source_role else ""
    return f"Recorded {_day(row.recorded_at)} by {row.recorded_by.name}{told}"


def _ended(row: Recorded) -> dict[str, str]:
    by = row.ended_by.name if row.ended_by else ""
    return {
        "key": people.kind_words(row),
        "value": row_words(row),
        "note": f"{_recorded(row)}. Ended {_day(row.ended_at)} by {by}: {row.end_reason}",
    }


def _day(moment: datetime | None) -> str:
    return people.day_words(timezone.localtime(moment).date()) if moment else ""


def _same(case: Case, suggestion: Suggestion) -> dict[str, str]:
    return {
        "words": person_words(suggestion.case),
        "because": suggestion.because.says,
        "url": reverse("duplicate_decide", args=[case.pk, suggestion.case.pk]),
    }


urls = [path("cases/<uuid:case_id>/people/", case_people, name="case_people")]
