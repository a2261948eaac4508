"""A disclosure question: what would be sent, by whom, to whom, why, and what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, NoReturn

from sharewell.core.reading import Row
from sharewell.core.vocabulary import UNKNOWN, Vocabulary


class RequestError(ValueError):
    """A request that cannot be read; ``field`` is the path of the key, ``why`` a clause."""

    code = "request_unreadable"

    def __init__(self, field: str, why: str) -> None:
        """Keep the path of the wrong key and what is wrong with it."""
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


@dataclass(frozen=True, slots=True)
class Sender:
    """Who would send; ``public_authority`` None takes the default of the kind."""

    kind: str
    regimes: tuple[str, ...] = ()
    public_authority: bool | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who would receive; a connection to the alleged source is unknown until somebody says."""

    role: str
    agreement: str = "none"
    alleged_source: bool = False
    connected_to_source: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules turn on; every fact but ``subject_kind`` may be ``unknown``."""

    subject_kind: str
    capacity: str = UNKNOWN
    harm: str = UNKNOWN
    others_at_risk: str = UNKNOWN
    serious_crime: str = UNKNOWN
    undue_influence: str = UNKNOWN
    position_of_trust: str = UNKNOWN
    source_has_care_needs: str = UNKNOWN
    safe_to_ask: str = UNKNOWN
    safe_to_inform: str = UNKNOWN
    safe_to_inform_child: str = UNKNOWN
    representative_is_source: str = UNKNOWN
    legal_demand: str = UNKNOWN
    reporting_duty: str = UNKNOWN
    more_detrimental_to_share: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Covers:
    """What an agreement of the person covers; ``tier`` None where none was named."""

    recipients: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    tier: int | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Boundary:
    """Who or what is ruled out: ``kind`` deny_role, deny_person or deny_channel."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Consent:
    """The person's position, as last recorded; times in UTC."""

    position: str = UNKNOWN
    reason: str | None = None
    given_by: str | None = None
    covers: Covers = field(default_factory=Covers)
    boundaries: tuple[Boundary, ...] = ()
    recorded_at: datetime | None = None
    expires_at: datetime | None = None
    written: bool = False
    understanding_checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Wants:
    """What is asked for: fields by name, or all up to a tier; neither means all of the dataset."""

    fields: tuple[str, ...] | None = None
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One disclosure question at one moment (``at``, UTC)."""

    at: datetime
    jurisdiction: str
    sender: Sender
    purpose: str
    recipient: Recipient
    facts: Facts
    consent: Consent = field(default_factory=Consent)
    state: str | None = None
    flags: tuple[str, ...] = ()
    wants: Wants = field(default_factory=Wants)
    supplied: tuple[str, ...] = ()


def parse(raw: Mapping[str, Any], vocabulary: Vocabulary) -> Request:
    """Read a request from plain values, in the shape that ``docs/decisions.md`` describes.

    A fact left out is unknown, a time without a zone is UTC, true and false may be texts. Raises
    RequestError for a missing or unknown key, a wrong type, or a value outside the vocabulary.
    :func:`sharewell.packs.parse` is the same with the vocabulary of the packs.
    """
    row = Row(raw, _fail)
    jurisdiction = row.choice("jurisdiction", vocabulary.jurisdictions)
    state = row.take("state")
    if state is not None and (jurisdiction != "us" or state not in vocabulary.states):
        row.refuse("state", "is not a state of the United States, written like us-ca")
    facts = _facts(row.inner("facts", row.need("facts")), vocabulary)
    at = row.moment("at", need=True)
    built = Request(
        at=at or datetime.min.replace(tzinfo=UTC),
        jurisdiction=jurisdiction,
        sender=_sender(row.inner("sender", row.need("sender")), vocabulary, jurisdiction),
        purpose=row.choice("purpose", vocabulary.purposes),
        recipient=_recipient(row.inner("recipient", row.need("recipient")), vocabulary),
        facts=facts,
        consent=_consent(row.inner("consent"), vocabulary, facts),
        state=state,
        flags=row.choices("flags", vocabulary.flags),
        wants=_wants(row, vocabulary),
        supplied=row.choices("supplied", vocabulary.supplied),
    )
    row.done()
    return built


def encode(request: Request) -> dict[str, Any]:
    """The request as plain values that JSON can hold; :func:`parse` reads them back the same."""
    built: dict[str, Any] = _plain(request)
    return built


def _fail(key: str, why: str) -> NoReturn:
    raise RequestError(key or "request", why)


def _facts(row: Row, vocabulary: Vocabulary) -> Facts:
    values = {"subject_kind": row.choice("subject_kind", vocabulary.facts["subject_kind"])}
    for fact, allowed in vocabulary.facts.items():
        if fact != "subject_kind":
            values[fact] = row.choice(fact, allowed, UNKNOWN)
    row.done()
    return Facts(**values)


def _sender(row: Row, vocabulary: Vocabulary, jurisdiction: str) -> Sender:
    regimes = row.choices("regimes", vocabulary.regimes)
    if regimes and jurisdiction != "us":
        row.refuse("regimes", "are special regimes of the United States")
    public = row.flag("public_authority")
    built = Sender(row.choice("kind", vocabulary.sender_kinds), regimes, public)
    row.done()
    return built


def _recipient(row: Row, vocabulary: Vocabulary) -> Recipient:
    built = Recipient(
        role=row.choice("role", vocabulary.recipient_roles),
        agreement=row.choice("agreement", vocabulary.agreement_states, "none"),
        alleged_source=row.flag("alleged_source", default=False) is True,
        connected_to_source=row.choice("connected_to_source", ("true", "false", UNKNOWN), UNKNOWN),
    )
    row.done()
    return built


def _consent(row: Row, vocabulary: Vocabulary, facts: Facts) -> Consent:
    position = row.choice("position", vocabulary.consent_positions, UNKNOWN)
    built = Consent(
        position=position,
        reason=_reason(row, position, vocabulary, facts),
        given_by=row.choice("given_by", ("", *vocabulary.given_by), "") or None,
        covers=_covers(row.inner("covers"), vocabulary),
        boundaries=_boundaries(row, vocabulary),
        recorded_at=row.moment("recorded_at"),
        expires_at=row.moment("expires_at"),
        written=row.flag("written", default=False) is True,
        understanding_checked=row.flag("understanding_checked"),
    )
    row.done()
    return built


def _reason(row: Row, position: str, vocabulary: Vocabulary, facts: Facts) -> str | None:
    """The reason of the position: not asked for in immediate danger, where nothing may block."""
    allowed = vocabulary.consent_reasons.get(position, ())
    reason = row.take("reason")
    if reason is not None and reason not in allowed:
        row.refuse("reason", f"is not a reason for the position {position}")
    must = position in ("not_sought", "not_possible") and facts.harm != "immediate"
    if reason is None and must:
        row.refuse("reason", f"is missing; the position {position} needs one")
    return str(reason) if reason is not None else None


def _covers(row: Row, vocabulary: Vocabulary) -> Covers:
    built = Covers(
        recipients=row.choices("recipients", vocabulary.recipient_roles),
        purposes=row.choices("purposes", vocabulary.purposes),
        tier=row.number("tier", 1, 3),
        labels=row.choices("labels", vocabulary.consent_labels),
    )
    row.done()
    return built


def _boundaries(row: Row, vocabulary: Vocabulary) -> tuple[Boundary, ...]:
    listed = row.take("boundaries", [])
    if not isinstance(listed, list):
        row.refuse("boundaries", "is not a list")
    found = []
    for item in listed:
        if not isinstance(item, Mapping) or len(item) != 1:
            row.refuse("boundaries", "is not a list of single boundaries")
        ((kind, value),) = item.items()
        if kind not in vocabulary.boundaries or not isinstance(value, str) or not value.strip():
            row.refuse("boundaries", f"`{kind}` is not a boundary that is known here")
        if kind == "deny_role" and value not in vocabulary.recipient_roles:
            row.refuse("boundaries", f"`{value}` is not a recipient role")
        found.append(Boundary(kind, value))
    return tuple(found)


def _wants(row: Row, vocabulary: Vocabulary) -> Wants:
    raw = row.take("wants")
    if raw is None:
        return Wants()
    inner = row.inner("wants", raw)
    listed = inner.choices("fields", vocabulary.fields)
    built = Wants(listed or None, inner.number("tier", 1, 3))
    inner.done()
    if (built.fields is None) == (built.tier is None):
        row.refuse("wants", "names either fields or a tier")
    return built


def _plain(value: Any) -> Any:
    """A dataclass as a mapping without what was left out; times as UTC text."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Boundary):
        return {value.kind: value.value}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    built = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return {k: v for k, v in built.items() if v not in (None, [], {}) and v != UNKNOWN}
