"""What an operator should hear at the start, though it stops nothing."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register
from django.core.checks import Warning as Notice

from sharewell import packs
from sharewell.core.policy import PackError, states_held

TAG = "sharewell"


@register(TAG)
def data_folder_is_private(**_: Any) -> list[CheckMessage]:
    """Warn where other accounts of this machine may read the data folder."""
    if stat.S_IMODE(settings.DATA_FOLDER.stat().st_mode) & 0o077 == 0:
        return []
    return [
        Notice(
            f"other accounts of this machine may read {settings.DATA_FOLDER}",
            hint=f"chmod 700 {settings.DATA_FOLDER}",
            id="sharewell.W001",
        )
    ]


@register(TAG)
def packs_load(**_: Any) -> list[CheckMessage]:
    """Warn where the rules of a jurisdiction cannot be loaded; an emergency still goes."""
    hint = "correct the file; until then only immediate danger is answered"
    faults = [packs.policy(place, state).fault for place, state in _places()]
    told = dict.fromkeys(str(fault) for fault in faults if fault)
    return [Notice(text, hint=hint, id="sharewell.W002") for text in told]


@register(TAG)
def local_rows_are_reviewed(**_: Any) -> list[CheckMessage]:
    """Warn where the review of one of the partnership's own rows, or of a setting, is overdue."""
    today = datetime.now(UTC).date()
    late = [row for row in packs.local_rows() if row.review_on < today]
    hint = "decide again, and give the row its next review date"
    return [Notice(f"{r.file}: {r.row}: {r}", hint=hint, id="sharewell.W003") for r in late]


def _places() -> list[tuple[str, str | None]]:
    """The places whose packs are shipped, states too; where even their names cannot be read, one."""
    try:
        places = packs.vocabulary().jurisdictions
        held = {place: states_held(packs.read(), place) for place in places}
    except PackError:
        return [("england", None)]
    return [(place, state) for place, states in held.items() for state in (None, *states)]
