"""What the pages of sharing have in common: rows, sentences and ways on, made from what queries return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.access import NotFound
from sharewell.agencies.queries import Route
from sharewell.cases import catalogues
from sharewell.cases import queries as cases
from sharewell.cases.models import Case
from sharewell.consent import positions
from sharewell.consent import words as consent_words
from sharewell.consent.models import Conversation
from sharewell.consent.positions import expired
from sharewell.core.decision import Decision
from sharewell.core.policy import Policy
from sharewell.disclosures.models import Disclosure, Threshold
from sharewell.disclosures.queries import Line
from sharewell.disclosures.standing import EDITABLE
from sharewell.web.staff.case import entry_words
from sharewell.web.staff.disclosure import wording
from sharewell.web.staff.forms.deciding import thresholds_in_words
from sharewell.web.staff.forms.disclosure import sentence

STATES = {
    "draft": ("Being prepared", "grey"),
    "awaiting_approval": ("Waits for approval", "yellow"),
    "referred": ("Somebody else decides", "purple"),
    "sent": ("Sent", "teal"),
    "not_shared": ("Not shared", "grey"),
    "stopped": ("Stopped before it arrived", "red"),
    "recalled": ("Recalled", "red"),
    "closed": ("Given up", "grey"),
}


def not_a_draft(disclosure: Disclosure) -> HttpResponse | None:
    """The way to the record, for what is no draft any more."""
    if disclosure.state in EDITABLE:
        return None
    return redirect("disclosure_record", disclosure_id=disclosure.id)


def unfinished(disclosure: Disclosure) -> HttpResponse | None:
    """The way to the first question of a draft that is not answered yet."""
    if not disclosure.purpose:
        return redirect("disclosure_purpose", disclosure_id=disclosure.id)
    outside = disclosure.recipient_id is None
    if outside and (not disclosure.recipient_role or disclosure.alleged_source == "unknown"):
        return redirect("disclosure_recipient", disclosure_id=disclosure.id)
    return None


def state(line: Line, now: datetime) -> dict[str, str]:
    """The state of a disclosure in words, with the colour of its tag."""
    about = line.disclosure
    label, colour = STATES[about.state]
    if about.state == "sent":
        label, colour = _answered(line)
    elif about.state == "not_shared" and about.review_at and about.review_at <= now:
        label, colour = "Review is due", "red"
    return {"label": label, "colour": colour}


def _answered(line: Line) -> tuple[str, str]:
    """How far a sent message has come; to have left is never to have been read."""
    how = line.acknowledgement
    if how.state == "acknowledged":
        return wording.ANSWERED.get(how.answered, ("Acknowledged", "green"))
    if how.state == "failed":
        return "Not delivered", "red"
    if how.late:
        return "Late: not acknowledged", "red"
    return (
        "Opened, not acknowledged" if how.state == "opened" else "Not acknowledged yet"
    ), "yellow"


def sorted_lines(
    lines: Sequence[Line], thresholds: Mapping[UUID, Sequence[Threshold]], now: datetime
) -> dict[str, Any]:
    """The disclosures of a case in three parts: being prepared, sent, decided not to be shared."""
    parts: dict[str, list[dict[str, Any]]] = {"drafts": [], "sent": [], "held": [], "past": []}
    for line in lines:
        about = line.disclosure
        row = {
            "line": line,
            "about": about,
            "state": state(line, now),
            "purpose": purpose(about.purpose),
        }
        if about.state in EDITABLE:
            parts["drafts"].append(row)
        elif about.has_left:
            parts["sent"].append(row)
        elif about.state == "not_shared":
            words = thresholds_in_words(thresholds.get(about.pk, ()))
            parts["held"].append(row | {"thresholds": words})
        else:
            parts["past"].append(row)
    return parts


def purpose(value: str) -> str:
    """A purpose in words, with a capital."""
    return sentence(consent_words.purpose(value)) if value else ""


def role(value: str) -> str:
    """A recipient role in words, with a capital."""
    return sentence(consent_words.role(value)) if value else ""


def consent(conversation: Conversation | None, case: Case, now: datetime) -> dict[str, Any]:
    """The consent position as the path shows it: in a sentence, since when, and whether it still stands."""
    zone = case.agency.time_zone
    return {
        "sentence": consent_words.sentence(conversation, now=now, zone=zone),
        "conversation": conversation,
        "boundaries": [consent_words.boundary(row) for row in positions.boundaries(conversation)]
        if conversation
        else [],
        "expired": conversation is not None and expired(conversation, now),
    }


def recipient_groups(
    routes: Iterable[Route], chosen: object, entries: Mapping[UUID, str]
) -> list[dict[str, Any]]:
    """The recipients to choose from: the usual way open, the others by role, each with why not.

    ``entries`` is what the directory says of each.
    """
    usual: list[dict[str, Any]] = []
    others: dict[str, list[dict[str, Any]]] = {}
    for route in routes:
        function = route.function
        row = {
            "value": str(function.id),
            "route": route,
            "function": function,
            "entry": entries.get(function.pk, ""),
            "checked": str(function.id) == str(chosen or ""),
        }
        if route.usual:
            usual.append(row)
        else:
            others.setdefault(role(function.role), []).append(row)
    groups: list[dict[str, Any]] = []
    if usual:
        groups.append({"heading": "The usual way", "usual": True, "rows": usual})
    groups += [
        {
            "heading": name,
            "usual": False,
            "rows": rows_,
            "open": any(row["checked"] for row in rows_),
        }
        for name, rows_ in others.items()
    ]
    if groups:
        groups[0]["rows"][0]["first"] = True
    return groups


def roles_in_words(routes: Iterable[Route]) -> str:
    """The roles that may be chosen, for the words of the glossary among them."""
    return ", ".join(sorted({role(each.function.role) for each in routes}))


def reached_by(disclosure: Disclosure) -> str:
    """The recipient with the number to ring, as one line."""
    function = disclosure.recipient
    if function is None:
        contact = f", {disclosure.recipient_contact}" if disclosure.recipient_contact else ""
        return f"{disclosure.to_whom}{contact}"
    parts = [f"{function.name}, {function.agency.name}"]
    if function.phone:
        parts.append(f"telephone {function.phone}")
    return "; ".join(parts)


def clock(moment: datetime | None) -> str:
    """A moment in words, in the reader's time zone, where a template's filter cannot reach."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y} at {local:%H:%M}"


