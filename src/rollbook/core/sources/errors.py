"""What can go wrong on the way to a file. Each docstring is the message that a person reads."""

from collections.abc import Sequence

from rollbook.core.errors import SourceError
from rollbook.core.sources.named_file import NamedFile


class NameNotFound(SourceError):
    """There is no server named {host}.

    Nothing was changed.

    Check the spelling. Enter only the host name, such as sftp.example.org, without sftp://,
    https:// or a folder."""

    reason = "name_not_found"


class NameLookupFailed(SourceError):
    """{host} couldn't be looked up: this machine's name service (DNS) doesn't answer.

    Nothing was changed.

    Try again. If that doesn't help, check this machine's network."""

    reason = "name_lookup_failed"
    is_transient = True


class ConnectionRefused(SourceError):
    """{host} answers, but not on port {port}.

    Nothing was changed.

    Check the port (usually 22), and ask your vendor whether SFTP is running."""

    reason = "connection_refused"
    is_transient = True


class ConnectTimeout(SourceError):
    """{host} didn't answer on port {port} within {seconds:g} seconds.

    Nothing was changed.

    A firewall is usually the reason. Ask your vendor to allow this machine's public IP address, and
    check that your network allows outgoing connections to this port."""

    reason = "connect_timeout"
    is_transient = True


class HostUnreachable(SourceError):
    """This machine has no network route to {host}.

    Nothing was changed.

    Check this machine's network, and whether the server needs a VPN."""

    reason = "host_unreachable"
    is_transient = True


class ConnectionLost(SourceError):
    """The connection to {host} was lost.

    The partial download was discarded; nothing was changed.

    Try again. If it keeps happening, ask your vendor whether the server limits connections."""

    reason = "connection_lost"
    is_transient = True


class NotAnSftpServer(SourceError):
    """Port {port} of {host} isn't an SFTP server.

    Nothing was changed.

    Check the port. SFTP is usually on port 22; FTP and FTPS (21 and 990) are something else."""

    reason = "not_an_sftp_server"


class WrongService(NotAnSftpServer):
    """Port {port} of {host} is {service}, not an SFTP server.

    Nothing was changed.

    Ask your vendor for the host name and port of SFTP. SFTP is usually on port 22; FTP, FTPS and
    the web are something else."""


class FolderNotFound(SourceError):
    """The server has no folder {folder}.

    Nothing was changed.

    Correct the folder in the feed's settings."""

    seen_by_administrators = "the folders that are there"

    reason = "folder_not_found"

    def __init__(
        self, *, folders: Sequence[str] = (), private: str = "", **details: object
    ) -> None:
        """`folders` are those that are there, the nearest to the missing one first."""
        super().__init__(private=private, field="", **details)
        self.folders = tuple(folders)


class FileNotFound(SourceError):
    """No file in {folder} matches {pattern}.

    Nothing was changed.

    Check that last night's export ran, and that the pattern is right."""

    seen_by_administrators = "the files that are there"

    reason = "file_not_found"

    def __init__(
        self, *, others: Sequence[NamedFile] = (), private: str = "", **details: object
    ) -> None:
        """`others` are files that are there under other names, the newest of them."""
        super().__init__(private=private, field="", **details)
        self.others = tuple(others)


class OnlyUnfinishedFiles(FileNotFound):
    """No file in {folder} matches {pattern}, except one that still looks like an upload in
    progress.

    Nothing was changed.

    Try again later. If that doesn't help, the upload has failed: run the export again."""

    is_transient = True


class UnsafeName(SourceError):
    """The server lists a file whose name points outside the folder {folder}.

    Nothing was changed.

    A healthy server never does that. Ask your vendor."""

    reason = "unsafe_name"


class PermissionRefused(SourceError):
    """No permission to read {what}.

    Nothing was changed.

    Give the feed's user (for a local file: the user who runs Rollbook) permission to read it."""

    reason = "permission_denied"


class ServerFailed(SourceError):
    """{host} reported a problem of its own while {doing}.

    Nothing was changed.

    Try again. If that doesn't help, ask your vendor."""

    reason = "server_failed"
    is_transient = True
