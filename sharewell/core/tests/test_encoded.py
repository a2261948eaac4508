"""Requests encoded as columns of numbers are read back exactly, whatever vocabulary wrote them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharewell.core.encoded import Encoded, EncodedError, decode, encode, packed, unpacked
from sharewell.core.request import Boundary, Request, Wants
from sharewell.core.tests.requests import NOW, WORDS, requests
from sharewell.core.tests.situations import situation


def _one(**changes: Any) -> Request:
    return replace(situation(Random(1), "england", Wants()), **changes)  # noqa: S311 - the same each time


def _all(encoded: Encoded) -> list[Request]:
    return decode(encoded, range(len(encoded)))


@settings(max_examples=40)
@given(st.lists(requests(), max_size=6), st.integers(-(10**6), 10**9))
def test_what_is_encoded_is_read_back_exactly(found: list[Request], seconds: int) -> None:
    moved = [replace(each, at=NOW + timedelta(seconds=seconds, microseconds=7)) for each in found]
    assert _all(encode(moved)) == moved
    assert _all(unpacked(packed(encode(moved)))) == moved
    assert _all(encode(moved, fields=WORDS.fields)) == moved


def test_the_order_in_which_fields_were_named_is_kept_and_so_is_one_named_twice() -> None:
    for fields in (("ask", "subject.name"), ("ask", "ask"), ("subject.name", "ask"), ()):
        request = _one(wants=Wants(fields=fields))
        encoded = unpacked(packed(encode([request], fields=WORDS.fields)))
        assert _all(encoded) == [request]


def test_the_order_of_the_catalogue_costs_nothing() -> None:
    assert not encode([_one(wants=Wants(fields=WORDS.fields))], fields=WORDS.fields).orders


def test_the_same_request_is_read_the_same_whatever_numbers_its_values_have() -> None:
    one = _one(flags=("refuge",))
    other = replace(one, purpose="early_help", flags=("vawa", "refuge"), wants=Wants(tier=2))
    assert _all(encode([one, other])) == _all(encode([other, one]))[::-1]
    assert encode([one, other]).tables["purpose"] != encode([other, one]).tables["purpose"]


def test_a_value_that_the_vocabulary_no_longer_has_is_read_by_its_name() -> None:
    request = _one()
    gone = replace(
        request,
        recipient=replace(request.recipient, role="parish_constable"),
        consent=replace(request.consent, boundaries=(Boundary("deny_person", "Zoë, next door"),)),
        wants=Wants(fields=("subject.nickname",)),
    )
    assert _all(unpacked(packed(encode([gone])))) == [gone]


def test_without_the_names_a_request_says_only_that_it_names_some() -> None:
    named, all_ = _one(wants=Wants(fields=("ask",))), _one(wants=Wants())
    found = decode(encode([named, all_]), [0, 1], named=False)
    assert [each.wants.fields for each in found] == [(), None]


def test_the_agreement_that_a_request_was_under_is_kept() -> None:
    encoded = unpacked(packed(encode([_one(), _one()], ["north@2", None])))
    assert [encoded.tables["under"][each] for each in encoded.columns["under"]] == ["north@2", None]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        encode([_one(at=datetime(2026, 11, 16, 10))])  # noqa: DTZ001 - the point of it


def test_an_agreement_is_named_for_each_request() -> None:
    with pytest.raises(ValueError, match="shorter"):
        encode([_one(), _one()], ["north@2"])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is not encoded"),
        (b"[]\n", "is not encoded"),
        (b'{"version": 2}\n', "is of version 2"),
        (packed(encode([_one()]))[:-1], "cut short"),
        (packed(encode([_one()])) + b"\0", "longer"),
    ],
)
def test_bytes_that_it_did_not_write_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(EncodedError, match=why):
        unpacked(data)
