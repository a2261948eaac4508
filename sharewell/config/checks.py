"""What an operator should hear at the start, though it stops nothing."""

from __future__ import annotations

import stat
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register
from django.core.checks import Warning as Notice

from sharewell import packs

TAG = "sharewell"
CHECKED = ("england", "us")  # the jurisdictions whose packs are shipped


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
    faults = [packs.policy(jurisdiction).fault for jurisdiction in CHECKED]
    return [Notice(str(fault), hint=hint, id="sharewell.W002") for fault in faults if fault]
