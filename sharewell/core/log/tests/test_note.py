"""Signed notes, checkpoints and receipts: against a published example, by property, and each way to be wrong."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from sharewell.core.log import checkpoint, note
from sharewell.core.log.checkpoint import Checkpoint
from sharewell.core.log.note import COSIGNS, SIGNS, NoteError

ROOT = Path(__file__).resolve().parents[4]
# The example of golang.org/x/mod/sumdb/note, whose format C2SP signed-note writes down.
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

PAGE = (ROOT / "docs" / "formats" / "checkpoint.md").read_text("utf-8")
LOG = note.named("log.example/1", SIGNS, b"\x01" * 32)
WITNESS = note.named("witness.example", COSIGNS, b"\x02" * 32)
STATE = Checkpoint("log.example/1", 3, b"\x07" * 32)


def test_the_published_example_signs_and_verifies() -> None:
    signer, key = note.signer(PRIVATE), note.key(PUBLIC)
    assert signer.line(TEXT) == LINE
    assert (signer.key, signer.text, key.text) == (key, PRIVATE, PUBLIC)
    read = note.read(note.written(TEXT, [LINE]).encode())
    assert read.text == TEXT
    assert read.verified([key]) == {key: None}


def test_a_cosignature_is_over_the_moment_and_the_text() -> None:
    """C2SP tlog-cosignature, computed again by hand."""
    line = WITNESS.line(STATE.text, at=1_700_000_000)
    raw = base64.b64decode(line.rpartition(" ")[2])
    assert raw[:4] == WITNESS.key.id
    assert raw[4:12] == struct.pack(">Q", 1_700_000_000)
    Ed25519PublicKey.from_public_bytes(WITNESS.key.public).verify(
        raw[12:], b"cosignature/v1\ntime 1700000000\n" + STATE.text.encode()
    )


def test_log_and_witness_sign_one_note() -> None:
    text = STATE.text
    whole = note.written(text, [LOG.line(text), WITNESS.line(text, at=9)]).encode()
    assert note.read(whole).verified([LOG.key, WITNESS.key]) == {LOG.key: None, WITNESS.key: 9}
    assert note.read(whole).verified([]) == {}  # who is unknown proves nothing, and breaks nothing
    assert checkpoint.parse(note.read(whole).text) == STATE


def test_a_witness_cannot_sign_without_a_time() -> None:
    with pytest.raises(NoteError, match="says when"):
        WITNESS.line(STATE.text)


@given(at=st.integers(0, 200), flip=st.integers(1, 255))
def test_a_note_that_is_changed_anywhere_does_not_verify(at: int, flip: int) -> None:
    text = STATE.text
    whole = bytearray(note.written(text, [LOG.line(text)]).encode())
    whole[at % len(whole)] ^= flip
    try:
        held = note.read(bytes(whole)).verified([LOG.key])
    except NoteError:
        return
    # A changed name or id is that of another key, which is not known here.
    assert held == {}


@given(
    st.integers(0, 2**62),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
)
def test_a_receipt_is_read_as_it_was_written(index: int, proof: list[bytes]) -> None:
    whole = note.written(STATE.text, [LOG.line(STATE.text)]).encode()
    read = checkpoint.receipt(checkpoint.receipt_text(index, proof, whole).encode())
    assert (read.index, read.proof, read.note) == (index, tuple(proof), whole)


def test_a_receipt_of_another_writer_may_hold_data_of_its_own() -> None:
    whole = note.written(STATE.text, [LOG.line(STATE.text)])
    text = f"{checkpoint.PROOF}\nextra AAAA\nindex 2\n\n{whole}"
    assert checkpoint.receipt(text.encode()).index == 2


NOTE = note.written(TEXT, [LINE])
SIGNED = note.written(STATE.text, [LOG.line(STATE.text)])
HASH = base64.b64encode(b"\x01" * 32).decode()
WRONG_NOTES = {
    "no empty line": ("form", TEXT),
    "no line feed at the end": ("form", NOTE[:-1]),
    "a control character": ("form", NOTE.replace("your", "yo\tr", 1)),
    "not UTF-8": ("not_utf8", None),
    "a minus for the dash": ("signature", NOTE.replace("— ", "- ")),
    "no base64": ("signature", NOTE.replace("QxVB", "Q==B")),
    "a short signature": ("signature", f"{TEXT}\n— a AAAA\n"),
    "too many signatures": ("too_many", note.written(TEXT, [LINE] * 101)),
}


@pytest.mark.parametrize(("code", "text"), WRONG_NOTES.values(), ids=WRONG_NOTES)
def test_what_is_no_note_is_refused(code: str, text: str | None) -> None:
    with pytest.raises(NoteError) as fault:
        note.read(b"\xff\n\n\xff\n" if text is None else text.encode())
    assert fault.value.code == code


WRONG_KEYS = {
    "no parts": "abc",
    "no name": f"+c74f20a3{PUBLIC[21:]}",
    "a space in the name": PUBLIC.replace("Peter", "Peter "),
    "another id": PUBLIC.replace("c74f20a3", "c74f20a4"),
    "another type": "a+00000000+" + base64.b64encode(b"\x02" + b"\x00" * 32).decode(),
    "too short": "a+00000000+" + base64.b64encode(b"\x01" + b"\x00" * 31).decode(),
}


@pytest.mark.parametrize("text", WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        note.key(text)
    with pytest.raises(NoteError) as fault:
        note.signer(f"PRIVATE+KEY+{text}")
    assert text not in str(fault.value)  # a private key is in no message


WRONG_CHECKPOINTS = {
    "two lines": "log.example/1\n3\n",
    "no last line feed": STATE.text[:-1],
    "an empty line": STATE.text.replace("3\n", "\n"),
    "a zero before the size": STATE.text.replace("\n3\n", "\n03\n"),
    "a sign before the size": STATE.text.replace("\n3\n", "\n+3\n"),
    "a size too large": STATE.text.replace("\n3\n", f"\n{10**19}\n"),
    "a root of 31 bytes": f"log.example/1\n3\n{base64.b64encode(b'1' * 31).decode()}\n",
    "another spelling of the root": f"log.example/1\n3\n{HASH.replace('AQE=', 'AQF=')}\n",
}


@pytest.mark.parametrize("text", WRONG_CHECKPOINTS.values(), ids=WRONG_CHECKPOINTS)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        checkpoint.parse(text)


def test_lines_that_follow_in_a_checkpoint_are_passed_over() -> None:
    assert checkpoint.parse(STATE.text + "more of the log's own\n") == STATE


WRONG_RECEIPTS = {
    "another version": f"c2sp.org/tlog-proof@v2\nindex 0\n\n{SIGNED}",
    "no checkpoint": f"{checkpoint.PROOF}\nindex 0\n",
    "no index": f"{checkpoint.PROOF}\n{HASH}\n\n{SIGNED}",
    "an index below 0": f"{checkpoint.PROOF}\nindex -1\n\n{SIGNED}",
    "a short hash": f"{checkpoint.PROOF}\nindex 0\nAAAA\n\n{SIGNED}",
    "64 hashes": f"{checkpoint.PROOF}\nindex 0\n" + f"{HASH}\n" * 64 + f"\n{SIGNED}",
    "a checkpoint without signature": f"{checkpoint.PROOF}\nindex 0\n\n{STATE.text}",
}


@pytest.mark.parametrize("text", WRONG_RECEIPTS.values(), ids=WRONG_RECEIPTS)
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        checkpoint.receipt(text.encode())


def test_the_example_of_the_page_is_what_the_code_writes() -> None:
    log = note.named("sharewell.example/log/1f0c", SIGNS, bytes(range(32)))
    witness = note.named("council.example", COSIGNS, bytes(range(32, 64)))
    keys, whole = PAGE.split("```\n")[1::2]
    assert keys == f"{log.key.text}\n{witness.key.text}\n"
    read = checkpoint.receipt(whole.encode())
    head = checkpoint.parse(note.read(read.note).text)
    lines = [log.line(head.text), witness.line(head.text, at=1_763_632_800)]
    assert whole == checkpoint.receipt_text(0, [], note.written(head.text, lines).encode())
    assert head.root.hex() == "16c405d912a5b81440650fbdfb63fcc38afbb804433230b95e224107dcc037f0"
