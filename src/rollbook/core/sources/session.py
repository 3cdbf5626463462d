"""A signed-in SFTP session, and every way it can fail put into the words of our own errors.

Nothing from a home folder takes part: no configuration file, no known hosts, no agent, no keys but
the given one, and algorithms only from our own lists.
"""

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from rollbook.core.errors import SourceError
from rollbook.core.sources import errors, sign_in_errors
from rollbook.core.sources.algorithm_probe import Mismatch, Service
from rollbook.core.sources.algorithms import Algorithms, advice_for, algorithms_for
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.keys import as_line, fingerprint, pinned_key
from rollbook.core.sources.later_attributes import accept_later_attributes
from rollbook.core.sources.limit_errors import ServerUnsound
from rollbook.core.sources.network import Address, open_port
from rollbook.core.sources.other_services import what_answers
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.remote import Remote, is_answered
from rollbook.core.sources.sign_in import SignIn, what_is_said
from rollbook.core.sources.ssh import asyncssh
from rollbook.core.sources.suggestions import printable

# A server without newer key exchange is its operator's affair, not a line on every run's screen.
warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")

KEEPALIVE_SECONDS = 15
KEEPALIVES = 3
"""A connection that is silent for so many of them is lost."""
NO_PASSWORD = "-"  # noqa: S105 - a placeholder where nothing is ever sent
T = TypeVar("T")
NOBODY: tuple[list[str], list[str], list[str]] = ([], [], [])
"""No known hosts, so that every key is judged by `SignIn` alone."""
PROBE_SECONDS = 2.0
"""For finding out what else answers on a port, beyond the time of a sign-in."""


class _TooSlow(Exception):
    """The server did not finish the sign-in in time."""


BEFORE_ANY_KEY = (
    asyncssh.ConnectionLost, asyncssh.KeyExchangeFailed, asyncssh.ProtocolError,
    asyncssh.ProtocolNotSupported, ConnectionError, _TooSlow,
)  # fmt: skip
"""How it ends where the other side does not speak SSH, or not with our algorithms."""


@asynccontextmanager
async def signed_in(
    connection: SftpConnection, addresses: list[Address], *, patience: Patience
) -> AsyncIterator[Remote]:
    """A signed-in server. Raises SourceError, also for what the block meets."""
    async with _session(SignIn(connection), addresses, patience=patience) as remote:
        yield remote


@asynccontextmanager
async def _session(
    sign_in: SignIn,
    addresses: list[Address],
    *,
    prefer: asyncssh.SSHKey | None = None,
    patience: Patience,
) -> AsyncIterator[Remote]:
    """`prefer`: the host key to ask for, where it is not the pinned one."""
    connection, seconds = sign_in.connection, patience.sign_in
    deadline = asyncio.get_running_loop().time() + seconds
    with explained(connection, sign_in):
        ours = _algorithms(connection, prefer or sign_in.pinned)
        session = await _connect(sign_in, addresses, ours=ours, seconds=seconds)
        try:
            try:
                sftp = await _start_sftp(session, deadline, patience=patience)
            except asyncssh.SFTPConnectionLost as error:
                said = await what_is_said(session, seconds=patience.sign_in)
                raise (sign_in.no_session(said) if said else error) from error
            yield Remote(session, sftp, host=connection.host, patience=patience)
        finally:
            session.abort()
            with suppress(TimeoutError):
                await asyncio.wait_for(session.wait_closed(), patience.closing)


async def _start_sftp(
    session: asyncssh.SSHClientConnection, deadline: float, *, patience: Patience
) -> asyncssh.SFTPClient:
    opening = session.start_sftp_client(path_errors="surrogateescape")
    task = asyncio.ensure_future(opening)
    left = max(0.0, deadline - asyncio.get_running_loop().time())
    if not await is_answered(session, task, seconds=left, closing=patience.closing):
        raise _TooSlow(patience.sign_in)
    sftp = task.result()
    accept_later_attributes(sftp)
    return sftp


async def _connect(
    sign_in: SignIn, addresses: list[Address], *, ours: Algorithms, seconds: float
) -> asyncssh.SSHClientConnection:
    """Connect and sign in; where the server hangs up without a word, find out why."""
    host = sign_in.connection.host
    options = _options(sign_in, ours)
    deadline = asyncio.get_running_loop().time() + seconds
    port = await open_port(host, addresses, seconds=seconds)
    try:
        return await _in_time(asyncssh.connect(sock=port, **options), deadline, seconds=seconds)
    except BEFORE_ANY_KEY as error:
        if sign_in.shown is not None:
            raise
        left = max(PROBE_SECONDS, deadline - asyncio.get_running_loop().time())
        connect = partial(open_port, host, addresses, seconds=left)
        found = await what_answers(connect, ours, seconds=min(left, seconds))
        if found is not None:
            raise _other_side(found, sign_in.connection) from error
        if isinstance(error, _TooSlow):
            number = sign_in.connection.port
            raise sign_in_errors.PortSilent(host=host, port=number, seconds=seconds) from error
        raise


def _other_side(found: Mismatch | Service, connection: SftpConnection) -> SourceError:
    host = connection.host
    match found:
        case Mismatch():
            return _no_common_algorithms(found, host)
        case Service(name="", said=said):  # a server that is full says so before it hangs up
            return errors.ConnectionLost(host=host, private=said)
        case Service(name=name, said=said):
            port = connection.port
            return errors.WrongService(host=host, port=port, service=name, private=said)


