"""Concerns that the tests of this room tell."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sharewell.cases.models import Case, Concern
from sharewell.cases.operations import concern_raise
from sharewell.cases.telling import PersonTold, Said
from sharewell.testing import NOW, Cast

MARY = PersonTold(key="1", name="Mary Mill", subject_kind="adult")
TOM = PersonTold(key="2", name="Tom Mill", subject_kind="child", age=9)


def raise_concern(cast: Cast, **changes: Any) -> Concern:
    """Alice raises a concern about Mary, an hour after she saw something."""
    told: dict[str, Any] = {
        "account": cast.alice,
        "now": NOW,
        "form_key": uuid.uuid4(),
        "immediate_danger": False,
        "people": [MARY],
        "statements": [Said(text="A bruise on the left arm.")],
    }
    return concern_raise(**{**told, **changes})


def open_case(cast: Cast, **changes: Any) -> Case:
    """The case that a concern about one person opens."""
    return raise_concern(cast, **changes).on_cases.select_related("case__person").get().case


LATER = NOW + timedelta(hours=1)
