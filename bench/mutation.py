"""How many changes to the code of deciding and of minimising the tests notice.

Run as ``python bench/mutation.py [MODULE ...]``; needs ``pip install cosmic-ray==8.7.0``, which makes the changes
and is not otherwise used. Modules are by default those of TESTS.

Each change is made in the memory of a process of its own, which then runs the fast tests of the core until one
fails. Changes of annotations, and of what is only kept so as not to be worked out twice, change no answer and
are not counted. The line of every change that no test notices is printed.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "sharewell" / "core"
SECONDS = 120  # of the processor, for a change that never ends
TESTS = {
    "decision": (
        "decision",
        "set_aside",
        "scenarios",
        "fired",
        "alternatives",
        "fields",
        "states",
        "contested",
        "properties",
    ),
    "citing": ("decision", "scenarios", "states", "law", "replay", "properties"),
    "prepared": (
        "decision",
        "law",
        "scenarios",
        "local_cells",
        "matching",
        "kept",
        "replay",
        "states",
        "properties",
    ),
    "minimise": ("minimise", "forms", "fields", "properties"),
}
# Of the many things that may stand in place of an operator, those that are closest to a slip.
SLIPS = {
    "Eq": ("NotEq",),
    "NotEq": ("Eq",),
    "Lt": ("LtE", "GtE"),
    "LtE": ("Lt", "Gt"),
    "Gt": ("GtE", "LtE"),
    "GtE": ("Gt", "Lt"),
    "Is": ("IsNot",),
    "IsNot": ("Is",),
    "In": ("NotIn",),
    "NotIn": ("In",),
    "BitAnd": ("BitOr",),
    "BitOr": ("BitAnd",),
    "Add": ("Sub",),
    "Sub": ("Add",),
    "Mul": ("FloorDiv",),
    "FloorDiv": ("Mul",),
}
Change = tuple[str, int, int, str]  # operator, its occurrence, line, the changed code


def main(names: list[str]) -> int:
    """Print what survives in each module, and the share that is noticed."""
    try:
        import cosmic_ray.plugins  # noqa: F401, PLC0415 - asked for only here
    except ImportError:
        print("not measured: pip install cosmic-ray==8.7.0")
        return 0
    os.chdir(ROOT)
    # A change is noticed by what it answers, not by how long a busy machine takes.
    settings.register_profile("patient", deadline=None, suppress_health_check=list(HealthCheck))
    settings.load_profile("patient")
    for name in names or TESTS:
        module = importlib.import_module(f"sharewell.core.{name}")
        if _status(module, None, TESTS[name]):
            print(f"{name}: the tests fail without any change")
            return 1
        lines = (CORE / f"{name}.py").read_text().splitlines()
        total = left = 0
        for operator, _, line, code in _changes(CORE / f"{name}.py"):
            total += 1
            if not _status(module, code, TESTS[name]):
                left += 1
                print(f"{name}.py:{line}: {operator}: {lines[line - 1].strip()}", flush=True)
        print(
            f"{name}.py: {total - left} of {total} changes noticed ({(total - left) / total:.1%})"
        )
    return 0


def _status(module: ModuleType, code: str | None, tests: tuple[str, ...]) -> int:
    """The status of the tests in a process of its own, in which the module has this code."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        if code is not None:
            _replace(module, code)
        files = [str(CORE / "tests" / f"test_{test}.py") for test in tests]
        plugins = ["django", "xdist", "cacheprovider", "randomly", "rerunfailures", "timeout"]
        off = [word for plugin in plugins for word in ("-p", f"no:{plugin}")]
        status = pytest.main(
            ["-q", "-x", "--noconftest", "-c", os.devnull, "--rootdir", ".", *off, *files]
        )
    except BaseException:  # noqa: BLE001 - a change that cannot even be loaded is noticed
        status = 1
    os._exit(int(status != 0))


def _replace(module: ModuleType, code: str) -> None:
    """Give the functions of a loaded module other code, also where others hold them."""
    before = dict(vars(module))
    exec(compile(code, str(module.__file__), "exec"), vars(module))  # noqa: S102
    for name, old in before.items():
        new = vars(module)[name]
        if isinstance(old, FunctionType) and isinstance(new, FunctionType) and new is not old:
            old.__code__, old.__defaults__, old.__kwdefaults__ = (
                new.__code__,
                new.__defaults__,
                new.__kwdefaults__,
            )
            setattr(module, name, old)
        elif isinstance(old, type) and new is not old:
            _hand_out(old, new)


def _hand_out(old: type, new: object) -> None:
    """Put a changed class where other modules hold it."""
    holders = [each for name, each in sys.modules.items() if name.startswith("sharewell.")]
    for each in holders:
        for name in [name for name, held in vars(each).items() if held is old]:
            setattr(each, name, new)


def _changes(path: Path) -> Iterator[Change]:
    """Every change of a file that may change an answer."""
    from cosmic_ray import plugins  # noqa: PLC0415
    from cosmic_ray.ast import get_ast as read  # noqa: PLC0415
    from cosmic_ray.mutating import mutate_code  # noqa: PLC0415

    code = path.read_text()
    beside = _annotations(ast.parse(code))
    lines = code.splitlines()
    for name in filter(_is_slip, plugins.operator_names()):
        try:
            operator = plugins.get_operator(name)()
        except TypeError:  # one that is told what to put where
            continue
        places = _places(operator, read(code))
        for number, place in enumerate(places):
            kept = "RemoveDecorator" in name and "cache" in lines[place[0] - 1]
            if kept or any(start <= place < end for start, end in beside):
                continue
            changed = mutate_code(code, operator, number)
            if changed is not None and changed != code:
                yield name.split("/")[-1], number, place[0], changed


def _is_slip(name: str) -> bool:
    kind, *parts = name.rsplit("/", maxsplit=1)[-1].split("_")
    if kind not in ("ReplaceComparisonOperator", "ReplaceBinaryOperator"):
        return True
    return parts[1] in SLIPS.get(parts[0], ())


def _places(operator: object, tree: object) -> list[tuple[int, int]]:
    from cosmic_ray.ast import ast_nodes  # noqa: PLC0415

    found = []
    for node in ast_nodes(tree):
        found += [start for start, _ in operator.mutation_positions(node)]
    return found


def _annotations(tree: ast.AST) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations stand; nothing reads them."""
    found = []
    for node in ast.walk(tree):
        nodes: list[ast.expr | None] = []
        if isinstance(node, ast.FunctionDef):
            every = [*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs]
            nodes = [*(each.annotation for each in every), node.returns]
        if isinstance(node, ast.AnnAssign):
            nodes = [node.annotation]
        found += [
            ((each.lineno, each.col_offset), (each.end_lineno or 0, each.end_col_offset or 0))
            for each in nodes
            if each is not None
        ]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