async def _in_time(waiting: Awaitable[T], deadline: float, *, seconds: float) -> T:
    try:
        async with asyncio.timeout_at(deadline):
            return await waiting
    except TimeoutError as error:
        raise _TooSlow(seconds) from error


async def shown_host_key(
    connection: SftpConnection, addresses: list[Address], *, patience: Patience
) -> str:
    """The key that the server shows, as one line. No credential takes part."""
    nobody = replace(connection, password=NO_PASSWORD, private_key=None, host_key=None)
    try:
        prefer = pinned_key(connection)
        async with _session(SignIn(nobody), addresses, prefer=prefer, patience=patience):
            pass
    except sign_in_errors.HostKeyUnknown as error:
        return error.host_key
    raise errors.NotAnSftpServer(host=connection.host, port=connection.port)


def _algorithms(connection: SftpConnection, prefer: asyncssh.SSHKey | None) -> Algorithms:
    """What is offered, without what this machine's crypto library cannot do."""
    pinned_type = prefer.get_algorithm() if prefer else None
    wanted = algorithms_for(connection.legacy, pinned_type=pinned_type)
    available = {name.decode("ascii") for name in asyncssh.kex.get_kex_algs()}
    return replace(wanted, kex=tuple(name for name in wanted.kex if name in available))


def _options(sign_in: SignIn, ours: Algorithms) -> dict[str, Any]:
    connection = sign_in.connection
    return {
        "client_factory": lambda: sign_in,
        "host": connection.host,
        "port": connection.port,
        "username": connection.user,
        "client_keys": None,  # `SignIn` has the key and the password
        "preferred_auth": ["publickey", "password", "keyboard-interactive"],
        "known_hosts": NOBODY,
        "config": None,
        "agent_path": None,
        "agent_forwarding": False,
        "x509_trusted_certs": None,
        "gss_host": None,
        "gss_kex": False,
        "gss_auth": False,
        "host_based_auth": False,
        "kex_algs": list(ours.kex),
        "server_host_key_algs": list(ours.host_keys),
        "signature_algs": list(ours.host_keys),
        "encryption_algs": list(ours.ciphers),
        "mac_algs": list(ours.macs),
        "compression_algs": ["none"],
        "keepalive_interval": KEEPALIVE_SECONDS,
        "keepalive_count_max": KEEPALIVES,
    }


@contextmanager
def explained(connection: SftpConnection, sign_in: SignIn | None = None) -> Iterator[None]:
    """Raise what asyncssh raises as a SourceError."""
    try:
        yield
    except asyncssh.SFTPError as error:
        raise _explain_sftp(error, connection) from error
    except _TooSlow as error:
        raise sign_in_errors.LoginTimeout(
            host=connection.host, port=connection.port, seconds=error.args[0]
        ) from error
    except (ValueError, OverflowError) as error:  # a packet that does not decode, a number too far
        what = "it doesn't follow the protocol"
        raise ServerUnsound(host=connection.host, what=what) from error
    except (asyncssh.Error, ConnectionError) as error:
        raise _explain(error, sign_in or SignIn(connection)) from error


def _explain(error: Exception, sign_in: SignIn) -> SourceError:
    connection = sign_in.connection
    match error:
        case asyncssh.HostKeyNotVerifiable() if sign_in.shown is not None:
            return _host_key_error(connection, shown=sign_in.shown, pinned=sign_in.pinned)
        case asyncssh.PermissionDenied() | asyncssh.IllegalUserName():
            return sign_in.denial()
        case asyncssh.ProtocolError() if "authentication fail" in error.reason:
            return sign_in.denial()
        case asyncssh.ConnectionLost() | asyncssh.ServiceNotAvailable() | ConnectionError():
            return errors.ConnectionLost(host=connection.host)
        case (
            asyncssh.ProtocolError() | asyncssh.ProtocolNotSupported() | asyncssh.ChannelOpenError()
        ):
            return errors.NotAnSftpServer(host=connection.host, port=connection.port)
    return errors.ConnectionLost(host=connection.host)


def _host_key_error(
    connection: SftpConnection, *, shown: asyncssh.SSHKey, pinned: asyncssh.SSHKey | None
) -> SourceError:
    known: dict[str, str] = {"host": connection.host, "host_key": as_line(shown)}
    if pinned is None:
        return sign_in_errors.HostKeyUnknown(fingerprint=fingerprint(shown), **known)
    return sign_in_errors.HostKeyChanged(
        confirmed=fingerprint(pinned), fingerprint=fingerprint(shown), **known
    )


def _no_common_algorithms(mismatch: Mismatch, host: str) -> SourceError:
    return sign_in_errors.NoCommonAlgorithms(
        host=host,
        kind=f"{mismatch.kind} algorithm",
        advice=advice_for(mismatch.offered),
        private=f"The server offers only: {printable(', '.join(mismatch.offered)) or 'nothing'}.",
    )


def _explain_sftp(error: asyncssh.SFTPError, connection: SftpConnection) -> SourceError:
    if isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection):
        return errors.ConnectionLost(host=connection.host)
    if isinstance(error, asyncssh.SFTPBadMessage):
        return ServerUnsound(host=connection.host, what="it doesn't follow the protocol")
    if isinstance(error, asyncssh.SFTPPermissionDenied):
        return errors.PermissionRefused(what="the folder or the file")
    return errors.ServerFailed(host=connection.host, doing="the file was fetched")
