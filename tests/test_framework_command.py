"""`sharewell framework` writes one page that needs nothing else, or says in one line why not."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from sharewell import packs
from sharewell.config.commands import app


def _run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["framework", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_it_prints_the_page_of_a_place_in_the_words_of_its_rules() -> None:
    status, out, _ = _run("--place", "us-ca")
    assert status == 0
    assert "<h1" in out
    assert "California, United States" in out
    assert "ring 911 first" in out
    policy = packs.policy_at("us-ca")
    assert policy.id in out
    assert "Not legal advice" in out
    rule = next(rule for rule in policy.rules if rule.id == "child-serious")
    assert rule.says.split(";")[0] in out


def test_the_page_asks_nothing_of_any_other_place() -> None:
    _, out, _ = _run()
    assert not re.search(r"(src|href)=|url\(|@import", out)


def test_it_writes_the_page_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "framework.html"
    assert _run("--out", str(path)) == (0, "", "")
    assert "Whether to share, and how much: England" in path.read_text("utf-8")


def test_a_place_that_is_not_known_ends_with_one_line(tmp_path: Path) -> None:
    status, out, err = _run("--place", "atlantis")
    assert (status, out) == (1, "")
    assert err == "sharewell: atlantis is not a place that is known here\n"


def test_a_file_that_cannot_be_written_ends_with_one_line(tmp_path: Path) -> None:
    status, _, err = _run("--out", str(tmp_path / "no" / "such.html"))
    assert status == 1
    assert err.count("\n") == 1
