"""What every test stands on: one moment, no network, and journeys only where a browser is."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from sharewell.ledger.tests.flush import flush_empties_the_log  # noqa: F401 - a fixture

ROOT = Path(__file__).resolve().parent
JOURNEYS = ROOT / "tests" / "journeys"
CHROMIUM = Path("/usr/bin/chromium")
LOOPBACK = {"127.0.0.1", "::1", "localhost", "", "0.0.0.0"}  # noqa: S104 - compared, not bound
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "client", "django_user_model"}

_connect = socket.socket.connect

# A busy machine is no fault of the code: no property fails for taking its time.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def now() -> dt.datetime:
    """The moment at which tests take place."""
    return dt.datetime(2026, 11, 20, 10, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Any:
    """Refuse connections to anything but this machine."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOOPBACK:
            message = f"a test tried to reach {address[0]}; tests have no network"
            raise AssertionError(message)
        _connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect)
    yield
    patch.undo()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `./dev test` run only what a second database could change."""
    parser.addoption(
        "--database-only",
        action="store_true",
        help="run only tests that use the database, without the browser journeys",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the journeys; leave out what was not asked for, and journeys where no browser is."""
    for item in items:
        if item.path.is_relative_to(JOURNEYS):
            item.add_marker("journey")
            if not CHROMIUM.exists():
                reason = f"no browser at {CHROMIUM}: apt-get install chromium"
                item.add_marker(pytest.mark.skip(reason=reason))
    if config.getoption("--database-only"):
        keep, drop = split(items, uses_database)
        items[:] = keep
        config.hook.pytest_deselected(items=drop)


def split(
    items: list[pytest.Item], wanted: Callable[[pytest.Item], bool]
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the wanted and the other items, each in order."""
    return [i for i in items if wanted(i)], [i for i in items if not wanted(i)]


def uses_database(item: pytest.Item) -> bool:
    """Tell whether a second database could change what this test finds."""
    if item.get_closest_marker("journey"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    case = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or bool(fixtures & DATABASE_FIXTURES)
        or bool(getattr(case, "databases", ()))
    )
