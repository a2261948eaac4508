"""Which roles may do what of the keeping of an agency, as the pack of acts says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sharewell import packs
from sharewell.core.acts import FILE, Act
from sharewell.core.acts import acts as read
from sharewell.core.policy import PackError


@cache
def acts() -> Mapping[str, Act]:
    """What there is to be done, with the roles, by id. Raises PackError when it cannot be used."""
    return read(FILE, packs.read()[FILE])


def acting(act: str) -> tuple[str, ...]:
    """The roles that may do something; nobody where the pack cannot be read."""
    try:
        return acts()[act].roles
    except (PackError, OSError, KeyError):
        return ()
