"""What can be wrong with a file that was named on this machine."""

from rollbook.core.errors import SourceError


class PathNotFound(SourceError):
    """There is no file with that name.

    Nothing was changed.

    Check the spelling."""

    reason = "file_not_found"


class PathIsFolder(SourceError):
    """That is a folder.

    Nothing was changed.

    Name a file in it."""

    reason = "is_a_folder"


class NotAFile(SourceError):
    """That isn't an ordinary file.

    Nothing was changed.

    Name a file."""

    reason = "not_a_file"


class PathUnreadable(SourceError):
    """The file can't be read: {why}.

    Nothing was changed.

    Check the disk it's on."""

    reason = "file_unreadable"
