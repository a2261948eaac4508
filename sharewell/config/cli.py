"""The `sharewell` command.

`decide` and `verify` are taken before anything else is imported, because they work without a database.
"""

from __future__ import annotations

import sys

USAGE = 2  # exit status for input that cannot be read


def main() -> None:
    """Run the command that the arguments name, and exit with its status."""
    if sys.argv[1:2] == ["decide"]:
        sys.exit(decide(sys.argv[2:]))
    if sys.argv[1:2] == ["verify"]:
        from sharewell.verifier.command import main as verify

        sys.exit(verify(sys.argv[2:]))
    # Imported here so that `decide` does not pay for it.
    from sharewell.config.commands import app

    app()


def decide(arguments: list[str]) -> int:
    """Print what the rules say to each request in a file; return the exit status."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: sharewell decide FILE", file=sys.stderr)
        return 0 if arguments == ["--help"] else USAGE
    from sharewell.config.decide import main as decide_file

    return decide_file(arguments[0])
