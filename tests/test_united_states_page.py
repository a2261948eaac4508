"""The page for a site in the United States says what the product does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sharewell import packs
from sharewell.config import decide
from sharewell.core import yamltext
from sharewell.core.policy import states_held
from sharewell.core.tests.cases import misses

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "united-states.md").read_text("utf-8")


def test_each_example_is_answered_as_the_page_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "examples.yaml"
    path.write_text(text)
    assert decide.main(str(path)) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    cases = yamltext.read(text)
    assert [answer["id"] for answer in answers] == [case["id"] for case in cases]
    wrong = {
        case["id"]: misses(case["expect"], answer)
        for case, answer in zip(cases, answers, strict=True)
    }
    assert not any(wrong.values()), wrong


def test_the_page_names_every_regime() -> None:
    assert [f"| `{each}` |" in PAGE for each in packs.vocabulary().regimes] == [True] * 5


def test_the_page_names_every_state_that_is_held() -> None:
    assert states_held(packs.read(), "us") == ("us-ca",)
    assert "Only California is held so far" in PAGE
