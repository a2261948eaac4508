"""Read YAML text strictly: a key given twice is an error, never a silent choice."""

from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TextError(ValueError):
    """The text is not YAML that can be read without guessing."""

    code = "text_unreadable"


class _Strict(_Loader):
    """The safe loader, refusing a key that a mapping gives twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Build a mapping from the node; raise TextError where a key is repeated."""
        seen = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.value in seen and isinstance(key.value, str):
                msg = f"`{key.value}` is given twice (line {key.start_mark.line + 1})"
                raise TextError(msg)
            seen.add(key.value if isinstance(key.value, str) else id(key))
        built: dict[Any, Any] = super().construct_mapping(node, deep)
        return built


def read(text: bytes | str) -> Any:
    """Read one YAML document and return its plain values.

    Raises TextError, in one line, when it is not valid YAML, is not UTF-8, or repeats a key.
    """
    try:
        return yaml.load(text, Loader=_Strict)  # noqa: S506 - a safe loader
    except TextError:
        raise
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        why = getattr(fault, "problem", None) or "not valid text"
        raise TextError(f"{why}{where}") from fault
