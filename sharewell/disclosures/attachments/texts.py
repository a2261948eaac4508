"""Plain text: read as UTF-8, without controls and without characters that hide or turn words around."""

from __future__ import annotations

import unicodedata

from sharewell.disclosures.attachments.pages import PAGES_OUT
from sharewell.disclosures.attachments.refusal import AttachmentRefused

CHARACTERS_A_PAGE = 3000


def clean_text(content: bytes) -> tuple[bytes, list[str]]:
    """Return the text as UTF-8 without hidden characters, and what was removed from it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = "The text cannot be read. Save it as plain text in UTF-8, or as a PDF."
        raise AttachmentRefused("cannot_be_read", sentence) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise AttachmentRefused("not_what_it_says", "This is not a text file. Save it as a PDF.")
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))
    if len(kept) > PAGES_OUT * CHARACTERS_A_PAGE:
        sentence = (
            f"The text is longer than {PAGES_OUT} pages, and a whole record is not sent. "
            "Cut it to what is needed."
        )
        raise AttachmentRefused("whole_record", sentence)
    return kept.encode(), ["hidden characters"] if kept != text else []
