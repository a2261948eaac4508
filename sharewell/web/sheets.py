"""A message as its reader sees it: one projection for the preview, the inbox and the link."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from sharewell.disclosures.models import Attachment
from sharewell.disclosures.received import Received


def received(received: Received) -> dict[str, Any]:
    """The sheet of a received message, for ``components/message.html``."""
    return {"from": received.sender, "rows": rows(received.message)}


def rows(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a message, in the order in which it was made."""
    return [
        {"key": row["label"], "value": row.get("text", ""), "unknown": row.get("unknown", "")}
        for row in message.get("sections", [])
    ]


def download(file: Attachment) -> HttpResponse:
    """A file as a download that no browser runs, shows inside a page or keeps."""
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
