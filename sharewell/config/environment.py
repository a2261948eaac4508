"""Typed reading of the environment: a wrong or unknown setting stops the start with one line."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PREFIX = "SHAREWELL_"


class SettingError(ImproperlyConfigured):
    """A setting is wrong, unknown or unsafe; the message is one line that says what to do."""

    code = "setting"


class Environment:
    """The settings of one process; remembers which names were read, so that others are refused."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.names: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """Return a setting as it stands, without surrounding spaces; empty means the default."""
        self.names.append(name)
        return self._values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        """Return True or False; any other word raises SettingError."""
        value = self.text(name, str(default))
        if value not in {"True", "False"}:
            message = f"{name}={value} is neither: set it to True or False"
            raise SettingError(message)
        return value == "True"

    def number(self, name: str, default: int) -> int:
        """Return a whole number from 0; anything else raises SettingError."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal()):
            message = f"{name}={value} is no number: set it to a whole number"
            raise SettingError(message)
        return int(value)

    def words(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """Return a list, given with commas between."""
        value = self.text(name)
        return [word.strip() for word in value.split(",") if word.strip()] or list(default)

    def folder(self, name: str, default: Path) -> Path:
        """Return an absolute folder, made readable by its owner only if it was not there."""
        folder = Path(self.text(name, str(default))).expanduser().resolve()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            writable = os.access(folder, os.W_OK)
        except OSError:
            writable = False
        if not writable:
            message = f"{name}={folder} cannot be written: name a folder that this user may write"
            raise SettingError(message)
        return folder

    def web_address(self, name: str, default: str) -> str:
        """Return the address of a site, http or https, without path or trailing slash."""
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            message = f"{name}={value} is no site address: give it as https://host"
            raise SettingError(message)
        return value

    def secret(self, name: str) -> str:
        """Return a secret from the setting, or from the file that NAME_FILE names."""
        value, path = self.text(name), self.text(f"{name}_FILE")
        if value or not path:
            return value
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as error:
            message = f"{name}_FILE={path} cannot be read: name a file that this user may read"
            raise SettingError(message) from error

    def refuse_unknown(self) -> None:
        """Raise SettingError for a setting of ours that nothing reads; it is likely misspelt."""
        for name in sorted(self._values):
            if name.startswith(PREFIX) and name not in self.names:
                near = difflib.get_close_matches(name, self.names, n=1)
                hint = f"did you mean {near[0]}?" if near else "remove it; see docs/deploy.md"
                message = f"{name} is no setting of Sharewell: {hint}"
                raise SettingError(message)


def database(url: str, data: Path) -> dict[str, Any]:
    """Return Django's description of the database that a URL names; empty is SQLite in ``data``."""
    if not url:
        return _sqlite(data / "sharewell.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path:
        return _sqlite(Path(unquote(parts.path)))
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0 or parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2:
        message = "DATABASE_URL is not understood: give postgres://user:password@host:5432/name"
        raise SettingError(message)
    # A query that comes again is planned so often, then its plan is kept in the connection: 0 keeps none.
    options = dict(parse_qsl(parts.query))
    plans = options.pop("prepare_threshold", "2")
    prepare = int(plans) if plans.isdecimal() else 0
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": {"pool": True, **options, "prepare_threshold": prepare or None},
    }


def _sqlite(path: Path) -> dict[str, Any]:
    # A write takes the lock when its transaction begins: waiting works, upgrading a read does not.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # Opening it reads the whole schema, and the last to close it writes the log back: not at every page.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }
