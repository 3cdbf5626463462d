"""The changes that break a line of SQL."""

import re
from collections.abc import Iterator
from typing import Final

LEFT_ALONE: Final = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\{[^}]*\}|%\([^)]*\)s|%s")
"""Comments, texts, and what Python puts in."""
CHANGES: Final[tuple[tuple[str, str], ...]] = (
    (r"<>", "="),
    (r"<=", "<"),
    (r">=", ">"),
    (r"(?<![<>!:=])=(?![=>])", "<>"),
    (r"<(?![=>@])", "<="),
    (r"(?<![<\-=@])>(?![=>])", ">="),
    (r"\band\b", "or"),
    (r"\bor\b(?! replace)", "and"),
    (r"\bis not null\b", "is null"),
    (r"\bis null\b", "is not null"),
    (r"\bis not distinct from\b", "is distinct from"),
    (r"\bis distinct from\b", "is not distinct from"),
    (r"(?<!is )\bnot (?!null\b|distinct\b|materialized\b)", ""),
    (r"(?<!not )\bexists\b", "not exists"),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bbool_or\(", "bool_and("),
    (r"\bbool_and\(", "bool_or("),
    (r"\bleft join\b", "join"),
    (r"\bselect distinct (?!on)", "select "),
    (r"\bunion all\b", "union"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"\bdesc\b", "asc"),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r"(?<![\w.$\"])[0-9]+\b(?!\.)", "+1"),
)


def sql_changes(source: str) -> Iterator[tuple[int, int, str]]:
    """Give each change: its first character, the one behind its last, and the text."""
    alone = [match.span() for match in LEFT_ALONE.finditer(source)]
    code = list(source)
    for start, end in alone:
        code[start:end] = "\0" * (end - start)
    blanked = "".join(code)
    for pattern, text in CHANGES:
        for match in re.finditer(pattern, blanked, re.IGNORECASE):
            written = text if text != "+1" else str(int(match[0]) + 1)
            yield match.start(), match.end(), written
    for match in re.finditer(r"'[a-z_]+'", source):
        yield match.start(), match.end(), f"'xx{match[0][1:]}"
