"""Private keys and host keys as asyncssh needs them."""

from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.sign_in_errors import BadHostKey, BadPrivateKey
from rollbook.core.sources.ssh import asyncssh

PUTTY = "PuTTY-User-Key-File"


def private_key(connection: SftpConnection) -> asyncssh.SSHKey | None:
    """The key to sign in with. Raises BadPrivateKey."""
    text = connection.private_key
    if text is None:
        return None
    if text.lstrip().startswith(PUTTY):
        raise BadPrivateKey(
            why="it is in PuTTY's format.",
            advice="In PuTTYgen choose Conversions, Export OpenSSH key, and use that file.",
        )
    try:
        return asyncssh.import_private_key(text, connection.passphrase or None)
    except (asyncssh.KeyEncryptionError, asyncssh.KeyImportError, ValueError) as error:
        # The original is left out of the trace, so that no part of a key can ever be in it.
        raise _unusable(str(error)) from None


def _unusable(message: str) -> BadPrivateKey:
    if "bcrypt" in message:
        return BadPrivateKey(
            why="keys in OpenSSH's format with a passphrase need the Python package bcrypt.",
            advice="Install it, or convert a copy of the key with: ssh-keygen -p -m PEM -f KEY",
        )
    if "Passphrase must be specified" in message:
        return BadPrivateKey(
            why="it is protected by a passphrase.", advice="Enter the passphrase too."
        )
    if "decrypt" in message.lower() or "passphrase" in message.lower():
        return BadPrivateKey(why="the passphrase is wrong.", advice="Check the passphrase.")
    return BadPrivateKey(
        why="it isn't the text of a private key.",
        advice=(
            "Use the whole file, from the BEGIN line to the END line, and not the public key "
            "(.pub)."
        ),
    )


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
