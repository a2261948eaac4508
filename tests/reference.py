"""The rows of the domain reference, `docs/domain.md`, read from its own tables and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "domain.md").read_text("utf-8")
TABLES = {"1.1": "id", "1.2": "id", "1.3": "id", "1.4": "id", "2": "id", "5.2": "", "5.4": "rule"}
# A list that stands in one paragraph: how it begins, and what parts its items.
LISTS = {
    "1.1 Caldicott principles": ("**Caldicott principles", ";"),
    "1.1 DfE golden rules": ("**DfE golden rules", ";"),
    "1.1 adult principles": ("**Six adult principles**", r",|\*\*"),
    "1.4 state variation": ("State variation to hold", ";"),
    "2 calendars": ("**Working-day calendars.**", r"\. (?=[A-Z])"),
    "2 counting": ("Counting:", r"; |\. (?=[A-Z])"),
    "4 purposes": ("Purposes: **IS**", r"(?=\*\*[A-Z]{2}\*\*)|^Purposes: "),
    "4 named fields": ("Named T2 fields", ""),
    "4 notes": ("MARAC note:|US note:", r"; |, (?=members|never)"),
    "4 recipient safeguards": ("Recipient-role safeguards:", r"; "),
    "4 agreement items": ("ISA/MOU data items:", ";"),
    "5.1 categories": ("Care Act ten", ""),
    "5.3 ladders": (r"- (?:Children|Adult|DASH|LADO|APS|CAREFUL)\b", ""),
}
SHORT = 60  # letters of an item that stand for the whole


def sections() -> dict[str, list[str]]:
    """The ids of every row of sections 1, 2, 4 and 5, by section; joined ids stand one by one."""
    found = {name: list(_table(name, head)) for name, head in TABLES.items()}
    for name, (begins, parts) in LISTS.items():
        found[name] = [
            item for text in _paragraphs(name, begins) for item in _items(name, text, parts)
        ]
    return found


def cells() -> dict[str, list[str]]:
    """The cells of the matrix of section 4, by the role as it stands there; purposes head it."""
    rows = [_cells(line) for line in _lines("4") if line.startswith("|")]
    return {row[0].lower(): row[1:] for row in rows if not set(row[0]) <= {"-"}}


def split(joined: str) -> list[str]:
    """The ids that one cell joins: ``e.ca14.6 / .7``, ``e.ca14.43-45``, ``us.hipaa.512e/f``."""
    head, *rest = re.split(r"\s*/\s*", joined.strip())
    span = re.fullmatch(r"(.*?)(\d+)-(\d+)", head)
    if span:
        first, last = int(span[2]), int(span[3])
        return [f"{span[1]}{number}" for number in range(first, last + 1)]
    stem = head.rsplit(".", 1)[0]
    return [
        head,
        *(head[:-1] + r if r.isalpha() and len(r) == 1 else f"{stem}.{r.strip('.')}" for r in rest),
    ]


def _lines(section: str) -> list[str]:
    """The lines under a heading, to the next heading of any level."""
    begin = re.search(rf"^###? {re.escape(section)}[. ].*$", TEXT, re.MULTILINE)
    if begin is None:
        raise ValueError(f"the reference has no section {section}")
    end = re.search(r"^##", TEXT[begin.end() :], re.MULTILINE)
    return TEXT[begin.end() : begin.end() + end.start() if end else None].splitlines()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _table(section: str, head: str) -> Iterator[str]:
    for line in _lines(section):
        first = _cells(line)[0] if line.startswith("|") else ""
        if first and first not in (head, "category") and not set(first) <= {"-"}:
            yield from [first] if section.startswith("5") else split(first)


def _paragraphs(name: str, begins: str) -> list[str]:
    start = begins if "|" in begins or begins.startswith("-") else re.escape(begins)
    found = [line for line in _lines(name.partition(" ")[0]) if re.match(start, line)]
    if not found:
        raise ValueError(f"the reference no longer has the list {name}")
    return found


def _items(name: str, text: str, parts: str) -> Iterator[str]:
    plain = re.sub(r" ?\[[^\]]*\]", "", text)
    if name == "4 named fields":
        yield from _named(plain)
    elif name == "5.1 categories":
        yield from _categories(plain)
    elif name == "5.3 ladders":
        for sentence in re.split(r"(?<=\))\. ", plain.removeprefix("- ")):
            yield short(sentence)
    elif name == "2 calendars":
        for each in re.split(parts, plain.partition("**Working-day calendars.**")[2]):
            yield short(each.partition(":")[0])
    else:
        lead = plain if name in ("4 purposes", "4 notes") else _after_lead(name, plain)
        yield from (short(each) for each in re.split(parts, lead) if short(each))


def _after_lead(name: str, text: str) -> str:
    """What follows the words that introduce a list."""
    return (
        text.partition("**Six adult principles**: ")[2]
        if "adult" in name
        else text.partition(": ")[2]
    )


def _named(text: str) -> Iterator[str]:
    for sentence in re.split(r"\. (?=[A-Z])", text.partition(": ")[2]):
        who, _, items = sentence.partition(": ")
        plain = re.sub(r"\([^)]*\)", "", items)
        for item in re.split(r"[,;] ", plain):
            yield short(f"{who}: {item}")


def _categories(text: str) -> Iterator[str]:
    for sentence in re.split(r"\. (?=[A-Z])", text):
        who, colon, items = sentence.partition(": ")
        for item in re.split(r"[,;] (?![^(]*\))", items) if colon else ():
            yield short(f"{who.partition(' (')[0]}: {item}")
        if colon:
            continue
        yield short(who)


def short(text: str) -> str:
    """An item as it is named: without marks, and no longer than is needed to know it."""
    words = " ".join(re.sub(r"[*`]", "", text).split()).strip(" .;:,")
    return words if len(words) <= SHORT else words[:SHORT].rsplit(" ", 1)[0]
