"""From a feed's row and its credentials to what can be fetched from."""

from collections.abc import Mapping
from typing import BinaryIO

from rollbook.core.errors import UsageError
from rollbook.core.events import Listener
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.errors import BadCredentials
from rollbook.core.sources.source import Fetched, Source
from rollbook.records.models import Feed
from rollbook.records.operations.secrets import secret_name, secret_store


def source_of(feed: Feed, environ: Mapping[str, str]) -> Source:
    """Return where the feed's file is fetched from. Raises UsageError for files by hand."""
    connection_of(feed, environ)  # what cannot be connected to is said now
    return FeedSource(feed, environ)


def connection_of(feed: Feed, environ: Mapping[str, str]) -> SftpConnection:
    """Return the feed's connection with its credentials. Raises UsageError, SecretNotFound."""
    if not feed.host:
        raise UsageError(
            what=f"The feed {feed.name} has no server: its files are imported by hand, with "
            f"`rollbook import FILE --feed {feed.name}`."
        )
    secret = secret_store(environ).get(secret_name(feed.name))
    return SftpConnection(
        feed.host,
        feed.username,
        port=feed.port,
        password=secret.get("password"),
        private_key=secret.get("private_key"),
        passphrase=secret.get("passphrase") or None,
        host_key=secret.get("host_key") or feed.host_key or None,
        legacy=frozenset(feed.legacy_algorithms),
    )


class FeedSource:
    """A feed's server. After a refused login the credentials are read once more.

    They may have been rotated since: new ones are tried, the same ones never twice, because some
    servers lock an account that fails.
    """

    def __init__(self, feed: Feed, environ: Mapping[str, str]) -> None:
        self._feed = feed
        self._environ = environ

    def fetch(self, into: BinaryIO, *, listener: Listener) -> Fetched:
        connection = connection_of(self._feed, self._environ)
        try:
            return self._fetch(connection, into, listener)
        except BadCredentials:
            anew = connection_of(self._feed, self._environ)
            if anew == connection:
                raise
            return self._fetch(anew, into, listener)

    def _fetch(self, connection: SftpConnection, into: BinaryIO, listener: Listener) -> Fetched:
        # asyncssh takes a quarter of a second to import; only who fetches over SFTP pays that.
        from rollbook.core.sources.sftp import SftpSource

        source = SftpSource(connection, self._feed.folder, self._feed.pattern)
        return source.fetch(into, listener=listener)
