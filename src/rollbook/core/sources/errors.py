"""What can go wrong on the way to a file. Each docstring is the message that a person reads."""

from collections.abc import Sequence

from rollbook.core.errors import SourceError
from rollbook.core.sources.renamed_files import NamedFile


class NameNotFound(SourceError):
    """No server has the name {host}.

    Nothing was changed.

    Check the spelling: only the host name belongs here, such as sftp.example.org, without sftp://,
    https:// or a folder."""

    reason = "name_not_found"


class NameLookupFailed(SourceError):
    """The name {host} could not be looked up: the name service of this machine does not answer.

    Nothing was changed.

    Trying again can help; otherwise check this machine's network."""

    reason = "name_lookup_failed"
    is_transient = True


class ConnectionRefused(SourceError):
    """{host} answers, but nothing listens on port {port}.

    Nothing was changed.

    Check the port (usually 22), and ask the operator of the server whether SFTP is running."""

    reason = "connection_refused"
    is_transient = True


class ConnectTimeout(SourceError):
    """{host} did not answer on port {port} within {seconds:g} seconds.

    Nothing was changed.

    Usually a firewall is in between: ask the operator of the server to put this machine's public
    address on the allow list, and check that outgoing connections to this port are permitted."""

    reason = "connect_timeout"
    is_transient = True


class HostUnreachable(SourceError):
    """This machine has no way to {host}.

    Nothing was changed.

    Check this machine's network and whether the server can only be reached through a VPN."""

    reason = "host_unreachable"
    is_transient = True


class ConnectionLost(SourceError):
    """The connection to {host} was cut.

    The part that had arrived was thrown away; nothing was changed.

    Trying again usually helps; where it keeps happening, ask the operator of the server whether it
    limits connections."""

    reason = "connection_lost"
    is_transient = True


class NotAnSftpServer(SourceError):
    """What answers on port {port} of {host} does not offer SFTP.

    Nothing was changed.

    Check the port: SFTP is part of SSH (usually port 22); FTP and FTPS (ports 21 and 990) are
    something else."""

    reason = "not_an_sftp_server"


class WrongService(NotAnSftpServer):
    """Port {port} on {host} answers as {service}, not as an SFTP server.

    Nothing was changed.

    Ask your vendor for the name and port of the SFTP server. SFTP usually uses port 22; FTP, FTPS,
    and the web are different."""


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

    See whether the export ran, and whether the pattern is right."""

    seen_by_administrators = "the files that are there"

    reason = "file_not_found"

    def __init__(
        self, *, others: Sequence[NamedFile] = (), private: str = "", **details: object
    ) -> None:
        """`others` are files that are there under other names, the newest of them."""
        super().__init__(private=private, field="", **details)
        self.others = tuple(others)


class OnlyUnfinishedFiles(FileNotFound):
    """No file in {folder} matches {pattern}, but one that is still being uploaded, by its name.

    Nothing was changed.

    Trying again later helps; where it does not, the upload has failed: have the export run
    again."""

    is_transient = True


class UnsafeName(SourceError):
    """The server lists a file whose name leads out of the folder {folder}.

    Nothing was changed.

    A sound server never does that: ask its operator."""

    reason = "unsafe_name"


class PermissionRefused(SourceError):
    """There is no permission to read {what}.

    Nothing was changed.

    Give the user of the feed (for a local file: the user who runs Rollbook) the right to read it.
    """

    reason = "permission_denied"


class ServerFailed(SourceError):
    """{host} reported a fault of its own while {doing}.

    Nothing was changed.

    Trying again can help; otherwise ask the operator of the server."""

    reason = "server_failed"
    is_transient = True
