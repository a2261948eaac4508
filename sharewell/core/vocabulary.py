"""The closed sets of values that requests, rules, agreements and screens speak in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every closed set, in the order of the pack; :func:`sharewell.packs.vocabulary` returns it.

    ``facts`` names the values of each fact, ``unknown`` among them where it may be unknown.
    ``consent_reasons`` names the reasons of each position; ``fields`` the ids of the catalogue.
    """

    purposes: tuple[str, ...]
    recipient_roles: tuple[str, ...]
    sender_kinds: tuple[str, ...]
    regimes: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    states: tuple[str, ...]
    facts: Mapping[str, tuple[str, ...]]
    agreement_states: tuple[str, ...]
    consent_positions: tuple[str, ...]
    consent_reasons: Mapping[str, tuple[str, ...]]
    consent_labels: tuple[str, ...]
    boundaries: tuple[str, ...]
    given_by: tuple[str, ...]
    flags: tuple[str, ...]
    supplied: tuple[str, ...]
    deciders: tuple[str, ...]
    withheld_reasons: tuple[str, ...]
    forms: tuple[str, ...]
    outcomes: tuple[str, ...]
    inform: tuple[str, ...]
    obligations: tuple[str, ...]
    unknown_values: tuple[str, ...]
    value_kinds: tuple[str, ...]
    fields: tuple[str, ...]


def vocabulary(sets: Mapping[str, Any], fields: tuple[str, ...]) -> Vocabulary:
    """Build the vocabulary from the parsed pack and the ids of the field catalogue.

    Raises KeyError, TypeError or ValueError when a set is missing, unknown or not a list of texts.
    """
    built: dict[str, Any] = {"fields": fields}
    for name, value in sets.items():
        built[name] = _mapping(value) if name in ("facts", "consent_reasons") else _texts(value)
    return Vocabulary(**built)


def _mapping(value: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {str(key): _texts(texts) for key, texts in value.items()}


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("is not a list of texts")
    if len(set(value)) != len(value):
        raise ValueError("names a value twice")
    return tuple(value)
