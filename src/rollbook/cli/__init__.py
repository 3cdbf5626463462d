"""The command line: `rollbook ...`."""

from rollbook.cli.main import main

__all__ = ["main"]
