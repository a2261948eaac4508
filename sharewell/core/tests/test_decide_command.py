"""`sharewell decide FILE` answers a line for each request, and refuses what it cannot read in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sharewell import packs
from sharewell.config.decide import main
from sharewell.core.policy import PackError
from sharewell.core.tests.cases import FOLDER, misses

ONE = """
at: 2026-11-06T17:45:00Z
jurisdiction: england
sender: {kind: care_provider}
purpose: immediate_safety
recipient: {role: police}
facts: {subject_kind: adult, harm: immediate}
"""
KEYS = {"id", "outcome", "tier", "fields", "withheld", "form", "consent_relied_on", "basis", "inform",
        "obligations", "missing", "decider", "decide_within_hours", "review_within_hours", "reasons", "policy"}  # fmt: skip


def run(tmp_path: Path, text: str | bytes) -> int:
    path = tmp_path / "asks.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return main(str(path))


def test_a_list_of_scenarios_is_answered_line_by_line_in_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = FOLDER / "decisions.yaml"
    assert main(str(path)) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    cases = yaml.safe_load(path.read_text())
    assert [line["id"] for line in lines] == [case["id"] for case in cases]
    assert not [
        misses(c["expect"], line)
        for c, line in zip(cases, lines, strict=True)
        if misses(c["expect"], line)
    ]


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        "id: X\nrequest:" + ONE.replace("\n", "\n  "),
        json.dumps(yaml.safe_load(ONE), default=str),
    ],
)
def test_one_request_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert run(tmp_path, text) == 0
    (line,) = capsys.readouterr().out.splitlines()
    answer = json.loads(line)
    assert answer["outcome"] == "share"
    assert set(answer) >= KEYS
    assert all(set(reason) == {"rule", "says", "source"} for reason in answer["reasons"])


REFUSED = """
at: 2026-11-07T11:00:00Z
jurisdiction: england
sender: {kind: care_provider}
purpose: exploitation_concern
recipient: {role: adult_social_care, agreement: in_force, connected_to_source: false}
facts: {subject_kind: adult, capacity: has, harm: concern, others_at_risk: none, serious_crime: false,
  undue_influence: false, position_of_trust: false, source_has_care_needs: false, safe_to_ask: true,
  legal_demand: none, reporting_duty: none}
consent: {position: refused}
"""


def answered(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> dict[str, Any]:
    assert run(tmp_path, text) == 0
    (line,) = capsys.readouterr().out.splitlines()
    answer: dict[str, Any] = json.loads(line)
    return answer


def test_an_answer_says_what_would_change_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = answered(tmp_path, capsys, REFUSED)
    (others,) = [each for each in answer["would_change"] if "others_at_risk" in each["if"]]
    assert others["if"] == {"others_at_risk": ["adults", "children", "both"]}
    assert others["outcome"] == "complete_first"
    assert others["rule"] == "refusal-others-at-risk"
    assert others["says"].startswith("If others were at risk, it could be shared without agreement")
    assert answer["nothing_would_change"] == ""


def test_a_never_says_that_nothing_would_change_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = REFUSED.replace("connected_to_source: false", "alleged_source: true")
    answer = answered(tmp_path, capsys, text)
    assert answer["would_change"] == []
    assert "nothing_would_change" in answer
    assert answer["nothing_would_change"].startswith("No single thing")


def test_each_rule_and_provision_says_where_it_comes_from_and_how_sure_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = answered(tmp_path, capsys, ONE)
    fired = {row["id"] for row in answer["rules"]}
    assert fired >= {"danger-essentials", "every-share-rationale", "review-danger", "told-later"}
    assert [row["id"] for row in answer["provisions"]] == answer["basis"] != []
    source = {"id", "source", "link", "status", "verified_on", "in_force"}
    assert all(set(row) == source | {"step", "says"} for row in answer["rules"])
    assert all(set(row) == source | {"title"} for row in answer["provisions"])
    law = next(row for row in answer["provisions"] if row["id"] == "uk.gdpr.6.1.d")
    assert law["title"].startswith("UK GDPR 6(1)(d)")
    assert set(law["in_force"]) == {"from", "until"}


def test_words_that_cannot_be_read_stop_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> None:
        raise PackError("changes.yaml", "", "", "cannot be read")

    monkeypatch.setattr(packs, "changes", unreadable)
    answer = answered(tmp_path, capsys, REFUSED)
    assert (answer["outcome"], answer["would_change"]) == ("hold", [])


WRONG = [
    ("", "neither a request nor a list"),
    ("[]", "no scenario"),
    ("just words", "neither a request nor a list"),
    ("[1]", "entry 1"),
    ("{a: [", "line"),
    (b"\xff\xfe\x00", "not valid text"),
    ("[" * 100_000, "nested too deep"),
    (ONE.replace("police", "neighbour"), "recipient.role"),
    (ONE + "mood: low", "mood"),
    (ONE + "at: 2026-11-06T17:45:00Z", "twice"),
    ("- {id: A, request: {at: 1}}", "A: jurisdiction"),
    ("- {id: A}", "A: request"),
    ("- {request: {}}", "entry 1: id"),
    ("- {id: true, request: {}}", "entry 1: id"),
    ("- {id: A, request: 5}", "A: request"),
]


@pytest.mark.parametrize(("text", "named"), WRONG, ids=[named for _, named in WRONG])
def test_what_cannot_be_read_ends_with_2_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, named: str
) -> None:
    assert run(tmp_path, text) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "asks.yaml" in err
    assert named in err


def test_two_entries_with_one_id_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = "- id: A\n  request:" + ONE.replace("\n", "\n    ") + "\n"
    assert run(tmp_path, entry + entry) == 2
    assert "A: id: is given to two entries" in capsys.readouterr().err


def test_nothing_is_printed_before_all_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = "- id: A\n  request:" + ONE.replace("\n", "\n    ") + "\n"
    assert run(tmp_path, good + "- {id: B, request: {}}") == 2
    assert capsys.readouterr().out == ""


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("nowhere.yaml") == 2
    assert capsys.readouterr().err.startswith("nowhere.yaml: ")


def test_neither_django_nor_a_database_is_touched() -> None:
    code = (
        "import sys; from sharewell.config.decide import main; main(sys.argv[1]);"
        "sys.exit(any(name.split('.')[0] in ('django', 'typer', 'psycopg') for name in sys.modules))"
    )
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code, str(FOLDER / "decisions.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
