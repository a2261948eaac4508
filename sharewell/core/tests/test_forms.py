"""The forms that are not messages: a notification, figures without a person, an extract of the log."""

from __future__ import annotations

from typing import Any

import pytest

from sharewell import packs
from sharewell.core.decision import Decision
from sharewell.core.minimise import Value, minimise
from sharewell.core.tests.requests import NOW, asked

FIELDS = packs.policy("england").fields
IS, EX, HS = "immediate_safety", "exploitation_concern", "housing_stability"
EN, CP, SA = "safeguarding_enquiry", "child_protection", "staff_allegation"
BARRED, UNNAMED = "barred_role", "not_in_dataset"

WRITTEN = {id_: Value(text=f"Ann Price wrote {id_}", at=NOW) for id_ in FIELDS}
CHOSEN = {
    id_: Value(text=f"Ann Price wrote {id_}", source_role="neighbour", at=NOW, choices=["Neglect"])
    for id_ in FIELDS
}
FORMS = {
    "notification": {
        "concern.categories",
        "concern.when_where",
        "risk.level",
        "actions.emergency",
        "ask",
        "incident.reference",
    },
    "deidentified": {"concern.categories", "risk.level", "capacity.conclusion", "consent.position"},
    "log_extract": {
        "concern.categories",
        "consent.position",
        "disclosure.history",
        "incident.reference",
        "incident.timeline",
    },
}
CELLS = [
    ("commissioner", IS, ["notification"]),
    ("commissioner", EX, ["notification"]),
    ("commissioner", EN, ["notification"]),
    ("commissioner", SA, ["notification"]),
    ("commissioner", "assurance", ["deidentified", "log_extract"]),
    ("regulator", IS, ["notification"]),
    ("regulator", EX, ["notification"]),
    ("regulator", CP, ["notification"]),
    ("regulator", "assurance", ["log_extract"]),
    ("oversight_body", IS, ["notification"]),
    ("oversight_body", EX, ["notification"]),
    ("oversight_body", SA, ["notification"]),
    ("oversight_body", HS, ["deidentified"]),
    ("oversight_body", "assurance", ["log_extract", "deidentified"]),
    ("hr", "assurance", ["deidentified"]),
    ("school", SA, ["notification"]),
    ("care_provider", SA, ["notification"]),
    ("safeguarding_board", SA, ["notification"]),
    ("safeguarding_board", "assurance", ["deidentified", "log_extract"]),
    ("safeguarding_lead", "assurance", ["log_extract"]),
]


def formed(role: str, purpose: str, form: str) -> Decision:
    """What goes to this role in this form, asked for by a field that only it holds where it has two."""
    policy = packs.policy("england")
    cell = policy.cell(role, purpose)
    assert cell is not None
    if len(cell.forms) == 1 or cell.forms[0] == form:
        return asked(role, purpose)
    return asked(role, purpose, *sorted(policy.matrix.forms[form]))


def test_the_cells_that_give_a_form_are_these() -> None:
    cells = packs.policy("england").matrix.cells
    found = [(*key, list(cell.forms)) for key, cell in cells.items() if cell.forms != ("message",)]
    assert sorted(found) == sorted(CELLS)


@pytest.mark.parametrize(
    ("role", "purpose", "form"),
    [(role, purpose, form) for role, purpose, forms in CELLS for form in forms],
)
def test_a_form_holds_its_fields_and_no_others(role: str, purpose: str, form: str) -> None:
    decision = formed(role, purpose, form)
    assert (decision.outcome, decision.form) == ("share", form)
    assert set(decision.fields) == FORMS[form]
    made = minimise(CHOSEN, decision, packs.policy("england"))
    assert {part.field for part in made.fields} == FORMS[form]
    assert made.form == form
    everything = asked(role, purpose, *FIELDS)
    assert set(everything.fields) in FORMS.values()
    assert {everything.withheld[f] for f in everything.withheld} <= {BARRED, UNNAMED}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_names_or_places_anybody_or_holds_what_is_of_tier_3(form: str) -> None:
    listed = packs.policy("england").matrix.forms[form]
    assert not [id_ for id_ in listed if FIELDS[id_].identifies or FIELDS[id_].tier == 3]


def test_figures_carry_nothing_that_was_typed_no_source_and_no_moment() -> None:
    decision = asked("hr", "assurance")
    sent = minimise(CHOSEN, decision, packs.policy("england"))
    assert {(p.lines, p.source_role, p.kind, p.at) for p in sent.fields} == {
        (("Neglect",), "", None, None)
    }
    unsaid = minimise(WRITTEN, decision, packs.policy("england"))
    assert {(p.lines, p.unknown) for p in unsaid.fields} == {((), "unknown")}
    assert "Ann Price" not in unsaid.canonical().decode()


def test_a_notification_holds_a_line_and_no_narrative() -> None:
    decision = asked("commissioner", IS)
    long = {id_: Value(text="word " * 90, choices=["Neglect"]) for id_ in FIELDS}
    sent = minimise(long, decision, packs.policy("england"))
    assert all(sum(map(len, part.lines)) <= 200 for part in sent.fields)
    short = minimise(CHOSEN, decision, packs.policy("england"))
    assert {p.lines for p in short.fields if FIELDS[p.field].holds == "choice"} == {("Neglect",)}
    assert {p.source_role for p in short.fields} == {""}
    assert {p.at for p in short.fields} == {"2026-11-16T10:00:00Z"}
    narrative = {"concern.reason", "concern.observed", "concern.verbatim", "views.short", "pattern"}
    assert not narrative & set(decision.fields)


def test_a_log_extract_says_who_was_told_and_no_content() -> None:
    decision = asked("regulator", "assurance")
    assert {FIELDS[id_].holds for id_ in decision.fields} == {"choice", "log"}
    sent = minimise(CHOSEN, decision, packs.policy("england"))
    told = {p.field: p.lines for p in sent.fields}
    assert told["disclosure.history"] == ("Ann Price wrote disclosure.history",)
    assert told["concern.categories"] == ("Neglect",)


def test_a_regulator_is_told_of_an_enquiry_without_anybodys_name() -> None:
    decision = asked("regulator", EN)
    assert decision.form == "message"
    assert not [id_ for id_ in decision.fields if FIELDS[id_].identifies]
    assert {"concern.observed", "source.employment", "incident.reference"} <= set(decision.fields)
    assert asked("regulator", EN, "source.identity").withheld == {"source.identity": UNNAMED}
    assert asked("regulator", SA, "source.identity").tiers == {"source.identity": 1}


@pytest.mark.parametrize("regime", ["vawa", "ombudsman"])
def test_a_program_that_names_nobody_notifies_without_anything_typed(regime: str) -> None:
    typed = {"concern.when_where", "actions.emergency", "ask"}
    told: dict[str, Any] = {"place": "us", "kind": "charity"}
    refused: dict[str, Any] = {**told, "regimes": (regime,), "position": "refused"}
    assert set(asked("commissioner", IS, **told).fields) == FORMS["notification"]
    silent = asked("commissioner", IS, *sorted(FORMS["notification"]), **refused)
    assert set(silent.fields) == FORMS["notification"] - typed
    assert silent.withheld == dict.fromkeys(typed, "special_regime")
