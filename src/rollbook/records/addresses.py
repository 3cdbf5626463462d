"""Email addresses as people type them in settings, several in one text."""

import re
from typing import Final

from rollbook.core.folding import address_folded

ADDRESS: Final = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+")
"""An email address, as far as one can tell without writing to it."""


def addresses(text: str) -> list[str]:
    """Return the email addresses of a text, each once, however they are separated: people write
    `;` too."""
    found: dict[str, str] = {}
    for part in re.split(r"[\s,;]+", text):
        found.setdefault(address_folded(part), part)
    return [part for part in found.values() if part]


def addresses_fault(text: str) -> str:
    """Return what is wrong with a text of addresses, '' for a good one."""
    bad = next((part for part in addresses(text) if not ADDRESS.fullmatch(part)), None)
    if bad is None:
        return ""
    return f"“{bad[:100]}” isn't an email address. Write name@example.org, separated by commas."


def letters_fault(text: str) -> str:
    """Return what is wrong with new addresses: few servers take other letters than ASCII's, and one
    that only looks like an A sends a school's numbers to someone else."""
    bad = next((part for part in addresses(text) if not part.isascii()), None)
    if bad is None:
        return ""
    return f"“{bad[:100]}” has a letter that isn't one of A to Z. Type the address again."
