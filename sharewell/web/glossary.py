"""Words and levels explained where they are used; nothing is shown where their pack is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.forms import BoundField

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.core.glossary import Term
from sharewell.core.ladders import Ladder, Level
from sharewell.core.policy import PackError
from sharewell.web.staff.clock import span_words


def terms_of(viewer: Account) -> Sequence[Term]:
    """The words that are used where the viewer's agency is."""
    try:
        return packs.glossary().of(viewer.agency.jurisdiction)
    except PackError:
        return ()


def terms_in(viewer: Account, things: Iterable[Any]) -> Sequence[Term]:
    """The words of the glossary that stand in texts and form fields (label, hint, answers with their hints)."""
    texts = [text for thing in things for text in _texts(thing)]
    try:
        return packs.glossary().used_in(texts, place=viewer.agency.jurisdiction)
    except PackError:
        return ()


def ladders_of(viewer: Account) -> Sequence[Ladder]:
    """The ladders of the place where the viewer's agency is."""
    place = viewer.agency.jurisdiction
    try:
        return [each for each in packs.ladders().ladders.values() if place in each.places]
    except PackError:
        return ()


def level_words(level: Level) -> str:
    """What a level means, what it needs, and what it says of agreement and time."""
    words = [level.means, level.needs, level.agreement]
    if level.clock:
        words.append(f"Time: {span_words(level.clock.within)}.")
    return " ".join(words)


def _texts(thing: Any) -> Iterator[str]:
    if not isinstance(thing, BoundField):
        yield str(thing or "")
        return
    yield str(thing.label)
    yield str(thing.help_text)
    yield from (str(label) for _, label in getattr(thing.field, "choices", ()))
    yield from (str(hint) for hint in getattr(thing.field, "hints", {}).values())
    for names in getattr(thing.field, "reveals", {}).values():
        for name in names:
            yield from _texts(thing.form[name])
