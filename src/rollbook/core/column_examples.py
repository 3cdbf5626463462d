"""A few values of a column that is not known, and the field that its header and they may mean."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from rollbook.core.catalogue.field import Field, Percent
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.verdict import OUTER_BLANKS, Verdict
from rollbook.core.cells import shown
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Issue
from rollbook.core.table import Table

MOST: Final = 3
LONGEST: Final = 40
"""Characters of an example; a longer value ends with an ellipsis."""

ROWS: Final = 2_000
"""Records that are looked through at most."""

BETWEEN: Final = " · "
"""Between the examples in one text. A value that has the sign is none."""


def examples_of(table: Table, headers: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return up to three different values of each of these columns; () where all are blank."""
    places = {text: table.header.index(text) for text in headers}
    found: dict[str, dict[str, None]] = {text: {} for text in headers}
    rows = 0
    for chunk in table.chunks() if places else ():
        records = chunk.records[: ROWS - rows]
        for text, place in places.items():
            _add(found[text], (record[place] for record in records))
        rows += len(records)
        if rows >= ROWS or all(len(examples) == MOST for examples in found.values()):
            break
    return {text: tuple(examples) for text, examples in found.items()}


def _add(examples: dict[str, None], cells: Iterable[str]) -> None:
    for cell in cells:
        if len(examples) == MOST:
            return
        text = " ".join(shown(cell).split()).strip(OUTER_BLANKS)
        if text and BETWEEN.strip() not in text:
            examples[text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"] = None


def as_text(examples: Sequence[str]) -> str:
    """Return the examples as one text, empty where there are none."""
    return BETWEEN.join(examples)


def from_text(text: str) -> tuple[str, ...]:
    """Return the examples of such a text."""
    return tuple(text.split(BETWEEN)) if text else ()


def examples_in(issues: Iterable[Issue]) -> dict[str, tuple[str, ...]]:
    """Return, by header, the examples that issues about unknown columns carry."""
    return {
        issue.column: from_text(issue.value)
        for issue in issues
        if issue.code == "UNKNOWN_COLUMN" and issue.column and issue.value is not None
    }


def likely_fields(
    header: str, examples: Sequence[str] | None, catalogue: Catalogue, rules: FeedRules
) -> tuple[Field, ...]:
    """Return the fields that a header resembles and that take each example without a word.

    The nearest is first. `examples` None: they are not known, so the header alone counts. A column
    without any value resembles nothing.
    """
    near = catalogue.nearest(header)
    if examples is None:
        return tuple(near)
    return tuple(field for field in near if examples and takes(field, examples, rules))


def takes(field: Field, examples: Sequence[str], rules: FeedRules) -> bool:
    """Tell whether a field takes each of the examples without a word."""
    words: Mapping[str, str] = rules.values.get(field.name, {})
    verdicts = [_judge(field, words.get(text, text), rules) for text in examples]
    return not any(verdict.refused or verdict.code for verdict in verdicts)


def _judge(field: Field, text: str, rules: FeedRules) -> Verdict:
    if isinstance(field.type, Percent):  # what the file's scale is says nothing of the column
        return field.type.judge_at_scale(text, rules=rules, factor=1)
    return field.type.judge(text, rules)
