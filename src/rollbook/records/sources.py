"""From a feed's row and its credentials to what can be fetched from."""

from collections.abc import Mapping
from typing import BinaryIO

from rollbook.core.errors import UsageError
from rollbook.core.events import Listener, Logged, Phase, PhaseStarted
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.errors import BadCredentials, HostKeyChanged, HostKeyUnknown
from rollbook.core.sources.source import Fetched, Source
from rollbook.records.database import translated
from rollbook.records.models import Feed
from rollbook.records.operations.secrets import HOST_KEY, secret_name, secret_store


def source_of(feed: Feed, environ: Mapping[str, str]) -> Source:
    """Return where the feed's file is fetched from. Raises UsageError for files by hand.

    The credentials are read when it fetches, so that a store that fails is part of the job.
    """
    _check_server(feed)
    return _FeedSource(feed, environ)


def connection_of(feed: Feed, environ: Mapping[str, str]) -> SftpConnection:
    """Return the feed's connection, its credentials read anew. Raises UsageError, SecretNotFound.

    A host key in the secret counts before that of the row.
    """
    _check_server(feed)
    secret_store(environ).refresh(secret_name(feed.name))
    return _connection(feed, environ)


class _FeedSource:
    """Fetches with the credentials that are remembered and, where these are refused, once more
    with those that the store has now, if they are others."""

    def __init__(self, feed: Feed, environ: Mapping[str, str]) -> None:
        self._feed = feed
        self._environ = environ

    def fetch(self, into: BinaryIO, *, listener: Listener) -> Fetched:
        listener(PhaseStarted(Phase.CONNECTING))
        with translated():
            first = _connection(self._feed, self._environ)
        try:
            return self._fetch(first, into, listener=listener)
        except (BadCredentials, HostKeyChanged, HostKeyUnknown):
            with translated():
                now = connection_of(self._feed, self._environ)
            # The same ones a second time would only bring the account nearer to being locked.
            if now == first:
                raise
        listener(Logged("The sign-in failed. The store has other credentials now: trying these."))
        return self._fetch(now, into, listener=listener)

    def _fetch(self, connection: SftpConnection, into: BinaryIO, *, listener: Listener) -> Fetched:
        # asyncssh takes a quarter of a second to import; only who fetches over SFTP pays that.
        from rollbook.core.sources.sftp import SftpSource

        source = SftpSource(connection, self._feed.folder, self._feed.pattern)
        return source.fetch(into, listener=listener)


def _check_server(feed: Feed) -> None:
    if not feed.host:
        raise UsageError(
            what=f"The feed {feed.name} has no server: its files are imported by hand, with "
            f"`rollbook import FILE --feed {feed.name}`."
        )


def _connection(feed: Feed, environ: Mapping[str, str]) -> SftpConnection:
    secret = secret_store(environ).get(secret_name(feed.name))
    return SftpConnection(
        feed.host,
        feed.username,
        port=feed.port,
        password=secret.get("password"),
        private_key=secret.get("private_key"),
        passphrase=secret.get("passphrase") or None,
        host_key=secret.get(HOST_KEY) or feed.host_key or None,
        legacy=frozenset(feed.legacy_algorithms),
    )
