"""The mark-up of the lines of a timeline.

A page shows fifty of them, and a template takes longer over these than over all the rest of the page. So they are put
together here. Nothing reaches a line but through :func:`_safe`, which escapes every value of it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

SHOWN = (
    *("number", "title", "by", "at", "recorded_at", "kind", "source", "text", "corrects"),
    *("correct_url", "caveat_url"),
)


def markup(lines: Iterable[Mapping[str, Any]]) -> SafeString:
    """The lines of :mod:`sharewell.web.staff.timeline` as a page shows them; corrected ones stay readable."""
    return SafeString("\n".join(_line(line) for line in lines))


def _line(line: Mapping[str, Any]) -> str:
    safe = {name: _safe(line[name]) for name in SHOWN if name in line}
    case, number = line.get("case"), safe["number"]
    corrected = " moj-timeline__item--corrected" if line["corrected"] else ""
    anchor = "" if case else f' id="line-{number}"'
    by = f"by {safe['by']}" if line["by"] else "noted by Sharewell"
    return f"""<div class="moj-timeline__item{corrected}"{anchor}>
{_of_case(case) if case else ""}<div class="moj-timeline__header">
<h3 class="moj-timeline__title">{safe["title"]}</h3>
<p class="moj-timeline__byline">{by}</p>
</div>
<p class="moj-timeline__date">{safe["at"]} <span class="sw-quiet">(recorded {safe["recorded_at"]}, line {number})</span></p>
<p class="sw-tags">{_tags(line, safe)}</p>
{_said(line, safe)}{_patterns(line)}{_corrects(line, safe)}{_ways(line, safe)}</div>"""


def _of_case(case: Any) -> str:
    """Which case it is of, where several were searched in."""
    way = reverse("case_detail", kwargs={"case_id": case.pk})
    name, reference = _safe(case.person.name), _safe(case.reference)
    return f'<p class="govuk-body"><a class="govuk-link" href="{way}">{name}</a>, {reference}</p>\n'


def _tags(line: Mapping[str, Any], safe: Mapping[str, str]) -> str:
    """What is to be known of it at a glance."""
    tags = [f'<strong class="govuk-tag">{safe["kind"]}</strong>']
    if line["late"]:
        tags.insert(0, '<strong class="govuk-tag govuk-tag--yellow">Recorded late</strong>')
    if line["corrected"]:
        tags.insert(0, '<strong class="govuk-tag govuk-tag--grey">Corrected later</strong>')
    if line["source"]:
        tags.append(f'<span class="sw-quiet">from {safe["source"]}</span>')
    caveats = (_safe(each.label) for each in line.get("caveats", ()))
    tags += [f'<strong class="govuk-tag govuk-tag--red">{each}</strong>' for each in caveats]
    return " ".join(tags)


def _said(line: Mapping[str, Any], safe: Mapping[str, str]) -> str:
    """What was seen or said, with the words that were sought marked."""
    if pieces := line.get("pieces"):
        found = ((_safe(piece), hit) for piece, hit in pieces)
        text = "".join(f"<mark>{piece}</mark>" if hit else piece for piece, hit in found)
    else:
        text = safe["text"]
    if line["verbatim"]:
        return f'<blockquote class="sw-verbatim">{text}</blockquote>\n'
    return f'<div class="moj-timeline__description">{text}</div>\n'


def _patterns(line: Mapping[str, Any]) -> str:
    """Which of the viewer's reviews it is part of."""
    told = ""
    for each in line.get("patterns", ()):
        way = reverse("pattern_review", args=[each.pk])
        says = f"Part of a pattern: {_safe(each.says.lower())}"
        closed = " (reviewed)" if each.state == "closed" else ""
        told += (
            f'<p class="govuk-body-s"><a class="govuk-link" href="{way}">{says}</a>{closed}</p>\n'
        )
    return told


def _corrects(line: Mapping[str, Any], safe: Mapping[str, str]) -> str:
    """Which line it corrects."""
    if not line["corrects"]:
        return ""
    return f'<p class="govuk-body-s">Corrects line {safe["corrects"]}.</p>\n'


def _ways(line: Mapping[str, Any], safe: Mapping[str, str]) -> str:
    """Where it is corrected, and a caveat put on it."""
    if not line["correct_url"]:
        return ""
    number = safe["number"]
    ways = f"""<a class="govuk-link" href="{safe["correct_url"]}">Correct<span class="govuk-visually-hidden"> line {number}</span></a>"""
    if line.get("caveat_url"):
        ways += f""" <a class="govuk-link" href="{safe["caveat_url"]}">Put a caveat on it<span class="govuk-visually-hidden">: line {number}</span></a>"""
    return f'<p class="govuk-body-s">{ways}</p>\n'


def _safe(value: Any) -> str:
    """A value as it may stand in a page, in text and in the value of an attribute."""
    return value if isinstance(value, SafeString) else html.escape(str(value))
