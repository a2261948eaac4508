"""PDFs are built anew from the chosen pages: what is not on the list of what a page needs is left behind."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf, Stream

from sharewell.disclosures.attachments.pages import chosen_pages, written
from sharewell.disclosures.attachments.refusal import AttachmentRefused
from sharewell.disclosures.attachments.streams import clean_embedded_pictures, refuse_bombs

# What a page needs to be drawn (ISO 32000-2, table 31); all else is left behind.
_PAGE_KEYS = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group")
# Keys that carry something besides ink, wherever they stand.
_NOT_INK = (
    *("/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/Alternates", "/Thumb", "/DPart"),
    *("/AF", "/EF", "/FS", "/AA", "/A", "/JS", "/OpenAction", "/RichMediaContent", "/Annots"),
    *("/StructParent", "/StructParents", "/OC", "/Properties", "/Measure", "/PtData"),
)
# Marks drawn over the page: without them, or with them, what they cover would be sent.
_COVERS = ("/Redact", "/Square", "/Circle", "/Polygon", "/Stamp", "/Ink")


def clean_pdf(content: bytes, pages: str) -> tuple[bytes, str, list[str]]:
    """Return a new PDF of the chosen pages, the pages as written short, and what was removed.

    Values filled into forms stay as ink. Raises :class:`AttachmentRefused`: ``encrypted``,
    ``cannot_be_read``, ``layers``, ``covered``, ``too_large``, and the codes of the chosen pages.
    """
    try:
        with Pdf.open(io.BytesIO(content)) as source:
            return _rebuilt(source, pages)
    except pikepdf.PasswordError as error:
        raise AttachmentRefused("encrypted", _ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError) as error:
        sentence = "The PDF is damaged and cannot be read. Print it to a new PDF and attach that."
        raise AttachmentRefused("cannot_be_read", sentence) from error


_ENCRYPTED = (
    "The PDF is protected with a password. Print it to a new PDF without one and attach that."
)


def _rebuilt(source: Pdf, pages: str) -> tuple[bytes, str, list[str]]:
    if source.is_encrypted:
        raise AttachmentRefused("encrypted", _ENCRYPTED)
    if "/OCProperties" in source.Root:
        sentence = (
            "The PDF has layers, and those switched off would be sent too. "
            "Print it to a new PDF and attach that."
        )
        raise AttachmentRefused("layers", sentence)
    numbers = chosen_pages(pages, count=len(source.pages))
    removed = _carried(source)
    if len(numbers) < len(source.pages):
        removed.append(f"{len(source.pages) - len(numbers)} pages that were not chosen")
    removed += _ink_only(source, numbers)
    with Pdf.new() as fresh:
        for number in numbers:
            fresh.pages.append(source.pages[number - 1])
        _bare(fresh)
        refuse_bombs(fresh)
        if clean_embedded_pictures(fresh):
            removed.append("data inside pictures")
        out = io.BytesIO()
        fresh.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue(), written(numbers), removed


def _bare(fresh: Pdf) -> None:
    """Leave nothing but what draws the pages."""
    for page in fresh.pages:
        for key in set(page.obj.keys()) - {*_PAGE_KEYS, "/Type", "/Parent"}:
            del page.obj[key]
    for found in _all(fresh):
        for key in _NOT_INK:
            if key in found:
                del found[key]
    fresh.remove_unreferenced_resources()


def _ink_only(source: Pdf, numbers: list[int]) -> list[str]:
    """Turn filled forms into ink and drop every other annotation, on the chosen pages."""
    removed = set()
    for number in numbers:
        page = source.pages[number - 1]
        kept = []
        for note in page.obj.get("/Annots", Array()):
            subtype = str(note.get("/Subtype", "")) if isinstance(note, Dictionary) else ""
            if subtype in _COVERS:
                sentence = (
                    f"Page {number} has marks drawn over it, and what they cover would be sent too. "
                    "Print the page to a new PDF as a picture, or leave it out."
                )
                raise AttachmentRefused("covered", sentence)
            if subtype == "/Widget":
                kept.append(note)
            removed.add("form fields" if subtype == "/Widget" else "comments and links")
        if "/Annots" in page.obj:
            page.obj["/Annots"] = Array(kept)
    if "form fields" in removed:
        source.generate_appearance_streams()
        source.flatten_annotations("screen")
    return sorted(removed)


def _carried(source: Pdf) -> list[str]:
    """Name what the document carries besides its pages."""
    root = source.Root
    names = root.get("/Names", Dictionary())
    scripts = "/JavaScript" in names or any("/JS" in o or "/AA" in o for o in _all(source))
    carried = {
        "author, title and history": len(source.docinfo) > 0 or "/Metadata" in root,
        "scripts and actions": scripts or "/OpenAction" in root,
        "files inside the file": len(source.attachments) > 0 or "/AF" in root,
        "bookmarks": "/Outlines" in root,
    }
    return [name for name, there in carried.items() if there]


def _all(pdf: Pdf) -> Iterator[Object]:
    """Yield every dictionary and stream of a document, those inside others too."""
    for top in pdf.objects:
        waiting = [(top, 0)]
        while waiting:
            found, depth = waiting.pop()
            if isinstance(found, Dictionary | Stream):
                yield found
                inner = [found[key] for key in found.keys()]  # noqa: SIM118 - a stream is no mapping
            elif isinstance(found, Array):
                inner = list(found)
            else:
                continue
            # What has a number of its own is reached by itself, so that a circle ends.
            if depth > 50:
                raise ValueError("nested too deep")
            waiting += [
                (one, depth + 1) for one in inner if isinstance(one, Object) and not one.is_indirect
            ]