def facts(known: Mapping[str, str], subject_kind: str) -> list[dict[str, Any]]:
    """The facts the decision turns on, as rows: what is known first, then what is not."""
    rows_ = []
    for fact in catalogues.facts_for(subject_kind):
        answers = {answer.id: answer.label for answer in fact.answers}
        rows_.append({"key": fact.asks, "value": answers.get(known.get(fact.id, ""), "")})
    return sorted(rows_, key=lambda row: not row["value"])


def field_label(policy: Policy, field: str) -> str:
    """What a field is called."""
    return policy.fields[field].label if field in policy.fields else field.replace(".", " ")


def field_number(policy: Policy, field: str) -> int:
    """The number of a field in the catalogue: an address that names no field."""
    return list(policy.fields).index(field) + 1


def field_of(policy: Policy, number: int) -> str:
    """The field of this number; raises ``NotFound``."""
    names = list(policy.fields)
    if not 1 <= number <= len(names):
        raise NotFound
    return names[number - 1]


def known_value(case: Case, field: str) -> str:
    """What is recorded for a field, in words; empty when nothing is."""
    return entry_words(cases.known_fields(case).get(field))


def conversation_url(case: Case) -> str:
    """Where a consent conversation is recorded."""
    return reverse("consent_record", args=[case.id])


def review_proposed(decision: Decision, now: datetime) -> datetime:
    """The review that the decision asks for, at its latest."""
    return now + timedelta(hours=decision.review_within_hours or 72) - timedelta(minutes=1)
