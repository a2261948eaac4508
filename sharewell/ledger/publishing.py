"""Writing the log out, for others to verify without us (docs/formats/export.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from sharewell.core.log import checkpoint as state
from sharewell.core.log import note
from sharewell.core.log.note import Key
from sharewell.ledger import queries
from sharewell.ledger.models import Sequenced

PAGE = 2000  # entries read at a time


class NothingSigned(RuntimeError):
    """The log has no checkpoint yet: there is nothing that others could verify."""

    code = "nothing_signed"


def export(
    folder: Path,
    *,
    keys: Sequence[Key],
    receipts: Iterable[tuple[str, str]],
    tell: Callable[[int], None],
) -> int:
    """Write the log as it was signed last into a folder, and return its number of entries.

    ``keys`` are the log's public keys; ``receipts`` name files and the entries they are for, of which those that the
    checkpoint covers are written. ``tell`` is told how many entries are written. Raises :class:`NothingSigned`, and
    ``OSError``; the folder must be new or empty.
    """
    signed = queries.checkpoint()
    if signed is None:
        raise NothingSigned("The log has no checkpoint yet; run the worker first.")
    size = state.parse(note.read(signed).text).size
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    with (folder / "entries.jsonl").open("wb") as file:
        for index, data in enumerate(lines(size), 1):
            file.write(data + b"\n")
            if index % PAGE == 0:
                tell(index)
    (folder / "receipts").mkdir(mode=0o700)
    for name, entry in receipts:
        receipt = queries.receipt(entry)
        if receipt is not None:
            (folder / "receipts" / f"{name}.tlog-proof").write_bytes(receipt)
    (folder / "origin.vkey").write_text("".join(f"{each.text}\n" for each in keys), "utf-8")
    (folder / "witnesses.vkey").write_text("", "utf-8")
    (folder / "checkpoint").write_bytes(signed)  # last: without it, what was begun is no export
    return size


def lines(size: int) -> Iterator[bytes]:
    """Give the bytes of the first ``size`` entries in the order of their indexes."""
    rows = Sequenced.objects.order_by("index").values_list("index", "entry__data")
    for start in range(0, size, PAGE):
        for _, data in rows.filter(index__gte=start, index__lt=min(start + PAGE, size)):
            yield bytes(data)
