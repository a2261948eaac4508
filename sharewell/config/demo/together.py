"""The demo's story of several teams: what each wrote down, and the look that brings it together."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sharewell.agencies.models import Account
from sharewell.cases import operations as cases
from sharewell.cases.marks import Mark
from sharewell.cases.models import Case
from sharewell.cases.operations import Part
from sharewell.cases.telling import PersonTold, Said

SMALL = (Mark(event="low_level"),)
READ = "Small on its own. The teams write down what they see."


def tell(
    story: dict[str, Any], people: Mapping[str, Account], now: datetime, family: uuid.UUID
) -> None:
    """Tell one story: the first note is a concern, which the manager reads; the others are lines of its case."""
    first, *others = story["notes"]
    at = now - timedelta(days=first["days_ago"])
    account = people[first["by"]]
    person = story["person"]
    concern = cases.concern_raise(
        account=account,
        now=at,
        form_key=uuid.uuid5(family, f"{story['id']} concern"),
        immediate_danger=False,
        people=[PersonTold(**person, marks=SMALL)],
        statements=[Said(text=first["text"])],
    )
    cases.concern_triage(
        account=people[story["manager"]],
        concern_id=concern.pk,
        now=at + timedelta(hours=1),
        owner=account,
        harm="unknown",
        note=READ,
    )
    case = concern.on_cases.select_related("case__agency", "case__person").get().case
    for note in others:
        _note(case, note, account, people[note["by"]], now)


def _note(case: Case, note: dict[str, Any], owner: Account, by: Account, now: datetime) -> None:
    at = now - timedelta(days=note["days_ago"])
    if by != owner and not case.circle.filter(account=by, expires_at__gt=at).exists():
        cases.circle_invite(
            account=owner,
            case=case,
            member=by,
            now=at - timedelta(minutes=30),
            reason="Sees her every week, and writes down what is noticed.",
        )
    cases.chronology_add(
        account=by,
        case=case,
        now=at,
        event_at=at,
        parts=[Part(text=note["text"], section="note")],
        counted=SMALL,
    )
