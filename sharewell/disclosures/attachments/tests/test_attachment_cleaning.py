"""What may be attached, and that nothing but what is seen on it travels."""

from __future__ import annotations

import io
import sys

import pytest
from pikepdf import Pdf
from PIL import Image

from sharewell.disclosures.attachments import AttachmentRefused, Cleaned, clean, cleaning
from sharewell.disclosures.attachments.tests import corpus
from sharewell.disclosures.attachments.tests.corpus import SECRET

PDF, JPEG, PNG, TEXT = "application/pdf", "image/jpeg", "image/png", "text/plain"


def cleaned(content: bytes, claimed: str, name: str, pages: str = "") -> Cleaned:
    return clean(content=content, claimed_type=claimed, name=name, pages=pages)


def refused(content: bytes, claimed: str, name: str, pages: str = "") -> str:
    with pytest.raises(AttachmentRefused) as caught:
        cleaned(content, claimed, name, pages)
    assert caught.value.sentence.endswith(".")
    return caught.value.code


def test_a_photograph_loses_place_camera_and_comment_and_stays_upright() -> None:
    taken = corpus.jpeg(gps=True, comment=SECRET.encode())
    assert SECRET.encode() in taken
    kept = cleaned(taken, JPEG, "IMG_0001.JPG")
    assert SECRET.encode() not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert not picture.getexif()
        assert "comment" not in picture.info
        assert picture.size == (30, 40), "turned as the camera said, because the note of it is gone"
    assert "place where it was taken (GPS)" in kept.removed
    assert (kept.name, kept.content_type, kept.pages) == ("attachment.jpg", JPEG, "1")
    assert kept.size == len(kept.content)


def test_a_png_loses_its_text_and_keeps_its_pixels() -> None:
    kept = cleaned(corpus.png(text=SECRET), PNG, "screen.png")
    assert SECRET.encode() not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.convert("RGB").getpixel((5, 5)) == (255, 0, 0)
    assert kept.removed == ["comments and text"]


def test_what_is_glued_behind_a_picture_is_gone() -> None:
    kept = cleaned(corpus.jpeg() + b"PK\x03\x04" + SECRET.encode(), JPEG, "a.jpg")
    assert SECRET.encode() not in kept.content


def test_a_pdf_keeps_only_the_chosen_pages() -> None:
    kept = cleaned(corpus.pdf(5), PDF, "record.pdf", " 2, 4-5 ")
    assert [
        b"page 2" in p or b"page 4" in p or b"page 5" in p for p in corpus.shown(kept.content)
    ] == [True] * 3
    assert b"page 1" not in corpus.everything(kept.content)
    assert b"page 3" not in corpus.everything(kept.content)
    assert kept.pages == "2,4-5"
    assert kept.removed == ["2 pages that were not chosen"]


def test_a_pdf_loses_author_scripts_files_links_notes_and_bookmarks() -> None:
    dressed = corpus.pdf(2, dressed=True)
    assert corpus.everything(dressed).count(SECRET.encode()) >= 8
    kept = cleaned(dressed, PDF, f"{SECRET} record.pdf")
    left = corpus.everything(kept.content)
    for word in (
        SECRET,
        "JavaScript",
        "OpenAction",
        "EmbeddedFile",
        "Annot",
        "PieceInfo",
        "Metadata",
    ):
        assert word.encode() not in left, word
    with Pdf.open(io.BytesIO(kept.content)) as opened:
        assert set(opened.Root.keys()) == {"/Type", "/Pages"}
        assert not opened.docinfo
    assert len(corpus.shown(kept.content)) == 2
    assert kept.name == "attachment.pdf"
    assert kept.removed == [
        "author, title and history",
        "scripts and actions",
        "files inside the file",
        "bookmarks",
        "comments and links",
    ]


def test_what_was_filled_into_a_form_stays_as_ink_without_the_form() -> None:
    kept = cleaned(corpus.with_form("Filled Value"), PDF, "form.pdf")
    assert b"Filled Value" in b"".join(corpus.shown(kept.content))
    left = corpus.everything(kept.content)
    assert b"AcroForm" not in left
    assert b"Widget" not in left
    assert SECRET.encode() not in left
    assert kept.removed == ["scripts and actions", "form fields"]


def test_a_photograph_inside_a_pdf_loses_its_camera_data_and_is_still_shown() -> None:
    kept = cleaned(
        corpus.with_picture(corpus.jpeg(gps=True, comment=b"x" + SECRET.encode())), PDF, "a.pdf"
    )
    assert SECRET.encode() not in corpus.everything(kept.content)
    with Pdf.open(io.BytesIO(kept.content)) as opened:
        raw = opened.pages[0].obj.Resources.XObject.Im0.read_raw_bytes()
    with Image.open(io.BytesIO(raw)) as picture:
        picture.load()
        assert not picture.getexif()
    assert "data inside pictures" in kept.removed


