"""The step at which a server was given up on: what happened, and what to do."""

from typing import Final

from rollbook.core.errors import RollbookError
from rollbook.core.sources.errors import FolderNotFound, NotAnSftpServer
from rollbook.core.sources.sign_in_errors import HostKeyChanged
from rollbook.core.sources.steps import Layer, State, Step

USUAL_PORT: Final = 22


def failed_step(layer: Layer, error: RollbookError) -> Step:
    """Return what happened and what to do, without that nothing changed."""
    shown = error if isinstance(error, HostKeyChanged) else None
    return Step(
        layer,
        State.FAILED,
        error.message.what,
        # Not the message's, which leads to an import's problems: a test shows what is private.
        advice=error.advice,
        reason=error.reason,
        host_key=shown.host_key if shown else None,
        fingerprint=str(shown.details["fingerprint"]) if shown else None,
        private=error.private,
        offers=_offers(error),
    )


def _offers(error: RollbookError) -> tuple[tuple[str, str], ...]:
    if isinstance(error, FolderNotFound):
        return tuple(("folder", folder) for folder in error.folders)
    is_elsewhere = isinstance(error, NotAnSftpServer) and error.details["port"] != USUAL_PORT
    return (("port", str(USUAL_PORT)),) if is_elsewhere else ()
