"""Each note of the field catalogue, one test each: where it holds, and the nearest place where it does not.

A field whose row says who may hold it, or what raises or lowers its tier, has a line here for each of
these; :func:`test_each_note_of_the_catalogue_has_its_test` fails for a note that has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from sharewell import packs
from sharewell.core.catalogue import Cell, Field
from sharewell.core.decision import decide
from sharewell.core.minimise import CUT, Message, Value, minimise
from sharewell.core.policy import Policy
from sharewell.core.request import Facts, Recipient, Request, Sender, Wants
from sharewell.core.tests.requests import NOW, WORDS, asked

FIELDS = packs.policy("england").fields
IS, EX, HS, CC = (
    "immediate_safety",
    "exploitation_concern",
    "housing_stability",
    "clinical_coordination",
)
EN, PP, EH, CP = "safeguarding_enquiry", "protection_planning", "early_help", "child_protection"
SA, PR = "staff_allegation", "person_posing_risk"
CHILD: dict[str, Any] = {"subject_kind": "child", "given_by": "parent", "capacity": "lacks"}
STAFF_CHILD: dict[str, Any] = {**CHILD, "flags": ("child_of_staff",)}
US: dict[str, Any] = {"place": "us", "kind": "charity"}
IN_DANGER: dict[str, Any] = {**US, "harm": "immediate", "kind": "victim_services"}
VAWA: dict[str, Any] = {**IN_DANGER, "regimes": ("vawa",)}
RELEASED: dict[str, Any] = {**US, "written": True}


def opened(place: str, role: str, purpose: str) -> Policy:
    """The policy of a place as it would be if this cell gave all that there is, Tier 3 item by item."""
    policy = packs.policy(place)
    cells = {**policy.matrix.cells, (role, purpose): Cell(3, items=frozenset(FIELDS))}
    return replace(policy, matrix=replace(policy.matrix, cells=cells))


# What no cell gives today, and the catalogue would still bar.
TO_PERSON: dict[str, Any] = {"policy": opened("england", "person_themself", PP)}
MORE_IN_DANGER: dict[str, Any] = {"policy": opened("us", "police", IS)}
BARRED, ABOVE, UNNAMED = "barred_role", "above_tier", "not_in_dataset"
REGIME = "special_regime"


class Ask(NamedTuple):
    """One question, and its answer: the tier at which the field goes, or why it does not."""

    role: str
    purpose: str
    gives: int | str
    given: Mapping[str, Any] = {}


class Note(NamedTuple):
    """One note of one field: an answer that it makes, and the nearest that it leaves alone."""

    field: str
    note: str
    here: Ask
    near: Ask


def flagged(*flags: str) -> dict[str, Any]:
    return {"flags": flags}


ONLY = [
    Note("subject.identifier", "only", Ask("police", EN, BARRED), Ask("hospital", EN, 1)),
    Note("housing.conduct", "only", Ask("adult_social_care", EX, BARRED), Ask("housing", HS, 2)),
    Note("referrer.identity", "only", Ask("primary_care", EN, BARRED), Ask("marac", EN, 1)),
    Note(
        "staff.role_restriction",
        "only",
        Ask("childrens_social_care", SA, BARRED),
        Ask("adult_social_care", SA, 1),
    ),
    # Of Tier 3, and no cell gives it item by item: it is told by other means than a disclosure.
    Note("staff.vetting", "only", Ask("adult_social_care", SA, BARRED), Ask("lado", SA, ABOVE)),
]
NEVER = [
    Note(
        "subject.home_address",
        "never.family_carer",
        Ask("family_carer", PP, BARRED),
        Ask("police", PP, 1),
    ),
    Note("subject.home_address", "never.hr", Ask("hr", PP, BARRED), Ask("housing", PP, 1)),
    Note(
        "source.identity",
        "never.family_carer",
        Ask("family_carer", PP, BARRED),
        Ask("hr", SA, 1),
    ),
    Note(
        "source.identity",
        "never.person_themself",
        Ask("person_themself", PP, BARRED, TO_PERSON),
        Ask("marac", PP, 1),
    ),
    Note(
        "consent.reason",
        "never.family_carer",
        Ask("family_carer", PP, BARRED),
        Ask("police", PP, 1),
    ),
    Note("consent.reason", "never.housing", Ask("housing", HS, BARRED), Ask("marac", HS, 1)),
    Note(
        "consent.reason",
        "never.person_themself",
        Ask("person_themself", PP, BARRED, TO_PERSON),
        Ask("marac", PP, 1),
    ),
    Note(
        "inform.plan", "never.family_carer", Ask("family_carer", PP, BARRED), Ask("housing", PP, 1)
    ),
]
RAISED = [
    Note(field, f"flags.{flag}", Ask(role, purpose, gives, flagged(flag)), Ask(role, purpose, tier))
    for field, flags, role, purpose, gives, tier in [
        ("subject.current_location", "confidential_address refuge vawa", "housing", HS, ABOVE, 1),
        ("subject.home_address", "confidential_address refuge vawa", "housing", HS, ABOVE, 1),
        ("supports.lead", "confidential_address refuge vawa", "housing", HS, ABOVE, 1),
        ("supports.current", "confidential_address refuge vawa", "adult_social_care", EX, ABOVE, 2),
        ("referrer.identity", "referrer_protected", "marac", PP, ABOVE, 1),
        ("witness.identity", "referrer_protected", "police", EX, ABOVE, 2),
    ]
    for flag in flags.split()
]
TIER_FOR = [
    # Seen by colleagues of a parent who works there, and not by those who protect the child.
    Note(
        "household.adults",
        "tier_for.0",
        Ask("school", CP, ABOVE, {**STAFF_CHILD, "others_at_risk": "both"}),
        Ask("school", CP, 1, {**CHILD, "others_at_risk": "both"}),
    ),
    Note(
        "household.adults",
        "tier_for.1",
        Ask("primary_care", EN, 1, {"others_at_risk": "adults"}),
        Ask("primary_care", EN, UNNAMED, {"others_at_risk": "children"}),
    ),
    Note(
        "source.employment",
        "tier_for.0",
        Ask("police", PP, 1),
        Ask("childrens_social_care", PP, ABOVE),
    ),
    Note(
        "concern.verbatim",
        "tier_for.0",
        Ask("care_provider", PP, ABOVE, STAFF_CHILD),
        Ask("childrens_social_care", PP, 2, STAFF_CHILD),
    ),
    Note(
        "views.full",
        "tier_for.0",
        Ask("school", EH, ABOVE, STAFF_CHILD),
        Ask("childrens_social_care", EH, 2, STAFF_CHILD),
    ),
    Note("housing.tenure", "tier_for.0", Ask("housing", EH, 1), Ask("school", EH, UNNAMED)),
    Note(
        "clinical.safety_bundle",
        "tier_for.0",
        Ask("emergency_services", PP, 1),
        Ask("primary_care", PP, ABOVE),
    ),
    Note(
        "clinical.summary",
        "tier_for.0",
        Ask("mental_health", CC, 2),
        Ask("mental_health", PP, ABOVE),
    ),
    Note(
        "attendance",
        "tier_for.0",
        Ask("police", IS, 1, CHILD),
        Ask("primary_care", CP, UNNAMED, CHILD),
    ),
    Note(
        "staff.role_restriction",
        "tier_for.0",
        Ask("hr", SA, 1),
        Ask("police", PR, ABOVE),
    ),
]
OTHERS = [
    Note(
        "clinical.psychotherapy",
        "restricted",
        Ask("hospital", CC, REGIME, {"labels": ("part2",)}),
        Ask("hospital", CC, 3),
    ),
    Note(
        "clinical.substance_use",
        "restricted",
        Ask("hospital", CC, REGIME, {**RELEASED, "labels": ("psychotherapy",)}),
        Ask("hospital", CC, 3, RELEASED),
    ),
    *[
        Note(
            field,
            "confirms_client",
            Ask("police", IS, REGIME, VAWA),
            Ask("police", IS, 1, IN_DANGER),
        )
        for field in ("supports.lead", "consent.position", "consent.reason", "disclosure.history")
    ],
    # Of Tier 2 and 3, which no cell gives in danger, where the rule holds.
    *[
        Note(
            field,
            "confirms_client",
            Ask("police", IS, REGIME, {**VAWA, **MORE_IN_DANGER}),
            Ask("police", IS, tier, {**IN_DANGER, **MORE_IN_DANGER}),
        )
        for field, tier in [("actions.tried", 2), ("supports.current", 2), ("chronology.full", 3)]
    ],
]
NOTES = [*ONLY, *NEVER, *RAISED, *TIER_FOR, *OTHERS]


def notes_of(field: Field) -> Iterator[str]:
    """The notes that a row of the catalogue makes."""
    if field.only:
        yield "only"
    yield from (f"never.{role}" for role in sorted(field.never))
    yield from (f"flags.{flag}" for flag in field.flags)
    yield from (f"tier_for.{place}" for place, _ in enumerate(field.tier_for))
    if field.restricted:
        yield "restricted"
    if field.confirms_client:
        yield "confirms_client"


def test_each_note_of_the_catalogue_has_its_test() -> None:
    made = [(id_, note) for id_, field in FIELDS.items() for note in notes_of(field)]
    tested = [(each.field, each.note) for each in NOTES]
    assert sorted(tested) == sorted(set(tested))
    assert set(tested) == set(made)


def answer(field: str, ask: Ask) -> int | str:
    """The tier at which a field goes, or why it does not, where the person agreed to everything."""
    decision = asked(ask.role, ask.purpose, field, "subject.communication", **ask.given)
    assert {*decision.fields, *decision.withheld} == {field, "subject.communication"}
    return decision.tiers.get(field) or decision.withheld[field]


@pytest.mark.parametrize("note", NOTES, ids=lambda note: f"{note.field} {note.note}")
def test_a_note_holds_where_it_says_and_not_beside_it(note: Note) -> None:
    assert answer(note.field, note.here) == note.here.gives
    assert answer(note.field, note.near) == note.near.gives


def test_facts_of_a_substance_use_program_are_not_lowered_for_a_clinic() -> None:
    told = Ask("mental_health", CC, 3, flagged("part2"))
    assert answer("clinical.summary", told) == 3


# --- more of the notes, that are not keys of a row ---------------------------------------------------------

MORE = [
    ("subject.immigration", Ask("police", EN, BARRED), Ask("adult_social_care", EN, 3)),
    ("staff.vetting", Ask("police", EN, BARRED), Ask("hr", SA, UNNAMED)),
    ("concern.images", Ask("adult_social_care", PP, ABOVE), Ask("adult_social_care", EN, 3)),
    ("source.intelligence", Ask("marac", PP, ABOVE), Ask("police", EN, 3)),
    ("capacity.assessment", Ask("advocacy", EN, ABOVE), Ask("hospital", CC, 3)),
    ("history.care", Ask("police", EN, BARRED), Ask("childrens_social_care", CP, 3)),
    ("legal.statements", Ask("marac", EN, ABOVE), Ask("police", EN, 3)),
    ("history.exists", Ask("housing", HS, UNNAMED), Ask("police", PR, 2)),
    ("attachment", Ask("police", EX, ABOVE), Ask("police", EN, 3)),
]


@pytest.mark.parametrize(("field", "here", "near"), MORE, ids=[row[0] for row in MORE])
def test_who_may_hold_it_follows_from_the_cells(field: str, here: Ask, near: Ask) -> None:
    assert answer(field, here) == here.gives
    assert answer(field, near) == near.gives


# --- in immediate danger a masked address goes, to those who come ---------------------------------------------


@pytest.mark.parametrize("flag", ["confidential_address", "refuge", "vawa"])
@pytest.mark.parametrize(
    "field", ["subject.current_location", "subject.home_address", "supports.lead"]
)
def test_a_flag_that_masks_gives_way_in_immediate_danger(flag: str, field: str) -> None:
    danger = {**flagged(flag), "harm": "immediate"}
    assert answer(field, Ask("police", PP, 1, danger)) == 1
    assert answer(field, Ask("police", PP, ABOVE, flagged(flag))) == ABOVE


# --- how long, and what is never carried ------------------------------------------------------------------------

CAPS = {1: 600, 2: 4000, 3: 8000}
LIMITS = {
    "concern.reason": 300,
    "views.short": 300,
    "history.exists": 120,
}


def carried(field: Field, value: Value, form: str = "message") -> Message:
    """A message of one field, to a role that may hold it."""
    role = next(iter(sorted(field.only)), "adult_social_care")
    decision = asked(role, EN, "subject.communication")._replace(
        tiers={field.id: field.tier}, recipient_role=role, form=form
    )
    return minimise({field.id: value}, decision, packs.policy("england"))


@pytest.mark.parametrize("id_", FIELDS)
def test_a_text_is_carried_to_its_length_and_no_further(id_: str) -> None:
    field = FIELDS[id_]
    most = LIMITS.get(id_, CAPS[field.tier])
    for length, cut in ((most, False), (most + 1, True)):
        (part,) = carried(field, Value(text="x" * length)).fields
        assert part.truncated is cut
        assert len(part.lines[0]) == most


@pytest.mark.parametrize(("id_", "most"), [("chronology.extract", 10), ("pattern", 200)])
def test_a_list_is_carried_to_its_number_of_items(id_: str, most: int) -> None:
    for count, cut in ((most, False), (most + 1, True)):
        (part,) = carried(FIELDS[id_], Value(items=("x",) * count)).fields
        assert (len(part.lines), part.truncated) == (most, cut)
    assert {f.id for f in FIELDS.values() if f.max_items != 200} == {"chronology.extract"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("943 476 5919", "943 476 5919"),
        ("H801200001001", "H801200001001"),
        ("123-45-6789", CUT),
        ("Medicaid 77120; 123 45 6789", f"Medicaid 77120; {CUT}"),
        ("SSN 123456789", CUT),
        ("social security number: 123-45-6789", CUT),
    ],
)
def test_a_social_security_number_is_never_carried(written: str, kept: str) -> None:
    (part,) = carried(FIELDS["subject.identifier"], Value(text=written)).fields
    assert part.lines == (kept,)
    assert part.truncated is (written != kept)


# --- whom a field is about ---------------------------------------------------------------------------------------

OF_CHILDREN = {"attendance", "parents.aware"}


def test_the_fields_about_children_are_these() -> None:
    assert {id_ for id_, field in FIELDS.items() if field.about} == OF_CHILDREN
    assert all(FIELDS[id_].about == {"child"} for id_ in OF_CHILDREN)


@pytest.mark.parametrize("field", sorted(OF_CHILDREN))
def test_what_cannot_apply_to_an_adult_is_not_asked_for_unless_named(field: str) -> None:
    assert field in asked("childrens_social_care", CP, **CHILD).fields
    of_adult = asked("childrens_social_care", CP)
    assert field not in {*of_adult.fields, *of_adult.withheld}
    named = asked("childrens_social_care", CP, field)
    assert (named.fields, named.withheld) == ((field,), {})


@pytest.mark.parametrize("tier", [None, 1, 2, 3])
def test_a_message_about_an_adult_says_nothing_of_school(tier: int | None) -> None:
    request = Request(
        at=NOW,
        jurisdiction="england",
        sender=Sender("local_authority"),
        purpose=CP,
        recipient=Recipient("childrens_social_care", "in_force", connected_to_source="false"),
        facts=Facts("adult", harm="serious", others_at_risk="children", safe_to_inform="true"),
        wants=Wants(tier=tier),
        supplied=WORDS.supplied,
    )
    decision = decide(request, packs.policy("england"))
    assert decision.outcome == "share"
    made = minimise({}, decision, packs.policy("england"))
    assert {part.unknown for part in made.fields} == {"unknown"}
    assert not OF_CHILDREN & {part.field for part in made.fields}
