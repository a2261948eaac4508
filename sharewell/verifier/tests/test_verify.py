"""What `sharewell verify` accepts and refuses: clean exports, and every way in which a log can be tampered with."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sharewell.core.log import checkpoint, note, tree
from sharewell.core.log.entry import commit, entry_bytes
from sharewell.verifier.command import HOLDS, UNREADABLE, WRONG, main

LOG = note.named("log.example/1", note.SIGNS, b"\x01" * 32)
THIEF = note.named("log.example/1", note.SIGNS, b"\x02" * 32)
WITNESS = note.named("witness.example", note.COSIGNS, b"\x03" * 32)
START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
AGENCY = "1f8c6e0b5d3a49c2a7e4d9b80c6f1a23"
SALT, CONTENT = b"\x05" * 32, b'{"subject.name":"Example Person"}'
SIZE, EARLIER, PROVEN = 23, 9, 4


def entry(number: int, *, at: datetime | None = None, content: bytes = CONTENT) -> bytes:
    return entry_bytes(
        kind="disclosure.sent",
        at=at or START + timedelta(minutes=number),
        agency=AGENCY,
        actor="system",
        policy=None,
        commitments={"message": commit(SALT, content), "rules": commit(SALT, str(number).encode())},
    )


def leaf(line: bytes) -> bytes:
    return tree.leaf_hash(line)


def head(lines: list[bytes], size: int, signer: note.Signer = LOG) -> bytes:
    nodes = tree.grow(0, [leaf(each) for each in lines[:size]], lambda _: {})
    root = tree.root(size, lambda asked: {each: nodes[each] for each in asked})
    text = checkpoint.Checkpoint(signer.name, size, root).text
    return note.written(text, [signer.line(text), WITNESS.line(text, at=1_790_000_000)]).encode()


def receipt(lines: list[bytes], index: int, size: int) -> bytes:
    nodes = tree.grow(0, [leaf(each) for each in lines[:size]], lambda _: {})
    proof = tree.inclusion_proof(index, size, lambda asked: {each: nodes[each] for each in asked})
    return checkpoint.receipt_text(index, proof, head(lines, size)).encode()


def write(folder: Path, lines: list[bytes], *, signed: bytes | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "receipts").mkdir(exist_ok=True)
    (folder / "entries.jsonl").write_bytes(b"".join(each + b"\n" for each in lines))
    (folder / "checkpoint").write_bytes(signed or head(lines, len(lines)))
    (folder / "origin.vkey").write_text(f"{LOG.key.text}\n")
    (folder / "witnesses.vkey").write_text(f"{WITNESS.key.text}\n")
    return folder


@pytest.fixture
def lines() -> list[bytes]:
    return [entry(number) for number in range(SIZE)]


@pytest.fixture
def export(tmp_path: Path, lines: list[bytes]) -> Path:
    folder = write(tmp_path / "export", lines)
    (folder / "receipts" / "a.tlog-proof").write_bytes(receipt(lines, PROVEN, EARLIER))
    opened = {"index": PROVEN, "name": "message"}
    opened |= {
        "salt": base64.b64encode(SALT).decode(),
        "content": base64.b64encode(CONTENT).decode(),
    }
    (folder / "opened.jsonl").write_text(json.dumps(opened) + "\n")
    return folder


@pytest.fixture
def held(tmp_path: Path, lines: list[bytes]) -> Path:
    path = tmp_path / "held"
    path.write_bytes(head(lines, EARLIER))
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: Path | str) -> tuple[int, list[str]]:
    status = main([str(each) for each in arguments])
    return status, capsys.readouterr().out.splitlines()


def test_a_whole_export_holds_and_it_is_said_what_was_checked(
    export: Path, held: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(capsys, export, "--checkpoint", held)
    assert (status, said[0]) == (HOLDS, "all holds")
    text = "\n".join(said)
    for part in ("23 entries, signed by the log", "witnessed by witness.example", "begins with its 9 entries",
                 "receipts: 1", "opened: 1"):  # fmt: skip
        assert part in text


def test_a_zip_holds_as_its_folder_does(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = shutil.make_archive(str(export), "zip", export)
    assert run(capsys, whole)[0] == HOLDS


def test_entries_that_are_not_theirs_may_stand_as_leaves(
    export: Path, lines: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    bare = [
        each if number == PROVEN else b'{"leaf":"%b"}' % base64.b64encode(leaf(each))
        for number, each in enumerate(lines)
    ]
    (export / "entries.jsonl").write_bytes(b"".join(each + b"\n" for each in bare))
    assert run(capsys, export)[0] == HOLDS


@pytest.mark.parametrize("size", [1, 2, 3, 4095, 4096, 4097, 9000])
def test_the_root_of_a_log_of_any_size_is_found(
    tmp_path: Path, size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    leaves = [hashlib.sha256(str(number).encode()).digest() for number in range(size)]
    nodes = tree.grow(0, leaves, lambda _: {})
    root = tree.root(size, lambda asked: {each: nodes[each] for each in asked})
    text = checkpoint.Checkpoint(LOG.name, size, root).text
    bare = [b'{"leaf":"%b"}' % base64.b64encode(each) for each in leaves]
    write(tmp_path / "e", bare, signed=note.written(text, [LOG.line(text)]).encode())
    assert run(capsys, tmp_path / "e")[0] == HOLDS


Tamper = Callable[[Path, list[bytes]], None]


def _rewrite(
    change: Callable[[list[bytes]], list[bytes]], signer: note.Signer | None = None
) -> Tamper:
    """Change the lines; with a signer, the checkpoint is made anew over them."""

    def tamper(folder: Path, lines: list[bytes]) -> None:
        changed = change(list(lines))
        (folder / "entries.jsonl").write_bytes(b"".join(each + b"\n" for each in changed))
        if signer is not None:
            (folder / "checkpoint").write_bytes(head(changed, len(changed), signer))

    return tamper


def _at(number: int, line: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [*lines[:number], line, *lines[number + 1 :]]


def _cut(folder: Path, lines: list[bytes]) -> None:
    (folder / "entries.jsonl").write_bytes(b"\n".join(lines))


TAMPERED: dict[str, tuple[Tamper, str]] = {
    "edited": (_rewrite(_at(7, entry(7, content=b"other"))), "altered"),
    "edited, and signed again by the host": (_rewrite(_at(7, entry(7, content=b"other")), LOG), "forked"),
    "not an entry any more": (_rewrite(_at(7, entry(7).replace(b'"v":1', b'"v":2'))), "entry 7: altered"),
    "with a blank": (_rewrite(_at(7, entry(7).replace(b'"v":1', b'"v": 1'))), "entry 7: altered"),
    "commitments out of order": (
        _rewrite(_at(7, entry(7).replace(b'"rules"', b'"aaaaa"'))), "entry 7: altered"),
    "left out": (_rewrite(lambda lines: [*lines[:7], *lines[8:]]), "entry 0 to 8: missing"),
    "left out, and signed again": (_rewrite(lambda lines: [*lines[:7], *lines[8:]], LOG), "forked"),
    "put in": (_rewrite(lambda lines: [*lines[:7], entry(7), *lines[7:]]), "entry 0 to 8: added"),
    "put in, and signed again": (_rewrite(lambda lines: [*lines[:7], entry(7), *lines[7:]], LOG), "forked"),
    "moved": (_rewrite(lambda lines: [*lines[:7], lines[8], lines[7], *lines[9:]]), "altered"),
    "cut back": (_rewrite(lambda lines: lines[:-1]), "entry 22: truncated"),
    "one more": (_rewrite(lambda lines: [*lines, entry(SIZE)]), "entry 23: added"),
    "rolled back to before": (_rewrite(lambda lines: lines[: EARLIER - 2], LOG), "truncated"),
    "signed by another": (_rewrite(lambda lines: lines, THIEF), "wrong key"),
    "a clock that ran back": (
        _rewrite(lambda lines: [*lines, entry(SIZE, at=START)], LOG), "entry 23: time running backwards"),
    "a time that does not exist": (
        _rewrite(_at(7, entry(7).replace(b"2026-11-20T10", b"2026-11-31T10"))), "entry 7: altered"),
    "the last line is cut": (_cut, "entry 22: altered"),
}  # fmt: skip


@pytest.mark.parametrize(("tamper", "says"), TAMPERED.values(), ids=TAMPERED)
def test_what_was_tampered_with_is_found_and_named_first(
    export: Path, held: Path, lines: list[bytes], tamper: Tamper, says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    tamper(export, lines)
    for name in ("receipts", "opened.jsonl"):  # what was held before finds it without these
        path = export / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    status, said = run(capsys, export, "--checkpoint", held)
    assert status == WRONG
    assert says in said[0]


def test_who_holds_nothing_cannot_see_that_all_was_made_anew(
    export: Path, lines: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """The limit that the docs tell: before somebody keeps a checkpoint or a receipt, a host could rewrite all."""
    TAMPERED["edited, and signed again by the host"][0](export, lines)
    (export / "receipts" / "a.tlog-proof").unlink()
    assert run(capsys, export)[0] == HOLDS


def test_a_receipt_finds_what_was_signed_again(
    export: Path, lines: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    changed = _at(PROVEN, entry(PROVEN, content=b"other"))(lines)
    (export / "entries.jsonl").write_bytes(b"".join(each + b"\n" for each in changed))
    (export / "checkpoint").write_bytes(head(changed, SIZE))
    (export / "opened.jsonl").unlink()
    status, said = run(capsys, export)
    assert (status, "receipts/a.tlog-proof" in said[1]) == (WRONG, True)


def test_a_receipt_of_another_entry_is_found(
    export: Path, lines: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    path = export / "receipts" / "a.tlog-proof"
    path.write_bytes(path.read_bytes().replace(b"index 4", b"index 5"))
    status, said = run(capsys, export)
    assert (status, said[0]) == (WRONG, "entry 5: altered")


def test_a_content_that_was_not_committed_to_is_found(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = export / "opened.jsonl"
    opened = json.loads(path.read_text())
    opened["content"] = base64.b64encode(b"something else").decode()
    path.write_text(json.dumps(opened) + "\n")
    status, said = run(capsys, export)
    assert (status, said[0]) == (WRONG, "entry 4: altered")


def test_a_witness_whose_signature_does_not_hold_is_found(
    export: Path, lines: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    text = head(lines, SIZE).decode().partition("\n\n")[0] + "\n"
    forged = WITNESS.line("something else\n", at=5)
    (export / "checkpoint").write_text(note.written(text, [LOG.line(text), forged]))
    status, said = run(capsys, export)
    assert (status, said[0]) == (WRONG, "checkpoint, signature of witness.example: wrong key")


def test_what_is_no_export_cannot_be_read(tmp_path: Path, export: Path) -> None:
    assert main([str(tmp_path / "nothing")]) == UNREADABLE
    (tmp_path / "text").write_text("hello")
    assert main([str(tmp_path / "text")]) == UNREADABLE
    assert main([str(tmp_path)]) == UNREADABLE
    (export / "entries.jsonl").unlink()
    assert main([str(export)]) == UNREADABLE


def test_a_zip_that_is_broken_cannot_be_read(export: Path) -> None:
    whole = Path(shutil.make_archive(str(export), "zip", export))
    data = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as opened:
        start = opened.getinfo("entries.jsonl").header_offset
    for at in range(start + 60, start + 90):
        data[at] ^= 0xFF
    whole.write_bytes(bytes(data))
    assert main([str(whole)]) == UNREADABLE


@pytest.mark.parametrize("seed", range(100))
def test_no_single_byte_can_be_changed(export: Path, held: Path, seed: int) -> None:
    """Any byte of any file: whatever it becomes, it is found, or the file cannot be read."""
    # A witness whose name is changed is one that nobody here knows; that is no fault of the log.
    for name in ("checkpoint", "receipts/a.tlog-proof"):
        (export / name).write_text((export / name).read_text().partition("— witness")[0])
    names = ["entries.jsonl", "checkpoint", "origin.vkey", "receipts/a.tlog-proof"]
    path = export / names[seed % len(names)]
    data = bytearray(path.read_bytes())
    data[secrets.randbelow(len(data))] ^= 1 + secrets.randbelow(255)
    path.write_bytes(bytes(data))
    assert main([str(export), "--checkpoint", str(held)]) in {WRONG, UNREADABLE}
