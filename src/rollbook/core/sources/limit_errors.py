"""What a server or a file may not cost: time, names, bytes, and numbers that cannot be."""

from rollbook.core.errors import SourceError


class ServerSilent(SourceError):
    """{host} let Rollbook in, then stopped answering for {seconds:g} seconds while {doing}.

    The partial download was discarded; nothing was changed.

    Try again. If it keeps happening, ask your vendor."""

    reason = "server_silent"
    is_transient = True


class DownloadTooSlow(SourceError):
    """The download from {host} was stopped after {seconds:,.0f} seconds, with {received:,} of
    {size:,} bytes.

    The partial download was discarded; nothing was changed.

    Try again. If it keeps happening, ask your vendor why the server is so slow."""

    reason = "download_too_slow"
    is_transient = True


class FolderTooLarge(SourceError):
    """{folder} has more than {limit}, so we didn't read all of it.

    Nothing was changed.

    Ask your vendor to move old files away, or choose a narrower folder or pattern."""

    reason = "folder_too_large"


class ServerUnsound(SourceError):
    """{host} gave an answer that makes no sense: {what}.

    Nothing was changed.

    A healthy server never does that. Ask your vendor."""

    reason = "server_unsound"


class DownloadTooLarge(SourceError):
    """The file is larger than {limit:,} bytes, the most we download.

    Nothing was changed.

    Check that it's the right file. If it is, raise ROLLBOOK_LARGEST_FILE_MB."""

    reason = "file_too_large"
    exit_code = 3  # the source was reached, its file is refused
