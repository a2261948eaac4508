"""The child process that parses a file: little memory, little time, nothing to write to.

Reads one line of JSON (``kind``, ``pages``) and then the file; writes one line of JSON and then the clean
file. Run as ``python -m sharewell.disclosures.attachments.child``.
"""

from __future__ import annotations

import json
import resource
import sys

from sharewell.disclosures.attachments.kinds import BY_TYPE, PDF, TEXT
from sharewell.disclosures.attachments.pages import chosen_pages, written
from sharewell.disclosures.attachments.pdfs import clean_pdf
from sharewell.disclosures.attachments.pictures import clean_picture
from sharewell.disclosures.attachments.refusal import AttachmentRefused
from sharewell.disclosures.attachments.texts import clean_text

MEMORY = 1_500_000_000
SECONDS = 20


def main() -> None:
    """Clean the one file on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    body = b""
    try:
        body, pages, removed = parse(content, content_type=asked["kind"], pages=asked["pages"])
        answer: dict[str, object] = {"pages": pages, "removed": removed}
    except AttachmentRefused as refused:
        answer = {"code": refused.code, "sentence": refused.sentence}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + body)


def parse(content: bytes, *, content_type: str, pages: str) -> tuple[bytes, str, list[str]]:
    """Return the clean bytes, the pages kept and what was removed; see the cleaner of each kind."""
    kind = BY_TYPE[content_type]
    if kind is PDF:
        return clean_pdf(content, pages)
    chosen = written(chosen_pages(pages, count=1))
    body, removed = clean_text(content) if kind is TEXT else clean_picture(content, kind)
    return body, chosen, removed


if __name__ == "__main__":
    main()
