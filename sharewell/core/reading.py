"""Read one mapping key by key, and refuse what was not expected, naming the key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

Fail = Callable[[str, str], NoReturn]
T = TypeVar("T")
# More than these are not read out in one line of an error.
FEW = 30


class Row:
    """A mapping whose keys are taken one by one; what is left over at the end is an error.

    ``fail(key, why)`` raises the caller's own exception. A value of None counts as left out.
    """

    def __init__(self, value: object, fail: Fail, path: str = "") -> None:
        """Start reading ``value``; fails when it is not a mapping."""
        self._fail, self._path = fail, path
        if not isinstance(value, Mapping):
            fail(path, "is not a mapping of keys to values")
        self._left: dict[Any, Any] = {k: v for k, v in value.items() if v is not None}
        # A text cut short at an unquoted comma leaves its rest behind as a key without a value.
        self._empty = {k for k, v in value.items() if v is None}

    def keys(self) -> tuple[str, ...]:
        """The keys that nobody took yet, those that are texts."""
        return tuple(key for key in self._left if isinstance(key, str))

    def refuse(self, key: str, why: str) -> NoReturn:
        """Raise the caller's exception for this key."""
        self._fail(self._name(key), why)
        raise AssertionError(key)

    def take(self, key: str, default: Any = None) -> Any:
        """The raw value of a key, or the default where it is left out."""
        self._empty.discard(key)
        return self._left.pop(key, default)

    def need(self, key: str) -> Any:
        """The raw value of a key that must be there."""
        if key not in self._left:
            self.refuse(key, "is missing")
        return self._left.pop(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank; the default where the key is left out."""
        value = self.need(key) if default is None else self.take(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.refuse(key, "is not a text")
        return value

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of the allowed values; ``true`` and ``false`` may be written without quotes."""
        value = self.need(key) if default is None else self.take(key, default)
        return self._one(key, value, allowed)

    def choices(self, key: str, allowed: Collection[str], *, need: bool = False) -> tuple[str, ...]:
        """A list of allowed values, without repeats, in the order given."""
        value = self.need(key) if need else self.take(key, [])
        if not isinstance(value, (list, tuple)):
            self.refuse(key, "is not a list")
        if need and not value:
            self.refuse(key, "names no value")
        return tuple(dict.fromkeys(self._one(key, item, allowed) for item in value))

    def flag(self, key: str, *, default: bool | None = None) -> bool | None:
        """True or false, also as the texts ``true`` and ``false``; the default where left out."""
        value = self.take(key)
        if value is None:
            return default
        return self._one(key, value, ("true", "false")) == "true"

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int | None:
        """A whole number within the limits, both included; the default where left out."""
        value = self.take(key, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(key, f"is not a whole number from {low} to {high}")
        return value

    def moment(self, key: str, *, need: bool = False) -> datetime | None:
        """A UTC time; one without a zone is taken as UTC. None where left out."""
        value = self.need(key) if need else self.take(key)
        if isinstance(value, str):
            value = self._parsed(key, value)
        if value is None or not isinstance(value, datetime):
            if value is None and not need:
                return None
            self.refuse(key, "is not a date with a time")
        try:
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        except OverflowError:
            self.refuse(key, "is not a time that can be kept in UTC")

    def day(self, key: str) -> date | None:
        """A calendar date, or None where left out."""
        value = self.take(key)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            self.refuse(key, "is not a date")
        return value

    def inner(self, key: str, value: Any = None) -> Row:
        """Read a mapping inside this one, under its key."""
        found = self.take(key, {}) if value is None else value
        return Row(found, self._fail, self._name(key))

    def done(self) -> None:
        """Fail for a key that nobody took."""
        for key in (*self._left, *sorted(self._empty, key=str)):
            self.refuse(str(key), "is not a key that is known here")

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path and key else self._path or key

    def _one(self, key: str, value: object, allowed: Collection[str]) -> str:
        if isinstance(value, bool):
            value = "true" if value else "false"
        if not isinstance(value, str) or value not in allowed:
            self.refuse(key, f"`{_short(value)}` is not {_out_of(value, allowed)}")
        return value

    def _parsed(self, key: str, value: str) -> datetime:
        if "T" not in value and " " not in value.strip():
            self.refuse(key, "is not a date with a time")
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.refuse(key, f"`{_short(value)}` is not a date with a time")


def _out_of(value: object, allowed: Collection[str]) -> str:
    """What could have stood there: all where they are few, else those that look like it."""
    if len(allowed) <= FEW:
        return f"one of: {', '.join(sorted(allowed))}"
    near = get_close_matches(str(value), sorted(allowed))
    return f"known here; like it: {', '.join(near)}" if near else "known here"


def _short(value: object) -> str:
    """A value as it may stand in one line of an error."""
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:37] + "..."
