"""What student information systems and test vendors write where there is no value."""

from typing import Final

WORDS: Final = frozenset({
    "absent", "blank", "did not test", "dnt", "empty", "exempt", "excused", "incomplete", "invalid",
    "missing", "n.a.", "nd", "no data", "no score", "not administered", "not applicable",
    "not attempted", "not available", "not enrolled", "not given", "not scored",
    "not taken", "not tested", "not yet tested", "ns", "nt", "nv", "opted out", "pending",
    "refused", "tba", "tbd", "unavailable", "undefined", "unknown", "unscored", "untested",
    "withdrawn", "withheld",
})  # fmt: skip
"""In lower case: what student information systems and test vendors write for "no value"."""

LONGEST: Final = 40
"""Characters of a text that may mean blank."""


def says_blank(text: str) -> bool:
    """Tell whether a text probably means blank: one of the words, or signs alone."""
    folded = text.lower()
    if len(folded) > LONGEST or any(sign.isdigit() for sign in folded):
        return False
    return " ".join(folded.split()) in WORDS or not any(sign.isalnum() for sign in folded)
