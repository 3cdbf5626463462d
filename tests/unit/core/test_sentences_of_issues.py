"""What an issue says holds of a held import and of a trial too, in which nothing is stored."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import rollbook.core

CORE = Path(rollbook.core.__file__).parent
ROOMS = ("catalogue", "validation", "layouts", "loading")
DONE = re.compile(r"\b(?:was|were) (?:imported|stored|made)\b")
STIFF = re.compile(
    r"\b(?:refused|identifiers?|instruments?|the operator|passed over|nobody|decide to apply"
    r"|is told|are told|in the SIS)\b"
)
NOTHING = re.compile(r"\b(?:none|neither)\b[^.]*$", re.IGNORECASE)


def sentences() -> Iterator[tuple[str, str]]:
    """The texts of the rooms that make issues, without docstrings, each with its file."""
    for path in (each for room in ROOMS for each in sorted((CORE / room).glob("*.py"))):
        tree = ast.parse(path.read_text())
        said = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        for each in ast.walk(tree):
            if id(each) not in said and isinstance(each, ast.Constant):
                yield path.name, str(each.value)


def test_no_warning_says_that_a_value_was_imported() -> None:
    found = [
        f"{name}: {text}"
        for name, text in sentences()
        for match in DONE.finditer(text)
        if not NOTHING.search(text[: match.start()])
    ]
    assert found == []


def test_the_sentences_are_in_the_readers_words() -> None:
    found = [
        f"{name}: {text}"
        for name, text in sentences()
        if " " in text.strip() and "CASE WHEN" not in text and STIFF.search(text)
    ]
    assert found == []
