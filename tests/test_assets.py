"""Page assets: every one that a template names is there, and none comes from another host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from hatch_build import clean_sheet
from sharewell.config.assets import Assets

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "sharewell").rglob("templates/**/*.html"))
STATIC = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_assets_of_template_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    for name in STATIC.findall(text):
        assert finders.find(name), f"{name} is in no assets folder"
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?(?:https?:)?//", text)
    assert not re.search(r"(?i)<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", text), "inline code"


def test_sheet_loses_typeface_crest_and_map() -> None:
    sheet = (
        ".a{color:red}@font-face{font-family:GDS Transport;src:url(/assets/fonts/x.woff2)}"
        "@media print{.b{mask:url(/assets/images/govuk-crest.svg)}.c{color:blue}}"
        ".d{font-family:GDS Transport,arial,sans-serif}"
        ".e{background:url(/assets/images/icon-x.svg)}\n/*# sourceMappingURL=a.css.map */"
    )
    text, images = clean_sheet(sheet)
    assert text.strip() == (
        ".a{color:red}@media print{.c{color:blue}}.d{font-family:arial,sans-serif}"
        ".e{background:url(images/icon-x.svg)}"
    )
    assert images == ["icon-x.svg"]


def test_vendored_sheets_are_clean() -> None:
    for path in (ROOT / "sharewell/web/assets/vendor").glob("*.css"):
        text = path.read_text("utf-8")
        assert not re.search(r"font-face|GDS|url\([^)]*(crest|crown)|sourceMapping|/assets/", text)


def test_a_page_without_its_style_is_still_a_page() -> None:
    assert Assets().url("vendor/not-there.css") == "/assets/vendor/not-there.css"
