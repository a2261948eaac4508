"""What may not be set together, and the key that signs sessions: decided before anything starts."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sharewell.config.environment import SettingError

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SECRET_LENGTH = 50


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """The settings that decide who can reach this server, and what it would show them."""

    base_url: str
    hosts: tuple[str, ...]
    listen: str
    debug: bool
    demo: bool
    email_host: str
    secret_key: str
    webhook_secret: str

    @property
    def public(self) -> bool:
        """Tell whether anything but this machine is meant to reach the server."""
        named = {urlsplit(self.base_url).hostname, self.listen.rpartition(":")[0].strip("[]")}
        return not (named | set(self.hosts) <= LOCAL_HOSTS)


def refuse_unsafe(exposure: Exposure) -> None:
    """Raise SettingError for the first combination that would endanger the people in the records."""
    secure = exposure.base_url.startswith("https://")
    name = urlsplit(exposure.base_url).hostname
    keys = {
        "SHAREWELL_SECRET_KEY": exposure.secret_key,
        "SHAREWELL_WEBHOOK_SECRET": exposure.webhook_secret,
    }
    short = [key for key, secret in keys.items() if len(secret) < SECRET_LENGTH]
    rules = (
        (
            bool(short),
            (
                f"{' and '.join(short)} is too short: give {SECRET_LENGTH} random characters, or leave "
                "it out and one is made"
            ),
        ),
        (
            exposure.public and exposure.debug,
            (
                "SHAREWELL_DEBUG=True shows records to anyone who meets an error: turn it off, or "
                "serve localhost only"
            ),
        ),
        (
            exposure.public and exposure.demo,
            "SHAREWELL_DEMO=True signs anyone in: turn it off, or serve localhost only",
        ),
        (
            name not in LOCAL_HOSTS and not secure,
            (
                f"SHAREWELL_BASE_URL={exposure.base_url} would carry records unencrypted: give it as "
                "https://"
            ),
        ),
        (
            "*" in exposure.hosts,
            "SHAREWELL_HOSTS=* answers to any name: list the names of this server",
        ),
        (
            name not in LOCAL_HOSTS and not exposure.email_host,
            (
                "SHAREWELL_EMAIL_HOST is not set: notices to partners could not leave; name the mail "
                "server"
            ),
        ),
    )
    for broken, message in rules:
        if broken:
            raise SettingError(message)


def kept_key(folder: Path, name: str) -> str:
    """Return the random key kept in a file of this folder, made at the first call.

    Two processes that start at once get the same key. The file is readable by its owner only.
    """
    path = folder / name
    if not path.exists():
        fresh = folder / f".{name}.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # the other process was first; its key is the key
        finally:
            fresh.unlink()
    return path.read_text("ascii").strip()
