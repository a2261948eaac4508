"""A request is read strictly, and what is wrong is named by its path."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from sharewell import packs
from sharewell.core.request import Request, RequestError, encode
from sharewell.core.tests.requests import requests

PLAIN: dict[str, Any] = {
    "at": "2026-11-06T17:45:00Z",
    "jurisdiction": "england",
    "sender": {"kind": "care_provider"},
    "purpose": "immediate_safety",
    "recipient": {"role": "adult_social_care", "agreement": "in_force"},
    "facts": {"subject_kind": "adult"},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The plain request with one value set, or taken away where it is ``...``."""
    raw = copy.deepcopy(PLAIN)
    *parents, last = path.split(".")
    inner = raw
    for name in parents:
        inner = inner.setdefault(name, {})
    if value is ...:
        inner.pop(last)
    else:
        inner[last] = value
    return raw


def test_what_is_left_out_is_unknown_and_nothing_is_guessed() -> None:
    request = packs.parse(PLAIN)
    assert request.facts.harm == "unknown"
    assert request.consent.position == "unknown"
    assert request.recipient.connected_to_source == "unknown"
    assert request.wants.fields is None
    assert request.supplied == ()


@pytest.mark.parametrize("value", [True, "true"])
def test_true_may_be_a_boolean_or_a_text(value: object) -> None:
    assert packs.parse(changed("facts.safe_to_ask", value)).facts.safe_to_ask == "true"
    assert packs.parse(changed("recipient.alleged_source", value)).recipient.alleged_source is True
    assert packs.parse(changed("sender.public_authority", value)).sender.public_authority is True


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-06T17:45:00Z",
        "2026-11-06T17:45:00",
        "2026-11-06T18:45:00+01:00",
        datetime(2026, 11, 6, 17, 45),  # noqa: DTZ001 - without a zone on purpose
        datetime(2026, 11, 6, 17, 45, tzinfo=UTC),
    ],
)
def test_a_time_without_a_zone_is_utc(value: object) -> None:
    assert packs.parse(changed("at", value)).at == datetime(2026, 11, 6, 17, 45, tzinfo=UTC)


WRONG: list[tuple[str, Any, str]] = [
    ("at", ..., "at"),
    ("at", "yesterday", "at"),
    ("at", "2026-11-06", "at"),
    ("at", datetime(2026, 11, 6).date(), "at"),  # noqa: DTZ001 - a date
    ("at", 5, "at"),
    ("jurisdiction", "france", "jurisdiction"),
    ("jurisdiction", ["england"], "jurisdiction"),
    ("state", "us-ca", "state"),
    ("sender", ..., "sender"),
    ("sender", "care_provider", "sender"),
    ("sender.kind", "plumber", "sender.kind"),
    ("sender.kind", ..., "sender.kind"),
    ("sender.regimes", ["hipaa"], "sender.regimes"),
    ("sender.regimes", "hipaa", "sender.regimes"),
    ("sender.public_authority", "maybe", "sender.public_authority"),
    ("sender.nickname", "x", "sender.nickname"),
    ("purpose", "gossip", "purpose"),
    ("purpose", None, "purpose"),
    ("recipient.role", "neighbour", "recipient.role"),
    ("recipient.agreement", "signed", "recipient.agreement"),
    ("recipient.alleged_source", "unknown", "recipient.alleged_source"),
    ("recipient.connected_to_source", "perhaps", "recipient.connected_to_source"),
    ("facts", ..., "facts"),
    ("facts.subject_kind", ..., "facts.subject_kind"),
    ("facts.subject_kind", "unknown", "facts.subject_kind"),
    ("facts.harm", "bad", "facts.harm"),
    ("facts.harm", 1, "facts.harm"),
    ("facts.safe_to_ask", "yes", "facts.safe_to_ask"),
    ("facts.mood", "low", "facts.mood"),
    ("consent.position", "agreed", "consent.position"),
    ("consent.position", "not_sought", "consent.reason"),
    ("consent.reason", "increases_risk", "consent.reason"),
    ("consent", {"position": "refused", "reason": "increases_risk"}, "consent.reason"),
    (
        "consent",
        {"position": "obtained", "covers": {"recipients": ["neighbour"]}},
        "consent.covers.recipients",
    ),
    ("consent", {"position": "obtained", "covers": {"tier": 4}}, "consent.covers.tier"),
    ("consent", {"position": "obtained", "covers": {"tier": True}}, "consent.covers.tier"),
    (
        "consent",
        {"position": "obtained", "covers": {"labels": ["secret"]}},
        "consent.covers.labels",
    ),
    ("consent", {"boundaries": [{"deny_role": "neighbour"}]}, "consent.boundaries"),
    ("consent", {"boundaries": [{"deny_planet": "mars"}]}, "consent.boundaries"),
    ("consent", {"boundaries": [{"deny_person": "a", "deny_channel": "b"}]}, "consent.boundaries"),
    ("consent", {"boundaries": {"deny_person": "a"}}, "consent.boundaries"),
    ("consent", {"expires_at": "soon"}, "consent.expires_at"),
    ("consent", {"given_by": "sister"}, "consent.given_by"),
    ("flags", ["red"], "flags"),
    ("flags", "refuge", "flags"),
    ("wants", {"fields": ["subject.shoe_size"]}, "wants.fields"),
    ("wants", {"tier": 0}, "wants.tier"),
    ("wants", {"tier": "1"}, "wants.tier"),
    ("wants", {"tier": 1, "fields": ["subject.name"]}, "wants"),
    ("wants", {}, "wants"),
    ("wants", {"fields": []}, "wants"),
    ("wants", ["subject.name"], "wants"),
    ("supplied", ["charm"], "supplied"),
    ("supplied", "rationale", "supplied"),
    ("mood", "low", "mood"),
]


@pytest.mark.parametrize(("path", "value", "field"), WRONG, ids=lambda v: str(v)[:30])
def test_what_is_wrong_is_named_by_its_path(path: str, value: Any, field: str) -> None:
    with pytest.raises(RequestError) as caught:
        packs.parse(changed(path, value))
    assert caught.value.field == field
    assert "\n" not in str(caught.value)


def test_something_that_is_no_request_is_refused() -> None:
    with pytest.raises(RequestError):
        packs.parse([PLAIN])  # type: ignore[arg-type]


def test_in_immediate_danger_a_missing_reason_blocks_nothing() -> None:
    raw = changed("facts.harm", "immediate")
    raw["consent"] = {"position": "not_sought"}
    assert packs.parse(raw).consent.reason is None


def test_a_long_wrong_value_is_cut_in_the_message() -> None:
    with pytest.raises(RequestError) as caught:
        packs.parse(changed("purpose", "x" * 10_000))
    assert len(str(caught.value)) < 600


@given(requests())
def test_encoding_reads_back_the_same(request: Request) -> None:
    raw = json.loads(json.dumps(encode(request)))
    if request.consent.position in ("not_sought", "not_possible") and not request.consent.reason:
        return
    assert packs.parse(raw) == request
