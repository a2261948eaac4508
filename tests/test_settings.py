"""A wrong, unknown or unsafe setting stops the start with one line that says what to do."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sharewell.config.environment import Environment, SettingError, database
from sharewell.config.safety import kept_key
from sharewell.config.settings import env

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "SHAREWELL_BASE_URL": "https://sharewell.example",
    "SHAREWELL_EMAIL_HOST": "mail.example",
}


def start(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Start the command with nothing but these settings."""
    values = {
        "PATH": os.environ["PATH"],
        "SHAREWELL_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "sharewell.config.settings",
        **settings,
    }
    command = [sys.executable, "-m", "sharewell", "manage", "diffsettings", "--all"]
    return subprocess.run(command, env=values, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SHAREWELL_DEBG": "True"}, "did you mean SHAREWELL_DEBUG?"),
        ({"SHAREWELL_DEMO": "yes"}, "set it to True or False"),
        ({"SHAREWELL_EMAIL_PORT": "-1"}, "set it to a whole number"),
        ({"SHAREWELL_DATA": "/proc/nowhere"}, "name a folder that this user may write"),
        ({"SHAREWELL_BASE_URL": "sharewell.example"}, "give it as https://host"),
        ({"SHAREWELL_BASE_URL": "http://sharewell.example"}, "give it as https://"),
        ({**PRODUCTION, "SHAREWELL_DEBUG": "True"}, "turn it off"),
        ({**PRODUCTION, "SHAREWELL_DEMO": "True"}, "turn it off"),
        ({"SHAREWELL_LISTEN": "0.0.0.0:8000", "SHAREWELL_DEMO": "True"}, "turn it off"),
        ({"SHAREWELL_HOSTS": "*"}, "list the names"),
        ({**PRODUCTION, "SHAREWELL_EMAIL_HOST": ""}, "name the mail server"),
        ({"SHAREWELL_SECRET_KEY": "short"}, "give 50 random characters"),
        ({"SHAREWELL_WEBHOOK_SECRET": "short"}, "give 50 random characters"),
        ({"SHAREWELL_SECRET_KEY_FILE": "/nowhere"}, "name a file"),
        ({"DATABASE_URL": "mysql://host/name"}, "give postgres://"),
    ],
)
def test_start_is_refused_in_one_line(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    done = start(tmp_path, **settings)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("sharewell: ")
    assert says in done.stderr


def test_production_starts_with_secure_cookies(tmp_path: Path) -> None:
    done = start(tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    for line in (
        "SESSION_COOKIE_SECURE = True",
        "CSRF_COOKIE_SECURE = True",
        "SECURE_SSL_REDIRECT = True",
        "SESSION_COOKIE_NAME = '__Host-session'",
        "DEBUG = False",
        "ALLOWED_HOSTS = ['sharewell.example']",
    ):
        assert line in done.stdout


def test_every_setting_is_in_the_deployment_guide() -> None:
    """The table in docs/deploy.md and the settings that are read are the same."""
    guide = (ROOT / "docs/deploy.md").read_text("utf-8")
    documented = set(re.findall(r"(?m)^\| `([A-Z_]+)`", guide))
    assert documented == set(env.names)


def test_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = kept_key(tmp_path, "secret_key")
    assert kept_key(tmp_path, "secret_key") == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_secret_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("hunter2\n")
    assert Environment({"X_FILE": str(path)}).secret("X") == "hunter2"
    assert Environment({"X_FILE": str(path), "X": "direct"}).secret("X") == "direct"


def test_database_address_is_taken_apart(tmp_path: Path) -> None:
    found = database("postgres://user:p%40ss@db.example:5433/share?sslmode=require", tmp_path)
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("share", "user", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
    assert found["OPTIONS"] == {"pool": True, "sslmode": "require", "prepare_threshold": 2}


@pytest.mark.parametrize("url", ["postgres://host", "postgres://host/", "x", "postgres://h:no/n"])
def test_wrong_database_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingError, match="give postgres://"):
        database(url, tmp_path)