@pytest.mark.parametrize("subtype", ["/Redact", "/Square", "/Stamp", "/Ink"])
def test_marks_drawn_over_a_page_are_refused_because_what_they_cover_would_travel(
    subtype: str,
) -> None:
    assert refused(corpus.with_annotation(subtype), PDF, "a.pdf") == "covered"


def test_layers_are_refused_because_hidden_ones_would_travel() -> None:
    assert refused(corpus.with_layers(), PDF, "a.pdf") == "layers"


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_pdf_under_a_password_is_refused(password: str) -> None:
    assert refused(corpus.encrypted(password), PDF, "a.pdf") == "encrypted"


def test_a_whole_record_is_refused_and_its_pages_may_be_chosen() -> None:
    record = corpus.pdf(140)
    assert refused(record, PDF, "record.pdf") == "whole_record"
    assert refused(record, PDF, "record.pdf", "1-140") == "whole_record"
    assert refused(record, PDF, "record.pdf", "1-21") == "too_many_pages"
    assert len(corpus.shown(cleaned(record, PDF, "record.pdf", "3,7-9").content)) == 4


@pytest.mark.parametrize("pages", ["0", "4", "2-1", "1;2", "all", "1,,2", "-1", "1-99999999", "٣"])
def test_pages_that_are_not_there_are_refused(pages: str) -> None:
    assert refused(corpus.pdf(3), PDF, "a.pdf", pages) == "bad_pages"


@pytest.mark.parametrize(
    ("content", "claimed", "name"),
    [
        (corpus.pdf(1), JPEG, "a.jpg"),
        (corpus.pdf(1), PDF, "a.png"),
        (corpus.pdf(1), "application/octet-stream", "a.pdf"),
        (corpus.jpeg(), PNG, "a.png"),
        (corpus.png(), PDF, "a.pdf"),
        (corpus.jpeg(), TEXT, "a.txt"),
        (b"GIF89a" + corpus.pdf(1), PDF, "a.pdf"),
        (b"MZ\x90\x00" + corpus.pdf(1), PDF, "a.pdf"),
        (b"<svg onload=alert(1)>", PNG, "a.png"),
        (b"text\x00with nothing", TEXT, "a.txt"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    content: bytes, claimed: str, name: str
) -> None:
    assert refused(content, claimed, name) == "not_what_it_says"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04rest", "plan.docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "plan.doc"),
        (b"PK\x03\x04rest", "plan.pdf"),
        (b"a,b\n", "list.csv"),
    ],
)
def test_office_files_are_refused_with_the_advice_to_save_as_pdf(content: bytes, name: str) -> None:
    with pytest.raises(AttachmentRefused, match="PDF") as caught:
        cleaned(content, PDF, name)
    assert caught.value.code == "office_file"


@pytest.mark.parametrize(
    ("content", "claimed", "name", "code"),
    [
        (b"", PDF, "a.pdf", "empty"),
        (b"<html>", "text/html", "a.html", "wrong_type"),
        (b"RIFFxxxxWEBP", "image/webp", "a.webp", "wrong_type"),
        (corpus.jpeg()[:200], JPEG, "a.jpg", "cannot_be_read"),
        (corpus.png()[:-30], PNG, "a.png", "cannot_be_read"),
        (b"%PDF-1.7\nnothing here", PDF, "a.pdf", "cannot_be_read"),
        (corpus.pdf(1)[:300], PDF, "a.pdf", "cannot_be_read"),
        (b"\xff\xfe\xfa", TEXT, "a.txt", "cannot_be_read"),
        (b"x" * 10_000_001, TEXT, "a.txt", "too_large"),
        (b"x" * 60_001, TEXT, "a.txt", "whole_record"),
    ],
)
def test_what_cannot_be_read_or_is_too_much_is_refused(
    content: bytes, claimed: str, name: str, code: str
) -> None:
    assert refused(content, claimed, name) == code


def test_a_picture_that_unpacks_to_gigabytes_is_refused() -> None:
    assert refused(corpus.png_bomb(), PNG, "a.png") == "too_large"


def test_a_pdf_that_unpacks_to_hundreds_of_megabytes_is_refused() -> None:
    assert refused(corpus.pdf_bomb(), PDF, "a.pdf") == "too_large"


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "WAIT_SECONDS", 0.01)
    assert refused(corpus.pdf(1), PDF, "a.pdf") == "too_slow"


def test_a_parser_that_dies_is_a_refusal_and_not_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert refused(corpus.pdf(1), PDF, "a.pdf") == "cannot_be_read"


def test_plain_text_loses_characters_that_hide_or_turn_words() -> None:
    kept = cleaned("a\u202eb\u200bc\r\nd\x07é".encode(), TEXT, "note.txt")
    assert kept.content == "abc\ndé".encode()
    assert kept.removed == ["hidden characters"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.png", "C:\\x\\Jane Doe.png", "a\r\nb.png", ".png"]
)
def test_the_file_name_never_travels(name: str) -> None:
    assert cleaned(corpus.png(), PNG, name).name == "attachment.png"
