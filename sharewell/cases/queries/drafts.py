"""Reads of drafts: what somebody typed and has not sent."""

from __future__ import annotations

from sharewell.agencies.models import Account
from sharewell.cases.models import (
    Draft,
)


def draft(*, viewer: Account, form: str, about: str = "") -> Draft | None:
    """What the viewer typed into this form and has not sent."""
    return Draft.objects.filter(account=viewer, form=form, about=about).first()


def drafts(*, viewer: Account, form: str) -> list[Draft]:
    """All that the viewer typed into forms of this kind and has not sent, newest first."""
    return list(Draft.objects.filter(account=viewer, form=form).order_by("-updated_at"))
