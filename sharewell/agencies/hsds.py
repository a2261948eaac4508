"""What came into the directory from others who publish theirs: by which slugs it is known here."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sharewell.agencies.models import Function


def slug_of(source: str, id_: str = "") -> str:
    """The slug of what a publisher calls so; without an id, what all of theirs begin with."""
    of = hashlib.sha256(source.encode()).hexdigest()[:8]
    return f"hsds-{of}-{hashlib.sha256(id_.encode()).hexdigest()[:20] if id_ else ''}"


def gone(*, source: str, ids: Collection[str]) -> list[str]:
    """The services of a publisher that stand here and are no longer in their file; they stay until somebody looks."""
    rows = Function.objects.filter(slug__startswith=slug_of(source), listed=True)
    known = {slug_of(source, id_) for id_ in ids}
    return [each.name for each in rows.order_by("name") if each.slug not in known]
