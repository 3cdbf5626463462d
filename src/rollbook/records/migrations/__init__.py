"""Migrations, named by what they bring, and the SQL beside them."""

from importlib.resources import files


def sql(name: str) -> str:
    """Return the text of `name` in this folder."""
    return files("rollbook.records.migrations").joinpath(name).read_text(encoding="utf-8")
