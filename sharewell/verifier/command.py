"""`sharewell verify`: check an export of the log, offline."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sharewell.verifier.check import Export, Unreadable, verify
from sharewell.verifier.signed import Wrong

HOLDS, WRONG, UNREADABLE = 0, 1, 2


def main(arguments: list[str]) -> int:
    """Verify what the arguments name; 0 when all holds, 1 when anything does not, 2 when it cannot be read."""
    parser = argparse.ArgumentParser(
        prog="sharewell verify", description="Check an export of an evidence log."
    )
    parser.add_argument(
        "bundle", type=Path, help="a folder or a zip file that `sharewell log export` made"
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint kept from before, that the log must begin with; may be given again",
    )
    given = parser.parse_args(arguments)
    try:
        held = [(str(each), each.read_bytes()) for each in given.checkpoint]
        said = list(verify(Export(given.bundle), held=held, tell=_tell))
    except Wrong as fault:
        print(f"{fault.where}: {fault.what}")
        print(fault)
        return WRONG
    except (Unreadable, OSError) as fault:
        print(f"cannot be read: {fault}", file=sys.stderr)
        return UNREADABLE
    print("all holds")
    for line in said:
        print(line)
    return HOLDS


def _tell(count: int) -> None:
    """Say on a screen how far it is; nothing where the output is kept."""
    if sys.stderr.isatty() and count % (64 * 4096) == 0:
        print(f"\r{count} entries", end="", file=sys.stderr, flush=True)
