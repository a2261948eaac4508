"""Read YAML text strictly: a key given twice is an error, never a silent choice."""

from __future__ import annotations

import re
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEXT = "tag:yaml.org,2002:str"
MERGE = "tag:yaml.org,2002:merge"
LONGEST = 4_000_000  # bytes
DEEPEST = 200  # a document nested deeper could exhaust the parser
_BRACKETS = re.compile(r"[\[\]{}]")
_DASHES = re.compile(rf"(?:[-?:][ \t]+){{{DEEPEST}}}")


class TextError(ValueError):
    """The text is not YAML that can be read without guessing."""

    code = "text_unreadable"


def read(text: bytes | str) -> Any:
    """Read one YAML document and return its plain values.

    Raises TextError, in one line, when it is not valid YAML, is not UTF-8, repeats a key, or holds
    itself. An alias gives the same value again, not a copy.
    """
    try:
        _bounded(text if isinstance(text, str) else text.decode())
        loader = _Loader(text)
        node = loader.get_single_node()
        return None if node is None else _Reading(loader).value(node)
    except TextError:
        raise
    except (yaml.YAMLError, UnicodeError, ValueError, OverflowError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        why = getattr(fault, "problem", None) or "not valid text"
        raise TextError(f"{' '.join(str(why).split())}{where}") from fault


def written(value: Any) -> bytes:
    """Plain values as YAML that :func:`read` reads back the same."""
    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: bytes = yaml.dump(
        value, Dumper=dumper, sort_keys=False, allow_unicode=True, encoding="utf-8"
    )
    return text


def line_of(text: bytes | str, path: str) -> int | None:
    """The line, from 1, on which a path like ``routes[2].purposes`` stands.

    Where the path ends early, the line of what holds it; None where nothing of it is there.
    """
    try:
        node = _Loader(text).get_single_node()
    except (yaml.YAMLError, UnicodeError, RecursionError):
        node = None
    line = None
    for key, place in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        inner = _inner(node, key, place)
        if inner is None:
            break
        line, node = inner
    return line


def _inner(node: Any, key: str, place: str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        return next((_found(k, v) for k, v in node.value if k.value == key), None)
    if isinstance(node, yaml.SequenceNode) and place and int(place) < len(node.value):
        item = node.value[int(place)]
        return _found(item, item)
    return None


def _found(at: Any, node: Any) -> tuple[int, Any]:
    return _line(at), node


def _bounded(text: str) -> None:
    """Refuse a text that is too long or nested too deep to be parsed without risk."""
    if len(text) > LONGEST:
        raise TextError("too long to be read")
    depth = 0
    for found in _BRACKETS.findall(text):
        depth += 1 if found in "[{" else -1
        if depth > DEEPEST:
            raise TextError("nested too deep to be read")
    if _DASHES.search(text):
        raise TextError("nested too deep to be read")


class _Reading:
    """One document on its way from nodes to values; each node becomes one value."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._done: dict[int, Any] = {}
        self._open: set[int] = set()

    def value(self, node: Any) -> Any:
        """The value of a node."""
        if node.tag == TEXT:
            return node.value
        if isinstance(node, yaml.ScalarNode):
            return self._loader.construct_object(node)
        if id(node) in self._done:
            return self._done[id(node)]
        if id(node) in self._open:
            raise TextError(f"a value holds itself (line {_line(node)})")
        self._open.add(id(node))
        found: Any
        if isinstance(node, yaml.SequenceNode):
            found = [self.value(item) for item in node.value]
        else:
            found = self._mapping(node)
        self._open.discard(id(node))
        self._done[id(node)] = found
        return found

    def _mapping(self, node: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        merged: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == MERGE:
                for each in self._merged(value_node):
                    merged = {**each, **merged}
                continue
            key = self.value(key_node)
            if isinstance(key, (list, dict)):
                raise TextError(f"a key is not a plain value (line {_line(key_node)})")
            if key in found:
                raise TextError(f"`{key}` is given twice (line {_line(key_node)})")
            found[key] = self.value(value_node)
        return {**merged, **found}

    def _merged(self, node: Any) -> list[dict[Any, Any]]:
        value = self.value(node)
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(each, dict) for each in listed):
            raise TextError(f"what is merged is not a mapping (line {_line(node)})")
        return listed


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
