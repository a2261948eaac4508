"""A partnership's own row stands in place of a shipped one, only with reason, author and review date."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from sharewell import packs
from sharewell.core import escalation
from sharewell.core.checking.packfaults import faults
from sharewell.core.decision import decide
from sharewell.core.overlay import Local, laid_over
from sharewell.core.policy import load
from sharewell.core.request import Request

FILES = packs.read()
LOCAL: dict[str, Any] = {
    "reason": "Our board decides early.",
    "author": "A. Lead",
    "review_on": date(2027, 5, 1),
}
SAYS = "Local: Our board decides early. (A. Lead; to be reviewed on 2027-05-01)."
NAME = "rules-common.yaml"


def _shipped(name: str, key: str, id_: str) -> dict[str, Any]:
    return next(dict(row) for row in yaml.safe_load(FILES[name])[key] if row["id"] == id_)


RULE = {
    **_shipped(NAME, "rules", "agreement-adult-by-parent"),
    "says": "Ours.",
    "status": "proposal",
    "verified_on": date(2026, 11, 22),
    "local": LOCAL,
}


def _own(*rows: dict[str, Any], name: str = NAME, key: str = "rules") -> dict[str, bytes]:
    return {name: yaml.safe_dump({key: list(rows)}).encode()}


def test_a_local_row_stands_in_place_of_the_shipped_one_and_says_so() -> None:
    files, rows, found = laid_over(FILES, _own(RULE))
    assert found == ()
    assert rows == (Local(NAME, "agreement-adult-by-parent", **LOCAL),)
    before, after = packs.policy("england"), load(files, "england")
    (rule,) = (rule for rule in after.rules if rule.id == "agreement-adult-by-parent")
    assert rule.says == "Ours."
    assert rule.source.startswith(SAYS)
    assert [each.id for each in after.rules] == [each.id for each in before.rules]
    assert [r for r in after.rules if r != rule] == [
        r for r in before.rules if r.id != "agreement-adult-by-parent"
    ]
    assert after.id != before.id


def test_without_local_rows_nothing_changes() -> None:
    assert laid_over(FILES, {}) == (FILES, (), ())


def test_a_provision_and_a_field_may_be_local() -> None:
    law = _shipped("provisions-uk.yaml", "provisions", "uk.common.conf")
    law |= {"status": "proposal", "verified_on": date(2026, 11, 22), "local": LOCAL}
    field = {**_shipped("fields.yaml", "fields", "needs.category"), "tier": 2, "local": LOCAL}
    own = _own(law, name="provisions-uk.yaml", key="provisions")
    own |= _own(field, name="fields.yaml", key="fields")
    files, rows, found = laid_over(FILES, own)
    assert (len(rows), found) == (2, ())
    policy = load(files, "england")
    assert policy.provisions["uk.common.conf"].source.startswith(SAYS)
    assert policy.fields["needs.category"].tier == 2
    assert policy.fields["needs.category"].hint.startswith(SAYS)


def test_a_ladder_of_escalation_may_be_local() -> None:
    ladder = _shipped("escalation.yaml", "ladders", "silence_standard")
    ladder |= {"steps": ladder["steps"][:2], "local": LOCAL}
    own = _own(ladder, name="escalation.yaml", key="ladders")
    files, rows, found = laid_over(FILES, own)
    assert (len(rows), found) == (1, ())
    known: dict[str, Any] = {"clocks": packs.clocks(), "vocabulary": packs.vocabulary()}
    laid = escalation.rules("escalation.yaml", files["escalation.yaml"], **known)
    shipped = escalation.rules("escalation.yaml", FILES["escalation.yaml"], **known)
    assert len(laid.ladders["silence_standard"].steps) == 2
    assert list(laid.ladders) == list(shipped.ladders)


def _without(key: str) -> dict[str, Any]:
    return {**RULE, "local": {k: v for k, v in LOCAL.items() if k != key}}


WRONG: dict[str, tuple[dict[str, bytes], str]] = {
    "no reason": (_own(_without("reason")), "local.reason: is missing"),
    "no author": (_own(_without("author")), "local.author: is missing"),
    "no review date": (_own(_without("review_on")), "local.review_on: is missing"),
    "a blank reason": (
        _own({**RULE, "local": {**LOCAL, "reason": " "}}),
        "local.reason: is not a text",
    ),
    "nothing said": (_own({k: v for k, v in RULE.items() if k != "local"}), "local: is missing"),
    "more than is known": (
        _own({**RULE, "local": {**LOCAL, "mood": "x"}}),
        "local.mood: is not a key that is known here",
    ),
    "a row that is not shipped": (_own({**RULE, "id": "ours"}), "id: is not the id of a shipped"),
    "a row of immediate danger": (_own({**RULE, "id": "danger-essentials"}), "step: is 0"),
    "a never": (
        _own({**RULE, "id": "never-to-the-source-otherwise"}),
        "effect: is never",
    ),
    "no status of its own": (
        _own({k: v for k, v in RULE.items() if k != "status"}),
        "status: is missing",
    ),
    "a file of another kind": (_own(RULE, name="tasks.yaml"), "is not a pack whose rows"),
    "a file that is not shipped": (_own(RULE, name="rules-france.yaml"), "is not a pack whose"),
}


def _never() -> str:
    """A shipped row after step 0 whose effect is never."""
    rows = yaml.safe_load(FILES[NAME])["rules"]
    return next(str(row["id"]) for row in rows if row["effect"] == "never" and row["step"] != 0)


@pytest.mark.parametrize("name", WRONG)
def test_a_local_row_that_lacks_what_it_needs_is_refused_and_the_shipped_one_stays(
    name: str,
) -> None:
    own, says = WRONG[name]
    if name == "a never":
        own = _own({**RULE, "id": _never()})
    files, rows, found = laid_over(FILES, own)
    assert rows == ()
    assert [str(fault).startswith("local/") and says in str(fault) for fault in found] == [True]
    assert load(files, "england").rules == packs.policy("england").rules


def test_a_review_that_is_overdue_is_a_fault() -> None:
    assert faults(FILES, _own(RULE), date(2027, 5, 1))[0] == ()
    (late,) = faults(FILES, _own(RULE), date(2027, 5, 2))[0]
    assert str(late).endswith("local.review_on: was to be reviewed on 2027-05-01")


def test_a_fault_within_a_local_row_names_the_local_file() -> None:
    (fault,) = faults(FILES, _own({**RULE, "effect": "permit"}), date(2026, 11, 22))[0]
    assert str(fault).startswith("local/rules-common.yaml: agreement-adult-by-parent: effect: ")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the partnership's own packs, in use."""
    monkeypatch.setenv("SHAREWELL_PACKS", str(tmp_path))
    return tmp_path


def _policy() -> Any:
    """The policy of England as it is read now, past what is remembered."""
    return packs.policy.__wrapped__("england")


def test_the_folder_that_is_set_is_used(folder: Path) -> None:
    (folder / NAME).write_bytes(_own(RULE)[NAME])
    policy = _policy()
    assert policy.fault is None
    assert any(rule.source.startswith(SAYS) for rule in policy.rules)


def test_a_folder_with_a_fault_leaves_the_essentials_in_danger(folder: Path) -> None:
    (folder / NAME).write_bytes(_own(_without("author"))[NAME])
    policy = _policy()
    assert str(policy.fault).endswith("local.author: is missing")
    asks: dict[str, Any] = {
        "at": "2026-11-22T10:00:00Z",
        "jurisdiction": "england",
        "sender": {"kind": "care_provider"},
        "purpose": "immediate_safety",
        "recipient": {"role": "police"},
        "facts": {"subject_kind": "adult", "harm": "immediate"},
    }
    request: Request = packs.parse(asks)
    assert decide(request, policy).outcome == "share"


def test_a_folder_that_is_empty_is_a_fault(folder: Path) -> None:
    assert str(_policy().fault) == f"{folder}: holds no packs"
