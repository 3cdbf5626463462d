"""Which of an archive's files is the table: neither what systems add nor a text for people."""

import zipfile
from collections.abc import Callable, Sequence
from typing import Final

from rollbook.core.file_set import MOST_FILES, TooManyFiles
from rollbook.core.reading.errors import NothingInside, SeveralFiles

HEAD: Final = 1 << 16
"""Bytes of a file by which it is known whether it is a table."""

MOST_LOOKED_AT: Final = 40
"""Files of an archive. All of OneRoster 1.2 are 22."""

_OF_SYSTEMS: Final = frozenset({"thumbs.db", "desktop.ini"})


def find_table(
    archive: zipfile.ZipFile, is_table: Callable[[bytes], bool]
) -> tuple[list[zipfile.ZipInfo], str | None]:
    """Return the one member that is a table, and a note where others were passed over.

    Raises SeveralFiles where more than one may be meant, NothingInside.
    """
    tables, members = _tables(archive, is_table, most=MOST_LOOKED_AT)
    if not tables:
        raise _nothing(members)
    if len(tables) > 1:
        raise SeveralFiles(count=members)
    return tables, _passed_over(members - 1)


def find_tables(
    archive: zipfile.ZipFile, is_table: Callable[[bytes], bool]
) -> tuple[list[zipfile.ZipInfo], str | None]:
    """Return the members that are tables, by name, and a note where others were passed over.

    An empty one counts as a table, so that it is refused: it may be a part that is missing.
    Raises NothingInside, TooManyFiles.
    """
    tables, members = _tables(archive, is_table, most=MOST_FILES, is_empty_one=True)
    if not tables:
        raise _nothing(members)
    return sorted(tables, key=lambda each: each.filename), _passed_over(members - len(tables))


def find_named(
    archive: zipfile.ZipFile, names: Sequence[str]
) -> tuple[list[zipfile.ZipInfo], str | None]:
    """Return the members of these names, in small letters, in whatever folder.

    Raises SeveralFiles where two have one name.
    """
    found = [
        member
        for member in archive.infolist()
        if not _is_added(_parts(member)) and name_of(member).lower() in names
    ]
    if len({name_of(member).lower() for member in found}) < len(found):
        raise SeveralFiles(count=len(found))
    return found, None


def _tables(
    archive: zipfile.ZipFile,
    is_table: Callable[[bytes], bool],
    *,
    most: int,
    is_empty_one: bool = False,
) -> tuple[list[zipfile.ZipInfo], int]:
    """Return the tables, and of how many files. The only file is the table, whatever it is."""
    members = [member for member in archive.infolist() if not _is_added(_parts(member))]
    if len(members) == 1:
        return members, 1
    if len(members) > most:
        raise (
            TooManyFiles(count=len(members), limit=most)
            if is_empty_one
            else SeveralFiles(count=len(members))
        )
    tables = [
        member
        for member in members
        if (is_empty_one and not member.file_size) or _may_be_table(archive, member, is_table)
    ]
    return tables, len(members)


def _nothing(members: int) -> NothingInside:
    what = f"has {members} files, and none of them looks like students" if members else "is empty"
    return NothingInside(what=what)


def _passed_over(others: int) -> str | None:
    if not others:
        return None
    what = "Another file of the archive was" if others == 1 else f"{others} other files were"
    return f"{what} skipped, because nothing in it looks like students."


def name_of(member: zipfile.ZipInfo) -> str:
    """Return the name without folders, whichever way they are written."""
    return _parts(member)[-1]


def _parts(member: zipfile.ZipInfo) -> Sequence[str]:
    return member.filename.replace("\\", "/").split("/")


def _is_added(parts: Sequence[str]) -> bool:
    """Tell whether it is a folder, or a file that an operating system added."""
    name = parts[-1].lower()
    return not name or name.startswith(".") or name in _OF_SYSTEMS or "__MACOSX" in parts


def _may_be_table(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, is_table: Callable[[bytes], bool]
) -> bool:
    """What cannot be looked into may be one."""
    if not member.file_size:
        return False
    is_readable = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if member.flag_bits & 0x1 or not is_readable:
        return True
    with archive.open(member) as packed:
        return is_table(packed.read(HEAD))
