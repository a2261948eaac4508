"""What is marked is changed by who reads it first, and shown on the timeline to who reviews what it makes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sharewell.cases.marks import Mark
from sharewell.cases.models import ChronologyEntry, Marking, Wall
from sharewell.cases.operations import concern_triage
from sharewell.followup import queries
from sharewell.followup.gathering import gather
from sharewell.followup.models import Pattern
from sharewell.followup.tests.notes import Notes, about, make_notes, rules, tell
from sharewell.testing import NOW, make_cast

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(hours=1)


@pytest.fixture
def notes(django_capture_on_commit_callbacks: Any) -> Notes:
    """Mary's case, and the colleagues who write in it."""
    return make_notes(make_cast(), django_capture_on_commit_callbacks)


def triage(notes: Notes, concern: Any, *marks: Mark) -> None:
    """Bea reads the concern and says what it counts as."""
    case = concern.on_cases.get().case
    with notes.commits(execute=True):
        concern_triage(
            account=notes.cast.bea,
            concern_id=concern.pk,
            now=NOW,
            owner=notes.cast.alice,
            harm="unknown",
            note="Read.",
            counted={case.pk: marks},
        )


def test_who_reads_a_concern_first_says_what_it_counts_as_from_then_on(notes: Notes) -> None:
    red = Mark(event="strangulation")
    first = tell(notes.cast, people=[about("Ann", Mark(event="low_level"))])
    triage(notes, first, red)
    assert rules() == ["CUM9"]
    entry = next(
        e
        for e in gather(agency=notes.cast.agency, now=NOW)
        if e.id.startswith(f"concern:{first.pk.hex}")
    )
    assert entry.events == {"strangulation"}
    old = Marking.objects.get(event="low_level")
    assert (old.ended_at, old.ended_by) == (NOW, notes.cast.bea), "what was marked first stays"
    told = queries.pattern(viewer=notes.cast.sam, pattern_id=Pattern.objects.get().pk, now=SOON)
    assert [each.told.counted for each in told.entries if each.told] == [
        ["Strangulation or choking"]
    ]


def test_a_mark_that_is_left_as_it_was_is_not_written_again(notes: Notes) -> None:
    loss = Mark(event="loss", number=Decimal(40))
    concern = tell(notes.cast, people=[about("Ann", loss)])
    triage(notes, concern, loss)
    assert Marking.objects.get(concern=concern).recorded_by == notes.cast.alice


def test_a_line_says_which_review_it_is_part_of_to_its_reviewer_alone(notes: Notes) -> None:
    cast, case = notes.cast, notes.case
    night = notes.colleague("Nia Night", "Night team")
    for by, days in ((cast.alice, 20), (night, 9), (night, 1)):
        notes.note(by, days)
    found = queries.line_patterns(viewer=cast.sam, case=case, now=SOON)
    lines = set(ChronologyEntry.objects.filter(markings__isnull=False).values_list("pk", flat=True))
    assert set(found) == lines
    assert {each.rule for listed in found.values() for each in listed} == {"CUM1", "CUM2"}
    for other in (cast.alice, cast.bea, cast.gita):
        assert queries.line_patterns(viewer=other, case=case, now=SOON) == {}
    wall = Wall.objects.create(
        case=case, account=cast.sam, reason="alleged", raised_at=NOW, raised_by=cast.alice
    )
    assert queries.line_patterns(viewer=cast.sam, case=case, now=SOON) == {}
    assert wall.lifted_at is None
