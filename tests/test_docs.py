"""What the documents show is what the packs hold, and what they tell people to write is accepted."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sharewell import packs
from sharewell.core import yamltext
from sharewell.core.checking.packfaults import faults
from sharewell.core.tests.cases import FOLDER

PACKS = Path("docs/packs.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PACKS, re.MULTILINE | re.DOTALL)
LOCAL = [block for block in BLOCKS if re.match(r"# [a-z-]+\.yaml\n", block)]


def _block(id_: str) -> str:
    """The example that begins with this id."""
    return next(block for block in BLOCKS if re.match(rf"- \{{?id: {re.escape(id_)}\b", block))


def _row(text: str, id_: str) -> str:
    """The row of a file as it is written there, without what indents it."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if re.match(rf"\s*- \{{?id: {id_}\b", line))
    indent = len(lines[first]) - len(lines[first].lstrip())
    last = next(
        (i for i in range(first + 1, len(lines)) if not lines[i].startswith(" " * (indent + 1))),
        len(lines),
    )
    return "".join(f"{line[indent:]}\n" for line in lines[first:last])


def test_the_row_that_is_read_aloud_is_the_one_that_is_shipped() -> None:
    shipped = packs.read()["rules-wales.yaml"].decode()
    assert _block("wales-duty-to-report-adult") == _row(shipped, "wales-duty-to-report-adult")


def test_each_of_its_keys_is_read_aloud() -> None:
    keys = re.findall(r"^(?:- |  )([a-z]+):", _block("wales-duty-to-report-adult"), re.MULTILINE)
    told = re.findall(r"^\| `([a-z]+)", PACKS, re.MULTILINE)
    assert len(keys) > 5
    assert set(keys) <= set(told)


def test_its_test_is_the_one_that_is_run() -> None:
    cases = (FOLDER / "nations.yaml").read_text("utf-8")
    assert _block("nation-W01") == _row(cases, "nation-W01")
    assert "-k nation-W01" in PACKS


def test_the_document_shows_rows_of_every_kind_that_may_be_local() -> None:
    named = {block.splitlines()[0].removeprefix("# ") for block in LOCAL}
    assert named == {"rules-common.yaml", "matrix.yaml", "contested.yaml"}


@pytest.mark.parametrize("block", LOCAL, ids=lambda block: str(block).splitlines()[0])
def test_a_local_row_written_as_shown_is_accepted(block: str) -> None:
    name = block.splitlines()[0].removeprefix("# ")
    found, rows = faults(packs.read(), {name: block.encode()}, date(2026, 11, 22))
    assert found == ()
    assert len(rows) == 1


@pytest.mark.parametrize("id_", ["refusal-others-at-risk", "uk.gdpr.6.1.ea"])
def test_the_shorter_examples_say_what_the_shipped_rows_say(id_: str) -> None:
    (shown,) = yamltext.read(_block(id_))
    policy = packs.policy("england")
    rows: dict[str, Any] = {**policy.provisions, **{rule.id: rule for rule in policy.rules}}
    row = rows[id_]
    assert {key: tuple(values) for key, values in shown["when"].items()} == dict(row.when)
    assert shown["effect"] == row.effect
