"""What is needed to sign in to an SFTP server. Credentials never show in a repr."""

from dataclasses import dataclass, field

from rollbook.core.errors import UsageError
from rollbook.core.sources.algorithms import LEGACY_GROUPS


@dataclass(frozen=True, slots=True)
class SftpConnection:
    """A server, a user, and either a password or a private key (or both, where it wants both).

    `host_key` is the confirmed key of the server as one line of OpenSSH ("ssh-ed25519 AAAA...");
    None: not confirmed yet, so nothing is fetched. `legacy` names the groups of old algorithms
    that this server needs.
    """

    host: str
    user: str
    port: int = 22
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    host_key: str | None = None
    legacy: frozenset[str] = frozenset()
    sign_in_seconds: int | None = None
    """For a server that is slow to let us in; None: as long as for any other."""

    def __post_init__(self) -> None:
        if not 0 < self.port < 65536:
            raise UsageError(
                what=f"A port is a number from 1 to 65535, not {self.port}.", field="port"
            )
        if not self.user:
            raise UsageError(what="An SFTP connection needs a user name.", field="username")
        if not (self.password or self.private_key):
            raise UsageError(
                what="An SFTP connection needs a password or a private key.", field="password"
            )
        if unknown := self.legacy - LEGACY_GROUPS.keys():
            raise UsageError(
                what=f"There is no legacy group {', '.join(sorted(unknown))}.",
                advice=f"The groups are: {', '.join(LEGACY_GROUPS)}.",
                field="legacy_algorithms",
            )

    @property
    def server(self) -> str:
        """The user and the server, as people write them."""
        return f"{self.user}@{self.host}:{self.port}"

    @property
    def place(self) -> str:
        return f"sftp://{self.server}"

    @property
    def means(self) -> str:
        """What signs in, for messages."""
        both = self.password and self.private_key
        return "password and key" if both else "password" if self.password else "private key"


def check_pattern(pattern: str) -> str:
    """`pattern` unless it is more than a file name. Raises UsageError."""
    if not pattern or "/" in pattern or "\0" in pattern:
        raise UsageError(
            what="That is more than a file name, such as student_data_*.csv.",
            advice="Write the folder in the Folder setting.",
            field="pattern",
        )
    return pattern
