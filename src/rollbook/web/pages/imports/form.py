"""The form of an import that starts now."""

from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat

from rollbook.records.queries.feeds import active_feeds
from rollbook.transfers.uploads import is_cut, largest_upload


class ImportForm(forms.Form):
    """Which feed, which file, and whether anything is to be saved."""

    feed = forms.ChoiceField(label="Feed")
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        max_length=255,
        label="Upload a file instead",
        help_text="CSV, Excel (.xlsx, .xls), OpenDocument (.ods), a web page's table; also zipped.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.feeds = {feed.name: feed for feed in active_feeds()}
        self.fields["feed"].choices = [(name, _title(name)) for name in self.feeds]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and is_cut(file):
            raise forms.ValidationError(
                f"The file is larger than {filesizeformat(largest_upload())}, and no larger one "
                "can be uploaded. Nothing was imported. Put it on the feed's server, or have it "
                "imported on the machine where Rollbook runs."
            )
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        feed = self.feeds.get(data.get("feed", ""))
        is_missing = not data.get("file") and "file" not in self.errors
        if feed is not None and not feed.host and is_missing:
            self.add_error("file", "Choose a file: this feed has no server to fetch it from.")
        return data


def _title(name: str) -> str:
    return "files (uploaded by hand)" if name == "files" else name
