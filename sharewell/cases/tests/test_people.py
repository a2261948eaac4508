"""Who a person is: rows are added and ended, never overwritten, and what is known follows them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Sealed
from sharewell.cases import operations, queries
from sharewell.cases.models import Case, Identifier, Person
from sharewell.cases.operations.alleged import AllegedTold
from sharewell.cases.operations.people import RowEnded
from sharewell.cases.records import Known, join_circle
from sharewell.cases.telling import PersonTold
from sharewell.cases.tests.told import LATER, open_case
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
NHS, OTHER = "943 476 5919", "450 557 7104"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def known(case: Case, field: str) -> str:
    entry = queries.known_fields(case).get(field)
    return "" if entry is None or entry.unknown else entry.text


def add(what: str, cast: Cast, case: Case, **given: Any) -> Any:
    if what == "alleged":
        given = {"told": AllegedTold(**given)}
    return getattr(operations, f"{what}_add")(account=cast.alice, case=case, now=NOW, **given)


def end(cast: Cast, case: Case, noun: str, row: Any, reason: str = "A mistake") -> Any:
    return operations.row_end(
        account=cast.alice, case=case, noun=noun, row_id=row.pk, now=LATER, reason=reason
    )


ROWS: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "name",
        {"kind": "former", "name": "Mary Stone"},
        "subject.aliases",
        "Mary Stone (former name)",
    ),
    (
        "identifier",
        {"kind": "nhs", "number": "4505577104"},
        "subject.identifier",
        "NHS number 450 557 7104",
    ),
    (
        "need",
        {"kind": "interpreter", "detail": "Polish; a woman"},
        "subject.communication",
        "Needs an interpreter: Polish, a woman",
    ),
    (
        "decider",
        {
            "kind": "attorney_welfare",
            "name": "Ann Mill",
            "evidence": "registered copy",
            "until": date(2027, 3, 4),
        },
        "decision_maker",
        "Ann Mill, attorney for health and welfare (seen: registered copy, until 4 March 2027)",
    ),
    (
        "decider",
        {"kind": "social_worker", "name": "Lee Hart", "contact": "01632 960200"},
        "decision_maker",
        "Lee Hart, social worker, 01632 960200 (no proof seen)",
    ),
    (
        "relation",
        {"kind": "professional", "name": "Dr Patel", "note": "GP", "ends_on": date(2027, 3, 4)},
        "supports.lead",
        "Dr Patel, paid worker or professional, GP, until 4 March 2027",
    ),
    (
        "relation",
        {"kind": "carer", "name": "Joan Lee"},
        "supports.current",
        "Joan Lee, unpaid carer",
    ),
]


@pytest.mark.parametrize(("noun", "given", "field", "words"), ROWS)
def test_a_row_is_told_in_its_field_and_leaves_it_when_it_ends(
    cast: Cast, case: Case, noun: str, given: dict[str, Any], field: str, words: str
) -> None:
    row = add(noun, cast, case, **given)
    assert known(case, field) == words
    assert Sealed.objects.filter(case_id=case.pk, name="row").count() == 1
    ended = end(cast, case, noun, row)
    assert ended.left == ()
    assert known(case, field) == ""
    row.refresh_from_db()
    assert (row.ended_at, row.ended_by, row.end_reason) == (LATER, cast.alice, "A mistake")
    with pytest.raises(RowEnded):
        end(cast, case, noun, row)


def test_rows_of_one_field_stand_beside_each_other_and_beside_what_was_written(
    cast: Cast, case: Case
) -> None:
    operations.field_record(
        account=cast.alice,
        case=case,
        now=NOW,
        entries=[Known(field="subject.aliases", text="The lady in green", kind="reported")],
    )
    first = add("name", cast, case, kind="known_as", name="Polly")
    add("name", cast, case, kind="likes", name="Mrs Mill")
    whole = "The lady in green; Polly (known as); Mrs Mill (likes to be called)"
    assert known(case, "subject.aliases") == whole
    end(cast, case, "name", first)
    assert known(case, "subject.aliases") == "The lady in green; Mrs Mill (likes to be called)"


def test_words_that_were_changed_by_hand_are_left_and_told(cast: Cast, case: Case) -> None:
    row = add("name", cast, case, kind="alias", name="Polly")
    operations.field_record(
        account=cast.alice,
        case=case,
        now=NOW,
        entries=[Known(field="subject.aliases", text="Polly or Molly", kind="reported")],
    )
    assert end(cast, case, "name", row).left == ("subject.aliases",)
    assert known(case, "subject.aliases") == "Polly or Molly"


def test_the_same_row_twice_is_one(cast: Cast, case: Case) -> None:
    first = add("name", cast, case, kind="alias", name="Polly")
    again = operations.name_add(account=cast.bea, case=case, now=LATER, kind="alias", name="Polly")
    assert again == first
    assert known(case, "subject.aliases") == "Polly (alias)"


# --- numbers -----------------------------------------------------------------------------------------


def test_a_number_that_fails_is_refused_in_words_and_nowhere_stored(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid) as refused:
        add("identifier", cast, case, kind="nhs", number="943 476 5918", sure=True)
    assert "does not fit the others" in refused.value.errors["number"][0]
    assert not Identifier.objects.exists()
    assert "subject.identifier" not in queries.known_fields(case)


def test_a_number_of_an_odd_range_is_told_and_then_kept(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid) as told:
        add("identifier", cast, case, kind="nhs", number=NHS)
    assert "begin with 4, 6 or 7" in told.value.errors["sure"][0]
    assert add("identifier", cast, case, kind="nhs", number=NHS, sure=True).value == "9434765919"


def test_another_number_of_a_kind_takes_the_place_of_the_first(cast: Cast, case: Case) -> None:
    first = add("identifier", cast, case, kind="nhs", number=NHS, sure=True)
    with pytest.raises(Invalid) as told:
        add("identifier", cast, case, kind="nhs", number=OTHER)
    assert "ended as replaced" in told.value.errors["sure"][0]
    add("identifier", cast, case, kind="nhs", number=OTHER, sure=True)
    first.refresh_from_db()
    assert first.end_reason
    assert known(case, "subject.identifier") == f"NHS number {OTHER}"


def test_a_social_security_number_is_not_offered(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid) as refused:
        add("identifier", cast, case, kind="ssn", number="078-05-1120")
    assert "kind" in refused.value.errors


def test_a_upn_is_for_children(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid):
        add("identifier", cast, case, kind="upn", number="A801200001001")


# --- not born yet ------------------------------------------------------------------------------------

BABY = PersonTold(
    key="1", name="Baby of Ann Lee", subject_kind="unborn", expected_on=date(2027, 3, 4)
)


def test_an_unborn_child_is_decided_about_as_a_child_and_its_birth_keeps_the_case(
    cast: Cast,
) -> None:
    case = open_case(cast, people=[BABY])
    assert (case.person.subject_kind, case.person.kind_words) == ("child", "unborn child")
    assert queries.facts(case)["subject_kind"] == "child"
    assert known(case, "subject.birth_date") == "not yet born; expected 4 March 2027"
    operations.birth_expect(account=cast.alice, case=case, now=NOW, expected_on=date(2027, 2, 27))
    assert known(case, "subject.birth_date") == "not yet born; expected 27 February 2027"
    add("relation", cast, case, kind="mother", name="Ann Lee")
    born = LATER.date()
    operations.birth_record(account=cast.alice, case=case, now=LATER, born_on=born, name="Rose Lee")
    person = Person.objects.get()
    assert (person.unborn, person.birth_date, person.name) == (False, born, "Rose Lee")
    assert person.expected_on == date(2027, 2, 27)
    assert known(case, "subject.birth_date") == "20 November 2026"
    assert known(case, "subject.name") == "Rose Lee"
    with pytest.raises(Conflict):
        operations.birth_record(account=cast.alice, case=case, now=LATER, born_on=born)


def test_a_birth_in_the_future_is_refused(cast: Cast) -> None:
    case = open_case(cast, people=[BABY])
    with pytest.raises(Invalid):
        operations.birth_record(account=cast.alice, case=case, now=NOW, born_on=date(2026, 11, 21))


def test_one_not_born_yet_has_no_date_of_birth(cast: Cast) -> None:
    wrong = PersonTold(key="1", name="Baby", subject_kind="unborn", birth_date=date(2020, 1, 1))
    with pytest.raises(Invalid):
        open_case(cast, people=[wrong])


# --- who may -----------------------------------------------------------------------------------------

ACTS: list[tuple[str, dict[str, Any]]] = [
    *((f"{noun}_add", given) for noun, given, _, _ in ROWS),
    ("relation_add", {"kind": "friend", "name": "Joe"}),
    ("household_add", {"kind": "friend", "name": "Joe", "subject_kind": "adult"}),
    ("alleged_add", {"told": AllegedTold(kind="other", name="Joe", relation="friend")}),
    ("birth_expect", {"expected_on": date(2027, 3, 4)}),
    ("birth_record", {"born_on": date(2026, 11, 19)}),
]


@pytest.mark.parametrize(("act", "given"), ACTS)
def test_only_those_of_the_circle_who_do_casework_write(
    cast: Cast, case: Case, act: str, given: dict[str, Any]
) -> None:
    for outside in (cast.stranger, cast.olu, cast.ada):
        with pytest.raises(NotFound):
            getattr(operations, act)(account=outside, case=case, now=NOW, **given)
    join_circle(case=case, account=cast.gita, relation="oversight", now=NOW)
    with pytest.raises(NotAllowed):
        getattr(operations, act)(account=cast.gita, case=case, now=NOW, **given)


@pytest.mark.parametrize(
    ("act", "given", "field"),
    [
        ("name_add", {"kind": "nickname", "name": "Polly"}, "kind"),
        ("name_add", {"kind": "alias", "name": " "}, "name"),
        ("need_add", {"kind": "language"}, "detail"),
        ("decider_add", {"kind": "deputy", "name": ""}, "name"),
        ("decider_add", {"kind": "parental_responsibility", "name": "Ann"}, "kind"),
        ("relation_add", {"kind": "friend"}, "name"),
        (
            "relation_add",
            {
                "kind": "friend",
                "name": "Joe",
                "starts_on": date(2026, 2, 1),
                "ends_on": date(2026, 1, 1),
            },
            "ends_on",
        ),
    ],
)
def test_what_cannot_be_so_is_refused_beside_its_field(
    cast: Cast, case: Case, act: str, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        getattr(operations, act)(account=cast.alice, case=case, now=NOW, **given)
    assert set(refused.value.errors) == {field}


def test_an_end_needs_its_reason(cast: Cast, case: Case) -> None:
    row = add("name", cast, case, kind="alias", name="Polly")
    with pytest.raises(Invalid):
        end(cast, case, "name", row, " ")
    with pytest.raises(NotFound):
        end(cast, case, "need", row)
    other = open_case(cast)
    with pytest.raises(NotFound):
        end(cast, other, "name", row)


def test_family_who_live_elsewhere_say_nothing_that_is_shared(cast: Cast, case: Case) -> None:
    before = {field: entry.text for field, entry in queries.known_fields(case).items()}
    add("relation", cast, case, kind="mother", name="Ann Lee")
    assert {field: entry.text for field, entry in queries.known_fields(case).items()} == before


# --- relations ---------------------------------------------------------------------------------------


def test_a_relation_leads_to_a_case_only_for_those_who_may_read_it(cast: Cast, case: Case) -> None:
    other = open_case(cast, people=[PersonTold(key="1", name="Ann Lee", subject_kind="adult")])
    add("relation", cast, case, kind="sibling", other=other)
    join_circle(case=case, account=cast.stranger, relation="invited", now=NOW)
    shown = queries.people_page(viewer=cast.alice, case_id=case.pk, now=NOW)
    assert [each.name for each in shown.standing["relation"]] == ["Ann Lee"]  # type: ignore[attr-defined]
    assert list(shown.linked.values()) == [other]
    assert queries.people_page(viewer=cast.stranger, case_id=case.pk, now=NOW).linked == {}


def test_a_relation_to_a_case_outside_the_circle_is_as_to_none(cast: Cast, case: Case) -> None:
    hidden = open_case(cast, account=cast.stranger)
    with pytest.raises(NotFound):
        add("relation", cast, case, kind="sibling", other=hidden)
    same = open_case(cast)
    same.person = case.person
    same.save()
    with pytest.raises(Invalid):
        add("relation", cast, case, kind="sibling", other=same)
