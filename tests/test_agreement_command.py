"""`sharewell agreement check` and `diff` say what they found, where, and end with a status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from sharewell.config import decide
from sharewell.config.commands import app
from sharewell.core.checking.tests.agreements import changed

WIDE = {"datasets.0.tier": 2}


def _file(folder: Path, name: str, **changes: object) -> str:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(changed(dict(changes)), sort_keys=False))
    return str(path)


def _run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["agreement", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_a_sound_agreement_ends_with_0(tmp_path: Path) -> None:
    path = _file(tmp_path, "sound")
    assert _run("check", path) == (0, f"# {path}: no finding\n", "")


def test_a_finding_names_the_place_and_the_line_and_ends_with_1(tmp_path: Path) -> None:
    path = _file(tmp_path, "wide", **WIDE)
    status, out, _ = _run("check", path)
    (found,) = yaml.safe_load(out)
    place, line = found["place"].removesuffix(")").split(" (line ")
    assert (status, found["id"], place) == (1, "wider-1", "datasets[0].tier")
    assert Path(path).read_text().splitlines()[int(line) - 1].strip() == "tier: 2"


def test_what_is_printed_can_be_decided_and_comes_out_as_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = _run("check", _file(tmp_path, "wide", **WIDE, disclosure_lead=...))
    found = yaml.safe_load(out)
    assert (status, len(found)) == (1, 3)
    asks = tmp_path / "asks.yaml"
    asks.write_text(out)
    assert decide.main(str(asks)) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for said, answer in zip(found, answers, strict=True):
        assert answer["id"] == said["id"]
        assert answer["outcome"] == said["comes_out"]["outcome"]


def test_a_place_that_is_left_out_is_named_by_what_would_hold_it(tmp_path: Path) -> None:
    _, out, _ = _run("check", _file(tmp_path, "draft", **{"governance_lead.deputy": ...}))
    (found,) = yaml.safe_load(out)
    assert found["place"].startswith("governance_lead.deputy (line ")
    _, out, _ = _run("check", _file(tmp_path, "none", governance_lead=...))
    assert [each["place"] for each in yaml.safe_load(out)] == [
        "governance_lead.name",
        "governance_lead.deputy",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "agreement: "),
        ("id: 1", "clocks: is missing"),
        (yaml.safe_dump(changed({"routes.0.role": "neighbour"})), "routes[0].role: `neighbour`"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2_and_one_line(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "no.yaml"
    path.write_text(text)
    status, out, err = _run("check", str(path))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"{path}: {says}")


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    status, _, err = _run("check", str(tmp_path / "none.yaml"))
    assert (status, err) == (2, f"{tmp_path}/none.yaml: No such file or directory\n")


def test_diff_ends_with_0_where_nothing_differs(tmp_path: Path) -> None:
    one, two = _file(tmp_path, "one"), _file(tmp_path, "two", version=2)
    assert _run("diff", one, two) == (0, f"# {one} -> {two}: no difference\n", "")


def test_diff_shows_a_request_with_both_outcomes_and_ends_with_1(tmp_path: Path) -> None:
    one, two = _file(tmp_path, "one"), _file(tmp_path, "two", **{"datasets.2.tier": 1})
    status, out, _ = _run("diff", one, two)
    (found,) = yaml.safe_load(out)
    assert (status, found["id"]) == (1, "narrower-1")
    assert found["old"]["outcome"] == "share"
    assert found["new"]["outcome"] == "refuse"
    assert found["request"]["wants"]["fields"] == list(found["old"]["fields"])


def test_diff_of_two_places_is_refused(tmp_path: Path) -> None:
    one = _file(tmp_path, "one")
    two = _file(tmp_path, "two", jurisdiction="wales")
    status, _, err = _run("diff", one, two)
    assert (status, err) == (2, f"{two}: jurisdiction: is wales, and england in {one}\n")
