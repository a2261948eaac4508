"""A partnership's own cells of the matrix: they narrow, and widen no further than is safe."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from sharewell import packs
from sharewell.core.checking.packfaults import faults
from sharewell.core.decision import Decision, decide
from sharewell.core.overlay import Local, laid_over
from sharewell.core.policy import Policy, load
from sharewell.core.request import (
    Consent,
    Covers,
    Facts,
    Recipient,
    Request,
    Sender,
    Wants,
)
from sharewell.core.tests.requests import NOW, WORDS

FILES = packs.read()
LOCAL: dict[str, Any] = {
    "reason": "Our landlords plan with us.",
    "author": "A. Lead",
    "review_on": date(2027, 5, 1),
}
SAYS = "Local: Our landlords plan with us. (A. Lead; to be reviewed on 2027-05-01)."
ROW: dict[str, Any] = {"source": "Board paper 14", "status": "proposal", "local": LOCAL}


def own(id_: str, **cell: Any) -> dict[str, bytes]:
    """A partnership's own matrix with one cell."""
    return {"matrix.yaml": yaml.safe_dump({"cells": [{"id": id_, **ROW, **cell}]}).encode()}


def policy(id_: str, **cell: Any) -> Policy:
    files, rows, found = laid_over(FILES, own(id_, **cell))
    assert found == ()
    assert rows == (Local("matrix.yaml", id_, **LOCAL),)
    return load(files, "england")


def answer(of: Policy, role: str, purpose: str, *fields: str, **more: Any) -> Decision:
    covers = Covers(WORDS.recipient_roles, WORDS.purposes, 3, WORDS.consent_labels)
    request = Request(
        at=NOW,
        jurisdiction="england",
        sender=Sender("local_authority"),
        purpose=purpose,
        recipient=Recipient(role, "in_force", connected_to_source="false"),
        facts=Facts("adult", capacity="has", harm=more.get("harm", "concern")),
        consent=more.get("consent", Consent("obtained", given_by="person", covers=covers)),
        wants=Wants(fields=fields or None),
        supplied=WORDS.supplied,
    )
    return decide(request, of)


def test_a_cell_of_ones_own_is_narrower_and_the_decision_says_whose_it_is() -> None:
    narrow = {"tier": 1, "named": ["housing.access_needs"]}
    local = policy("housing.housing_stability", **narrow)
    got = answer(local, "housing", "housing_stability")
    assert "housing.access_needs" in got.fields
    assert "housing.conduct" not in got.fields
    last = got.reasons[-1]
    assert last.rule == "cell-housing-housing_stability"
    assert last.source == f"{SAYS} Board paper 14"
    shipped = answer(packs.policy("england"), "housing", "housing_stability")
    assert "housing.conduct" in shipped.fields
    assert not [reason for reason in shipped.reasons if reason.rule.startswith("cell-")]


def test_only_that_cell_changes_and_the_policy_has_another_id() -> None:
    local, shipped = (
        policy("housing.early_help", tier=1, named=["housing.access_needs"]),
        packs.policy("england"),
    )
    differing = {key for key, cell in local.matrix.cells.items() if cell != shipped.cell(*key)}
    assert differing == {("housing", "early_help")}
    assert local.matrix.cells.keys() == shipped.matrix.cells.keys()
    assert local.id != shipped.id
    assert answer(local, "police", "early_help") == replaced(
        answer(shipped, "police", "early_help"), local.id
    )


def replaced(decision: Decision, policy_id: str) -> Decision:
    return decision._replace(policy=policy_id)


def test_a_cell_may_give_more_up_to_tier_2() -> None:
    local = policy("housing.protection_planning", tier=2)
    assert answer(local, "housing", "protection_planning", "risk.triggers").tiers == {
        "risk.triggers": 2
    }
    shipped = answer(packs.policy("england"), "housing", "protection_planning", "risk.triggers")
    assert shipped.withheld == {"risk.triggers": "not_in_dataset"}


def test_a_cell_may_be_filled_where_there_is_none_and_asks_for_agreement_like_any_other() -> None:
    local = policy("primary_care.person_posing_risk", tier=1)
    agreed = answer(local, "primary_care", "person_posing_risk", "subject.name")
    assert (agreed.outcome, agreed.consent_relied_on) == ("share", True)
    unasked = answer(local, "primary_care", "person_posing_risk", consent=Consent())
    assert unasked.outcome in ("seek_agreement", "refer")
    shipped = answer(packs.policy("england"), "primary_care", "person_posing_risk")
    assert shipped.outcome == "refuse"


def test_a_carer_is_told_of_another_purpose_without_what_shows_who_is_alleged() -> None:
    held_back = ["source.access", "source.orders_in_force", "legal.reference"]
    held_back += ["disclosure.history", "incident.reference"]
    local = policy("family_carer.early_help", tier=1, without=held_back)
    got = answer(local, "family_carer", "early_help")
    assert got.outcome == "share"
    assert not {*held_back, "source.identity", "subject.home_address"} & set(got.fields)
    none = answer(local, "family_carer", "early_help", consent=Consent())
    assert none.outcome in ("seek_agreement", "refer", "hold")


