"""The form to raise a concern, as a browser would post it."""

from __future__ import annotations

import re
import uuid
from typing import Any


def concern_data(**changes: Any) -> dict[str, Any]:
    """A concern about one adult, with what must be answered and no more."""
    data = {
        "form_key": str(uuid.uuid4()),
        "action": "raise",
        "people": "1",
        "statements": "2",
        "immediate_danger": "false",
        "person_0_name": "Mary Mill",
        "person_0_kind": "adult",
        "statement_0_text": "A bruise on the left arm.",
        "reason": "She may be hurt at home.",
        "told_by": "me",
        "staff": "false",
    }
    return {**data, **changes}


def two_people(**changes: Any) -> dict[str, Any]:
    """A concern about Mary and Tom, each with a statement of their own and a shared reason."""
    about = {
        "people": "2",
        "person_1_name": "Tom Mill",
        "person_1_kind": "child",
        "person_1_age": "9",
        "statements": "3",
        "statement_0_about": "0",
        "statement_2_kind": "observed",
        "statement_2_text": "Tom had not eaten.",
        "statement_2_about": "1",
        "reason_about": "all",
    }
    return concern_data(**{**about, **changes})


def same_page(response: Any) -> str:
    """What a page says, without the token that differs on every page."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
