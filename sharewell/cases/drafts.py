"""What is typed and not yet sent: kept on the server for its writer alone, without evidence, gone once sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sharewell.agencies.access import Invalid
from sharewell.agencies.models import Account
from sharewell.cases.models import Draft

LARGEST = 200_000


def draft_save(
    *, account: Account, form: str, about: str, data: Mapping[str, Sequence[str]], now: datetime
) -> Draft:
    """Keep what an account has typed into a form so far, in place of what was kept before.

    ``about`` tells apart several forms of a kind (a case, or the form's own key). Raises ``Invalid`` when it
    is larger than any form can be.
    """
    # A null character is no text, and PostgreSQL keeps none.
    kept = {
        name.replace("\0", ""): [value.replace("\0", "") for value in values]
        for name, values in data.items()
    }
    if sum(len(name) + sum(map(len, values)) for name, values in kept.items()) > LARGEST:
        raise Invalid({"form": ["This is too long to keep. Shorten it, then save again."]})
    draft, _ = Draft.objects.update_or_create(
        account=account, form=form, about=about, defaults={"data": kept, "updated_at": now}
    )
    return draft


def draft_drop(*, account: Account, form: str, about: str = "") -> None:
    """Forget what was typed, because it was sent or given up."""
    Draft.objects.filter(account=account, form=form, about=about).delete()
