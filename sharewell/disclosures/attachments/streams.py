"""The streams of a PDF: none that swells beyond reason, and no data hidden inside its pictures."""

from __future__ import annotations

from typing import Any

from pikepdf import DataDecodingError, Name, Object, Pdf, PdfError, Stream

from sharewell.disclosures.attachments.pictures import PIXELS
from sharewell.disclosures.attachments.refusal import AttachmentRefused

UNPACKED = 200_000_000
_JPX_KEPT = (b"jP  ", b"ftyp", b"jp2h", b"jp2c")


def refuse_bombs(pdf: Pdf) -> None:
    """Raise :class:`AttachmentRefused` when the pages unpack to more than a reader should be sent."""
    unpacked = 0
    for found in pdf.objects:
        if not isinstance(found, Stream):
            continue
        width, height = (int(found.get(key, 0)) for key in ("/Width", "/Height"))
        if width * height > PIXELS:
            raise AttachmentRefused("too_large", _TOO_LARGE)
        if "/DCTDecode" in _filters(found) or "/JPXDecode" in _filters(found):
            continue
        try:
            unpacked += len(found.read_bytes())
        except (PdfError, DataDecodingError):
            # Kinds of packing that qpdf does not open (fax, JBIG2) are pictures of the size above.
            continue
        if unpacked > UNPACKED:
            raise AttachmentRefused("too_large", _TOO_LARGE)


_TOO_LARGE = (
    "The PDF unpacks to far more than its size. Print the pages to a new PDF and attach that."
)


def clean_embedded_pictures(pdf: Pdf) -> bool:
    """Take camera data and comments out of the pictures inside a PDF; tells whether there were any."""
    changed = False
    for found in pdf.objects:
        if not isinstance(found, Stream) or len(_filters(found)) != 1:
            continue
        cleaner = {"/DCTDecode": jpeg_bare, "/JPXDecode": jpx_bare}.get(_filters(found)[0])
        if cleaner is None:
            continue
        raw = found.read_raw_bytes()
        bare = cleaner(raw)
        if bare != raw:
            found.write(bare, filter=Name(_filters(found)[0]))
            changed = True
    return changed


def _filters(stream: Object) -> list[str]:
    filters: Any = stream.get("/Filter", [])
    return [str(filters)] if isinstance(filters, Name) else [str(one) for one in filters]


def jpeg_bare(data: bytes) -> bytes:
    """Return a JPEG without its application and comment segments (colour needs APP0 and APP14).

    Raises ValueError when the segments cannot be read (ITU-T T.81, annex B).
    """
    if data[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG")
    kept, at = [data[:2]], 2
    while at + 4 <= len(data):
        marker = data[at + 1]
        if data[at] != 0xFF:
            raise ValueError("a JPEG segment is cut off")
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            return b"".join(kept) + data[at:]
        # 0xE0 to 0xEF are application segments, 0xFE is a comment.
        if not (0xE1 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            kept.append(data[at:end])
        at = end
    raise ValueError("a JPEG ends before its picture")


def jpx_bare(data: bytes) -> bytes:
    """Return a JPEG 2000 without its metadata boxes; a bare codestream is left as it is."""
    kept, at = [], 0
    if data[:4] == b"\xff\x4f\xff\x51":
        return data
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        end = len(data) if size == 0 else at + size
        if end <= at:
            raise ValueError("a JPEG 2000 box is broken")
        if kind in _JPX_KEPT:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)
