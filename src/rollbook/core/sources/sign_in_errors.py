"""What can go wrong until a server has let us in. Each docstring is what a person reads."""

from rollbook.core.errors import SourceError


class LoginTimeout(SourceError):
    """{host} accepted the connection on port {port}, but didn't finish the sign-in within
    {seconds:g} seconds.

    Nothing was changed.

    Check that this is the port of SFTP, usually 22. If it is, the server may be overloaded: try
    again, or allow more seconds for signing in, in the feed."""

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
    """You haven't confirmed the identity of {host} yet, so we didn't connect. Its fingerprint is
    {fingerprint}.

    Nothing was changed.

    Compare it with the fingerprint your vendor gave you, and confirm it with a connection test."""

    reason = "host_key_unknown"

    def __init__(self, *, host: str, fingerprint: str, host_key: str) -> None:
        super().__init__(host=host, fingerprint=fingerprint)
        self.host_key = host_key


class HostKeyChanged(SourceError):
    """The identity of {host} changed, so we didn't connect. Confirmed: {confirmed}; now:
    {fingerprint}.

    Nothing was changed.

    Call your vendor before you accept the new key: the server was replaced, or someone is
    posing as it."""

    reason = "host_key_changed"

    def __init__(self, *, host: str, confirmed: str, fingerprint: str, host_key: str) -> None:
        super().__init__(host=host, confirmed=confirmed, fingerprint=fingerprint)
        self.host_key = host_key


class BadHostKey(SourceError):
    """The confirmed key of {host} can't be read.

    Nothing was changed.

    Run a connection test to confirm it again. It looks like "ssh-ed25519 AAAA..."."""

    reason = "bad_host_key"


class BadCredentials(SourceError):
    """{host} rejected the sign-in of {user}.

    Nothing was changed.

    Check the user name and the {means}. After several attempts, the server may also have locked the
    account."""

    reason = "bad_credentials"


class KeyRefused(BadCredentials):
    """{host} rejected the sign-in of {user}: it doesn't know the key with the fingerprint
    {fingerprint}.

    Nothing was changed.

    Send the public key to your vendor to install for this user. If it is installed, check the user
    name."""

    seen_by_administrators = "the public key"


class PasswordWantedToo(BadCredentials):
    """{host} accepts the key of {user}, but also wants a password.

    Nothing was changed.

    Ask your vendor for the password, and add it to the feed. It can sign in with a key and a
    password."""

    reason = "password_wanted_too"


class KeyWantedToo(BadCredentials):
    """{host} accepts the password of {user}, but also wants a key.

    Nothing was changed.

    Add a key to the feed, which can sign in with a key and a password, and send its public key to
    your vendor."""

    reason = "key_wanted_too"


class MeansNotTaken(BadCredentials):
    """{host} doesn't accept {ours}: it wants {theirs}.

    Nothing was changed.

    In the feed, choose to sign in with {theirs}, and ask your vendor for it."""

    reason = "means_not_taken"


class CodeWanted(BadCredentials):
    """{host} asks {user} for more than a password, such as a one-time code, which no one can enter
    at night.

    Nothing was changed.

    Ask your vendor to let this user sign in without it, best with a key."""

    reason = "code_wanted"


class PasswordExpired(BadCredentials):
    """The password of {user} at {host} has expired or must be changed.

    Nothing was changed.

    Ask your vendor for a password that doesn't expire, or for sign-in with a key, and set it in the
    feed."""

    reason = "password_expired"


class BadPrivateKey(SourceError):
    """The private key can't be used: {why}

    Nothing was changed.

    {advice}"""

    reason = "bad_private_key"


class KeyReadersBusy(SourceError):
    """Other people's keys are being read, so yours wasn't.

    Nothing was changed.

    Save again in a few seconds."""

    reason = "key_readers_busy"
    is_transient = True
