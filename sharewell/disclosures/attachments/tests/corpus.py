"""Files for the tests, made on the spot: what people attach, and what would harm."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, PngImagePlugin

SECRET = "MARKER-7Q4"


def picture(size: tuple[int, int] = (40, 30)) -> Image.Image:
    """Return a small picture with a red corner."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, 10, 10))
    return image


def jpeg(*, gps: bool = False, comment: bytes = b"") -> bytes:
    """Return a JPEG, as a telephone makes it when asked for GPS."""
    exif = Image.Exif()
    if gps:
        exif[0x013B] = SECRET  # artist
        exif[0x0112] = 6  # turned by a quarter
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    out = io.BytesIO()
    picture().save(out, "JPEG", exif=exif.tobytes() if gps else b"", comment=comment)
    return out.getvalue()


def png(*, text: str = "") -> bytes:
    """Return a PNG, with a text chunk if asked."""
    info = PngImagePlugin.PngInfo()
    if text:
        info.add_text("Comment", text)
        info.add_itxt("XML:com.adobe.xmp", f"<x>{text}</x>")
    out = io.BytesIO()
    picture().save(out, "PNG", pnginfo=info)
    return out.getvalue()


def png_bomb() -> bytes:
    """Return a PNG of a few hundred kilobytes that claims 400 million pixels."""
    head = (20_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in (
            (b"IHDR", head),
            (b"IDAT", zlib.compress(bytes(20_001 * 20_000), 1)),
            (b"IEND", b""),
        )
    )


def pdf(pages: int = 3, *, dressed: bool = False, **save: Any) -> bytes:
    """Return a PDF with ``page N`` on each page, dressed with all that must not travel if asked."""
    with Pdf.new() as made:
        for number in range(1, pages + 1):
            made.pages.append(_page(made, f"page {number}"))
        if dressed:
            _dress(made)
        out = io.BytesIO()
        made.save(out, **save)
    return out.getvalue()


def with_annotation(subtype: str) -> bytes:
    """Return a one-page PDF with an annotation of this kind over its text."""
    with Pdf.new() as made:
        made.pages.append(_page(made, "page 1"))
        note = Dictionary(Type=Name.Annot, Subtype=Name(subtype), Rect=[0, 0, 200, 200])
        note.Contents = SECRET
        made.pages[0].obj.Annots = Array([made.make_indirect(note)])
        return saved(made)


def with_form(value: str) -> bytes:
    """Return a one-page PDF with one text field that was filled in."""
    with Pdf.new() as made:
        made.pages.append(_page(made, "page 1"))
        font = made.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        )
        field = made.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="name", V=value, F=4,
                Rect=[20, 20, 200, 40], DA="/Helv 10 Tf 0 g", P=made.pages[0].obj,
            )
        )  # fmt: skip
        field.AA = Dictionary(K=Dictionary(S=Name.JavaScript, JS=SECRET))
        made.pages[0].obj.Annots = Array([field])
        made.Root.AcroForm = Dictionary(
            Fields=Array([field]), NeedAppearances=True, DR=Dictionary(Font=Dictionary(Helv=font)),
            DA="/Helv 10 Tf 0 g",
        )  # fmt: skip
        return saved(made)


def with_picture(data: bytes) -> bytes:
    """Return a one-page PDF that shows this JPEG, stored as it came."""
    with Pdf.new() as made:
        made.pages.append(_page(made, "page 1"))
        image = Stream(made, data)
        image.Type, image.Subtype = Name.XObject, Name.Image
        image.Width, image.Height, image.BitsPerComponent = 40, 30, 8
        image.ColorSpace, image.Filter = Name.DeviceRGB, Name.DCTDecode
        made.pages[0].obj.Resources.XObject = Dictionary(Im0=image)
        made.pages[0].contents_add(b"q 40 0 0 30 50 50 cm /Im0 Do Q")
        return saved(made)


def pdf_bomb() -> bytes:
    """Return a PDF whose page unpacks to 400 MB."""
    with Pdf.new() as made:
        made.pages.append(_page(made, "page 1"))
        packer = zlib.compressobj(9)
        packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(400)) + packer.flush()
        made.pages[0].obj.Contents = Stream(made, packed, Filter=Name.FlateDecode)
        return saved(made)


def with_layers() -> bytes:
    """Return a PDF with a layer that is switched off."""
    with Pdf.new() as made:
        made.pages.append(_page(made, "page 1"))
        layer = made.make_indirect(Dictionary(Type=Name.OCG, Name="hidden"))
        made.Root.OCProperties = Dictionary(
            OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Order=Array([layer]))
        )
        return saved(made)


def encrypted(password: str) -> bytes:
    """Return a PDF under encryption; with an empty password readers open it without asking."""
    return pdf(1, encryption=pikepdf.Encryption(owner="owner", user=password))


def saved(made: Pdf) -> bytes:
    """Return the bytes of a PDF."""
    out = io.BytesIO()
    made.save(out, compress_streams=False)
    return out.getvalue()


def shown(content: bytes) -> list[bytes]:
    """Return what each page of a PDF draws, forms that became ink included."""
    with Pdf.open(io.BytesIO(content)) as opened:
        pages = []
        for page in opened.pages:
            page.contents_coalesce()
            ink = page.Contents.read_bytes() if "/Contents" in page.obj else b""
            drawn = page.obj.Resources.get("/XObject", Dictionary())
            inner = [drawn[k].read_bytes() for k in drawn.keys() if "/Width" not in drawn[k]]  # noqa: SIM118
            pages.append(b"".join([ink, *inner]))
        return pages


def everything(content: bytes) -> bytes:
    """Return all bytes of a PDF with every stream unpacked, to look for what must be gone."""
    with Pdf.open(io.BytesIO(content)) as opened:
        out = io.BytesIO()
        opened.save(
            out,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            fix_metadata_version=False,
        )
    return out.getvalue()


def _page(made: Pdf, words: str) -> pikepdf.Page:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    ink = Stream(made, f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode())
    return pikepdf.Page(
        Dictionary(
            Type=Name.Page, MediaBox=[0, 0, 200, 200], Contents=ink,
            Resources=Dictionary(Font=Dictionary(F1=font)),
        )
    )  # fmt: skip


def _dress(made: Pdf) -> None:
    made.docinfo["/Author"] = SECRET
    with made.open_metadata() as data:
        data["dc:creator"] = [SECRET]
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=f"app.alert('{SECRET}')")
    made.Root.AA = Dictionary(WC=Dictionary(S=Name.JavaScript, JS=SECRET))
    made.attachments["notes.txt"] = SECRET.encode()
    page = made.pages[0].obj
    page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=SECRET))
    page.PieceInfo = Dictionary(App=Dictionary(Private=SECRET))
    page.Metadata = Stream(made, f"<xmp>{SECRET}</xmp>".encode())
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])
    link.A = Dictionary(S=Name.URI, URI=f"https://{SECRET}.example")
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents=SECRET)
    page.Annots = Array([made.make_indirect(link), made.make_indirect(note)])
    page.Resources.Font.F1.Metadata = Stream(made, SECRET.encode())
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(SECRET, 0))
