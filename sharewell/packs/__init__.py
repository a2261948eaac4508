"""The policy data of Sharewell, and the few functions that read it from its files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from sharewell.core import emergency
from sharewell.core import policy as core_policy
from sharewell.core import request as core_request
from sharewell.core.policy import PackError, Policy
from sharewell.core.request import Request
from sharewell.core.vocabulary import Vocabulary


@cache
def read() -> dict[str, bytes]:
    """The bytes of every pack, by file name."""
    folder = resources.files(__name__)
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.name.endswith(".yaml")}


@cache
def policy(jurisdiction: str, state: str | None = None) -> Policy:
    """The policy of a place, checked and compiled once.

    Packs that cannot be used never raise: the policy then carries the ``fault``, and only the essentials
    in immediate danger may go.
    """
    try:
        return core_policy.load(read(), jurisdiction, state)
    except PackError as fault:
        return emergency.policy(jurisdiction, state, fault)
    except Exception as fault:  # noqa: BLE001 - nothing about a pack may stop an emergency message
        wrong = PackError("packs", jurisdiction, "", f"cannot be used ({fault})")
        return emergency.policy(jurisdiction, state, wrong)


@cache
def vocabulary() -> Vocabulary:
    """The closed sets of values. Raises PackError when their pack cannot be used."""
    return core_policy.vocabulary_of(read())


def parse(raw: Mapping[str, Any]) -> Request:
    """Read a request from plain values; raises RequestError naming the field."""
    return core_request.parse(raw, vocabulary())
