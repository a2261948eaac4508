"""A contested point keeps its safe default, another position changes the answer, and a decision says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from sharewell import packs
from sharewell.core.checking.packfaults import faults
from sharewell.core.decision import decide
from sharewell.core.overlay import laid_over
from sharewell.core.policy import PackError, Policy, load
from sharewell.core.tests.cases import merged, scenarios

FILES = packs.read()
NAME = "contested.yaml"
LOCAL: dict[str, Any] = {
    "reason": "Our board decided so on 3 November.",
    "author": "A. Lead",
    "review_on": date(2027, 5, 1),
}
CASES = {case["id"]: case["request"] for case in scenarios()}
EARLY_HELP = merged(
    CASES["nation-E01"],
    {"sender": {"kind": "school"}, "purpose": "early_help", "at": "2026-11-16T10:00:00Z"},
)
SERIOUS = merged(CASES["V06"], {"facts": {"harm": "serious"}})
# point, the other position, a request in which it matters, the answer by default and under the other
MATTERS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("refusal-below-threshold-in-a-service", "raise", CASES["V06"], "hold", "share"),
    ("refusals-while-harm-mounts", "decide-afresh", SERIOUS, "hold", "refer"),
    ("early-help-and-the-duty-to-share", "duty", EARLY_HELP, "hold", "share"),
]
IDS = [row[0] for row in MATTERS]


def _set(point: str, position: str, **local: object) -> dict[str, bytes]:
    """A partnership's own setting; a value of None takes a key of it away."""
    says = {key: value for key, value in {**LOCAL, **local}.items() if value is not None}
    return {
        NAME: yaml.safe_dump(
            {"points": [{"id": point, "position": position, "local": says}]}
        ).encode()
    }


def _under(point: str, position: str, place: str = "england") -> Policy:
    files, _, found = laid_over(FILES, _set(point, position))
    assert found == ()
    return load(files, place)


def _decided(request: dict[str, Any], policy: Policy | None = None) -> dict[str, Any]:
    words = {"supplied": ["rationale", "proportionality", "consent_reason"]}
    return decide(packs.parse(merged(request, words)), policy or packs.policy("england")).as_dict()


@pytest.mark.parametrize(("point", "other", "request_", "before", "after"), MATTERS, ids=IDS)
def test_another_position_changes_the_answer_and_both_answers_say_that_it_is_contested(
    point: str, other: str, request_: dict[str, Any], before: str, after: str
) -> None:
    shipped, there = _decided(request_), _decided(request_, _under(point, other))
    assert (shipped["outcome"], there["outcome"]) == (before, after)
    assert point in shipped["contested"]
    assert point in there["contested"]
    assert shipped["policy"] != there["policy"]


@pytest.mark.parametrize(("point", "other", "request_", "before", "after"), MATTERS, ids=IDS)
def test_a_rule_in_force_by_a_setting_says_whose_setting_it_is(
    point: str, other: str, request_: dict[str, Any], before: str, after: str
) -> None:
    policy = _under(point, other)
    (here,) = (each for each in policy.points if each.id == point)
    said = [
        each for each in _decided(request_, policy)["reasons"] if each["rule"] in here.here.rules
    ]
    assert said
    assert all(each["source"].startswith("Local: Our board decided so") for each in said)


def test_the_default_is_what_is_taken_until_somebody_decides() -> None:
    points = packs.policy("england").points
    assert {each.id for each in points} >= set(IDS)
    assert all(each.taken == each.default and each.local == "" for each in points)


def test_a_decision_in_which_no_point_mattered_names_none() -> None:
    assert _decided(CASES["V12"])["contested"] == []
    others = merged(SERIOUS, {"facts": {"others_at_risk": "adults"}})
    assert "refusals-while-harm-mounts" not in _decided(others)["contested"]


def test_a_point_whose_other_rule_would_not_have_decided_does_not_matter() -> None:
    child = merged(
        EARLY_HELP, {"facts": {"harm": "serious", "more_detrimental_to_share": "unknown"}}
    )
    assert _decided(child)["contested"] == []


def test_in_immediate_danger_nothing_is_contested() -> None:
    danger = merged(SERIOUS, {"facts": {"harm": "immediate"}})
    for point, other, *_ in MATTERS:
        said = _decided(danger, _under(point, other))
        assert (said["outcome"], said["step"], said["contested"]) == ("share", "0", [])


