"""What was typed into a long form and not sent: shown again when its writer comes back, gone once sent."""

from __future__ import annotations

from uuid import UUID

from django.utils.datastructures import MultiValueDict

from sharewell.agencies.models import Account
from sharewell.cases import queries
from sharewell.cases.drafts import draft_drop
from sharewell.web.fields import Form
from sharewell.web.staff.draft import typed


def restore(form: Form, *, viewer: Account, name: str, about: UUID | None) -> bool:
    """Start an unsent form with what its writer typed before; says whether there was something."""
    draft = (
        None if form.is_bound else queries.draft(viewer=viewer, form=name, about=str(about or ""))
    )
    if draft is None:
        return False
    data, files = typed(draft), MultiValueDict[str, object]()
    for field, each in form.fields.items():
        if not each.widget.is_hidden:
            form.initial[field] = each.widget.value_from_datadict(data, files, field)
    return True


def forget(*, viewer: Account, name: str, about: UUID | None) -> None:
    """Forget what was typed, because it was sent."""
    draft_drop(account=viewer, form=name, about=str(about or ""))
