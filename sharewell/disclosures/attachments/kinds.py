"""Which kinds of file may be attached, told by their own bytes and not by what is claimed of them."""

from __future__ import annotations

from dataclasses import dataclass

from sharewell.disclosures.attachments.refusal import AttachmentRefused


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that may be attached."""

    content_type: str
    extension: str
    also_named: tuple[str, ...] = ()
    also_claimed: tuple[str, ...] = ()

    def allows(self, extension: str, claimed_type: str) -> bool:
        """Tell whether this extension and this claimed type fit the kind."""
        names = (self.extension, *self.also_named)
        types = (self.content_type, *self.also_claimed)
        return extension in names and claimed_type in types


PDF = Kind("application/pdf", "pdf", also_claimed=("application/x-pdf",))
JPEG = Kind("image/jpeg", "jpg", also_named=("jpeg", "jpe"), also_claimed=("image/jpg",))
PNG = Kind("image/png", "png")
TEXT = Kind("text/plain", "txt", also_named=("text",))
BY_TYPE = {kind.content_type: kind for kind in (PDF, JPEG, PNG, TEXT)}

_MAGIC = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_OFFICE_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
_OFFICE_NAMES = frozenset(
    {"doc", "docx", "docm", "dot", "dotx", "odt", "ott", "rtf", "pages", "wpd"}
    | {"xls", "xlsx", "xlsm", "xlsb", "ods", "numbers", "csv"}
    | {"ppt", "pptx", "pptm", "odp", "key", "pub", "one", "msg", "eml"}
)
_PHONE_PICTURES = frozenset(("heic", "heif", "webp", "tif", "tiff", "bmp", "gif"))


def kind_of(content: bytes, *, name: str, claimed_type: str) -> Kind:
    """Return the kind of a file, when its bytes, its name and its claimed type all agree.

    Raises :class:`AttachmentRefused` with a code of ``empty``, ``office_file``, ``wrong_type`` or
    ``not_what_it_says``.
    """
    if not content.strip():
        raise AttachmentRefused("empty", "The file is empty. Choose the file again.")
    extension = extension_of(name)
    claimed = claimed_type.partition(";")[0].strip().lower()
    if extension in _OFFICE_NAMES or content.startswith(_OFFICE_MAGIC):
        sentence = (
            "Office files carry their history and the names of those who wrote them. "
            "Save the pages that are needed as a PDF and attach that."
        )
        raise AttachmentRefused("office_file", sentence)
    if extension in _PHONE_PICTURES:
        sentence = (
            "A picture of this kind cannot be attached. Save it as JPEG or PNG and attach that."
        )
        raise AttachmentRefused("wrong_type", sentence)
    found = next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)
    if found is None and extension in (TEXT.extension, *TEXT.also_named):
        found = TEXT
    if found is None and extension not in ("pdf", "jpg", "jpeg", "jpe", "png"):
        raise AttachmentRefused("wrong_type", "Only PDF, JPEG, PNG and plain text can be attached.")
    if found is None or not found.allows(extension, claimed):
        sentence = (
            "The file is not what its name says it is. Open it, save it as PDF, JPEG or PNG, "
            "and attach the new file."
        )
        raise AttachmentRefused("not_what_it_says", sentence)
    return found


def extension_of(name: str) -> str:
    """Return the last extension of a file name in lower case, without its dot; empty if none."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[1].strip().lower() if "." in last else ""
