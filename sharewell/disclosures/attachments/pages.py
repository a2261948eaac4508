"""Chosen pages: ``1,3-5`` as a person types it, and what may go at most."""

from __future__ import annotations

import re

from sharewell.disclosures.attachments.refusal import AttachmentRefused

PAGES_OUT = 20
_PART = re.compile(r"([0-9]{1,5})(?:\s*[-\u2013]\s*([0-9]{1,5}))?")


def chosen_pages(text: str, *, count: int) -> list[int]:
    """Return the chosen page numbers, from 1, in the order of the document; no choice means all.

    Raises :class:`AttachmentRefused`: ``whole_record`` for all of a long document, ``too_many_pages``,
    ``bad_pages`` for words that are not page numbers or pages that are not there.
    """
    if not text.strip():
        if count > PAGES_OUT:
            sentence = (
                f"This document has {count} pages, and a whole record is not sent. "
                f"Choose the pages that are needed, at most {PAGES_OUT}, for example 1,3-5."
            )
            raise AttachmentRefused("whole_record", sentence)
        return list(range(1, count + 1))
    chosen: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= count:
            sentence = (
                f"Give page numbers between 1 and {count}, with commas and hyphens, "
                "for example 1,3-5."
            )
            raise AttachmentRefused("bad_pages", sentence)
        chosen.update(range(first, last + 1))
    if len(chosen) > PAGES_OUT:
        code = "whole_record" if len(chosen) == count else "too_many_pages"
        sentence = f"{len(chosen)} pages are too many. Choose at most {PAGES_OUT} that are needed."
        raise AttachmentRefused(code, sentence)
    return sorted(chosen)


def written(numbers: list[int]) -> str:
    """Write page numbers short: ``1,3-5``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)
