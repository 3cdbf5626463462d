"""The part of a feed's form that says how its files are read."""

from django import forms

from rollbook.core.feed_settings import AUTO, NO_LAYOUT
from rollbook.core.file_set import ALL, NEWEST
from rollbook.core.reading.encodings import SPOKEN
from rollbook.records.models import Feed
from rollbook.records.queries.layouts import known_layouts

IDENTIFIERS = {
    "student_id,ssid": "Student ID and SSID (a file of the student information system)",
    "student_id": "Student ID only",
    "ssid": "SSID only (many assessment exports)",
}


def layouts_to_choose() -> list[tuple[str, str]]:
    """Return what may be said of a file's layout, those made meanwhile included."""
    return [
        (AUTO, "Find out from each file"),
        (NO_LAYOUT, "A row per student, headers as in Rollbook or mapped"),
        *((each.layout.name, each.layout.title) for each in known_layouts()),
    ]


class FileForm(forms.Form):
    """Which of the files are the export, and what their columns and cells mean."""

    feed: Feed | None

    files = forms.ChoiceField(  # type: ignore[assignment]  # the form has no uploads
        choices=(
            (NEWEST, "The newest is the export"),
            (ALL, "All of one night are parts of one export"),
        ),
        initial=NEWEST,
        required=False,
        label="Where several match",
        help_text="Parts, such as a file per grade or school, are imported together or not at all.",
    )
    worksheet = forms.CharField(
        required=False,
        max_length=255,
        label="Worksheet",
        help_text="Of a workbook. Empty: the first that has a header.",
    )
    required = forms.ChoiceField(
        choices=tuple(IDENTIFIERS.items()), label="Each row must have", initial="student_id,ssid"
    )
    encoding = forms.ChoiceField(
        choices=((AUTO, "Find out from each file"), *SPOKEN.items()),
        initial=AUTO,
        required=False,
        label="Encoding of text files",
        help_text="How accented letters are written. Set it where names come out wrong.",
    )
    layout = forms.ChoiceField(
        choices=layouts_to_choose,
        initial=AUTO,
        required=False,
        label="Layout",
        help_text="Whose export it is. More of them, and your own, are under Layouts.",
    )
    percent_scale = forms.ChoiceField(
        choices=(
            ("auto", "Find out from each file"),
            ("100", "94.5 means 94.5 %"),
            ("1", "0.945 means 94.5 %"),
        ),
        label="Percentages",
    )
    half_days = forms.ChoiceField(
        choices=(
            ("refuse", "Report them, do not import"),
            ("up", "Round up"),
            ("down", "Round down"),
            ("nearest", "Round to the nearest whole day"),
        ),
        label="Half days of absence",
    )
    blanks = forms.ChoiceField(
        choices=(("keep", "Keep the stored value"), ("clear", "Clear the stored value")),
        label="An empty cell",
    )
    new_students = forms.ChoiceField(
        choices=(("create", "Add them"), ("reject", "Report them, do not add")),
        label="Students who are not known yet",
    )
    leading_zeros = forms.BooleanField(
        required=False, initial=True, label="Our student numbers can begin with zeros"
    )

    def clean_encoding(self) -> str:
        return self.cleaned_data["encoding"] or AUTO

    def clean_files(self) -> str:
        return self.cleaned_data["files"] or (self.feed.files if self.feed else NEWEST)

    def clean_layout(self) -> str:
        return self.cleaned_data["layout"] or AUTO
