"""Documents set by typst: a template of ours, and data that is only ever data.

The data goes in as a JSON file beside the template, which reads it; nothing that somebody typed is ever part of
the template, so nothing of it is run.
"""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import resources
from typing import Any

import typst

FOLDER = resources.files("sharewell.web") / "typst"
STANDARDS: Any = ["ua-1"]
# What the fonts inside typst surely have; of every other sign it is asked once whether it can be shown.
SURE = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180)]))
SURE |= frozenset("\n‘’“”–—…•€")
ALONE = """#set document(title: "x")
#set text(lang: "en")
#json("data.json")"""


def pdf(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """A template of ``web/typst`` with this data as a PDF/UA-1 file; ``at`` is when it was made.

    A sign that no font here can show stands as ``[U+6F22]``; ``data["unshown"]`` tells the template that there are such.
    """
    source = (FOLDER / template).read_bytes()
    held = {each for text in _texts(data) for each in text} - SURE
    try:
        return _set(source, _without(data, set()), at)
    except typst.TypstError:
        lost = {each for each in held if not shown(each)}
    try:
        return _set(source, _without(data, lost), at)
    except typst.TypstError:
        # Signs that can be shown alone and not in the company they stand in.
        return _set(source, _without(data, held), at)


def _set(source: bytes, data: Mapping[str, Any], at: datetime) -> bytes:
    files: Any = {"main.typ": source, "data.json": json.dumps(data).encode()}
    made: Any = typst.compile(files, pdf_standards=STANDARDS, timestamp=at.replace(microsecond=0))
    return bytes(made)


@functools.lru_cache(maxsize=20_000)
def shown(character: str) -> bool:
    """Whether a sign can be shown; one that moves or hides others never is."""
    if unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Cs"}:
        return False
    if unicodedata.combining(character) or unicodedata.category(character)[0] in "MZ":
        return False
    files: Any = {"main.typ": ALONE.encode(), "data.json": json.dumps(character).encode()}
    try:
        typst.compile(files, pdf_standards=STANDARDS)
    except typst.TypstError:
        return False
    return True


def _texts(value: Any) -> Iterator[str]:
    """Every text of the data, as it is put into the document."""
    if isinstance(value, str):
        yield unicodedata.normalize("NFC", value)
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _without(data: Mapping[str, Any], lost: set[str]) -> dict[str, Any]:
    """The same data with these signs named instead of shown."""
    names = {ord(each): f"[U+{ord(each):04X}]" for each in lost}
    return {**_put(data, names), "unshown": bool(lost)}


def _put(value: Any, names: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).translate(names)
    if isinstance(value, Mapping):
        return {key: _put(each, names) for key, each in value.items()}
    return [_put(each, names) for each in value] if isinstance(value, list) else value
