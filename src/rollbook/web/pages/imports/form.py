"""The form of an import that starts now."""

import os
from typing import Any, Final

from django import forms
from django.template.defaultfilters import filesizeformat

from rollbook.core.errors import RollbookError
from rollbook.core.file_set import MOST_FILES
from rollbook.records.operations.bucket_files import upload_bucket
from rollbook.records.queries.feeds import active_feeds
from rollbook.transfers.direct_uploads import key_of, largest_in_request
from rollbook.transfers.uploads import largest_upload
from rollbook.web.error_texts import error_text

KINDS: Final = (
    "CSV, Excel (.xlsx, .xls), OpenDocument (.ods) or a web page's table. Zip files are fine."
)


SEVERAL: Final = (
    "If one export comes as several files, such as one for each school, choose all of them."
)


class FilesInput(forms.ClearableFileInput):
    """Takes several files, where its attribute `multiple` is set."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """As many files as were chosen, each as the field of one takes it; a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        clean_one = super().clean
        files = data if isinstance(data, list) else [data]
        return [file for each in files if (file := clean_one(each, initial))]


class ImportForm(forms.Form):
    """Which feed, which file, and whether anything is to be saved."""

    feed = forms.ChoiceField(label="Feed")
    file = FilesField(
        required=False,
        allow_empty_file=True,
        max_length=255,
        label="Upload files instead",
        help_text=KINDS,
    )
    uploaded = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    """What a script has sent past the pages before; `uploaded_name` is what the file is called."""
    uploaded_name = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._user = user
        bucket = upload_bucket(os.environ)  # a script sends one file there
        self.fields["file"].widget.attrs["multiple"] = bucket is None
        self.fields["file"].help_text = f"{KINDS} {_limit()} {'' if bucket else SEVERAL}".strip()
        self.feeds = {feed.name: feed for feed in active_feeds()}
        self.fields["feed"].choices = [(name, feed.title) for name, feed in self.feeds.items()]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        files = self.cleaned_data["file"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                f"You can import at most {MOST_FILES} files at once. Nothing was imported. Put "
                "them into one zip file, or choose fewer."
            )
        if sum(file.size or 0 for file in files) > largest_upload():
            raise forms.ValidationError(
                f"{'The file is' if len(files) == 1 else 'Together they are'} larger than "
                f"{filesizeformat(largest_upload())}, the most you can upload. Nothing was "
                "imported. Put it on the feed's server instead."
            )
        return files

    def clean_uploaded(self) -> str:
        """Return under which name the file lies in the bucket, "" where none was sent there."""
        uploaded, bucket = self.cleaned_data["uploaded"], upload_bucket(os.environ)
        if not uploaded or bucket is None:
            return ""
        try:
            key = key_of(uploaded, self._user.key)
            bucket.size(key)
        except RollbookError as error:
            # At the field that a person sees: the file must be chosen again.
            self.add_error("file", error_text(error))
            return ""
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        feed = self.feeds.get(data.get("feed", ""))
        is_missing = not (data.get("file") or data.get("uploaded")) and "file" not in self.errors
        if feed is not None and not feed.host and is_missing:
            self.add_error("file", "Choose a file. This feed has no server to get it from.")
        return data


def _limit() -> str:
    """Say before a file is chosen how large it may be, where a request is bounded."""
    bounded, whole = largest_in_request(), largest_upload()
    if bounded == whole:
        return ""
    most = filesizeformat(bounded)
    if upload_bucket(os.environ) is None:
        return f"At most {most}. Put larger files on the feed's server."
    return f"At most {filesizeformat(whole)}; without JavaScript, {most}."
