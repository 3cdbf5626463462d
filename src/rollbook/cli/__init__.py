"""The command line: `rollbook ...`."""

from rollbook.cli.edge import main

__all__ = ["main"]