def test_a_form_may_be_narrowed_to_one_of_its_forms() -> None:
    local = policy("commissioner.assurance", forms=["D"])
    assert local.matrix.cells["commissioner", "assurance"].forms == ("deidentified",)


def test_tier_3_may_be_narrowed_to_tier_2() -> None:
    local = policy("police.safeguarding_enquiry", tier=2)
    got = answer(local, "police", "safeguarding_enquiry", "concern.images", "pattern")
    assert (got.tiers, got.withheld) == ({"pattern": 2}, {"concern.images": "above_tier"})


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "immediate danger, narrower": (
        "police.immediate_safety",
        {"tier": 1, "without": ["risk.others"]},
        "id: is of immediate danger",
    ),
    "immediate danger, wider": ("housing.immediate_safety", {"tier": 2}, "id: is of immediate"),
    "a role with no cell in immediate danger": (
        "lado.protection_planning",
        {"tier": 1},
        "id: gives more to a role that is sent no message in immediate danger",
    ),
    "the person themself": ("person_themself.early_help", {"tier": 1}, "id: gives more to a role"),
    "more to human resources": (
        "hr.staff_allegation",
        {"tier": 1},
        "id: gives more to a role that is sent no message",
    ),
    "a name for the regulator": (
        "regulator.safeguarding_enquiry",
        {"tier": 1},
        "id: gives more to a role that is sent no message",
    ),
    "a message to a funder": ("commissioner.exploitation_concern", {"tier": 1}, "id: gives more"),
    "another form for a funder": (
        "commissioner.exploitation_concern",
        {"forms": ["L"]},
        "id: gives more",
    ),
    "a form that asks nobody": (
        "housing.early_help",
        {"forms": ["N"]},
        "forms: puts a form, which asks nobody's agreement",
    ),
    "a form where there is nothing": (
        "family_carer.exploitation_concern",
        {"forms": ["N"]},
        "forms: puts a form",
    ),
    "a message in place of a form": ("school.staff_allegation", {"tier": 1}, "forms: puts a form"),
    "tier 3 where there is none": (
        "housing.early_help",
        {"tier": 3, "items": "enquiry"},
        "items: gives of Tier 3",
    ),
    "more of tier 3": (
        "police.safeguarding_enquiry",
        {"tier": 3, "items": "enquiry"},
        "items: gives of Tier 3",
    ),
    "tier 3 without items": ("police.safeguarding_enquiry", {"tier": 3}, "items: is missing"),
    "what a carer never gets": (
        "family_carer.early_help",
        {"tier": 1},
        "without: does not leave out disclosure.history",
    ),
    "no role": ("plumber.early_help", {"tier": 1}, "id: is not a role and a purpose"),
    "no purpose": ("housing", {"tier": 1}, "id: is not a role and a purpose"),
    "no tier": ("housing.early_help", {}, "tier: is missing"),
    "a strange field": ("housing.early_help", {"tier": 1, "named": ["mood"]}, "named: `mood`"),
    "no source": ("housing.early_help", {"tier": 1, "source": None}, "source: is missing"),
    "no status": ("housing.early_help", {"tier": 1, "status": None}, "status: is missing"),
    "no reason": (
        "housing.early_help",
        {"tier": 1, "local": {**LOCAL, "reason": None}},
        "local.reason: is missing",
    ),
    "no author": (
        "housing.early_help",
        {"tier": 1, "local": {**LOCAL, "author": None}},
        "local.author: is missing",
    ),
    "no review": (
        "housing.early_help",
        {"tier": 1, "local": {**LOCAL, "review_on": None}},
        "local.review_on: is missing",
    ),
    "nobody answers for it": (
        "housing.early_help",
        {"tier": 1, "local": None},
        "local: is missing",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_cell_that_goes_too_far_is_refused_and_the_shipped_one_stays(name: str) -> None:
    id_, cell, says = WRONG[name]
    files, rows, found = laid_over(FILES, own(id_, **cell))
    assert rows == ()
    (fault,) = found
    assert str(fault).startswith(f"local/matrix.yaml: {id_}: {says}")
    assert load(files, "england").matrix == packs.policy("england").matrix


def test_no_cell_of_ones_own_changes_what_goes_in_immediate_danger() -> None:
    local = policy("police.protection_planning", tier=1, without=["risk.others"])
    for purpose in ("protection_planning", "immediate_safety"):
        got = answer(local, "police", purpose, harm="immediate")
        assert got == replaced(
            answer(packs.policy("england"), "police", purpose, harm="immediate"), local.id
        )


def test_a_review_of_a_cell_that_is_overdue_is_a_fault_and_the_check_lists_it() -> None:
    mine = own("housing.early_help", tier=1, named=["housing.access_needs"])
    found, rows = faults(FILES, mine, date(2027, 5, 1))
    assert (found, [row.row for row in rows]) == ((), ["housing.early_help"])
    (late,) = faults(FILES, mine, date(2027, 5, 2))[0]
    assert str(late) == (
        "local/matrix.yaml: housing.early_help: local.review_on: was to be reviewed on 2027-05-01"
    )
