"""The form of a layout of the district's own: a document as fields, and fields as a document."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms

from rollbook.core.layouts.checks import FIELDS, ROW_ROLES
from rollbook.core.layouts.description import meaning
from rollbook.core.layouts.document import FORMAT, VERSION
from rollbook.core.layouts.layout import ENROLLMENT, MEASURED, SUBJECT, Role
from rollbook.web.pages.layouts import texts

_BOTH: Final = tuple(
    name.replace("reading", SUBJECT) for name in MEASURED if name.startswith("iready_reading")
)
GROUPS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("Student", "At least one of the two IDs.",
     ("student_id", "ssid", "last_name", "first_name")),
    ("Test", "Where a row is a test: its window, and its school year or its date.",
     (Role.WINDOW, Role.YEAR, Role.DATE, Role.SUBJECT, Role.OFFICIAL)),
    ("Results of a test", "Of the term that the row names.",
     (*sorted(_BOTH, reverse=True), *sorted(MEASURED, key=lambda name: (name[:6], name)))),
    ("Fields of a student", "Where a row is a student.",
     tuple(name for name in FIELDS if name not in
           ("student_id", "ssid", "last_name", "first_name"))),
    ("Enrollment", "Where a student may have several: which one counts.", ENROLLMENT),
)  # fmt: skip
"""Title, help and what the columns of the group hold."""

_LEFT_OUT: Final[Mapping[str, str]] = {
    Role.LANGUAGE: "tests in another language",
    Role.EDITION: "tests of another edition",
    Role.PERSON: "people who aren't students",
    Role.STATUS: "students who aren't enrolled",
}
_ROWS: Final = ("column", "words", "blank", "left")
_OF_HEADER: Final = ("signs", "parts", "reading", "math", "others", "ignored")
_WORDS: Final = ("window_words", "subject_words", "primary_words", "seasons", "values")
_LINES: Final = forms.Textarea({"rows": 4})
_LONGEST: Final = 50_000

PARTS: Final[Mapping[str, str]] = {
    "subjects": "reading", "rows": f"words_{ROW_ROLES.index(Role.STATUS)}",
}  # fmt: skip
"""Part of the document -> the form's field that tells of it, where they differ."""


def _lines(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        required=False, label=label, help_text=help_text, widget=_LINES, max_length=_LONGEST
    )


def _line(label: str, help_text: str = "", longest: int = 2000) -> forms.CharField:
    return forms.CharField(required=False, label=label, help_text=help_text, max_length=longest)


