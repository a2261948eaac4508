"""Run the `sharewell` command as `python -m sharewell`."""

from sharewell.config.cli import main

main()
