"""Tags that explain words and levels in place, without script."""

from __future__ import annotations

from typing import Any

from django import template

from sharewell.core.ladders import Level
from sharewell.web import glossary

register = template.Library()


@register.inclusion_tag("components/terms.html", takes_context=True)
def terms(context: dict[str, Any], *things: Any) -> dict[str, Any]:
    """Explain the words of the glossary that stand in these texts and form fields; nothing where there are none."""
    viewer = context.get("viewer")
    return {"terms": glossary.terms_in(viewer, things) if viewer else ()}


@register.filter
def level_words(level: Level) -> str:
    """What a level means and needs."""
    return glossary.level_words(level)