class LayoutForm(forms.Form):
    """`document` is what is changed, or what a new layout is made from."""

    title = _line("What it is", "The name people see.", 200)
    name = _line(
        "Name",
        "Starts with own-. You can't change it later, because feeds and reports use it.",
        100,
    )
    vendor = _line("Vendor", "Lowercase letters, such as iready.", 100)
    signs = _lines(
        "Recognized by",
        "One group of headers per line. A file must have one header of each group to be read "
        "with this layout.",
    )
    others = _lines("Never with", "Headers that only other exports have.")
    ignored = _lines("Not read", "Headers of columns to skip. * matches any text.")
    reading = _line("Only in exports of reading", "Where a result is of reading or of math.")
    math = _line("Only in exports of math")
    parts = _lines(
        "Several tests in a row",
        "What headers name of a test, one per line: test = 1, 2, 3. Then “score {test}” is a "
        "column "
        "of each test. “window” is the testing window.",
    )
    window_words = _lines("Words for the window", "One per line: Round 1 = fall")
    subject_words = _lines("Words for the subject", "One per line: MA = math")
    primary_words = _lines("Words for the primary enrollment", "One per line: P = yes")
    seasons = _lines(
        "Last day of each window", "For rows that don't name theirs, one per line: winter = 3/1"
    )
    values = _lines("Codes", "One per line: grade: -1 = PK")

    def __init__(self, data: Any, document: Mapping[str, Any], *, is_new: bool) -> None:
        super().__init__(data, initial=_initial(document))
        self.document = document
        for _, _, held in GROUPS:
            for name in held:
                self.fields[_key(name)] = _line(_label(name))
        for number, role in enumerate(ROW_ROLES):
            self.fields[f"column_{number}"] = _line(f"Column: {role}")
            as_in = _as_in(document, role)
            self.fields[f"words_{number}"] = _line(
                f"Meant: {role}",
                f"Blank: as in {as_in}."
                if as_in
                else "Values of the rows to read. * matches any text.",
            )
            self.fields[f"blank_{number}"] = forms.BooleanField(
                required=False,
                label=f"A blank {role} is meant, too",
                help_text="Otherwise such a row is rejected. It counts where words are written.",
            )
            self.fields[f"left_{number}"] = _line("The other rows are", _LEFT_OUT[role], 200)
        if not is_new:
            self.fields["name"].disabled = True

    def groups(self) -> Iterator[tuple[str, str, list[Any]]]:
        """Yield title, help and fields of each part of the page."""
        yield "Layout", "", [self[name] for name in ("title", "name", "vendor")]
        for title, help_text, held in GROUPS:
            yield title, help_text, [self[_key(name)] for name in held]
        parts = [f"{part}_{at}" for at in range(len(ROW_ROLES)) for part in _ROWS]
        rows = [self[name] for name in parts]
        yield "Rows to read", "The others are left out and counted.", rows
        yield "The file's header", "", [self[name] for name in _OF_HEADER]
        yield "Words and codes", "", [self[name] for name in _WORDS]

    def result(self) -> dict[str, Any]:
        """Return the document that the form says."""
        given = self.cleaned_data
        columns = [(name, given[_key(name)]) for _, _, held in GROUPS for name in held]
        columns += [(role, given[f"column_{at}"]) for at, role in enumerate(ROW_ROLES)]
        found = ((str(name), texts.headers_in(text)) for name, text in columns)
        subjects = {name: texts.headers_in(given[name]) for name in ("reading", "math")}
        return {
            FORMAT: VERSION,
            "name": given["name"].strip(),
            "vendor": given["vendor"].strip(),
            "title": given["title"].strip(),
            "columns": [{"holds": name, "headers": list_} for name, list_ in found if list_],
            "signs": texts.groups_in(given["signs"]),
            "others": texts.headers_in(given["others"]),
            "ignored": texts.headers_in(given["ignored"]),
            "subjects": {name: list_ for name, list_ in subjects.items() if list_},
            "seasons": texts.seasons_in(given["seasons"]),
            "rows": list(self._rows()),
            "values": texts.values_in(given["values"]),
            "window_words": texts.table_in(given["window_words"]),
            "subject_words": texts.table_in(given["subject_words"]),
            "primary_words": texts.table_in(given["primary_words"]),
            "notes": self.document.get("notes", []),
        } | ({"parts": parts} if (parts := texts.parts_in(given["parts"])) else {})

    def _rows(self) -> Iterator[dict[str, Any]]:
        given = self.cleaned_data
        for at, role in enumerate(ROW_ROLES):
            words, as_in = texts.words_in(given[f"words_{at}"]), _as_in(self.document, role)
            said = {"column": str(role), "left_out": given[f"left_{at}"] or _LEFT_OUT[role]}
            if words:
                blank = {"blank": "meant"} if given[f"blank_{at}"] else {}
                yield said | {"words": words} | blank
            elif as_in and given[f"column_{at}"]:
                yield said | {"as_in": as_in}


def _label(holds: str) -> str:
    return holds.capitalize() if holds in list(Role) else meaning(holds)


def _key(holds: str) -> str:
    return "holds_" + holds.replace(" ", "_").replace(SUBJECT, "both")


def _as_in(document: Mapping[str, Any], role: str) -> str:
    found = (each.get("as_in", "") for each in document["rows"] if each["column"] == role)
    return next(found, "")


def _initial(document: Mapping[str, Any]) -> dict[str, Any]:
    columns = {each["holds"]: texts.as_headers(each["headers"]) for each in document["columns"]}
    shown: dict[str, Any] = {_key(name): text for name, text in columns.items()}
    for at, role in enumerate(ROW_ROLES):
        shown[f"column_{at}"] = columns.get(role, "")
        for each in document["rows"]:
            if each["column"] == role:
                shown[f"words_{at}"] = texts.as_headers(each.get("words", ()))
                shown[f"left_{at}"] = each["left_out"]
                shown[f"blank_{at}"] = "blank" in each
    subjects = document["subjects"]
    return shown | {
        "name": document["name"],
        "vendor": document["vendor"],
        "title": document["title"],
        "signs": texts.as_groups(document["signs"]),
        "others": texts.as_headers(document["others"]),
        "ignored": texts.as_headers(document["ignored"]),
        "reading": texts.as_headers(subjects.get("reading", ())),
        "math": texts.as_headers(subjects.get("math", ())),
        "parts": texts.as_parts(document.get("parts", {})),
        "window_words": texts.as_table(document["window_words"]),
        "subject_words": texts.as_table(document["subject_words"]),
        "primary_words": texts.as_table(document.get("primary_words", {})),
        "seasons": texts.as_seasons(document["seasons"]),
        "values": texts.as_values(document["values"]),
    }
