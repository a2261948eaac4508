"""`sharewell pack check` names every fault and every local row, and ends with a status."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from sharewell import packs
from sharewell.config.commands import app
from sharewell.core.tests.test_overlay import RULE, SAYS


def _run(*arguments: str) -> tuple[int, list[str], str]:
    done = CliRunner().invoke(app, ["pack", "check", *arguments])
    return done.exit_code, done.stdout.splitlines(), done.stderr


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name, text in packs.read().items():
        (tmp_path / name).write_bytes(text)
    return tmp_path


def test_the_installed_packs_end_with_0() -> None:
    status, out, _ = _run()
    assert (status, out) == (0, [f"# {len(packs.read())} files, no faults"])


def test_a_fault_names_file_row_and_field_and_ends_with_1(copied: Path) -> None:
    path = copied / "senders.yaml"
    path.write_text(path.read_text().replace("{public_authority: false", "{public: false", 1))
    status, out, _ = _run(str(copied))
    assert status == 1
    assert out[0] == "senders.yaml: care_provider: public: is not a key that is known here"
    assert out[-1].endswith("1 fault")


ROOMS = {
    "answers.yaml": ("actions_at_most: 12", "actions_at_most: many", "", "actions_at_most"),
    "digests.yaml": ("ahead_hours: 12", "ahead_hours: soon", "shift", "ahead_hours"),
    "meetings.yaml": ("purposes: {child", "purpose: {child", "strategy_discussion", "kinds"),
    "outcomes.yaml": ("why: true", "why: perhaps", "partly", "why"),
    "tasks.yaml": ("hours: 0.25", "hours: soon", "", "hours"),
}


@pytest.mark.parametrize("name", ROOMS)
def test_a_fault_of_a_pack_that_only_rooms_read_is_named_too(copied: Path, name: str) -> None:
    before, after, row, field = ROOMS[name]
    path = copied / name
    path.write_text(path.read_text().replace(before, after, 1))
    status, out, _ = _run(str(copied))
    assert status == 1
    assert out[0].startswith(": ".join(part for part in (name, row) if part))
    assert field in out[0]


def test_local_rows_are_shown_as_local(tmp_path: Path) -> None:
    (tmp_path / "rules-common.yaml").write_text(yaml.safe_dump({"rules": [RULE]}))
    status, out, _ = _run("--local", str(tmp_path))
    assert status == 0
    assert out[0] == f"# rules-common.yaml: agreement-adult-by-parent: {SAYS}"


def test_a_folder_without_packs_ends_with_2(tmp_path: Path) -> None:
    assert _run(str(tmp_path)) == (2, [], f"{tmp_path}: holds no packs\n")


def _state(code: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["pack", "state", code])
    return done.exit_code, done.stdout, done.stderr


def test_what_is_held_of_a_state_is_printed_with_source_and_status() -> None:
    status, out, _ = _state("us-ca")
    assert status == 0
    assert "- A child: SS 8572 within 36 hours. [reported: Merced Union HSD (S33)]" in out
    assert all(f"{words}:\n- " in out for words in packs.state_laws().items.values())


def test_a_state_that_is_not_held_says_what_to_do_and_ends_with_1() -> None:
    assert _state("us-tx") == (1, packs.state_laws().not_held + "\n", "")


def test_what_is_no_state_ends_with_2() -> None:
    status, out, err = _state("us-zz")
    assert (status, out) == (2, "")
    assert "us-zz" in err


def test_the_page_of_fields_is_what_the_packs_say() -> None:
    """Fails when a field or a cell changes: write it again with ``sharewell pack fields > docs/fields.md``."""
    done = CliRunner().invoke(app, ["pack", "fields"])
    assert done.exit_code == 0
    assert done.stdout == Path("docs/fields.md").read_text("utf-8")
    policy = packs.policy("england")
    assert all(f"`{id_}`" in done.stdout for id_ in policy.fields)
    rows = [line for line in done.stdout.splitlines() if "| Police |" in line]
    assert len(rows) == sum(role == "police" for role, _ in policy.matrix.cells)
    assert (
        "| **Witnesses** `witness.identity` Tier 3 where a witness is a member of the public. | 2 |"
        " as the matrix says | 3 where marked referrer protected | 4000 characters; identifies |"
    ) in done.stdout


def test_a_setting_of_a_contested_point_is_shown_as_local(tmp_path: Path) -> None:
    local = {"reason": "Board.", "author": "A. Lead", "review_on": date(2030, 5, 1)}
    row = {"id": "refusals-while-harm-mounts", "position": "decide-afresh", "local": local}
    (tmp_path / "contested.yaml").write_text(yaml.safe_dump({"points": [row]}))
    status, out, _ = _run("--local", str(tmp_path))
    assert status == 0
    assert out[0] == (
        "# contested.yaml: refusals-while-harm-mounts:"
        " Local: Board. (A. Lead; to be reviewed on 2030-05-01)."
    )


def test_faults_of_the_newer_files_are_named_too(copied: Path) -> None:
    path = copied / "contested.yaml"
    path.write_text(path.read_text().replace("default: respect", "default: ours", 1))
    path = copied / "coverage-uk.yaml"
    path.write_text(path.read_text().replace("[calendars/scotland]", "[calendars/france]", 1))
    status, out, _ = _run(str(copied))
    assert status == 1
    starts = ("contested.yaml: refusal-below", "coverage-uk.yaml: Scotland: rows: `calendars/fr")
    assert all(any(line.startswith(each) for line in out) for each in starts), out


def test_a_file_that_is_no_yaml_is_named_once_and_the_others_are_still_read(copied: Path) -> None:
    (copied / "provisions-england.yaml").write_text("provisions: [{id: e.x")
    status, out, _ = _run(str(copied))
    assert status == 1
    assert sum(line.startswith("provisions-england.yaml: ") for line in out) == 1
    assert out[-1].startswith("# ")


def test_the_page_of_patterns_is_that_of_the_packs() -> None:
    """Fails when a rule or an event changes: write it again with ``sharewell pack patterns > docs/patterns.md``."""
    done = CliRunner().invoke(app, ["pack", "patterns"])
    assert done.exit_code == 0
    assert done.stdout == Path("docs/patterns.md").read_text("utf-8")
