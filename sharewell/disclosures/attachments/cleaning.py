"""Clean one file: tell its kind, parse it in a child process with limits, give back what may go."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from sharewell.disclosures.attachments.kinds import kind_of
from sharewell.disclosures.attachments.refusal import AttachmentRefused

BYTES_IN = 10_000_000
BYTES_OUT = 10_000_000
WAIT_SECONDS = 30
_CHILD = "sharewell.disclosures.attachments.child"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file that may go: only the chosen pages, nothing but what is seen on them."""

    content: bytes
    content_type: str
    name: str  # neutral: file names carry people's names
    size: int  # bytes
    pages: str  # of the original, e.g. 1,3-5
    removed: list[str]  # in words, to show to the sender


def clean(*, content: bytes, claimed_type: str, name: str, pages: str) -> Cleaned:
    """Return the file as it may go with a disclosure.

    ``claimed_type`` is the media type that came with the upload, ``name`` its file name, ``pages`` the
    chosen pages (``1,3-5``; empty for all of a short document). Takes up to 30 seconds. Raises
    :class:`AttachmentRefused` with a code and a sentence that says what to do instead.
    """
    if len(content) > BYTES_IN:
        raise AttachmentRefused("too_large", "The file is larger than 10 MB. Attach fewer pages.")
    kind = kind_of(content, name=name, claimed_type=claimed_type)
    asked = json.dumps({"kind": kind.content_type, "pages": pages[:200]}).encode()
    answer, body = _in_child(asked + b"\n" + content)
    if "code" in answer:
        raise AttachmentRefused(answer["code"], answer["sentence"])
    if len(body) > BYTES_OUT:
        raise AttachmentRefused("too_large", "The pages are larger than 10 MB. Attach fewer pages.")
    return Cleaned(
        content=body,
        content_type=kind.content_type,
        name=f"attachment.{kind.extension}",
        size=len(body),
        pages=answer["pages"],
        removed=answer["removed"],
    )


def _in_child(given: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-m", _CHILD],
            input=given,
            capture_output=True,
            timeout=WAIT_SECONDS,
            env={"PYTHONUTF8": "1", "PYTHONPATH": ":".join(path for path in sys.path if path)},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise AttachmentRefused("too_slow", _TOO_MUCH) from error
    if done.returncode:
        raise AttachmentRefused("cannot_be_read", _TOO_MUCH)
    head, _, body = done.stdout.partition(b"\n")
    return json.loads(head), body


_TOO_MUCH = "The file could not be read safely. Print the pages to a new PDF and attach that."
