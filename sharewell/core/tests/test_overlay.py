"""A partnership's own row stands in place of a shipped one, only with reason, author and review date."""

from __future__ import annotations

import re
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
NAME, CHECKS = "rules-common.yaml", "staff_checks.yaml"
DOCS = Path(__file__).resolve().parents[3] / "docs" / "packs.md"


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


def _kind(**changes: Any) -> dict[str, Any]:
    """The row of DBS checks as a partnership writes its own."""
    shipped = _shipped("staff_checks.yaml", "kinds", "dbs_enhanced")
    return {**shipped, "months": 12, "source": "Board paper 9", "local": LOCAL, **changes}


def test_a_kind_of_training_or_vetting_may_be_local_in_place_and_beside(folder: Path) -> None:
    own = _own(_kind(), _kind(id="first_aid", label="First aid"), name=CHECKS, key="kinds")
    (folder / CHECKS).write_bytes(own[CHECKS])
    kinds, shipped = packs.staff_checks.__wrapped__().kinds, packs.staff_checks().kinds
    assert list(kinds) == [*shipped, "first_aid"]
    assert (kinds["dbs_enhanced"].months, kinds["first_aid"].label) == (12, "First aid")
    assert kinds["dbs_enhanced"].source == f"{SAYS} Board paper 9"
    assert kinds["pvg"] == shipped["pvg"]
    assert faults(FILES, own, date(2026, 11, 22))[0] == ()
    assert len(faults(FILES, own, date(2027, 5, 2))[0]) == 2  # both are to be reviewed


@pytest.mark.parametrize("key", LOCAL)
def test_a_kind_of_ones_own_needs_reason_author_and_review_date(folder: Path, key: str) -> None:
    lacks = _kind(local={k: v for k, v in LOCAL.items() if k != key})
    own = _own(lacks, name=CHECKS, key="kinds")
    (fault,) = faults(FILES, own, date(2026, 11, 22))[0]
    assert f"local.{key}: is missing" in str(fault)
    (folder / CHECKS).write_bytes(own[CHECKS])
    assert packs.staff_checks.__wrapped__() == packs.staff_checks()


def test_a_kind_that_cannot_be_used_leaves_the_shipped_ones(folder: Path) -> None:
    own = _own(_kind(places=["france"]), name=CHECKS, key="kinds")
    (folder / CHECKS).write_bytes(own[CHECKS])
    assert packs.staff_checks.__wrapped__() == packs.staff_checks()
    (fault,) = faults(FILES, own, date(2026, 11, 22))[0]
    assert str(fault).startswith(f"local/{CHECKS}: dbs_enhanced: places")


def test_of_every_pack_it_is_said_whether_its_rows_may_be_local() -> None:
    """The two tables of docs/packs.md name each file once, on the side on which the code has it."""
    section = DOCS.read_text("utf-8").split("## Which may be local\n")[1].split("\n## ")[0]
    may: list[str] = []
    may_not: list[str] = []
    side = may
    for line in section.splitlines():
        side = may_not if line.startswith("The others may not.") else side
        if line.startswith("| `"):
            side += re.findall(r"`([a-z_*-]+)`", line.split("|")[1])
    for name in sorted(each for each in FILES if each.endswith(".yaml") and "/" not in each):
        found = laid_over(FILES, {name: b"nothing: []"})[2]
        refused = any("is not a pack whose rows" in str(each) for each in found)
        stem = name.removesuffix(".yaml")
        named = [
            listed is may_not
            for listed in (may, may_not)
            for each in listed
            if stem == each or (each.endswith("*") and stem.startswith(each[:-1]))
        ]
        assert named == [refused], name


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
    """A folder of the partnership's own packs, in use; what is remembered of packs is the shipped."""
    packs.staff_checks()
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
