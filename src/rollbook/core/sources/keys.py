"""Private keys and host keys as asyncssh needs them."""

from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.private_keys import read_key
from rollbook.core.sources.sign_in_errors import BadHostKey
from rollbook.core.sources.ssh import asyncssh


def private_key(connection: SftpConnection) -> asyncssh.SSHKey | None:
    """The key to sign in with. Raises BadPrivateKey."""
    text = connection.private_key
    return None if text is None else read_key(text, connection.passphrase or "")


def pinned_key(connection: SftpConnection) -> asyncssh.SSHKey | None:
    """The confirmed key of the server. Raises BadHostKey."""
    if connection.host_key is None:
        return None
    try:
        return asyncssh.import_public_key(connection.host_key)
    except (asyncssh.KeyImportError, ValueError) as error:
        raise BadHostKey(host=connection.host) from error


def fingerprint(key: asyncssh.SSHKey) -> str:
    """SHA-256, written as OpenSSH writes it."""
    return key.get_fingerprint("sha256")


def as_line(key: asyncssh.SSHKey) -> str:
    """The key as one line, without a comment."""
    algorithm, data = key.export_public_key("openssh").decode("ascii").split()[:2]
    return f"{algorithm} {data}"


def fingerprint_of(line: str) -> str:
    """The fingerprint of a key that `as_line` wrote."""
    return fingerprint(asyncssh.import_public_key(line))
