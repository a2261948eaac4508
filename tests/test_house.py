"""The laws of the house, read from the source itself: what no reviewer should have to look for."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "sharewell"
MODULE_LINES = 400
FUNCTION_LINES = 50
TEMPLATE_LINES = 140
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]
# Reading the clock is for the edge: pages, commands and configuration.
EDGES = {"web", "config", "testing.py"}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns"}
CLOCK_OWNERS = {"timezone", "datetime", "date", "dt", "time"}


def sources() -> list[Path]:
    """Every Python file of the project that a person wrote."""
    package = [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]
    others = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").glob("*.py")]
    return sorted([*package, *others, ROOT / "dev", ROOT / "conftest.py", ROOT / "hatch_build.py"])


def product() -> list[Path]:
    """Every Python file that is shipped, without tests."""
    return [p for p in sources() if p.is_relative_to(PACKAGE) and "tests" not in p.parts]


def tree(path: Path) -> ast.Module:
    """The parsed source of a file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def where(path: Path, node: ast.AST | None = None) -> str:
    """A place that a person can open."""
    line = f":{getattr(node, 'lineno', 1)}" if node else ""
    return f"{path.relative_to(ROOT)}{line}"


def calls(path: Path) -> Iterator[tuple[ast.Attribute, str]]:
    """Every ``owner.name`` in a file, with the owner's last name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            owner = node.value
            yield node, getattr(owner, "id", getattr(owner, "attr", ""))


def test_rooms_import_only_downward() -> None:
    """The contracts of import-linter hold."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_are_short() -> None:
    """A file that outgrows the budget becomes a package of nouns."""
    long = [
        f"{where(path)}: {lines} lines"
        for path in sources()
        if (lines := len(path.read_text("utf-8").splitlines())) > MODULE_LINES
    ]
    assert not long, "\n".join(long)


def test_functions_are_short() -> None:
    """A function does one thing."""
    long = [
        f"{where(path, node)} {node.name}: {lines} lines"
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def test_templates_are_short() -> None:
    """A template that outgrows the budget is split into named parts."""
    long = [
        f"{where(path)}: {lines} lines"
        for path in PACKAGE.rglob("*.html")
        if "vendor" not in path.parts
        and (lines := len(path.read_text("utf-8").splitlines())) > TEMPLATE_LINES
    ]
    assert not long, "\n".join(long)


def operation_modules() -> list[str]:
    """The modules that hold operations, by their dotted names."""
    found = [*PACKAGE.glob("*/operations.py"), *PACKAGE.glob("*/operations/*.py")]
    # The ledger is what operations write to; its own functions leave no entry about themselves.
    found = [path for path in found if path.relative_to(PACKAGE).parts[0] != "ledger"]
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in found
        if not (path.name.startswith("_") and path.name != "__init__.py")
    )


@pytest.mark.parametrize("name", operation_modules())
def test_public_operations_leave_evidence(name: str) -> None:
    """Each public function of an operations module is an operation, and takes keywords only."""
    module = importlib.import_module(name)
    for function_name, function in inspect.getmembers(module, inspect.isfunction):
        inner = inspect.unwrap(function)
        if function_name.startswith("_") or inner.__module__ != name:
            continue
        assert getattr(function, "__operation__", None), f"{name}.{function_name} leaves no entry"
        kinds = {parameter.kind for parameter in inspect.signature(inner).parameters.values()}
        keywords = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
        assert kinds <= keywords, f"{name}.{function_name}: keyword-only"


def test_pages_ask_operations_and_queries() -> None:
    """No page touches a table: what it may see is decided where the viewer is known."""
    found = [
        where(path, node)
        for path in product()
        if path.relative_to(PACKAGE).parts[0] == "web"
        for node, _ in calls(path)
        if node.attr in {"objects", "_default_manager", "_base_manager"}
    ]
    assert not found, "\n".join(found)


def test_clock_is_read_at_the_edge() -> None:
    """Below the pages and commands, the moment is a fact that is passed in."""
    found = [
        where(path, node)
        for path in product()
        if path.relative_to(PACKAGE).parts[0] not in EDGES and "management" not in path.parts
        for node, owner in calls(path)
        if node.attr in CLOCKS and owner in CLOCK_OWNERS
    ]
    assert not found, "\n".join(found)


def test_core_knows_no_framework() -> None:
    """The core can be read, run and tested without Django."""
    code = (
        "import sys, pkgutil, importlib, sharewell.core as core\n"
        "for m in pkgutil.walk_packages(core.__path__, 'sharewell.core.'):\n"
        "    '.tests' in m.name or importlib.import_module(m.name)\n"
        "sys.exit('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or "sharewell.core imports Django"


def test_locks_name_no_host() -> None:
    """The locks install from whatever registry a site uses: they hold hashes, not addresses."""
    for name in [*LOCKS, "package-lock.json", ".npmrc"]:
        text = (ROOT / name).read_text("utf-8")
        assert not re.search(r"(?i)\bhttps?:|\bgit\+|--(extra-)?index-url|--find-links", text), name
    for name in LOCKS:
        pins = re.findall(r"(?m)^[\w.-]+(?:\[[^\]]*\])?==", (ROOT / name).read_text("utf-8"))
        assert pins, f"{name} pins nothing"
        assert (ROOT / name).read_text("utf-8").count("--hash=sha256:") >= len(pins), name


def test_locks_match_what_is_asked_for() -> None:
    """Every exact version in pyproject.toml is the one that is locked."""
    asked = re.findall(r'(?m)^  "([\w-]+)(?:\[[^\]]*\])?==([^"]+)"', _read("pyproject.toml"))
    locked = _read("requirements-dev.lock")
    for name, version in asked:
        assert f"\n{name}=={version} " in f"\n{locked}", f"{name}=={version} is not locked"
    assert len(asked) > 20


def test_every_dependency_has_its_reason() -> None:
    """A dependency that nobody can give a reason for is removed."""
    lines = _read("pyproject.toml").splitlines()
    missing = [
        line.strip()
        for before, line in itertools.pairwise(lines)
        if re.match(r'  "[\w-]+(\[[^\]]*\])?==', line)
        and not before.strip().startswith("#")
        and not re.match(r'  "[\w-]+(\[[^\]]*\])?==', before)
    ]
    assert not missing, missing


def _read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")
