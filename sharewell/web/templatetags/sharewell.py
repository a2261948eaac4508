"""Template tags of Sharewell's pages: form fields, errors, autosave, dates and clocks in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import template
from django.forms import BoundField, widgets
from django.forms import Form as DjangoForm
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sharewell.cases.guiding import advice_for
from sharewell.web.fields import Form
from sharewell.web.lines import markup
from sharewell.web.moments import PartsWidget

NUMBER = re.compile(r"[+(]?[0-9][0-9 ()./-]+")
register = template.Library()
MOMENT = "%d %B %Y at %H:%M"

KINDS: tuple[tuple[type[widgets.Widget], str], ...] = (
    (PartsWidget, "parts"),
    (widgets.CheckboxSelectMultiple, "options"),
    (widgets.RadioSelect, "options"),
    (widgets.Textarea, "textarea"),
    (widgets.Select, "select"),
    (widgets.CheckboxInput, "tick"),
    (widgets.ClearableFileInput, "file"),
    (widgets.PasswordInput, "password"),
)


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """Render one form field with label, hint, error and what was typed.

    Options: ``label`` and ``hint`` (other words than the form's), ``label_class``, ``autocomplete``,
    ``inputmode``, ``small`` (radios, checkboxes), ``asked`` (leave out "(optional)").
    """
    if bound.is_hidden:
        return SafeString(bound.as_widget())
    context = {"field": bound, "options": options, **_described(bound, options)}
    kind = next((name for widget, name in KINDS if isinstance(bound.field.widget, widget)), "input")
    if kind == "options":
        context |= {"items": _items(bound), "kind": _kind_of_options(bound)}
    if kind == "parts":
        context["boxes"] = _boxes(bound)
    if getattr(bound.field, "guided", ""):
        context["guide"] = _guide(bound)
    return render_to_string(f"components/field/{kind}.html", context)


def _described(bound: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """Say which hint and error belong to a field, for those who hear the page."""
    hint = options.get("hint", bound.help_text)
    ids = [f"{bound.auto_id}-hint"] if hint else []
    ids += [f"{bound.auto_id}-error"] if bound.errors else []
    most = getattr(bound.field, "most", None)
    counted = most if isinstance(bound.field.widget, widgets.Textarea) else None
    if counted:
        ids.append(f"{bound.auto_id}-info")
    return {"hint": hint, "described_by": " ".join(ids), "most": counted, "value": bound.value()}


def _items(bound: BoundField) -> list[dict[str, Any]]:
    """The answers of a radio or checkbox field, each with its hint and the fields it opens."""
    hints = getattr(bound.field, "hints", {})
    reveals = getattr(bound.field, "reveals", {})
    value = bound.value()
    chosen = {str(v) for v in value} if isinstance(value, list | tuple) else {str(value)}
    items = []
    for number, (answer, label) in enumerate(bound.field.choices):  # type: ignore[attr-defined]
        key = str(answer)
        items.append(
            {
                "id": bound.auto_id if number == 0 else f"{bound.auto_id}-{number}",
                "value": key,
                "label": label,
                "hint": hints.get(key),
                "checked": key in chosen,
                "reveals": [bound.form[name] for name in reveals.get(key, ())],
            }
        )
    return items


def _kind_of_options(bound: BoundField) -> str:
    many = isinstance(bound.field.widget, widgets.CheckboxSelectMultiple)
    return "checkboxes" if many else "radios"


def _guide(bound: BoundField) -> dict[str, Any]:
    """What the guide to good recording points out in what was typed, and how it is asked again."""
    told: str = bound.field.guided  # type: ignore[attr-defined]
    by = bound.form[told] if told in bound.form.fields else None
    kind = str((by.value() if by else told) or "")
    names = ["csrfmiddlewaretoken", "text_name", "kind_name", "kind", bound.html_name]
    return {
        "advice": advice_for(str(bound.value() or ""), kind),
        "send": ",".join([*names, *([by.html_name] if by else [])]),
        "with": json.dumps(
            {"text_name": bound.html_name, "kind_name": by.html_name if by else "", "kind": kind}
        ),
    }


def _boxes(bound: BoundField) -> list[dict[str, Any]]:
    """The boxes of a day or moment: name, label, value and width, and which one is at fault."""
    widget: Any = bound.field.widget
    values = bound.value()
    parts = values if isinstance(values, list) else widget.decompress(values)
    codes = {error.code for error in bound.errors.as_data()} if bound.errors else set()
    names = ["day", "month", "year", "time"][: len(widget.widgets)]
    known = codes & set(names)
    return [
        {
            "id": bound.auto_id if number == 0 else f"{bound.auto_id}-{name}",
            "name": f"{bound.html_name}_{name}",
            "label": name.capitalize(),
            "value": parts[number] or "",
            "width": {"year": 4, "time": 5}.get(name, 2),
            "inputmode": "text" if name == "time" else "numeric",
            "error": bool(bound.errors) and (not known or name in known),
        }
        for number, name in enumerate(names)
    ]


KEPT = "Nothing you typed is lost."


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: DjangoForm | str | None) -> dict[str, Any]:
    """List what is wrong with a form at the top of the page, each linked to its field.

    A page without a form (a template gives its empty name as ``""``) has nothing to list.
    """
    if not isinstance(form, DjangoForm) or not form.errors:
        return {"errors": []}
    rows = []
    for name in [*form.fields, "__all__"]:
        target = form[name].auto_id if name in form.fields else ""
        rows += [{"text": text, "target": target} for text in form.errors.get(name, [])]
    said = any(KEPT in row["text"] for row in rows)
    return {"errors": rows, "kept": KEPT if isinstance(form, Form) and not said else ""}


@register.simple_tag
def autosave(form: str, about: object = None) -> SafeString:
    """Attributes for a ``<form>`` that save what is typed to the server while it is typed.

    They post the whole form to ``draft_save``; its answer (a sentence) is shown in ``#draft-status``.
    """
    arguments = {"form": form} | ({"about": about} if about else {})
    try:
        url = reverse("draft_save", kwargs=arguments)
    except NoReverseMatch:
        return SafeString("")
    return SafeString(
        flatatt(
            {
                "hx-post": url,
                "hx-trigger": "input delay:1500ms, change",
                "hx-target": "#draft-status",
                "hx-swap": "innerHTML",
                "hx-sync": "this:queue last",
            }
        )
    )


@register.simple_tag
def timeline(lines: Iterable[Mapping[str, Any]]) -> SafeString:
    """The lines of a timeline, each as :mod:`sharewell.web.lines` writes it."""
    return markup(lines)


@register.filter
def moment(value: datetime | None) -> str:
    """A day and time in words, in the reader's time zone: 20 November 2026 at 10:05."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    told = f'<time datetime="{local.isoformat(timespec="minutes")}">{local:{MOMENT}}</time>'
    # Figures and the name of a month: nothing to escape, on a page with a hundred of them.
    return SafeString(told.replace(">0", ">", 1))


@register.filter
def until(value: datetime | None) -> str:
    """An end in words: at midnight the end of the day before, so that nobody takes it for the day after."""
    if value is None or timezone.localtime(value).time() != time():
        return moment(value)
    return format_html("the end of {}", day(value - timedelta(minutes=1)))


@register.filter
def day(value: Any) -> str:
    """A day in words: 20 November 2026."""
    if value is None or value == "":
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    text = f"{local.day} {local:%B %Y}"
    return format_html('<time datetime="{}">{}</time>', f"{local:%Y-%m-%d}", text)


@register.filter
def gaps(line: str) -> SafeString:
    """A line to read aloud, each ``___`` as a gap to fill that is also heard as one."""
    gap = SafeString(
        '<span class="sw-gap"><span class="govuk-visually-hidden">(blank)</span></span>'
    )
    return format_html_join(gap, "{}", ((part,) for part in line.split("___")))


@register.filter
def ring(number: str) -> str:
    """A telephone number as a link that rings it, up to an extension; what does not begin as one stays as it is."""
    found = NUMBER.match(number or "")
    if found is None:
        return number or ""
    said = found[0].replace("(0)", "") if found[0].startswith("+") else found[0]
    dial = "".join(each for each in said if each in "+0123456789")
    if len(dial) < 3:  # a sentence that begins with a number
        return number
    return format_html('<a class="govuk-link" href="tel:{}">{}</a>', dial, number)


@register.filter
def due(value: datetime, now: datetime) -> str:
    """How long until a moment, or how long ago it passed: ``in 40 minutes``, ``now``, ``2 hours late``."""
    gap = value - now
    if abs(gap) < timedelta(minutes=1):
        return "now"
    return f"{span(-gap)} late" if gap < timedelta(0) else f"in {span(gap)}"


@register.filter
def ago(value: datetime, now: datetime) -> str:
    """How long ago a moment was: ``12 minutes ago``, ``just now``."""
    gap = now - value
    return "just now" if gap < timedelta(minutes=1) else f"{span(gap)} ago"


def span(gap: timedelta) -> str:
    """A length of time in its largest whole unit: minutes, hours or days."""
    minutes = int(gap.total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or (unit == "minute") or (minutes >= size and unit == "hour"):
            count = max(minutes // size, 0)
            return f"{count} {unit}" + ("" if count == 1 else "s")
    return ""


OUTCOMES = {
    "share": ("✓", "This may be sent", "The rules and the agreement allow it. You decide."),
    "complete_first": (
        "…",
        "Complete this first",
        "It may be sent as soon as what is missing is here.",
    ),
    "seek_agreement": (
        "?",
        "Ask the person first",
        "It is safe to ask, so their agreement comes first.",
    ),
    "hold": (
        "‖",
        "Hold for now",
        "Not to be shared outside now. The safeguarding lead is told; thresholds and a review are set.",
    ),
    "refuse": ("✕", "Must not be sent to this recipient", "No part of this may go to them."),
    "refer": ("→", "Somebody else decides", "A named person decides before anything is sent."),
}


@register.simple_tag
def outcome_words(outcome: str) -> dict[str, str]:
    """The mark, title and meaning of an outcome, in words for a person."""
    mark, title, means = OUTCOMES[outcome]
    return {"mark": mark, "title": title, "means": means}
