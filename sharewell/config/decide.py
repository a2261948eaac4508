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
from sharewell.core.alternatives import alternatives, nothing_would
from sharewell.core.conditions import Wordings
from sharewell.core.decision import Decision, decide
from sharewell.core.fired import fired
from sharewell.core.policy import PackError, Policy
from sharewell.core.request import Request, RequestError
from sharewell.core.rules import Provision, Rule


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
    decided = decide(request, policy)
    answer = {"id": id_, **decided.as_dict(), **_explained(request, policy, decided)}
    return json.dumps(answer) + "\n"


def _explained(request: Request, policy: Policy, decided: Decision) -> dict[str, Any]:
    """What would change the answer, every rule that took part in it, and the laws that it cites."""
    cited = [policy.provisions[id_] for id_ in decided.basis if id_ in policy.provisions]
    words = _words()
    found = alternatives(request, policy, words, decided) if words else ()
    return {
        "would_change": [each.as_dict() for each in found],
        "nothing_would_change": nothing_would(decided, found, words) if words else "",
        "rules": [
            {"id": row.id, "step": row.step, "says": row.says, **_source(row)}
            for row in fired(request, policy, decided)
        ],
        "provisions": [{"id": row.id, "title": row.title, **_source(row)} for row in cited],
    }


def _words() -> Wordings | None:
    """The words of what may change; without them an answer stands all the same."""
    try:
        return packs.changes()
    except PackError:
        return None


def _source(row: Rule | Provision) -> dict[str, Any]:
    """Where a row comes from, how far it can be trusted, and from when until when it counts."""
    begins, ends, verified = row.from_day, row.until_day, row.verified_on
    return {
        "source": row.source,
        "link": row.link or None,
        "status": row.status,
        "verified_on": verified.isoformat() if verified else None,
        "in_force": {
            "from": begins.isoformat() if begins else None,
            "until": ends.isoformat() if ends else None,
        },
    }


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
