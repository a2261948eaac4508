"""The evidence log from the shell: `sharewell log`."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The evidence log: write it out for others to verify, change its key.")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A new folder; it holds no names and no content.")],
) -> None:
    """Write the log into FOLDER, for `sharewell verify` on any machine."""
    from sharewell.config.commands import fail, start

    start()
    from django.conf import settings

    from sharewell.disclosures.models import Disclosure
    from sharewell.ledger import publishing, signing

    rows = Disclosure.objects.exclude(entry_id="").order_by("pk").values_list("pk", "entry_id")
    try:
        keys = signing.signers(settings.LOG_KEY, origin=None, random=secrets.token_bytes)
        size = publishing.export(
            folder,
            keys=[each.key for each in keys],
            receipts=((pk.hex, entry) for pk, entry in rows.iterator(chunk_size=2000)),
            tell=_tell,
        )
    except (publishing.NothingSigned, signing.KeyUnusable, OSError) as fault:
        fail(str(fault))
        return
    print(f"{size} entries in {folder}; check them with: sharewell verify {folder}")


@app.command()
def rotate() -> None:
    """Add a new key; from now on both sign, so that who holds the old one can verify still."""
    from sharewell.config.commands import fail, start

    start()
    from django.conf import settings

    from sharewell.ledger import signing

    try:
        new = signing.rotate(settings.LOG_KEY, random=secrets.token_bytes)
    except (signing.KeyUnusable, OSError) as fault:
        fail(str(fault))
        return
    print("Give the new key to everybody who verifies this log:")
    print(new.key.text)


def _tell(count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{count} entries", end="", file=sys.stderr, flush=True)
