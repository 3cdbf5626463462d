"""The form of a feed's columns, codes and blank markers: what was sent of it, what it changes, and
what of it is refused at its field."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final, NamedTuple

from django.http import QueryDict

from rollbook.core.catalogue.students import Catalogue, normalize_header
from rollbook.core.catalogue.verdict import OUTER_BLANKS, folded_marker
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import IGNORE
from rollbook.core.mapping import (
    HeaderMeaning,
    check_marker,
    check_value,
    field_named,
)
from rollbook.records.operations.mappings import MappingChange
from rollbook.records.queries.feed_codes import BlankMarker, Code, FeedCodes
from rollbook.web.error_texts import error_text, fault_texts

AS_KNOWN: Final = "="
"""As a choice for a column: what the catalogue says."""
IGNORED: Final = "-"
"""As a choice: the column is ignored."""

AS_IT_IS: Final = ""
"""As a choice for a code: the feed says nothing of it."""
BLANK: Final = "="
OWN: Final = "+"
"""As choices: it means "not known"; it is a value of the district's own."""

COLUMN: Final = "id_field"
"""At which field of the page an error about a column is shown; those of others are below."""
TYPED_VALUE: Final[Mapping[str, str]] = {
    "field": "typed-value-field", "value": "typed-value-text", "meant": "typed-value-meant",
}  # fmt: skip
TYPED_MARKER: Final = "typed-blank"
LABELS: Final[Mapping[str, str]] = {
    COLUMN: "This is …",
    TYPED_VALUE["field"]: "Column",
    TYPED_VALUE["value"]: "Text in the file",
    TYPED_VALUE["meant"]: "Means",
    TYPED_MARKER: "Another text",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent; everything is as it is stored where nothing was."""

    columns: Sequence[tuple[str, str]] = ()
    """Header and choice, the typed one last."""
    codes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Field and key of a code -> choice."""
    markers: Mapping[str, bool] = field(default_factory=dict)
    """Key of a blank marker that was shown -> whether it is one."""
    typed_column: tuple[str, str] = ("", "")
    typed_value: tuple[str, str, str] = ("", "", "")
    """Field, text, meaning."""
    typed_marker: str = ""

    @classmethod
    def of(cls, data: QueryDict | None) -> "Sent":
        """Return what a form that was filled in says."""
        if data is None:
            return cls()
        typed = (data.get("typed_header", ""), data.get("typed_field", AS_KNOWN))
        columns = list(zip(data.getlist("header"), data.getlist("field"), strict=False))
        codes = map(data.getlist, ("code_field", "code_digest", "code_meaning"))
        ticked = set(data.getlist("blank"))
        names = ("typed_value_field", "typed_value_text", "typed_value_meant")
        value = [data.get(name, "") for name in names]
        return cls(
            [*columns, typed] if typed[0] else columns,
            {(name, key): meant for name, key, meant in zip_longest(*codes, fillvalue="")},
            {key: key in ticked for key in data.getlist("blank_shown")},
            typed,
            (value[0], value[1], value[2]),
            data.get("typed_blank", ""),
        )

    def meaning_of(self, code: Code) -> str:
        """Return what is chosen for a code."""
        return self.codes.get((code.field.name, code.key), stored_choice(code))

    def is_blank(self, marker: BlankMarker) -> bool:
        """Tell whether a text is ticked."""
        return self.markers.get(marker.key, marker.is_set)

    def change(
        self, columns: Sequence[HeaderMeaning], found: FeedCodes, *, mapped: Iterable[str]
    ) -> MappingChange:
        """Return what was chosen otherwise than it is; `columns` are what the headers mean now,
        `mapped` those that the feed itself says the meaning of."""
        own = {normalize_header(header) for header in mapped}
        now = {column.header: column_choice(column) for column in columns}
        chosen = {header: choice for header, choice in self.columns if choice != now.get(header)}
        codes = [
            (code, self.meaning_of(code))
            for code in found.codes
            if self.meaning_of(code) != stored_choice(code)
        ]
        markers = [each for each in found.markers if self.is_blank(each) != each.is_set]
        values = [
            (code.field.name, code.text, meaning_as_stored(code, meant))
            for code, meant in codes
            if meant != AS_IT_IS
        ]
        return MappingChange(
            headers={
                header: IGNORE if choice == IGNORED else choice
                for header, choice in chosen.items()
                if choice != AS_KNOWN
            },
            values=[*values, self.typed_value] if any(self.typed_value) else values,
            blank_markers=[
                *(each.text for each in markers if not each.is_set),
                *([self.typed_marker] if self.typed_marker else []),
            ],
            forgotten_headers=[
                header
                for header, choice in chosen.items()
                if choice == AS_KNOWN and normalize_header(header) in own
            ],
            forgotten_values=[
                (code.field.name, code.text) for code, meant in codes if meant == AS_IT_IS
            ],
            forgotten_markers=[each.text for each in markers if each.is_set],
        )


def column_choice(column: HeaderMeaning) -> str:
    """Return what is chosen for a column as the page shows it."""
    if column.how == "mapping" and column.field is not None:
        return column.field.name
    return IGNORED if column.how == "ignored" else AS_KNOWN


def stored_choice(code: Code) -> str:
    """Return what is chosen for a code as it is stored."""
    if code.meant is None:
        return AS_IT_IS
    if not code.meant:
        return BLANK
    return OWN if code.is_own and code.meant not in code.choices else code.meant


def meaning_as_stored(code: Code, choice: str) -> str:
    """Return the text that the feed reads instead; "" for blank."""
    return {BLANK: "", OWN: code.text}.get(choice, choice)


def code_place(code: Code) -> str:
    """Return the `id` of a code's field on the page."""
    return f"code-{code.field.name}-{code.key[:16]}"


def marker_place(marker: BlankMarker) -> str:
    """Return the `id` of a blank marker's field on the page."""
    return f"blank-{marker.key[:16]}"


class Fault(NamedTuple):
    """What is wrong with one field of the page."""

    place: str
    """The `id` of the field; "" for the form as a whole."""
    label: str
    said: str


def faults_of(
    change: MappingChange, sent: Sent, found: FeedCodes, catalogue: Catalogue
) -> list[Fault]:
    """Return what is wrong with codes and blank markers, each looked at alone."""
    return [
        *_faults_of_values(change, sent, found, catalogue),
        *_faults_of_markers(change, found, catalogue),
    ]


def _faults_of_values(
    change: MappingChange, sent: Sent, found: FeedCodes, catalogue: Catalogue
) -> Iterator[Fault]:
    codes = {(code.field.name, code.text): code_place(code) for code in found.codes}
    typed = len(change.values) - 1 if any(sent.typed_value) else None
    for at, (name, given, meant) in enumerate(change.values):
        text = given.strip(OUTER_BLANKS)
        try:
            check_value(field_named(name, catalogue), text, meant.strip(OUTER_BLANKS))
        except UsageError as error:
            for part, said in fault_texts(error).items():
                place = TYPED_VALUE[part] if at == typed else codes[name, given]
                yield Fault(place, LABELS.get(place, f"“{text}”"), said)


def _faults_of_markers(
    change: MappingChange, found: FeedCodes, catalogue: Catalogue
) -> Iterator[Fault]:
    markers = {each.text: marker_place(each) for each in found.markers}
    for text in change.blank_markers:
        try:
            check_marker(text.strip(OUTER_BLANKS), catalogue)
        except UsageError as error:
            place = markers.get(text, TYPED_MARKER)
            for said in fault_texts(error).values():
                yield Fault(place, LABELS.get(place, f"“{text}”"), said)


def faults_in(
    error: UsageError, change: MappingChange, sent: Sent, found: FeedCodes
) -> list[Fault]:
    """Return at which fields an error is shown that a whole change was refused for."""
    if not error.faults:
        return [Fault("", "", error_text(error))]
    return [
        Fault(place, LABELS.get(place, "This text"), said)
        for part, said in fault_texts(error).items()
        for place in [_place(part, error, change, sent, found)]
    ]


def _place(
    part: str, error: UsageError, change: MappingChange, sent: Sent, found: FeedCodes
) -> str:
    if part == "blank_marker":
        of = folded_marker(str(error.details.get("meant", "")))
        places = [marker_place(each) for each in found.markers if folded_marker(each.text) == of]
        return next(iter(places), TYPED_MARKER)
    if part == "meant":
        asked = (error.details.get("name"), error.details.get("text"))
        changed = {(name, text) for name, text, _ in change.values}
        places = [
            code_place(code)
            for code in found.codes
            if (code.field.header, code.text) == asked
            and (code.field.name, code.text) in changed
            and (code.field.name, code.text) != sent.typed_value[:2]
        ]
        return next(iter(places), TYPED_VALUE["meant"])
    return TYPED_VALUE["value"] if part == "value" else COLUMN


def refused_column(faults: Iterable[Fault], sent: Sent) -> str | None:
    """Return the header whose meaning is to be corrected: the one named, or the first mapped."""
    said = " ".join(fault.said for fault in faults if fault.place == COLUMN)
    if not said:
        return None
    mapped = [header for header, choice in sent.columns if choice != AS_KNOWN]
    named = [header for header in mapped if f"“{header}”" in said]
    return next(iter([*named, *mapped, *(header for header, _ in sent.columns)]), None)
