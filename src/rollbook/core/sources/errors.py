"""What can go wrong on the way to a file. Each docstring is the message that a person reads."""

from rollbook.core.errors import SourceError


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


class LoginTimeout(SourceError):
    """{host} accepted the connection on port {port}, but did not finish the sign-in within
    {seconds:g} seconds.

    Nothing was changed.

    The server may be overloaded; trying again can help."""

    reason = "login_timeout"
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


class NoCommonAlgorithms(SourceError):
    """{host} and Rollbook have no {kind} in common.

    Nothing was changed.

    {advice}"""

    reason = "no_common_algorithms"
    seen_by_administrators = "what the server offers"


class HostKeyUnknown(SourceError):
    """The key of {host} has not been confirmed yet, so nothing was sent to it. Its fingerprint is
    {fingerprint}.

    Nothing was changed.

    Compare it with what the operator of the server says, and confirm it with a connection test."""

    reason = "host_key_unknown"

    def __init__(self, *, host: str, fingerprint: str, host_key: str) -> None:
        super().__init__(host=host, fingerprint=fingerprint)
        self.host_key = host_key


class HostKeyChanged(SourceError):
    """{host} shows another key than the confirmed one, so nothing was sent to it. Confirmed:
    {confirmed}; now: {fingerprint}.

    Nothing was changed.

    Either the server was replaced or someone is in between: ask the operator of the server before
    confirming the new key."""

    reason = "host_key_changed"

    def __init__(self, *, host: str, confirmed: str, fingerprint: str, host_key: str) -> None:
        super().__init__(host=host, confirmed=confirmed, fingerprint=fingerprint)
        self.host_key = host_key


class BadHostKey(SourceError):
    """The confirmed key of {host} cannot be read.

    Nothing was changed.

    It must be one line such as "ssh-ed25519 AAAA..."; run a connection test to confirm the key
    again."""

    reason = "bad_host_key"


class BadCredentials(SourceError):
    """{host} refused the sign-in of {user}.

    Nothing was changed.

    Check the user name and the {means}; after several attempts a server may also have locked the
    account."""

    reason = "bad_credentials"


class BadPrivateKey(SourceError):
    """The private key cannot be used: {why}

    Nothing was changed.

    {advice}"""

    reason = "bad_private_key"


class FolderNotFound(SourceError):
    """The server has no folder {folder}.

    Nothing was changed.

    Correct the folder in the feed's settings."""

    seen_by_administrators = "the folders that are there"

    reason = "folder_not_found"


class FileNotFound(SourceError):
    """No file in {folder} matches {pattern}.

    Nothing was changed.

    See whether the export ran, and whether the pattern is right."""

    seen_by_administrators = "the files that are there"

    reason = "file_not_found"


class UnsafeName(SourceError):
    """The server lists a file whose name leads out of the folder {folder}.

    Nothing was changed.

    A sound server never does that: ask its operator."""

    reason = "unsafe_name"


class FileEmpty(SourceError):
    """The file is empty.

    Nothing was changed.

    Export it again."""

    reason = "file_empty"
    exit_code = 3  # the source was reached, its file is refused


class FileStillGrowing(SourceError):
    """The file is still being written after {seconds:g} seconds of waiting.

    Nothing was changed.

    Trying again later helps; otherwise let the run start later."""

    reason = "file_still_growing"
    is_transient = True


class FileChanged(SourceError):
    """The file changed while it was fetched.

    What had arrived was thrown away; nothing was changed.

    Trying again helps once the export is finished."""

    reason = "file_changed"
    is_transient = True


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


class PathNotFound(SourceError):
    """There is no file of that name.

    Nothing was changed.

    Check the spelling."""

    reason = "file_not_found"


class PathIsFolder(SourceError):
    """What was named is a folder.

    Nothing was changed.

    Name a file in it."""

    reason = "is_a_folder"


class NotAFile(SourceError):
    """What was named is not an ordinary file.

    Nothing was changed.

    Name a file."""

    reason = "not_a_file"


class PathUnreadable(SourceError):
    """The file cannot be read: {why}.

    Nothing was changed.

    Check the disk it lies on."""

    reason = "file_unreadable"
