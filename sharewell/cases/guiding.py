"""The guide to good recording, for those who write: what to look at again, and never more than that."""

from __future__ import annotations

from sharewell import packs
from sharewell.core.policy import PackError
from sharewell.core.recording import Advice, advice


def advice_for(text: str, kind: str) -> list[Advice]:
    """What to look at again in a text of this kind; nothing in one of another, such as somebody's own words.

    Without a kind it is read as something observed. A pack that cannot be used advises nothing: nobody is
    kept from recording by it.
    """
    if not text.strip():
        return []
    try:
        guides = packs.recording()
    except PackError:
        return []
    return advice(text, kind or "observed", guides)
