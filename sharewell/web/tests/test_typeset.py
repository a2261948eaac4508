"""Documents set by typst: tagged, and nothing that somebody typed is ever run."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sharewell.web import typeset

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LINE = {
    "number": "1",
    "event": "Note",
    "happened": "20 November 2026",
    "recorded": "20 November 2026",
    "known": "Observed",
    "by": "Alice",
    "text": "",
    "caveat": "",
    "notes": "",
}
# As clean_text leaves it, and what a machine may write besides.
TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def make(*texts: str, **changes: Any) -> bytes:
    data = {
        "title": "Chronology",
        "language": "en",
        "region": "gb",
        "person": "Mary Mill",
        "made": "Made today",
        "narrowed": False,
        "handling": ["Confidential."],
        "lines": [{**LINE, "text": text} for text in texts],
    }
    return typeset.pdf("chronology.typ", {**data, **changes}, at=AT)


def words_of(pdf: bytes) -> str:
    """What a reader that hears the document is given: the text of its pages, by the maps of its fonts."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return "".join(_page_text(page) for page in document.pages)


def _page_text(page: Any) -> str:
    fonts = {str(name): _map_of(font) for name, font in page.Resources.get("/Font", {}).items()}
    found: list[str] = []
    current: dict[int, str] = {}
    instructions: Any = pikepdf.parse_content_stream(page)
    for operands, operator in instructions:
        if str(operator) == "Tf":
            current = fonts[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            for part in parts:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    codes = [int.from_bytes(raw[n : n + 2], "big") for n in range(0, len(raw), 2)]
                    found += [current.get(code, "") for code in codes]
        elif str(operator) in {"Td", "Tm", "T*"}:
            found.append(" ")
    return "".join(found)


def _map_of(font: Any) -> dict[int, str]:
    """The signs of a font by their codes, from its /ToUnicode map."""
    found: dict[int, str] = {}
    rows = bytes(font.ToUnicode.read_bytes()).decode("ascii", errors="ignore").splitlines()
    for row in rows:
        parts = [part.strip("<>") for part in row.replace("><", "> <").split()]
        if len(parts) == 2 and row.startswith("<"):
            found[int(parts[0], 16)] = bytes.fromhex(parts[1]).decode("utf-16-be")
    return found


def plain(text: str) -> str:
    return "".join(text.split())


def test_it_is_tagged_and_says_its_title_and_language() -> None:
    with pikepdf.open(io.BytesIO(make("A bruise."))) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert "/StructTreeRoot" in root
        assert str(root.Lang) == "en-GB"
        assert root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as about:
            assert about["dc:title"] == "Chronology"
            assert about["pdfuaid:part"] == "1"
    with pikepdf.open(io.BytesIO(make("x", region="us"))) as document:
        assert str(document.Root.Lang) == "en-US"
        assert [float(each) for each in document.pages[0].MediaBox[2:]] == [612, 792]


def test_every_line_is_in_it_over_many_pages() -> None:
    pdf = make(*(f"lamplight{number}x" for number in range(300)))
    text = plain(words_of(pdf))
    assert all(f"lamplight{number}x" in text for number in range(300))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) > 5


@pytest.mark.parametrize(
    "text",
    [
        "#panic(1)",
        '#read("/etc/passwd")',
        "*not bold* _nor this_ = no heading",
        '#import "@preview/x:1.0.0": *',
        "$ x^2 $ `raw` \\u{41} <label> @ref // comment /* more */",
        "] #sys.version [",
        '"}]}',
    ],
)
def test_what_somebody_typed_is_shown_and_never_run(text: str) -> None:
    assert plain(text) in plain(words_of(make(text, person=text, made=text)))


@settings(max_examples=40, deadline=None)
@given(text=TYPED)
@example(text="\N{GRINNING FACE} \u6f22\u5b57 \u0628\u062d\u062b \u0939\u093f")
@example(text="\u202e\u0000\u200d\u0301")
def test_whatever_is_typed_makes_a_document(text: str) -> None:
    with pikepdf.open(io.BytesIO(make(text))) as document:
        assert "/StructTreeRoot" in document.Root


def test_a_sign_that_cannot_be_shown_is_named() -> None:
    text = plain(words_of(make("left \U0010fffd right")))
    assert "left[U+10FFFD]right" in text
    assert "cannotbeshownhere" in text
