"""Only days gate the law: how sure a row is never does, and each row is cited where it is the law."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from sharewell import packs
from sharewell.core.decision import decide
from sharewell.core.policy import Policy, load
from sharewell.core.request import Sender
from sharewell.core.tests.cases import merged, scenarios

FILES = packs.read()
NEVER = b"9999-01-01"
UK = ("england", "wales", "scotland", "northern_ireland")
CASES = {case["id"]: case["request"] for case in scenarios()}


def _decided(id_: str, change: dict[str, Any], policy: Policy | None = None) -> dict[str, Any]:
    request = packs.parse(merged(CASES[id_], change))
    return decide(request, policy or packs.policy(request.jurisdiction)).as_dict()


@pytest.mark.parametrize(
    ("case", "change", "law", "day_before", "day"),
    [
        ("nation-E02", {}, "e.ca04.16LA", "2026-09-29", "2026-09-30"),
        ("nation-E04", {}, "uk.gdpr.6.1.ea", "2026-02-04", "2026-02-05"),
        ("nation-E04", {}, "uk.gdpr.6.1.ea.6", "2026-02-04", "2026-02-05"),
    ],
)
def test_a_law_is_cited_from_its_day(
    case: str, change: dict[str, Any], law: str, day_before: str, day: str
) -> None:
    before = _decided(case, {**change, "at": f"{day_before}T23:59:59Z"})
    after = _decided(case, {**change, "at": f"{day}T00:00:00Z"})
    assert law not in before["basis"]
    assert law in after["basis"]


def test_a_recognised_interest_is_never_a_public_authoritys() -> None:
    private = _decided("nation-E03", {})
    public = _decided("nation-E03", {"sender": {"public_authority": True}})
    assert any(law.startswith("uk.gdpr.6.1.ea") for law in private["basis"])
    assert not any(law.startswith("uk.gdpr.6.1.ea") for law in public["basis"])
    assert "uk.gdpr.6.1.e" in public["basis"]


def test_a_sender_of_a_kind_that_is_not_listed_counts_as_a_public_authority() -> None:
    request = packs.parse(CASES["V03a"])
    policy = packs.policy(request.jurisdiction)
    said, public, private = (
        decide(replace(request, sender=Sender("not_listed", (), authority)), policy)
        for authority in (None, True, False)
    )
    assert said == public
    assert said != private


@pytest.mark.parametrize(("state", "cited"), [(b"none", True), (b"us-ca", False)])
def test_a_row_that_names_a_state_is_for_senders_there(state: bytes, cited: bool) -> None:
    file, public = "provisions-uk.yaml", b'when: {public_authority: ["true"]'
    changed = FILES[file].replace(public, public + b", state: [" + state + b"]")
    said = _decided(
        "nation-E03",
        {"sender": {"public_authority": True}},
        load({**FILES, file: changed}, "england"),
    )
    assert ("uk.gdpr.6.1.e" in said["basis"]) is cited


def test_the_duty_to_report_child_sexual_abuse_is_shipped_disabled() -> None:
    policy = packs.policy("england")
    for year in (2026, 2030, 2090):
        request = packs.parse(merged(CASES["nation-E07"], {"at": f"{year}-12-31T12:00:00Z"}))
        _, era = policy.era(request.at)
        assert "e.cpa26" not in era.citable
        said = decide(request, policy).as_dict()
        assert "e.cpa26" not in said["basis"]
        assert not [r for r in said["reasons"] if r["rule"] == "england-child-sexual-abuse-report"]


def test_the_duty_to_report_child_sexual_abuse_begins_on_the_day_it_is_given() -> None:
    given = {name: text.replace(NEVER, b"2027-04-01") for name, text in FILES.items()}
    policy = load(given, "england")
    before = _decided("nation-E07", {"at": "2027-03-31T23:59:59Z"}, policy)
    after = _decided("nation-E07", {"at": "2027-04-01T00:00:00Z"}, policy)
    assert "e.cpa26" not in before["basis"]
    assert "e.cpa26" in after["basis"]
    assert "england-child-sexual-abuse-report" in [each["rule"] for each in after["reasons"]]


def test_how_sure_a_row_is_gates_nothing() -> None:
    unsure = {}
    for name, text in FILES.items():
        unsure[name] = re.sub(rb"status: \w+", b"status: proposal", text)
    places = {place: load(unsure, place) for place in (*UK, "us")}
    for id_, raw in CASES.items():
        shipped = _decided(id_, {})
        again = _decided(id_, {}, places[raw["jurisdiction"]])
        assert {**again, "policy": ""} == {**shipped, "policy": ""}, id_


@pytest.mark.parametrize("place", UK)
def test_a_nation_cites_only_its_own_law(place: str) -> None:
    prefixes = {
        "england": ("uk.", "ew.", "e."),
        "wales": ("uk.", "ew.", "w."),
        "scotland": ("uk.", "s."),
        "northern_ireland": ("uk.", "ni."),
    }
    own = prefixes[place]
    assert all(id_.startswith(own) for id_ in packs.policy(place).provisions)


def test_a_bill_is_cited_by_nothing_until_it_has_a_day() -> None:
    laws = {id_: law for p in UK for id_, law in packs.policy(p).provisions.items()}
    undated = {id_ for id_, law in laws.items() if law.from_day and law.from_day.year == 9999}
    assert undated == {"e.cpa26", "e.ca04.16LC", "ni.adult"}
