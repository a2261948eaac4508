"""Drafts of a disclosure: opened, edited and given up without evidence, for nothing has left yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies.models import Account
from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure


def disclosure_open(
    *, account: Account, case: Case, now: datetime, purpose: str = ""
) -> Disclosure:
    """Begin a draft about a case, with the newest facts and consent to be read at each preview."""
    raise NotImplementedError


def disclosure_update(
    *, account: Account, disclosure_id: UUID, version: int, now: datetime, **fields: Any
) -> Disclosure:
    """Save some fields of a draft, as one who read ``version`` of it; returns it one version on.

    ``fields`` are names in :data:`EDITABLE`; ``facts`` are the draft's own edits of the case's facts.
    ``recipient`` is a function's id, or None for one outside the directory (role, name, contact).
    Raises ``Conflict`` when somebody saved in between, ``Invalid`` by field, ``NotEditable`` once sent.
    """
    raise NotImplementedError


def disclosure_close(
    *, account: Account, disclosure_id: UUID, version: int, now: datetime
) -> Disclosure:
    """Give a draft up; it stays readable. Raises ``Conflict`` and ``NotEditable``."""
    raise NotImplementedError
