"""What must hold of any table, any text and any damage."""

import re
import string
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.core.catalogue.field import Field
from rollbook.core.errors import FileRefused
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.lone_lines import DELIMITERS
from tests.spec.judging import CATALOGUE
from tests.spec.reading import imported, read

QUICK = settings(max_examples=60)
FIELDS = ["student_id", "ssid", "last_name", "school", "absences_ytd"]
HEADER = ["Student ID", "SSID", "Last Name", "School", "Absences YTD"]
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
PREAMBLES = ("", "Roster of the district\n", "Roster\n\nPrinted today\n")

NAMES = st.text(string.ascii_letters + " 'ñéö,;|^\"\t\n", max_size=10).map(str.strip)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Students whose identifiers and names no other student has."""
    count = draw(st.integers(1, 6))
    return [
        [
            f"{number:05}",
            f"9{number:06}",
            f"Ñ{draw(NAMES)}",
            draw(NAMES),
            f"{draw(st.integers(0, 99))}",
        ]
        for number in range(1, count + 1)
    ]


def written(
    rows: list[list[str]], delimiter: str = ",", *, line_end: str = "\n", quote_all: bool
) -> str:
    """The csv module does not quote a line break that is not its own, so this is written here."""

    def cell(text: str) -> str:
        doubled = text.replace('"', '""')
        is_special = any(mark in text for mark in (delimiter, '"', "\n", "\r"))
        return f'"{doubled}"' if quote_all or is_special else text

    return "".join(delimiter.join(map(cell, row)) + line_end for row in [HEADER, *rows])


@QUICK
@given(
    rows=tables(),
    delimiter=st.sampled_from(DELIMITERS),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(),
    codec=st.sampled_from(CODECS),
    preamble=st.sampled_from(PREAMBLES),
    is_ended=st.booleans(),
)
def test_a_table_in_any_dialect_is_read_back_as_it_was(
    *,
    rows: list[list[str]],
    delimiter: str,
    line_end: str,
    quote_all: bool,
    codec: str,
    preamble: str,
    is_ended: bool,
) -> None:
    text = written(rows, delimiter, line_end=line_end, quote_all=quote_all)
    text = preamble.replace("\n", line_end) + (text if is_ended else text.removesuffix(line_end))
    result = read(text.encode(codec))
    first = preamble.count("\n") + 2
    assert result.records == dict(enumerate(rows, first))
    assert result.damaged == {}


@QUICK
@given(
    field=st.sampled_from(CATALOGUE.fields),
    text=st.text(st.characters(exclude_categories=()), max_size=60)
    | st.text("0123456789.,-+eE%='\" <>/KPT", max_size=12),
)
def test_any_text_is_judged_and_its_value_stays_when_judged_again(field: Field, text: str) -> None:
    rules = FeedRules()
    first = field.type.judge(text, rules)
    assert not first.refused or (first.value is None and first.code)
    if first.value is not None:
        first.value.encode("utf-8")
        # A bare 1 of an accuracy is ambiguous, what `1%` was read as is not.
        sign = "%" if getattr(field.type, "percent_sign", False) else ""
        second = field.type.judge(first.value + sign, rules)
        assert (second.value, second.refused) == (first.value, False)


@QUICK
@given(data=st.binary(max_size=300), headed=st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, headed: bool) -> None:
    head = b"Student ID,SSID,Last Name\n" if headed else b""
    try:
        imported(head + data)
    except FileRefused as refused:
        assert str(refused)


@st.composite
def damages(draw: Any, text: str) -> str:
    """`text` with one quote, delimiter or line break too many or too few, after the header."""
    start = text.index("\n") + 1
    marks = [at for at in range(start, len(text)) if text[at] in '",\n']
    if marks and draw(st.booleans()):
        gone = draw(st.sampled_from(marks))
        return text[:gone] + text[gone + 1 :]
    at = draw(st.integers(start, len(text)))
    mark: str = draw(st.sampled_from('",\n'))
    return text[:at] + mark + text[at:]


def facts(row: dict[str, str | None]) -> set[tuple[str | None, str, str]]:
    """What a row says of its student, but for the characters that were damaged."""
    return {
        (row["student_id"], name, re.sub('[",\\s]', "", value or ""))
        for name, value in row.items()
        if name != "row_number"
    }


@QUICK
@given(st.data())
def test_one_damaged_character_never_gives_a_student_a_value_of_another_silently(
    data: st.DataObject,
) -> None:
    """Inside a quoted cell a delimiter or line break more or less is a value like any other, and
    is unknown: so values are compared without them. That digits are missing is not visible
    of a number either, so only quotes, delimiters and line breaks are damaged. A row may lose the
    values that a line break has taken to the next one, which is told then.
    """
    rows = data.draw(tables())
    text = written(rows, quote_all=data.draw(st.booleans()))
    # As read, and as written: a line break beside a tab makes a refused name an accepted one.
    known = set().union(*(facts(row) for row in imported(text).rows.values()))
    known |= {fact for row in rows for fact in facts(dict(zip(FIELDS, row, strict=True)))}
    result = imported(data.draw(damages(text)))
    told = {issue.row for issue in result.issues}
    for number, row in result.rows.items():
        others = facts(row) - known
        lost = all(not value for *_, value in others) and number + 1 in told
        assert number in told or not others or lost
