"""The command line: `rollbook ...`."""
