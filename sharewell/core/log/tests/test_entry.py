"""Entry bytes are exactly those of docs/formats/entry.md: its vectors, its example, its refusals."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import string
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell.core.log.entry import MAX_BYTES, Entry, EntryError, commit, entry_bytes, parse
from sharewell.core.log.tree import leaf_hash

HERE = Path(__file__).parent
VECTORS = json.loads((HERE / "vectors" / "entry.json").read_text("utf-8"))
FORMAT = (HERE.parents[3] / "docs" / "formats" / "entry.md").read_text("utf-8")
AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "kind": "disclosure.sent",
    "at": AT,
    "agency": "1f8c6e0b5d3a49c2a7e4d9b80c6f1a23",
    "actor": "9b2d7c41e05f4f6d8a31c7e2b4f09d56",
    "policy": None,
    "commitments": {},
}

names = st.text(string.ascii_lowercase + string.digits + "_.", min_size=1, max_size=64)
ids = st.text("0123456789abcdef", min_size=32, max_size=32)
policies = st.text(string.ascii_lowercase + string.digits + "_.:,@#+/-", min_size=1, max_size=200)
hashes = st.binary(min_size=32, max_size=32).map(lambda value: base64.b64encode(value).decode())
entries = st.fixed_dictionaries(
    {
        "kind": names,
        "at": st.datetimes(
            min_value=datetime(2, 1, 1),  # noqa: DTZ001 - zones follow
            max_value=datetime(9998, 1, 1),  # noqa: DTZ001 - zones follow
            timezones=st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m))),
        ),
        "agency": ids,
        "actor": ids | st.just("system"),
        "policy": st.none() | policies,
        "commitments": st.dictionaries(names, hashes, max_size=8),
    }
)


def fields(vector: dict[str, Any]) -> dict[str, Any]:
    return {**vector["fields"], "at": datetime.fromisoformat(vector["fields"]["at"])}


def refused(data: bytes) -> str:
    with pytest.raises(EntryError) as refusal:
        parse(data)
    return refusal.value.code


@pytest.mark.parametrize("vector", VECTORS["entries"], ids=lambda v: v["name"])
def test_entries_are_written_and_read_as_the_vectors_say(vector: dict[str, Any]) -> None:
    data = entry_bytes(**fields(vector))
    assert data == vector["bytes"].encode()
    assert parse(data) == Entry(**fields(vector))
    assert leaf_hash(data).hex() == vector["leaf"]


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda v: v["name"])
def test_all_other_bytes_are_refused(vector: dict[str, Any]) -> None:
    assert refused(vector["bytes"].encode()) == vector["code"]


@pytest.mark.parametrize("vector", VECTORS["commitments"], ids=lambda v: v["name"])
def test_commitments_are_those_of_the_vectors(vector: dict[str, Any]) -> None:
    salt, content = bytes.fromhex(vector["salt"]), bytes.fromhex(vector["content"])
    assert commit(salt, content) == vector["commitment"]


def test_the_example_of_the_format_is_true() -> None:
    """Reading docs/formats/entry.md alone, one can recompute each value of its example."""
    example, content, salt = re.findall(r"```\n(.+)\n```", FORMAT)[:3]
    commitment, leaf = re.findall(r"^    ([A-Za-z0-9+/=]{44,64})$", FORMAT, re.MULTILINE)[:2]
    assert parse(example.encode()).commitments["message"] == commitment
    digest = hashlib.sha256(bytes.fromhex(salt) + content.encode()).digest()
    assert base64.b64encode(digest).decode() == commitment
    assert hashlib.sha256(b"\x00" + example.encode()).hexdigest() == leaf
    assert f"the {len(content)} bytes of the message" in FORMAT
    assert f"the {len(example)} bytes of the entry" in FORMAT


@given(entries)
def test_writing_and_reading_are_inverse(entry: dict[str, Any]) -> None:
    data = entry_bytes(**entry)
    read = parse(data)
    assert {**entry, "at": read.at} == {name: getattr(read, name) for name in entry}
    assert timedelta(0) <= entry["at"] - read.at < timedelta(milliseconds=1), "cut, never later"
    assert entry_bytes(**{name: getattr(read, name) for name in entry}) == data


@given(entries)
def test_the_bytes_are_canonical_json(entry: dict[str, Any]) -> None:
    """All is ASCII without escapes, so that sorting by code point is the order of RFC 8785."""
    data = entry_bytes(**entry)
    plain = json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"))
    assert data == plain.encode("ascii")
    assert b"\\" not in data
    assert b"\n" not in data, "an entry fits on one line of an export"


@given(entries, st.data())
def test_no_other_bytes_mean_the_same_entry(entry: dict[str, Any], data: st.DataObject) -> None:
    """A changed byte is refused or means another entry, so that a leaf pins down one meaning."""
    original = entry_bytes(**entry)
    at = data.draw(st.integers(0, len(original) - 1))
    changed = bytearray(original)
    changed[at] ^= data.draw(st.integers(1, 255))
    try:
        read = parse(bytes(changed))
    except EntryError:
        return
    assert read != parse(original)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
def test_any_bytes_are_refused_with_a_reason(data: bytes) -> None:
    assert refused(data) in {"not_json", "version", "keys"}


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"[" * 60_000, b'{"v":' + b"9" * 5_000 + b"}", b'{"v":NaN}', b'"\\ud800"']
)
def test_hostile_json_is_refused(data: bytes) -> None:
    assert refused(data) in {"not_json", "version"}


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(EntryError) as refusal:
        entry_bytes(**{**GOOD, "at": AT.replace(tzinfo=None)})
    assert refusal.value.code == "naive"


def test_a_time_is_written_in_utc_cut_to_the_millisecond() -> None:
    summer = datetime(2026, 7, 1, 0, 30, 0, 999_999, timezone(timedelta(hours=1)))
    assert b'"at":"2026-06-30T23:30:00.999Z"' in entry_bytes(**{**GOOD, "at": summer})


def test_a_time_beyond_the_calendar_is_refused() -> None:
    beyond = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))
    with pytest.raises(EntryError) as refusal:
        entry_bytes(**{**GOOD, "at": beyond})
    assert refusal.value.code == "at"


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_salt_has_32_bytes(length: int) -> None:
    with pytest.raises(EntryError) as refusal:
        commit(bytes(length), b"content")
    assert refusal.value.code == "salt"


def test_an_entry_is_at_most_65535_bytes_long() -> None:
    commitments = {f"attachment.{n}": commit(bytes(32), b"") for n in range(1_200)}
    with pytest.raises(EntryError) as refusal:
        entry_bytes(**{**GOOD, "commitments": commitments})
    assert refusal.value.code == "too_long"
    assert refused(b" " * (MAX_BYTES + 1)) == "too_long"


@pytest.mark.parametrize("key", ["kind", "agency", "actor", "policy"])
def test_what_is_refused_is_not_repeated(key: str) -> None:
    """A name that strayed into an id must not reach a log line by way of the error."""
    with pytest.raises(EntryError) as refusal:
        entry_bytes(**{**GOOD, key: "Maria Example"})
    assert refusal.value.code == key
    assert "Maria" not in str(refusal.value)


def test_the_same_content_twice_cannot_be_linked() -> None:
    content = b'{"subject.name":"Example Person"}'
    assert commit(bytes([1]) * 32, content) != commit(bytes([2]) * 32, content)
