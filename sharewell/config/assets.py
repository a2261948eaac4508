"""How page assets are kept: hashed and compressed, and never a reason for a page to fail."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Assets(CompressedManifestStaticFilesStorage):
    """Assets by their hashed names; one that is missing keeps its plain name.

    A page without its style still takes an emergency.
    """

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """The hashed name of an asset, or the plain one where there is no such file."""
        try:
            return str(super().hashed_name(name, content, filename))
        except ValueError:
            return name
