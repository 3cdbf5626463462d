"""What a server or a file may not cost: time, names, bytes, and numbers that cannot be."""

from rollbook.core.errors import SourceError


class ServerSilent(SourceError):
    """{host} let Rollbook in, and then gave no answer for {seconds:g} seconds while {doing}.

    What had arrived was thrown away; nothing was changed.

    Trying again can help; where it keeps happening, ask the operator of the server."""

    reason = "server_silent"
    is_transient = True


class DownloadTooSlow(SourceError):
    """The download from {host} was given up after {seconds:,.0f} seconds, with {received:,} of
    {size:,} bytes.

    What had arrived was thrown away; nothing was changed.

    Trying again can help; where it keeps happening, ask the operator of the server why it sends so
    slowly."""

    reason = "download_too_slow"
    is_transient = True


class FolderTooLarge(SourceError):
    """{folder} holds more than {limit}, so it was not read to its end.

    Nothing was changed.

    Ask the operator of the server to move old files away, or choose a narrower folder or
    pattern."""

    reason = "folder_too_large"


class ServerUnsound(SourceError):
    """{host} gave an answer that cannot be: {what}.

    Nothing was changed.

    A sound server never does that: ask its operator."""

    reason = "server_unsound"


class DownloadTooLarge(SourceError):
    """The file has more than the {limit:,} bytes that are fetched at most.

    Nothing was changed.

    See whether it is the right file. Where it is, raise ROLLBOOK_LARGEST_FILE_MB."""

    reason = "file_too_large"
    exit_code = 3  # the source was reached, its file is refused
