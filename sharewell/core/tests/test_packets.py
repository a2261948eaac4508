"""The forms that a packet starts from: every field of the real forms has its place, or a reason why it has none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sharewell import packs
from sharewell.core.packets import FILE, packets
from sharewell.core.policy import PackError

LETTERS = {"C": "child", "A": "adult", "M": "marac", "U": "aps"}
STATUTORY = ("regulator", "commissioner", "lado", "police")
DOMAIN = Path(__file__).parents[3] / "docs" / "domain.md"
ROW = re.compile(r"^\| (?P<says>[^|]+) \| (?P<on>[CAMU-](?: [CAMU-]){3}) \|", re.MULTILINE)


def reference() -> dict[str, set[str]]:
    """Each field of section 3 of the domain reference, with the forms whose column names it."""
    section = DOMAIN.read_text("utf-8").partition("\n## 3.")[2].partition("\n## 4.")[0]
    return {
        found["says"]: {LETTERS[each] for each in found["on"].split() if each in LETTERS}
        for found in ROW.finditer(section)
        if found["says"] != "field"
    }


def test_every_field_of_the_real_forms_stands_in_the_pack_for_just_the_forms_that_have_it() -> None:
    ours = {
        each.says: set(each.of)
        for each in packs.packets().forms.values()
        if not set(each.of) & set(STATUTORY)
    }
    expected = reference()
    assert len(expected) == 58, "the table of the reference was read whole"
    assert ours == expected


@pytest.mark.parametrize("form", STATUTORY)
def test_a_statutory_notification_lists_its_fields_the_same_way(form: str) -> None:
    rows = [each for each in packs.packets().forms.values() if form in each.of]
    assert rows
    assert any(each.left_out for each in rows) or form == "lado"
    assert {each.vouched.status for each in rows} == {"from_knowledge"}


def test_what_is_carried_nowhere_says_why() -> None:
    for each in packs.packets().forms.values():
        assert each.fields or len(each.left_out) > 10, each.id
        assert each.vouched.source


def test_every_field_of_the_catalogue_has_its_place_on_some_form() -> None:
    """A field that no form has would be one that nobody asks for; these follow from our own record."""
    placed = {field for each in packs.packets().forms.values() for field in each.fields}
    ours = {"housing.access_needs", "incident.timeline"}
    assert set(packs.vocabulary().fields) - placed == ours


@pytest.mark.parametrize("place", ["england", "wales", "scotland", "northern_ireland", "us"])
def test_each_partner_of_a_template_may_receive_something_for_its_purpose(place: str) -> None:
    cells = packs.policy(place).matrix.cells
    for template in packs.packets().templates.values():
        if template.places and place not in template.places:
            continue
        for role, purpose in template.partners.items():
            assert (role, purpose) in cells, f"{template.id}: {role} for {purpose}"


def test_what_is_asked_is_never_of_the_third_tier() -> None:
    fields = packs.policy("england").fields
    asked = {name for each in packs.packets().templates.values() for name in each.asks}
    # The post of somebody alleged is Tier 1 for those who look into it, and Tier 3 for anybody else.
    assert {name for name in asked if fields[name].tier == 3} == {"source.employment"}


GOOD = {
    "asks": "- {id: concern.reason, label: Why?, source: S, status: proposal}",
    "templates": "- {id: adult, label: A, subject_kinds: [adult], partners: {police: safeguarding_enquiry}, "
    "asks: [concern.reason], source: S, status: proposal}",
    "forms": "- {id: why, says: Why, of: [adult], fields: [concern.reason], source: S, status: proposal}",
    "kept_lines": "- {id: answer, section: answer, says: It stays., source: S, status: proposal}",
}


@pytest.mark.parametrize(
    ("part", "old", "new", "fault"),
    [
        ("asks", "concern.reason", "concern.rumour", "packets.yaml: concern.rumour: id"),
        ("asks", "label: Why?, ", "", "packets.yaml: concern.reason: label"),
        ("templates", "[adult]", "[cat]", "packets.yaml: adult: subject_kinds"),
        ("templates", "police:", "militia:", "packets.yaml: adult: partners.militia"),
        ("templates", "safeguarding_enquiry", "gossip", "packets.yaml: adult: partners.police"),
        ("templates", "{police: safeguarding_enquiry}", "{}", "packets.yaml: adult: partners"),
        ("templates", "[concern.reason]", "[risk.level]", "packets.yaml: adult: asks"),
        ("templates", "source: S, ", "", "packets.yaml: adult: source"),
        ("forms", "[adult]", "[mash]", "packets.yaml: why: of"),
        ("forms", "[concern.reason]", "[concern.rumour]", "packets.yaml: why: fields"),
        ("forms", "[concern.reason]", "[]", "packets.yaml: why: left_out"),
        ("forms", "status: proposal", "status: certain", "packets.yaml: why: status"),
        ("kept_lines", "section: answer", "section: gossip", "packets.yaml: answer: section"),
        ("kept_lines", "section: answer, ", "", "packets.yaml: answer: section"),
        ("kept_lines", "says: It stays., ", "", "packets.yaml: answer: says"),
    ],
)
def test_a_fault_names_file_row_and_key(part: str, old: str, new: str, fault: str) -> None:
    parts = {**GOOD, part: GOOD[part].replace(old, new)}
    text = "".join(f"{name}:\n  {row}\n" for name, row in parts.items()).encode()
    with pytest.raises(PackError) as wrong:
        packets(FILE, text, packs.vocabulary())
    assert str(wrong.value).startswith(fault)


REFERRALS = ("adult", "child", "marac", "aps")
SUMMARY = {
    "concern.reason": "the reason in one sentence",
    "concern.observed": "what is happening now",
    "risk.triggers": "what has changed",
    "risk.immediate": "the immediate risk",
    "actions.tried": "what has been tried",
    "risk.unsafe_actions": "what is unsafe",
    "protective_factors": "what protects",
    "chronology.extract": "a short chronology",
}


@pytest.mark.parametrize("form", REFERRALS)
def test_each_referral_asks_for_the_structured_summary_of_the_risk(form: str) -> None:
    """What is asked of each partner, and by when, is of the copy."""
    missing = [says for field, says in SUMMARY.items() if field not in asked_by(form)]
    assert not missing


def asked_by(form: str) -> tuple[str, ...]:
    return packs.packets().templates[form].asks
