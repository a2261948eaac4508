"""Copy the page assets of the npm packages into the application, at set-up and when a wheel is built.

Left out: the GDS Transport typeface, the crown and the crest, which are licensed to government
services only, and source maps, which name files that are not shipped.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("sharewell/web/assets/vendor")
GOVUK = Path("node_modules/govuk-frontend/dist/govuk")
MOJ = Path("node_modules/@ministryofjustice/frontend/moj")
SHEETS = (GOVUK / "govuk-frontend.min.css", MOJ / "moj-frontend.min.css")
SCRIPTS = (GOVUK / "govuk-frontend.min.js", MOJ / "moj-frontend.min.js")

FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
CROWN_RULE = re.compile(r"[^{}]*\{[^{}]*(?:crest|crown)[^{}]*\.(?:svg|png)[^{}]*\}")
SOURCE_MAP = re.compile(r"(?:/\*|//)# sourceMappingURL=[^\n*]*(?:\*/)?")
IMAGE = re.compile(r"url\(/assets/images/([\w.-]+)\)")


class AssetsHook(BuildHookInterface[Any]):
    """Brings the page assets in before hatchling collects the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - fixed
        """Copy the assets; a source archive already has them."""
        copy_assets(Path(self.root))


def copy_assets(root: Path) -> None:
    """Fill the vendor folder from node_modules.

    Raises FileNotFoundError when neither node_modules nor a filled vendor folder is there.
    """
    vendor = root / VENDOR
    if not (root / GOVUK).is_dir():
        if vendor.is_dir():
            return
        message = "node_modules is missing: run ./dev setup (or npm ci) first"
        raise FileNotFoundError(message)
    images = vendor / "images"
    images.mkdir(parents=True, exist_ok=True)
    for sheet in SHEETS:
        text, used = clean_sheet((root / sheet).read_text("utf-8"))
        (vendor / sheet.name).write_text(text, "utf-8")
        for name in used:
            shutil.copyfile(root / sheet.parent / "assets/images" / name, images / name)
    for script in SCRIPTS:
        text = SOURCE_MAP.sub("", (root / script).read_text("utf-8"))
        (vendor / script.name).write_text(text, "utf-8")


def clean_sheet(text: str) -> tuple[str, list[str]]:
    """Return a stylesheet without what may not be shipped, and the names of the images it uses."""
    for pattern in (FONT_FACE, CROWN_RULE, SOURCE_MAP):
        text = pattern.sub("", text)
    text = text.replace("GDS Transport,arial", "arial")
    return IMAGE.sub(r"url(images/\1)", text), IMAGE.findall(text)
