"""What an entry counts as: kept with its number, refused where it makes no sense, part of the evidence."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from sharewell.agencies.access import Invalid
from sharewell.agencies.models import Sealed
from sharewell.cases import marks
from sharewell.cases.marks import Mark
from sharewell.cases.models import Concern, Marking
from sharewell.cases.operations import Part, chronology_add, chronology_correct
from sharewell.cases.operations.concern import AlreadyRaised
from sharewell.cases.telling import PersonTold
from sharewell.cases.tests.told import LATER, MARY, TOM, open_case, raise_concern
from sharewell.testing import NOW, make_cast

pytestmark = pytest.mark.django_db


def marked(*found: Mark) -> PersonTold:
    """Mary, with what the concern counts as."""
    return PersonTold(key="1", name="Mary Mill", subject_kind="adult", marks=found)


def test_a_concern_keeps_what_it_counts_as_for_the_person_it_is_about() -> None:
    cast = make_cast()
    loss = Mark(event="loss", number=Decimal("40.50"))
    concern = raise_concern(cast, people=[marked(Mark(event="low_level"), loss), TOM])
    kept = Marking.objects.order_by("id")
    assert [(each.event, each.number) for each in kept] == [
        ("low_level", None),
        ("loss", Decimal("40.50")),
    ]
    assert {each.case.person.name for each in kept} == {"Mary Mill"}
    assert {(each.concern, each.line, each.event_at, each.team) for each in kept} == {
        (concern, None, NOW, cast.alice.team)
    }
    assert marks.words(kept[1], "£") == "Money or belongings lost: £40.50"
    evidence = [bytes(each.content) for each in Sealed.objects.filter(name="case_1")]
    assert any(b'"event":"loss","number":"40.50"' in each for each in evidence)


def test_what_is_counted_is_part_of_the_form_that_was_sent() -> None:
    cast, key = make_cast(), uuid.uuid4()
    raise_concern(cast, form_key=key)
    with pytest.raises(AlreadyRaised):
        raise_concern(cast, form_key=key, people=[marked(Mark(event="low_level"))])


@pytest.mark.parametrize(
    "wrong",
    [
        [Mark(event="no_such")],
        [Mark(event="low_level"), Mark(event="low_level")],
        [Mark(event="low_level", number=Decimal(2))],
        [Mark(event="loss", number=Decimal(-1))],
        [Mark(event="missing", number=marks.LARGEST + 1)],
    ],
)
def test_a_mark_that_makes_no_sense_is_refused_and_nothing_is_kept(wrong: list[Mark]) -> None:
    cast = make_cast()
    with pytest.raises(Invalid) as refused:
        raise_concern(cast, people=[marked(*wrong)])
    assert set(refused.value.errors) == {"marks"}
    assert not Concern.objects.exists()


def test_a_lost_pack_never_stops_a_concern(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise ValueError("lost")

    monkeypatch.setattr("sharewell.packs.events", lost)
    raise_concern(make_cast(), people=[MARY])
    assert marks.offered() == []


def test_what_is_offered_fits_the_person() -> None:
    assert "bruise_not_mobile" not in {event.id for event in marks.offered("adult")}
    assert "loss" not in {event.id for event in marks.offered("child")}
    assert {event.id for event in marks.offered()} >= {"bruise_not_mobile", "loss"}


def test_a_line_of_the_timeline_counts_too_and_a_correction_says_it_anew() -> None:
    cast = make_cast()
    case = open_case(cast)
    part = Part(text="£20 gone from her purse.", section="note")
    first, _ = chronology_add(
        account=cast.alice,
        case=case,
        now=LATER,
        event_at=NOW,
        parts=[part, Part(text="Told her son.", section="action")],
        counted=[Mark(event="loss", number=Decimal(20))],
    )
    assert [(each.line, each.number) for each in Marking.objects.all()] == [(first, Decimal(20))]
    newer = chronology_correct(
        account=cast.alice,
        case=case,
        now=LATER,
        event_at=NOW,
        part=part,
        corrects=first.pk,
        counted=[Mark(event="low_level")],
    )
    assert [each.event for each in newer.markings.all()] == ["low_level"]
    evidence = [bytes(each.content) for each in Sealed.objects.filter(name="counted")]
    assert b'[{"event":"loss","number":"20"}]' in evidence
    with pytest.raises(Invalid) as refused:
        chronology_add(
            account=cast.alice,
            case=case,
            now=LATER,
            event_at=NOW,
            parts=[part],
            counted=[Mark(event="gossip")],
        )
    assert set(refused.value.errors) == {"marks"}
