"""The part of a feed's form that says how its files are read."""

from django import forms

from rollbook.core.feed_settings import AUTO, NO_LAYOUT
from rollbook.core.file_set import ALL, NEWEST
from rollbook.core.reading.encodings import SPOKEN
from rollbook.records.models import Feed
from rollbook.records.queries.layouts import known_layouts

IDENTIFIERS = {
    "student_id,ssid": "Student ID and SSID (SIS exports)",
    "student_id": "Student ID only",
    "ssid": "SSID only (many assessment exports)",
}


def layouts_to_choose() -> list[tuple[str, str]]:
    """Return what may be said of a file's layout, those made meanwhile included."""
    return [
        (AUTO, "Detect automatically"),
        (NO_LAYOUT, "One row per student"),
        *((each.layout.name, each.layout.title) for each in known_layouts()),
    ]


class FileForm(forms.Form):
    """Which of the files are the export, and what their columns and cells mean."""

    feed: Feed | None

    files = forms.ChoiceField(  # type: ignore[assignment]  # the form has no uploads
        choices=(
            (NEWEST, "Import the newest"),
            (ALL, "Import all of one night together"),
        ),
        initial=NEWEST,
        required=False,
        label="If several files match",
        help_text="If the export comes in parts, like one file per school,"
        " import all of them or none.",
    )
    worksheet = forms.CharField(
        required=False,
        max_length=255,
        label="Worksheet",
        help_text="For Excel files. Leave blank for the first sheet with a header row.",
    )
    required = forms.ChoiceField(
        choices=tuple(IDENTIFIERS.items()), label="Each row must have", initial="student_id,ssid"
    )
    encoding = forms.ChoiceField(
        choices=((AUTO, "Detect automatically"), *SPOKEN.items()),
        initial=AUTO,
        required=False,
        label="Text encoding",
        help_text="Change this if accented names come out wrong.",
    )
    layout = forms.ChoiceField(
        choices=layouts_to_choose,
        initial=AUTO,
        required=False,
        label="Layout",
        help_text="The vendor's export format. See Layouts for the full list, or add your own.",
    )
    percent_scale = forms.ChoiceField(
        choices=(
            ("auto", "Detect automatically"),
            ("100", "94.5 means 94.5%"),
            ("1", "0.945 means 94.5%"),
        ),
        label="Percentages",
    )
    half_days = forms.ChoiceField(
        choices=(
            ("refuse", "Report, don't import"),
            ("up", "Round up"),
            ("down", "Round down"),
            ("nearest", "Round to the nearest whole day"),
        ),
        label="Half-day absences",
    )
    blanks = forms.ChoiceField(
        choices=(("keep", "Keep the saved value"), ("clear", "Clear the saved value")),
        label="Blank cells",
    )
    new_students = forms.ChoiceField(
        choices=(("create", "Add them"), ("reject", "Report, don't add")),
        label="New students",
    )
    leading_zeros = forms.BooleanField(
        required=False, initial=True, label="Student IDs can start with zeros"
    )

    def clean_encoding(self) -> str:
        return self.cleaned_data["encoding"] or AUTO

    def clean_files(self) -> str:
        return self.cleaned_data["files"] or (self.feed.files if self.feed else NEWEST)

    def clean_layout(self) -> str:
        return self.cleaned_data["layout"] or AUTO
