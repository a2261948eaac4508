"""`sharewell decide FILE`: what the rules say of the requests in a file, without a database."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sharewell import packs
from sharewell.core import yamltext
from sharewell.core.decision import decide
from sharewell.core.policy import PackError
from sharewell.core.request import Request, RequestError


class CannotRead(Exception):
    """The file cannot be read, or holds something outside the vocabulary."""

    code = "file_unreadable"


def main(path: str) -> int:
    """Print one decision a line for the request, or the list of scenarios, in a YAML or JSON file.

    Returns the exit status: 2, with one line on standard error that names the file, the entry and the
    field, where the file cannot be read; nothing is printed then.
    """
    gc.disable()  # the packs make many objects and no garbage; looking for it takes half the time
    try:
        answers = [_line(id_, request) for id_, request in list(_requests(path))]
    except CannotRead as fault:
        print(f"{path}: {fault}", file=sys.stderr)
        return 2
    finally:
        gc.enable()
    sys.stdout.write("".join(answers))
    return 0


def _line(id_: object, request: Request) -> str:
    policy = packs.policy(request.jurisdiction, request.state)
    answer = {"id": id_, **decide(request, policy).as_dict()}
    return json.dumps(answer) + "\n"


def _requests(path: str) -> Iterator[tuple[object, Request]]:
    """Every request of the file with its id, all read before the first is answered."""
    raw = _read(path)
    if isinstance(raw, list):
        if not raw:
            raise CannotRead("the list holds no scenario")
        seen: set[str] = set()
        for place, entry in enumerate(raw, start=1):
            yield _id(entry, place, seen), _request(entry, _named(entry, place))
    elif isinstance(raw, Mapping) and "request" in raw:
        yield raw.get("id"), _request(raw, _named(raw, 1))
    elif isinstance(raw, Mapping):
        bare = {key: value for key, value in raw.items() if key != "id"}
        yield raw.get("id"), _request({"request": bare}, _named(raw, 1))
    else:
        raise CannotRead("holds neither a request nor a list of scenarios")


def _read(path: str) -> Any:
    try:
        return yamltext.read(Path(path).read_bytes())
    except OSError as fault:
        raise CannotRead(fault.strerror or "cannot be opened") from fault
    except yamltext.TextError as fault:
        raise CannotRead(str(fault)) from fault


def _named(entry: object, place: int) -> str:
    id_ = entry.get("id") if isinstance(entry, Mapping) else None
    return str(id_) if isinstance(id_, str | int) else f"entry {place}"


def _id(entry: object, place: int, seen: set[str]) -> object:
    if not isinstance(entry, Mapping):
        raise CannotRead(f"entry {place}: is not a scenario")
    id_ = entry.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int) or not str(id_).strip():
        raise CannotRead(f"entry {place}: id: is missing or not a text")
    if str(id_) in seen:
        raise CannotRead(f"{id_}: id: is given to two entries")
    seen.add(str(id_))
    return id_


def _request(entry: Mapping[str, Any], name: str) -> Request:
    if "request" not in entry:
        raise CannotRead(f"{name}: request: is missing")
    try:
        return packs.parse(entry["request"])
    except RequestError as fault:
        raise CannotRead(f"{name}: {fault.field}: {fault.why}") from fault
    except PackError as fault:
        raise CannotRead(f"{name}: the policy cannot be read: {fault}") from fault
