"""From a feed's row and its credentials to what can be fetched from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, BinaryIO, NoReturn

from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.events import Listener, Logged
from rollbook.core.sources.after_import import ImportedFile
from rollbook.core.sources.arrival import AT_ONCE, Arrival
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.sign_in_errors import BadCredentials, HostKeyChanged, HostKeyUnknown
from rollbook.core.sources.source import Fetched, Source
from rollbook.environ import largest_file
from rollbook.records.database import translated
from rollbook.records.models import Feed
from rollbook.records.operations.secrets import HOST_KEY, secret_name, secret_store

USUAL_SIGN_IN = 5
"""Seconds that every feed has for signing in; one may have more."""
NO_CHANGES: Mapping[str, Any] = MappingProxyType({})


def source_of(feed: Feed, environ: Mapping[str, str]) -> Source:
    """Return where the feed's file is fetched from. Raises UsageError for files by hand.

    The credentials are read when it fetches, so that a store that fails is part of the job.
    """
    if not feed.host:
        _refuse_server(feed)
    return _FeedSource(feed, environ)


def connection_of(
    feed: Feed,
    environ: Mapping[str, str],
    *,
    changes: Mapping[str, Any] = NO_CHANGES,
    secret: Mapping[str, str] | None = None,
) -> SftpConnection:
    """Return the feed's connection, its credentials just read. Raises UsageError, SecretNotFound.

    The one door for a run and for both connection tests. `changes` are columns as a form has them
    before they are saved, `secret` the credentials that were typed; None: the saved ones.

    Only a host key in the secret counts, or one in `changes`, which a person has just confirmed:
    the row shows a copy, but someone who can write only to the database could pin their own key
    there, and be sent the password.
    """
    host = changes.get("host", feed.host)
    if not host:
        _refuse_server(feed)
    is_moved = (host, changes.get("port", feed.port)) != (feed.host, feed.port)
    saved = _saved(feed, environ, is_needed=secret is None)
    confirmed = changes.get(HOST_KEY) or ("" if is_moved else saved.get(HOST_KEY))
    return _connection(
        feed, changes=changes, secret=saved if secret is None else secret, host_key=confirmed
    )


class _FeedSource:
    """Fetches with the credentials that are remembered and, where these are refused, once more
    with those that the store has now, if they are others."""

    def __init__(self, feed: Feed, environ: Mapping[str, str]) -> None:
        self._feed = feed
        self._environ = environ
        self.taken: tuple[ImportedFile, ...] = ()
        self._used: Source | None = None
        """Where the file came from, once it is here."""

    def fetch(self, into: BinaryIO, *, listener: Listener, arrival: Arrival = AT_ONCE) -> Fetched:
        with translated():
            remembered = secret_store(self._environ).get(secret_name(self._feed.name))
            first = _connection(
                self._feed,
                changes=NO_CHANGES,
                secret=remembered,
                host_key=remembered.get(HOST_KEY),
            )
        try:
            return self._fetch(first, into, listener=listener, arrival=arrival)
        except (BadCredentials, HostKeyChanged, HostKeyUnknown):
            with translated():
                now = connection_of(self._feed, self._environ)
            # The same ones a second time would only bring the account nearer to being locked.
            if now == first:
                raise
        listener(Logged("The sign-in failed. The store has other credentials now: trying these."))
        return self._fetch(now, into, listener=listener, arrival=arrival)

    def check_unchanged(self) -> None:
        """As Source, with the credentials with which the file was fetched."""
        if self._used is not None:
            self._used.check_unchanged()

    def _fetch(
        self, connection: SftpConnection, into: BinaryIO, *, listener: Listener, arrival: Arrival
    ) -> Fetched:
        # asyncssh takes a quarter of a second to import; only who fetches over SFTP pays that.
        from rollbook.core.sources.sftp import SftpSource

        source = SftpSource(
            connection,
            self._feed.folder,
            self._feed.pattern,
            largest=largest_file(self._environ),
            files=self._feed.files,
        )
        fetched = source.fetch(into, listener=listener, arrival=arrival)
        self._used, self.taken = source, source.taken
        return fetched


class FilesByHand(UsageError):
    """The feed {feed} has no server: its files are imported by hand.

    Nothing was changed."""

    reason = "files_by_hand"


def _refuse_server(feed: Feed) -> NoReturn:
    raise FilesByHand(feed=feed.name)


def _saved(feed: Feed, environ: Mapping[str, str], *, is_needed: bool) -> Mapping[str, str]:
    """Return the saved secret; without it no host key is confirmed, which is safe."""
    if feed.pk is None:
        return {}
    store, name = secret_store(environ), secret_name(feed.name)
    store.refresh(name)
    try:
        return store.get(name)
    except RollbookError:
        if is_needed:
            raise
        return {}


def _connection(
    feed: Feed, *, changes: Mapping[str, Any], secret: Mapping[str, str], host_key: str | None
) -> SftpConnection:
    return SftpConnection(
        changes.get("host", feed.host),
        changes.get("username", feed.username),
        port=changes.get("port", feed.port),
        password=secret.get("password"),
        private_key=secret.get("private_key"),
        passphrase=secret.get("passphrase") or None,
        host_key=host_key or None,
        sign_in_seconds=_more_than_usual(changes.get("sign_in_seconds", feed.sign_in_seconds)),
        legacy=frozenset(changes.get("legacy_algorithms", feed.legacy_algorithms)),
    )


def _more_than_usual(seconds: int) -> int | None:
    return None if seconds <= USUAL_SIGN_IN else seconds
