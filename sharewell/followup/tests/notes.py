"""Small concerns of several teams about one person, as the tests of patterns tell them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sharewell.agencies.models import Account, Team
from sharewell.cases.marks import Mark
from sharewell.cases.models import Case, Concern
from sharewell.cases.operations import Part, chronology_add, concern_raise
from sharewell.cases.records import join_circle
from sharewell.cases.telling import PersonTold, Said
from sharewell.followup.models import Pattern
from sharewell.testing import NOW, Cast, make_account

SMALL = (Mark(event="low_level"),)
Commits = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


@dataclass(slots=True)
class Notes:
    """A case of Alice's about Mary, and colleagues of other teams who may write in it."""

    cast: Cast
    commits: Commits  # runs what waits for the end of a transaction
    case: Case

    def colleague(self, name: str, team: str, role: str = "practitioner") -> Account:
        """Somebody of another team, let into the circle."""
        account = make_account(name, self.cast.agency, role)
        account.team = Team.objects.get_or_create(agency=self.cast.agency, name=team)[0]
        account.save()
        join_circle(
            case=self.case,
            account=account,
            relation="invited",
            now=self.case.opened_at,
            reason="Works with her.",
        )
        return account

    def note(
        self,
        by: Account,
        days_ago: float,
        *,
        counted: Sequence[Mark] = SMALL,
        text: str = "Her breakfast was not touched.",
        **changes: Any,
    ) -> None:
        """Write a small thing down on the day it happened, at ten; what waits for the commit is done."""
        at = NOW - timedelta(days=days_ago)
        given: dict[str, Any] = {"section": "note", **changes}
        with self.commits(execute=True):
            chronology_add(
                account=by,
                case=self.case,
                now=max(at, self.case.opened_at),
                event_at=at,
                parts=[Part(text=text, **given)],
                counted=counted,
            )


def make_notes(cast: Cast, commits: Commits, *, opened: datetime = NOW) -> Notes:
    """Mary's case, which a concern of Alice's opened long ago, before anything that counts."""
    concern = tell(cast, now=opened - timedelta(days=380))
    case = concern.on_cases.select_related("case__agency").get().case
    return Notes(cast, commits, case)


def tell(cast: Cast, *, now: datetime = NOW, **changes: Any) -> Concern:
    """Alice raises a concern about Mary."""
    told: dict[str, Any] = {
        "account": cast.alice,
        "now": now,
        "form_key": uuid.uuid4(),
        "immediate_danger": False,
        "people": [PersonTold(name="Mary Mill", subject_kind="adult")],
        "statements": [Said(text="A bruise on the left arm.")],
        **changes,
    }
    return concern_raise(**told)


def about(name: str, *marks: Mark, person: UUID | None = None, **facts: Any) -> PersonTold:
    """One person a concern is about, new or known."""
    if person is not None:
        return PersonTold(person_id=person, marks=marks, **facts)
    return PersonTold(name=name, subject_kind=facts.pop("kind", "adult"), marks=marks, **facts)


def rules() -> list[str]:
    """The rules that fired, by id."""
    return sorted(Pattern.objects.values_list("rule", flat=True))
