"""What a feed's mapping makes of a header, and what it may hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rollbook.core.catalogue.field import Field, Name, Percent
from rollbook.core.catalogue.students import (
    Catalogue,
    is_ignored_header,
    is_of_other_term,
    normalize_header,
)
from rollbook.core.catalogue.text_types import UNKNOWN_LEVEL
from rollbook.core.catalogue.verdict import (
    BLANK_MARKERS,
    Verdict,
    clean,
    folded_marker,
)
from rollbook.core.column_examples import likely_fields, takes
from rollbook.core.errors import FileRefused, UsageError
from rollbook.core.feed_settings import IGNORE, FeedRules
from rollbook.core.layouts.description import meaning
from rollbook.core.layouts.recognition import Recognition, layout_of
from rollbook.core.layouts.student_rows import rules_of_students
from rollbook.core.reading.headers import (
    LONGEST_HEADER,
    HowFound,
    find_column,
    match_columns,
    unknown_term,
)

_BY_LAYOUT: Final[Mapping[HowFound, HowFound]] = {"mapping": "layout", "ignored": "passed over"}
"""How a column is found that a layout, not the feed, maps or ignores."""

PLAIN: Final = FeedRules()
LONGEST_MARKER: Final = 100
LONGEST_TEXT: Final = 255


@dataclass(frozen=True, slots=True)
class HeaderMeaning:
    """What one column of a file means under a feed's mapping. `nearest` only where unknown.

    `unknown_term` is the term that the column is of where that is not set up; `held` is what it
    holds by a vendor's layout; `examples` are a few of its values, where they are known.
    """

    header: str
    field: Field | None
    how: HowFound
    nearest: tuple[Field, ...] = ()
    unknown_term: str | None = None
    held: str = ""
    examples: tuple[str, ...] = ()
    fits: bool = True
    """Whether the field takes the examples."""


def header_meanings(
    catalogue: Catalogue,
    rules: FeedRules,
    header: Sequence[str],
    examples: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[HeaderMeaning, ...]:
    """Return what each column of `header` means, as an import would find it.

    `examples`: header -> a few of its values.
    """
    read = layout_of(header, rules)
    own = rules.headers
    if read is not None and not read.layout.is_of_tests:
        rules = rules_of_students(rules, read, header)
    elif read is not None:
        return tuple(_by_layout(read, header, catalogue, rules, examples))
    meanings: list[HeaderMeaning] = []
    for text in header:
        field, how = find_column(text, catalogue, rules)
        shown = examples.get(text)
        if how in _BY_LAYOUT and text in rules.headers and text not in own:
            held = meaning(field.name) if field is not None else ""
            meanings.append(HeaderMeaning(text, field, _BY_LAYOUT[how], held=held))
            continue
        term = unknown_term(text, catalogue) if how == "unknown" else None
        is_compared = how == "unknown" and term is None
        nearest = likely_fields(text, shown, catalogue, rules) if is_compared else ()
        fits = field is None or not shown or takes(field, shown, rules)
        meanings.append(
            HeaderMeaning(text, field, how, nearest, term, examples=shown or (), fits=fits)
        )
    return tuple(meanings)


def _by_layout(
    read: Recognition,
    header: Sequence[str],
    catalogue: Catalogue,
    rules: FeedRules,
    examples: Mapping[str, tuple[str, ...]],
) -> Iterator[HeaderMeaning]:
    for text, holds in zip(header, read.holds, strict=True):
        if is_ignored_header(text, rules):
            yield HeaderMeaning(text, None, "ignored")
        elif holds is not None:
            field = catalogue.by_name.get(holds)
            yield HeaderMeaning(text, field, "layout", held=meaning(holds))
        else:
            how: HowFound = "unknown" if text in read.unknown else "passed over"
            yield HeaderMeaning(text, None, how, examples=examples.get(text, ()))


class NoSuchField(UsageError):
    """There is no field {name}.

    Nothing was changed.

    {nearest}"""

    reason = "no_such_field"


class HeaderOfOtherTerm(UsageError):
    """“{header}” names a different term than {mapped}: its scores would replace that term's.

    Nothing was changed.

    Choose a field of the header's own term. If that term isn't set up, add it first."""

    reason = "header_of_other_term"


class NextImportRefused(UsageError):
    """With these columns the next import would fail. {why}

    Nothing was changed.

    {advice}"""

    reason = "next_import_refused"


class ValueMeansSomething(UsageError):
    """“{text}” is a value of {name}, so it can't mean blank in all columns: real values would be
    lost.

    Nothing was changed.

    If it means blank in one column only, say so for that column."""

    reason = "value_means_something"


class MeaningIsBlank(UsageError):
    """“{meant}” is one of your own values in {name}, so it can't mean blank too.

    Nothing was changed.

    Choose one: your own value there, or blank in every column."""

    reason = "meaning_is_blank"


def field_named(name: str, catalogue: Catalogue) -> Field:
    """Return the field. Raises UsageError that names the nearest."""
    if name in catalogue.by_name:
        return catalogue.by_name[name]
    near = ", ".join(field.name for field in catalogue.similar(name))
    nearest = f"The closest are: {near}." if near else ""
    raise NoSuchField(name=name[:LONGEST_TEXT] or "without a name", nearest=nearest, field="field")


def refusal_of(header: Sequence[str], catalogue: Catalogue, rules: FeedRules) -> FileRefused | None:
    """Return why an import would refuse a file of this header; None where its columns are fine."""
    read = layout_of(header, rules)
    if read is not None and read.layout.is_of_tests:
        return None
    if read is not None:
        rules = rules_of_students(rules, read, header)
    try:
        match_columns(header, catalogue, rules)
    except FileRefused as error:
        return error
    return None


def check_header(header: str, meaning: str, catalogue: Catalogue) -> None:
    """Raise UsageError where `header` cannot be mapped to the field `meaning` or be ignored."""
    if not normalize_header(header):
        raise UsageError(
            what="A header needs at least one letter or digit to be matched.",
            advice="Columns without a name all look the same. Name this one in the export.",
            field="header",
        )
    if len(header) > LONGEST_HEADER:
        raise UsageError(what=f"A header has at most {LONGEST_HEADER} characters.", field="header")
    if is_ignored_header(header):
        raise UsageError(
            what=f"“{header}” is a column of our own fix-it files and always ignored.",
            field="header",
        )
    if meaning == IGNORE:
        return
    field = field_named(meaning, catalogue)
    if is_of_other_term(header, field):
        raise HeaderOfOtherTerm(header=header, mapped=field.header, field="field")


def check_value(field: Field, text: str, meant: str) -> None:
    """Raise UsageError where `text` must not be read as `meant`, or `meant` is no value."""
    if field.area == "identification":
        raise UsageError(
            what=f"You can't replace values of {field.name}: IDs and names are kept as they are.",
            advice="Fix them in your SIS.",
            field="field",
        )
    if not text or len(text) > LONGEST_TEXT:
        raise UsageError(
            what=(
                f"A value has 1 to {LONGEST_TEXT} characters. A blank cell always means “not "
                "known”."
            ),
            field="value",
        )
    if len(meant) > LONGEST_TEXT:
        raise UsageError(what=f"A value has at most {LONGEST_TEXT} characters.", field="meant")
    cleaned = clean(meant)
    if cleaned == "":
        return
    verdict = field.type.judge(meant, PLAIN)
    if verdict.code == UNKNOWN_LEVEL and text == meant:
        return  # so it is said that a level is the district's own
    if verdict.refused or verdict.code is not None:
        raise UsageError(
            what=f"{field.name} doesn't accept “{meant}”.",
            advice=f"It accepts: {field.type.describe()}",
            field="meant",
        )
    if isinstance(field.type, Percent) and verdict.value is not None and not meant.endswith("%"):
        raise UsageError(
            what=f"“{meant}” could be a fraction of 1 in one file and a percentage in another.",
            advice="Write the percentage with its sign.",
            field="meant",
        )


def check_marker(text: str, catalogue: Catalogue) -> None:
    """Raise UsageError where `text` cannot mean blank in every column: where it is a value."""
    cleaned = clean(text)
    if not text or len(text) > LONGEST_MARKER or isinstance(cleaned, Verdict):
        raise UsageError(
            what=f"Text that means blank has 1 to {LONGEST_MARKER} visible characters.",
            advice="An empty cell is always blank.",
            field="blank_marker",
        )
    if cleaned.lower() in BLANK_MARKERS:
        raise UsageError(what=f"“{text}” already means blank in every feed.", field="blank_marker")
    for field in catalogue.fields:
        if _is_value(field, text):
            raise ValueMeansSomething(text=text, name=field.name, field="blank_marker")


def lost_meanings(
    values: Mapping[str, Mapping[str, str]], markers: Sequence[str], catalogue: Catalogue
) -> list[tuple[str, str, str]]:
    """Return field, text and meaning of each value that is read as blank after all, because what it
    means, a level of the district's own, is a blank marker."""
    blank = {folded_marker(marker) for marker in markers}
    return [
        (name, text, meant)
        for name, texts in values.items()
        if name in catalogue.by_name and not isinstance(catalogue.by_name[name].type, Name)
        for text, meant in texts.items()
        if meant and folded_marker(meant) in blank
    ]


def _is_value(field: Field, text: str) -> bool:
    """Tell whether the field takes `text` without a word. Markers do not count in names."""
    if field.area == "identification" or isinstance(field.type, Name):
        return False
    verdict = field.type.judge(text, PLAIN)
    return verdict.value is not None and verdict.code is None
