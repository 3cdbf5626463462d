"""From a feed's row and its credentials to what can be fetched from."""

from collections.abc import Mapping

from rollbook.core.errors import UsageError
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.source import Source
from rollbook.records.models import Feed
from rollbook.records.operations.secrets import secret_name, secret_store


def source_of(feed: Feed, environ: Mapping[str, str]) -> Source:
    """Return where the feed's file is fetched from. Raises UsageError for files by hand."""
    # asyncssh takes a quarter of a second to import; only who fetches over SFTP pays that.
    from rollbook.core.sources.sftp import SftpSource

    return SftpSource(connection_of(feed, environ), feed.folder, feed.pattern)


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
        host_key=feed.host_key or None,
        legacy=frozenset(feed.legacy_algorithms),
    )
