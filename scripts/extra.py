"""Prints what one extra of the project asks for, one package a line, without the product's own."""

import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def packages(extra: str) -> list[str]:
    """Return the requirements of `extra` as pyproject.toml writes them. Raises KeyError."""
    declared: list[str] = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"][
        extra
    ]
    return declared


if __name__ == "__main__":
    print("\n".join(packages(sys.argv[1])))
