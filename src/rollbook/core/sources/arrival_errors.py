"""A file that is not complete: empty, still being written, or changed while it was fetched."""

from rollbook.core.errors import SourceError


class FileEmpty(SourceError):
    """The file is empty.

    Nothing was changed.

    Run the export again."""

    reason = "file_empty"
    exit_code = 3  # the source was reached, its file is refused


class FileStillEmpty(FileEmpty):
    """The file on the server is empty. It may still be uploading.

    Nothing was changed.

    Try again once the export is finished. If it stays empty, run the export again."""

    is_transient = True


class FileStillGrowing(SourceError):
    """The file is still uploading after {seconds:,.0f} seconds of waiting.

    Nothing was changed.

    Try again later, or start the import later."""

    reason = "file_still_growing"
    is_transient = True


class FileBreaksOff(SourceError):
    """The file breaks off in the middle of a row, so it's probably still uploading.

    Nothing was changed.

    Try again once the export is finished. If that doesn't help, run the export again."""

    reason = "file_still_growing"
    is_transient = True


class FileNotWhole(SourceError):
    """{why} The file may still be uploading.

    Nothing was changed.

    Try again once the export is finished. If that doesn't help, run the export again."""

    reason = "file_still_growing"
    is_transient = True


class FileNotConfirmed(SourceError):
    """Just before saving, {host} didn't say whether the file is still the same.

    Nothing was changed.

    Try again."""

    reason = "file_not_confirmed"
    is_transient = True


class FileChanged(SourceError):
    """The file changed while we were reading it: it's still uploading, or was replaced.

    The partial download was discarded; nothing was changed.

    Try again once the export is finished."""

    reason = "file_changed"
    is_transient = True