def test_before_its_day_a_position_is_not_yet_one() -> None:
    before = merged(EARLY_HELP, {"at": "2026-09-29T12:00:00Z"})
    policy = _under("early-help-and-the-duty-to-share", "duty")
    for each in (packs.policy("england"), policy):
        said = _decided(before, each)
        assert (said["outcome"], said["contested"]) == ("hold", [])


def test_a_point_of_one_place_is_no_point_of_another() -> None:
    assert "early-help-and-the-duty-to-share" not in {p.id for p in packs.policy("wales").points}


def test_no_other_answer_changes_by_taking_the_default_aloud() -> None:
    for point, *_ in MATTERS:
        default = next(p.default for p in packs.policy("england").points if p.id == point)
        said = _under(point, default)
        assert [rule.id for rule in said.rules] == [r.id for r in packs.policy("england").rules]


@pytest.mark.parametrize("key", ["reason", "author", "review_on"])
def test_a_setting_without_reason_author_or_review_is_refused(key: str) -> None:
    files, rows, found = laid_over(FILES, _set(MATTERS[0][0], MATTERS[0][1], **{key: None}))
    assert rows == ()
    assert [str(each) for each in found] == [f"local/{NAME}: {IDS[0]}: local.{key}: is missing"]
    assert load(files, "england").points == packs.policy("england").points


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"id": IDS[0], "position": "elsewhere"},
        "position: `elsewhere` is not one of: raise, respect",
    ),
    ({"id": IDS[0]}, "position: is missing"),
    ({"id": "ours", "position": "raise"}, "id: is not the id of a shipped row"),
    ({"id": IDS[0], "position": "raise", "question": "Ours?"}, "question: is not a key"),
]


@pytest.mark.parametrize(("row", "why"), WRONG)
def test_a_setting_takes_a_position_that_there_is_and_changes_nothing_else(
    row: dict[str, Any], why: str
) -> None:
    own = {NAME: yaml.safe_dump({"points": [{**row, "local": LOCAL}]}).encode()}
    _, rows, found = laid_over(FILES, own)
    assert rows == ()
    assert why in str(found[0])


def _point(**change: Any) -> dict[str, bytes]:
    """The packs with one more contested point."""
    pack = yaml.safe_load(FILES[NAME])
    words = {"says": "So.", "source": "Somewhere."}
    sides = [{"id": "a", **words, "rules": []}, {"id": "b", **words, "rules": []}]
    row = {"id": "more", "question": "Q?", "default": "a", "status": "proposal", "positions": sides}
    pack["points"].append({**row, **change})
    return {**FILES, NAME: yaml.safe_dump(pack).encode()}


def _sides(*rules: str) -> list[dict[str, Any]]:
    words = {"says": "So.", "source": "Somewhere."}
    return [{"id": "a", **words}, {"id": "b", **words, "rules": list(rules)}]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"default": "c"}, "contested.yaml: more: default: `c` is not one of: a, b"),
        ({"positions": _sides()[:1]}, "more: positions: are fewer than two"),
        (
            {"positions": _sides("danger-essentials")},
            "more: positions: `danger-essentials` is of step 0",
        ),
        (
            {"positions": _sides("never-connected")},
            "more: positions: `never-connected` is of step 1, never",
        ),
        ({"positions": _sides("told")}, "more: positions: `told` is of step inform"),
        ({"positions": _sides("refusal-respected-serious")}, "is in force under two positions"),
        ({"status": "sure"}, "more: status:"),
        (
            {"positions": _sides("no-such-rule")},
            "more: positions: `no-such-rule` is no rule of any file",
        ),
    ],
)
def test_a_point_that_cannot_hold_is_named_by_file_row_and_field(
    change: dict[str, Any], why: str
) -> None:
    found = faults(_point(**change), {}, date(2026, 11, 22))[0]
    assert any(why in str(each) for each in found), [str(each) for each in found]


def test_a_rule_in_danger_may_not_be_contested_when_a_policy_is_loaded() -> None:
    with pytest.raises(PackError, match="no position may hold that"):
        load(_point(positions=_sides("danger-essentials")), "england")
