"""The mark-up of a timeline: whatever somebody wrote, it stands there as they wrote it and does nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from sharewell.web.lines import markup

WRITTEN = '<b onclick=x>"it\'s" & more'
SHOWN = "&lt;b onclick=x&gt;&quot;it&#x27;s&quot; &amp; more"


def line(**changes: Any) -> dict[str, Any]:
    """A line in which everything that can be written is WRITTEN."""
    words = ("title", "by", "at", "recorded_at", "kind", "source", "text", "correct_url")
    flags = {"verbatim": False, "late": True, "corrected": False, "corrects": 3, "number": 7}
    return {**dict.fromkeys((*words, "caveat_url"), WRITTEN), **flags, **changes}


def test_nothing_that_was_written_is_taken_for_mark_up() -> None:
    case = SimpleNamespace(pk=UUID(int=1), person=SimpleNamespace(name=WRITTEN), reference=WRITTEN)
    caveat, pattern = (
        SimpleNamespace(label=WRITTEN),
        SimpleNamespace(pk=UUID(int=2), says=WRITTEN, state=""),
    )
    marks = {"caveats": [caveat], "patterns": [pattern]}
    for each in (
        line(**marks),
        line(verbatim=True, corrected=True),
        line(pieces=[(WRITTEN, True), (WRITTEN, False)], case=case),
    ):
        html = markup([each])
        assert "<b " not in html
        assert SHOWN in html
        assert "it's" not in html


def test_what_is_mark_up_stays_mark_up() -> None:
    """A moment as the pages write it."""
    assert "<time>noon</time>" in markup([line(at=SafeString("<time>noon</time>"))])


def test_what_does_not_stand_in_a_line_is_not_told() -> None:
    empty = dict.fromkeys(("by", "source", "correct_url"), "")
    html = markup([line(**empty, corrects=0, late=False)])
    assert "noted by Sharewell" in html
    for each in ("from", "Corrects line", "Recorded late", "Corrected later", "<a "):
        assert each not in html
