"""Names that are never the file itself: an upload that has not ended, a program's own file."""

from typing import Final

UPLOADS: Final = (
    ".filepart", ".part", ".partial", ".crdownload", ".download", ".tmp", ".temp", ".writing",
    ".uploading", ".upload", ".inprogress", ".in-progress", ".incomplete",
)  # fmt: skip
"""Of programs that write a file, until it has its name."""
OTHERS: Final = (
    "~", ".lock", ".lck", ".swp", ".swo", ".bak",
    ".fin", ".done", ".ok", ".trg", ".flag", ".md5", ".sha1", ".sha256", ".sha512",
)  # fmt: skip
"""Of editors, and of files that say that another one is complete, or what its digest is."""
IMPORTED: Final = (".imported", ".processed")
"""Of files that were imported before; not worth a word."""
BEGINNINGS: Final = (".", "~", "#")
"""Hidden files, the locks of office programs, the copies of editors."""
SYSTEMS: Final = frozenset({"thumbs.db", "desktop.ini"})


def is_never_the_file(name: str) -> bool:
    """Tell whether a file of this name is passed over, whatever the pattern says."""
    plain = name.casefold()
    return (
        plain.endswith(UPLOADS + OTHERS + IMPORTED)
        or plain.startswith(BEGINNINGS)
        or plain in SYSTEMS
    )


def is_upload(name: str) -> bool:
    """Tell whether a file of this name is still being written, or was left behind."""
    return name.casefold().endswith(UPLOADS)


def was_imported(name: str) -> bool:
    """Tell whether the name says that the file was imported before."""
    return name.casefold().endswith(IMPORTED)


def without_ending(name: str) -> str:
    """The name that an unfinished upload will have; `name` where nothing is to be taken off."""
    ending = next((each for each in UPLOADS + OTHERS if name.casefold().endswith(each)), "")
    return name.removeprefix(".")[: -len(ending)] if ending else name
