"""`sharewell log export` writes what `sharewell verify` accepts, from acts to proof, and a key can be changed."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from typer.testing import CliRunner

from sharewell.config.commands import app
from sharewell.core.log import note
from sharewell.disclosures.tests.stage import make_sent
from sharewell.followup.management.commands import work
from sharewell.ledger import queries, signing
from sharewell.ledger.tests.making import write, write_many
from sharewell.testing import make_cast
from sharewell.verifier.command import main

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(tmp_path: Path, settings: Any) -> Path:
    settings.LOG_KEY = tmp_path / "log_key"
    return tmp_path / "log_key"


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["log", *arguments])
    return done.exit_code, done.stdout


def test_from_acts_to_an_export_that_verifies(key: Path, tmp_path: Path, now: datetime) -> None:
    cast = make_cast()
    sent = make_sent(cast, now, cast.police, entry_id=write(message=b"what left").id)
    write_many(4)
    work.work_round(clocks=False)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    folder = tmp_path / "export"
    status, said = run("export", str(folder))
    assert (status, "sharewell verify" in said) == (0, True)
    assert main([str(folder)]) == 0
    assert [path.name for path in (folder / "receipts").iterdir()] == [f"{sent.pk.hex}.tlog-proof"]
    assert len((folder / "entries.jsonl").read_bytes().splitlines()) == queries.size()
    text = "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
    for word in ("what left", cast.alice.email, cast.alice.name, str(sent.case.person.name)):
        assert word not in text
    assert run("export", str(folder))[0] == 1  # never over what stands there


def test_without_a_checkpoint_nothing_is_written(key: Path, tmp_path: Path) -> None:
    status, said = run("export", str(tmp_path / "export"))
    assert (status, said) == (1, "")
    assert not key.exists()  # reading makes none
    write_many(1)
    work.sign()  # the entry has no index yet
    assert run("export", str(tmp_path / "export"))[0] == 1
    assert key.exists()
    assert not (tmp_path / "export").exists()


def test_after_a_change_of_key_whoever_holds_the_old_one_verifies_still(
    key: Path, tmp_path: Path
) -> None:
    write_many(2)
    work.work_round(clocks=False)
    first = queries.checkpoint()
    assert first is not None
    (tmp_path / "held").write_bytes(first)
    old = note.signer(key.read_text().splitlines()[0]).key
    status, said = run("rotate")
    assert (status, note.key(said.splitlines()[-1]).name) == (0, old.name)
    write_many(2)
    work.work_round(clocks=False)
    folder = tmp_path / "export"
    run("export", str(folder))
    assert len((folder / "origin.vkey").read_text().splitlines()) == 2
    (folder / "origin.vkey").write_text(f"{old.text}\n")
    assert main([str(folder), "--checkpoint", str(tmp_path / "held")]) == 0


def test_a_log_that_was_rolled_back_is_not_signed_and_that_is_said(
    key: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_many(2)
    work.work_round(clocks=False)
    kept = signing.signed_last(key)
    assert kept is not None
    call_command("flush", interactive=False, verbosity=0)  # as an older database put back would be
    signing.remember(key, kept)
    write_many(1)
    work.work_round(clocks=False)
    assert queries.checkpoint() is None
    assert "log_forked" in caplog.text
