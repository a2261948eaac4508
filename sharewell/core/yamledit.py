"""Change single values of a YAML text and leave all the rest, comments included, as people wrote it."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

import yaml

from sharewell.core import yamltext
from sharewell.core.yamltext import TextError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PARTS = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_KEY_END = re.compile(r"""["']?\s*:[ \t]*""")


def put(text: str, changes: Mapping[str, Any]) -> str:
    """The text with these values at these paths, like ``routes[2].out_of_hours.phone``.

    A last key that is not there is added to its mapping, and one past the end of a list to the list. None
    is written as ``null``. The result is read back and compared, so nothing else can have changed: raises
    TextError where the text cannot be read, a path leads nowhere, or the change cannot be made for certain.
    """
    expected = copy.deepcopy(yamltext.read(text))
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
        raise TextError("it gives a value in two places by an alias: edit the text itself")
    for path, value in changes.items():
        keys = _keys(path)
        _set(expected, keys, copy.deepcopy(value), path)
        text = _put(text, keys, value, path)
    if yamltext.read(text) != expected:
        raise TextError("this cannot be changed without touching the rest: edit the text itself")
    return text


def _keys(path: str) -> list[str | int]:
    return [key or int(place) for key, place in _PARTS.findall(path)]


def _set(plain: Any, keys: list[str | int], value: Any, path: str) -> None:
    for key in keys[:-1]:
        plain = _step(plain, key, path)
    last = keys[-1]
    if isinstance(plain, list) and last == len(plain):
        plain.append(value)
    elif isinstance(plain, dict) and isinstance(last, str):
        plain[last] = value
    else:
        _step(plain, last, path)
        plain[last] = value


def _step(plain: Any, key: str | int, path: str) -> Any:
    try:
        return plain[key]
    except (KeyError, IndexError, TypeError) as fault:
        raise TextError(f"`{path}` is not there") from fault


def _put(text: str, keys: list[str | int], value: Any, path: str) -> str:
    node: Any = yaml.compose(text, Loader=_Loader)
    for key in keys[:-1]:
        node = _child(node, key)
    if node is None:
        raise TextError(f"`{path}` is not there")
    here = _child(node, keys[-1])
    if here is None:
        return _add(text, node, keys[-1], value)
    start, end = here.start_mark.index, _end(here)
    if isinstance(node, yaml.MappingNode) and not getattr(here, "flow_style", True):
        # A block of several lines gives way to one value, right behind its key.
        key_end = next(k.end_mark.index for k, v in node.value if v is here)
        found = _KEY_END.match(text, key_end)
        start = found.end() if found else start
        return f"{text[:start].rstrip(' ')} {_written(value)}{text[end:]}"
    return text[:start] + _written(value) + text[end:]


def _add(text: str, node: Any, key: str | int, value: Any) -> str:
    """Add a pair to a mapping or an item to a list, in the way in which the rest of it is written."""
    new = _written(value) if isinstance(key, int) else f"{key}: {_written(value)}"
    if node.flow_style:
        at = node.end_mark.index - 1
        comma = ", " if node.value else ""
        return text[:at].rstrip() + comma + new + text[at:]
    at = _end(node)
    line = text.find("\n", at)
    line = len(text) if line < 0 else line
    dash = "- " if isinstance(key, int) else ""
    return f"{text[:line]}\n{' ' * node.start_mark.column}{dash}{new}{text[line:]}"


def _child(node: Any, key: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if k.value == key), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    return None


def _end(node: Any) -> int:
    """Where a node really ends: a block ends with the last thing in it, not where the next begins."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _written(value: Any) -> str:
    """A value on one line, as it may stand anywhere."""
    if value is None:
        return "null"
    if isinstance(value, str):
        value = " ".join(value.split())
    dumped = yaml.safe_dump(
        [value], default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**9
    )
    return str(dumped).strip()[1:-1]
