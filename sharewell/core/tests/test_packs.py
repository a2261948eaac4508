"""The packs fit their schema, and what does not is named by file, row and field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from sharewell import packs
from sharewell.core import yamltext
from sharewell.core.decision import decide
from sharewell.core.emergency import LABELS, ROLES
from sharewell.core.policy import PackError, Policy, load
from sharewell.core.request import Facts, Recipient, Request, Sender
from sharewell.core.tests.requests import NOW, WORDS

PLACES = WORDS.jurisdictions


def test_a_policy_is_named_by_place_version_and_digest() -> None:
    policy = packs.policy("england")
    assert re.fullmatch(r"england@2026-09-30#[0-9a-f]{8}", policy.id)
    assert packs.policy("us", "us-ca").id.startswith("us-ca@")


def test_the_digest_changes_with_any_byte_of_the_packs_used() -> None:
    changed = {**packs.read(), "matrix.yaml": packs.read()["matrix.yaml"] + b"\n"}
    assert load(changed, "england").id != packs.policy("england").id


@pytest.mark.parametrize("place", PLACES)
def test_every_place_loads_without_fault(place: str) -> None:
    assert packs.policy(place).fault is None


@pytest.mark.parametrize("place", PLACES)
def test_every_row_says_where_it_comes_from_and_how_sure_it_is(place: str) -> None:
    policy = packs.policy(place)
    assert all(rule.source and rule.status for rule in policy.rules)
    assert all(law.source and law.status for law in policy.provisions.values())


def test_every_provision_that_a_rule_cites_exists_somewhere() -> None:
    known = {id_ for place in PLACES for id_ in packs.policy(place).provisions}
    cited = {b for place in PLACES for rule in packs.policy(place).rules for b in rule.basis}
    assert cited <= known


def test_the_field_catalogue_has_every_field_and_every_field_a_label() -> None:
    policy = packs.policy("england")
    assert tuple(policy.fields) == WORDS.fields
    assert all(field.label and field.section in policy.sections for field in policy.fields.values())


def test_every_id_of_every_closed_set_has_a_label() -> None:
    for name in WORDS.__slots__:
        if name == "fields":
            continue
        value = getattr(WORDS, name)
        ids = {i for v in value.values() for i in v} if name == "consent_reasons" else set(value)
        assert set(packs.labels(name)) == ids, name
    values = {value for values in WORDS.facts.values() for value in values}
    assert set(packs.labels("fact_values")) == values


def test_no_label_is_empty_or_an_id() -> None:
    for name in WORDS.__slots__:
        if name != "fields":
            for id_, label in packs.labels(name).items():
                assert label.label.strip(), (name, id_)
                assert "_" not in label.label, (name, id_)


RULE = """
  - id: extra
    step: 7
    when: {harm: [serious]}
    effect: permit
    says: Words.
    source: Somewhere.
    status: proposal
    verified_on: 2026-11-22
