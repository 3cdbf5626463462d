"""A file that is not complete: empty, still being written, or changed while it was fetched."""

from rollbook.core.errors import SourceError


class FileEmpty(SourceError):
    """The file is empty.

    Nothing was changed.

    Export it again."""

    reason = "file_empty"
    exit_code = 3  # the source was reached, its file is refused


class FileStillEmpty(FileEmpty):
    """The file on the server is empty: perhaps it is only being written.

    Nothing was changed.

    Trying again later helps once the export is finished; otherwise have it run again."""

    is_transient = True


class FileStillGrowing(SourceError):
    """The file is still being written after {seconds:,.0f} seconds of waiting.

    Nothing was changed.

    Trying again later helps; otherwise let the run start later."""

    reason = "file_still_growing"
    is_transient = True


class FileBreaksOff(SourceError):
    """The file breaks off in the middle of a row, so it is probably still being written.

    Nothing was changed.

    Trying again later helps once the export is finished; otherwise have it run again."""

    reason = "file_still_growing"
    is_transient = True


class FileNotWhole(SourceError):
    """{why} Perhaps the file is still being written.

    Nothing was changed.

    Trying again later helps once the export is finished; otherwise have it run again."""

    reason = "file_still_growing"
    is_transient = True


class FileNotConfirmed(SourceError):
    """Just before the import was saved, {host} did not say whether the file is still the same.

    Nothing was changed.

    Trying again usually helps."""

    reason = "file_not_confirmed"
    is_transient = True


class FileChanged(SourceError):
    """The file changed while it was fetched or read: it is still being written, or was replaced.

    What had arrived was thrown away; nothing was changed.

    Trying again helps once the export is finished."""

    reason = "file_changed"
    is_transient = True
