"""Where a person mends what a server does not let Rollbook do: reason -> place in the form."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Mend(NamedTuple):
    """What went wrong in three words, and where in the feed's form it is mended."""

    title: str
    anchor: str
    """Of the feed's page."""
    words: str
    """Of the link to it."""


_KEY: Final = "#h-test"
_SIGN_IN: Final = Mend("The server rejected the sign-in", "#id_username", "Check the sign-in")

MENDS: Final[Mapping[str, Mend]] = {
    "host_key_changed": Mend("The server's identity changed", _KEY, "Check the new key"),
    "host_key_unknown": Mend("The server's key isn't confirmed", _KEY, "Confirm the key"),
    "bad_host_key": Mend("The confirmed key can't be read", _KEY, "Confirm the key again"),
    "bad_credentials": _SIGN_IN,
    "password_wanted_too": _SIGN_IN,
    "key_wanted_too": _SIGN_IN,
    "means_not_taken": _SIGN_IN,
    "code_wanted": _SIGN_IN,
    "password_expired": _SIGN_IN,
    "folder_not_found": Mend("The folder is missing", "#id_folder", "Change the folder"),
}
"""By the reason of a failed import."""
