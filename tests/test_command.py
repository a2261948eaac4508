"""The `sharewell` command: `decide` pays for nothing else, `demo` fills only what is empty."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from sharewell.agencies.models import Agency
from sharewell.config import running

ROOT = Path(__file__).resolve().parent.parent


def test_decide_needs_no_framework_and_no_database() -> None:
    """Neither Django nor the command line library is imported on the way to `decide`."""
    code = (
        "import sys; sys.argv = ['sharewell', 'decide', 'nothing.yaml']\n"
        "from sharewell.config import cli\n"
        "try: cli.main()\n"
        "except (SystemExit, ImportError): pass\n"
        "print(sorted({'django', 'typer', 'rich', 'structlog', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("[]")


def test_decide_says_how_it_is_used() -> None:
    command = [sys.executable, "-m", "sharewell", "decide"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "usage: sharewell decide FILE\n"


@pytest.mark.django_db
def test_demo_refuses_a_database_that_is_not_empty(now: datetime) -> None:
    Agency.objects.create(slug="a", name="A", jurisdiction="england")
    with pytest.raises(running.DemoError, match="not empty"):
        running.load_demo(now)


def test_second_start_learns_where_the_first_is(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with (
        running.only_one(lock, "http://localhost:8000"),
        pytest.raises(running.AlreadyRunningError, match="http://localhost:8000"),
        running.only_one(lock, "http://localhost:8001"),
    ):
        pass
    with running.only_one(lock, "http://localhost:8001"):
        assert "8001" in lock.read_text()


def test_wheel_holds_what_the_application_needs(tmp_path: Path) -> None:
    """Built from this folder, the wheel carries packs, pages and page assets, and no tests."""
    import zipfile

    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        entry_points = next(name for name in names if name.endswith("entry_points.txt"))
        assert "sharewell = sharewell.config.cli:main" in archive.read(entry_points).decode()
        sheet = archive.read("sharewell/web/assets/vendor/govuk-frontend.min.css").decode()
    for word in ("@font-face", "GDS Transport", "govuk-crest", "sourceMappingURL", "/assets/"):
        assert word not in sheet
    shipped = ROOT / "sharewell"
    for pattern in ("packs/**/*.yaml", "web/templates/**/*.html", "web/assets/vendor/**/*.*"):
        for path in shipped.glob(pattern):
            assert str(path.relative_to(ROOT)) in names
    assert not [name for name in names if "/tests/" in name]