"""


def test_a_row_may_name_the_address_of_its_official_text() -> None:
    here = "https://www.legislation.gov.uk/ukpga/2014/23/section/42"
    for text, link in ((RULE, ""), (RULE + f"    link: {here}\n", here)):
        rule = next(r for r in load(_added(text), "england").rules if r.id == "extra")
        assert rule.link == link


def _with(file: str, old: str, new: str) -> Mapping[str, bytes]:
    files = dict(packs.read())
    text = files[file].decode()
    assert old in text, f"{old} is not in {file}"
    files[file] = text.replace(old, new, 1).encode()
    return files


def _added(rule: str) -> Mapping[str, bytes]:
    files = dict(packs.read())
    files["rules-england.yaml"] += rule.encode()
    return files


FAULTS = [
    (_added(RULE.replace("[serious]", "[dreadful]")), "rules-england.yaml", "extra", "when.harm"),
    (_added(RULE.replace("harm:", "mood:")), "rules-england.yaml", "extra", "when.mood"),
    (
        _added(RULE.replace("harm: [serious]", "harm: []")),
        "rules-england.yaml",
        "extra",
        "when.harm",
    ),
    (_added(RULE.replace("step: 7", "step: 9")), "rules-england.yaml", "extra", "step"),
    (_added(RULE.replace("permit", "allow")), "rules-england.yaml", "extra", "effect"),
    (_added(RULE.replace("says: Words.", "says: ''")), "rules-england.yaml", "extra", "says"),
    (_added(RULE.replace("source: Somewhere.", "")), "rules-england.yaml", "extra", "source"),
    (_added(RULE.replace("proposal", "rumour")), "rules-england.yaml", "extra", "status"),
    (_added(RULE.replace("2026-11-22", "yesterday")), "rules-england.yaml", "extra", "verified_on"),
    (
        _added(RULE.replace("proposal", "verified").replace("verified_on: 2026-11-22", "")),
        "rules-england.yaml",
        "extra",
        "verified_on",
    ),
    (_added(RULE + "    link: http://example.org/\n"), "rules-england.yaml", "extra", "link"),
    (
        _added(RULE + "    link: https://u@example.org/\n"),
        "rules-england.yaml",
        "extra",
        "link",
    ),
    (
        _with("provisions-uk.yaml", "link: https://www", "link: javascript:x//www"),
        "provisions-uk.yaml",
        "",
        "link",
    ),
    (_added(RULE.replace("permit", "refer")), "rules-england.yaml", "extra", "decider"),
    (_added(RULE + "    obliges: [dance]\n"), "rules-england.yaml", "extra", "obliges"),
    (
        _with(
            "provisions-uk.yaml", "title: UK GDPR 6(1)(a) consent", "title: UK GDPR, article six"
        ),
        "provisions-uk.yaml",
        "uk.gdpr.6.1.a",
        "article six",
    ),
    (_added(RULE + "    basis: law\n"), "rules-england.yaml", "extra", "basis"),
    (_added(RULE + "    colour: red\n"), "rules-england.yaml", "extra", "colour"),
    (
        _added(RULE + "    in_force: {from: 2026-02-01, until: 2026-01-01}\n"),
        "rules-england.yaml",
        "extra",
        "in_force",
    ),
    (
        _added(RULE.replace("id: extra", "id: seek-agreement")),
        "rules-england.yaml",
        "seek-agreement",
        "id",
    ),
    (_added("  - {step: 7}\n"), "rules-england.yaml", "", "id"),
    (
        _with("fields.yaml", "id: subject.name, tier: 1", "id: subject.name, tier: 4"),
        "fields.yaml",
        "subject.name",
        "tier",
    ),
    (
        _with("fields.yaml", "never: [family_carer, hr]", "never: [plumber]"),
        "fields.yaml",
        "subject.home_address",
        "never",
    ),
    (
        _with("fields.yaml", "section: person, label: Name", "section: attic, label: Name"),
        "fields.yaml",
        "subject.name",
        "section",
    ),
    (_with("matrix.yaml", "  lado:\n", "  lad:\n"), "matrix.yaml", "", "roles.lado"),
    (
        _with("matrix.yaml", 'early_help: "1"', 'early_help: "9"'),
        "matrix.yaml",
        "adult_social_care",
        "cells.early_help",
    ),
    (
        _with("matrix.yaml", "items: police_enquiry", "items: nonsense"),
        "matrix.yaml",
        "police",
        "cells.safeguarding_enquiry.items",
    ),
    (_with("senders.yaml", "  club: ", "  clubs: "), "senders.yaml", "club", ""),
    (
        _with(
            "jurisdictions.yaml",
            "time_zone: Europe/London\n  calendar: england",
            "calendar: england",
        ),
        "jurisdictions.yaml",
        "england",
        "time_zone",
    ),
    (
        _with("vocabulary.yaml", "given_by: [person, parent", "given_by: [person, person"),
        "vocabulary.yaml",
        "",
        "",
    ),
    (
        _with("provisions-uk.yaml", "effect: permits", "effect: pleases"),
        "provisions-uk.yaml",
        "uk.gdpr.6.1.a",
        "effect",
    ),
    (_with("rules-uk.yaml", "rules:\n", "rules:\n  - [a, list]\n"), "rules-uk.yaml", "row 1", "id"),
    (_with("rules-uk.yaml", "rules:\n", "rules: [\n"), "rules-uk.yaml", "", ""),
]


@pytest.mark.parametrize(
    ("files", "file", "row", "field"),
    FAULTS,
    ids=lambda v: str(v)[:40] if isinstance(v, str) else "",
)
def test_a_fault_is_named_by_file_row_and_field(
    files: Mapping[str, bytes], file: str, row: str, field: str
) -> None:
    with pytest.raises(PackError) as caught:
        load(files, "england")
    assert caught.value.file == file
    assert row in caught.value.row
    assert caught.value.field == field
    assert "\n" not in str(caught.value)


def test_a_missing_pack_is_named() -> None:
    files = {name: text for name, text in packs.read().items() if name != "matrix.yaml"}
    with pytest.raises(PackError, match=r"^matrix\.yaml: is missing$"):
        load(files, "england")


def test_an_unknown_place_is_named() -> None:
    with pytest.raises(PackError, match="atlantis"):
        load(packs.read(), "atlantis")


# --- a pack that cannot be used never stops a Tier 1 emergency message ---------------------------------


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Policy:
    """The policy of England with a pack that nobody can read."""
    files = {**packs.read(), "rules-common.yaml": b"rules: [unclosed"}
    monkeypatch.setattr(packs, "read", lambda: files)
    return packs.policy.__wrapped__("england")


def _asks(role: str = "emergency_services", **facts: Any) -> Request:
    return Request(
        at=NOW,
        jurisdiction="england",
        sender=Sender("care_provider"),
        purpose="immediate_safety",
        recipient=Recipient(role),
        facts=Facts(**{"subject_kind": "adult", "harm": "immediate", **facts}),
    )


@pytest.mark.parametrize("role", sorted(ROLES))
def test_with_broken_packs_the_essentials_still_go(broken: Policy, role: str) -> None:
    decision = decide(_asks(role), broken)
    assert broken.fault is not None
    assert decision.outcome == "share"
    assert {"subject.name", "subject.current_location", "risk.immediate"} <= set(decision.fields)
    assert ("clinical.safety_bundle" in decision.fields) == (
        role in ("emergency_services", "hospital")
    )


def test_with_broken_packs_all_else_is_referred(broken: Policy) -> None:
    decision = decide(_asks(harm="serious"), broken)
    assert (decision.outcome, decision.decider) == ("refer", "safeguarding_lead")
    assert decide(_asks("housing"), broken).outcome == "refer"


def test_with_broken_packs_the_alleged_source_still_gets_nothing(broken: Policy) -> None:
    asked = _asks("police")
    source = Recipient("police", alleged_source=True)
    request = Request(asked.at, "england", asked.sender, asked.purpose, source, asked.facts)
    assert decide(request, broken).outcome == "refuse"


def test_the_built_in_essentials_are_essentials_of_the_catalogue() -> None:
    fields = packs.policy("england").fields
    assert all(fields[id_].tier == 1 or id_ == "clinical.safety_bundle" for id_ in LABELS)
    assert set(WORDS.recipient_roles) >= ROLES


def test_a_rule_that_fails_withholds_and_refers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sharewell.core.decision.judge", lambda *_: 1 / 0)
    decision = decide(_asks(harm="serious"), packs.policy("england"))
    assert (decision.outcome, decision.decider) == ("refer", "safeguarding_lead")
    assert decide(_asks(), packs.policy("england")).outcome == "share"


def test_every_pack_is_yaml_that_repeats_no_key() -> None:
    for name, text in packs.read().items():
        assert yamltext.read(text) is not None, name


def test_the_calendars_are_known_for_a_year_ahead() -> None:
    for calendar in packs.calendars().values():
        assert calendar.known_until is not None
        assert calendar.known_until.year > NOW.year + 1


def test_every_place_names_a_calendar_that_exists() -> None:
    assert {packs.policy(place).calendar for place in PLACES} <= set(packs.calendars())


def test_clocks_name_law_guidance_habit_or_proposal() -> None:
    clocks = packs.clocks()
    assert clocks["us.ca.elder"].places == ("us-ca",)
    assert {clock.force for clock in clocks.values()} <= {
        "statute",
        "statutory_guidance",
        "local",
        "article",
        "proposal",
    }
