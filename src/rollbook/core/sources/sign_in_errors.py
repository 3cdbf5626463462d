"""What can go wrong until a server has let us in. Each docstring is what a person reads."""

from rollbook.core.errors import SourceError


class LoginTimeout(SourceError):
    """{host} answered on port {port}, but did not finish signing in within {seconds:g} seconds.

    Nothing was changed.

    The server may be overloaded: try again, or give the feed more seconds to sign in."""

    reason = "login_timeout"
    is_transient = True


class PortSilent(LoginTimeout):
    """Port {port} on {host} is open, but nothing there spoke SFTP within {seconds:g} seconds.

    Nothing was changed.

    Check the port: SFTP usually uses 22. If it is right, the server may be overloaded or shut off
    by its firewall: try again, or ask your vendor."""


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


class KeyRefused(BadCredentials):
    """{host} refused the sign-in of {user}: it does not know the key with the fingerprint
    {fingerprint}.

    Nothing was changed.

    Send the public key to the operator of the server and have it installed for this user. Where it
    is installed, check the user name."""

    seen_by_administrators = "the public key"


class PasswordWantedToo(BadCredentials):
    """{host} accepts the key of {user}, and wants a password besides.

    Nothing was changed.

    Ask the operator of the server for the password and add it to the feed: it can sign in with a
    key and a password."""

    reason = "password_wanted_too"


class KeyWantedToo(BadCredentials):
    """{host} accepts the password of {user}, and wants a key besides.

    Nothing was changed.

    Add a key to the feed, which can sign in with a key and a password, and have its public half
    installed by the operator of the server."""

    reason = "key_wanted_too"


class MeansNotTaken(BadCredentials):
    """{host} takes no sign-in with {ours}: it wants {theirs}.

    Nothing was changed.

    Choose in the feed to sign in with {theirs}, as the operator of the server tells you."""

    reason = "means_not_taken"


class CodeWanted(BadCredentials):
    """{host} asks {user} for more than a password, such as a one-time code, and nobody can type
    that at night.

    Nothing was changed.

    Ask the operator of the server to let this user sign in without it, best with a key."""

    reason = "code_wanted"


class PasswordExpired(BadCredentials):
    """The password of {user} at {host} has expired or has to be changed.

    Nothing was changed.

    Ask the operator of the server for a new password that does not expire, or for a sign-in with
    a key, and set it in the feed."""

    reason = "password_expired"


class BadPrivateKey(SourceError):
    """The private key cannot be used: {why}

    Nothing was changed.

    {advice}"""

    reason = "bad_private_key"
