"""Opens a file by what it is, never by its name, and finds its table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from io import BytesIO
from typing import BinaryIO, Final, NamedTuple, cast

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import FileRefused
from rollbook.core.feed_settings import FeedRules
from rollbook.core.file_set import ALL, NEWEST, Part, Window, parts_of
from rollbook.core.reading.bounds import Earn, for_free
from rollbook.core.reading.compound_file import SIGNATURE as COMPOUND_FILE
from rollbook.core.reading.delimited import DelimitedTable
from rollbook.core.reading.encrypted import encryption_of
from rollbook.core.reading.errors import (
    EncryptedFile,
    LayoutUnfit,
    MissingColumns,
    NotATable,
    SeveralAmongFiles,
    SeveralFiles,
    UnsupportedKind,
)
from rollbook.core.reading.markup_kind import MarkupKind, has_table, markup_kind
from rollbook.core.reading.parts import OpenOne, open_parts, rooms
from rollbook.core.reading.roster_archive import BESIDE, read_with_schools
from rollbook.core.reading.roster_tables import WithSchools
from rollbook.core.table import Table

SIGNATURES: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"7z\xbc\xaf\x27\x1c", "an archive of an unsupported kind (7z)"),
    (b"\x1f\x8b", "an archive inside an archive"),
    (b"Rar!", "an archive of an unsupported kind (rar)"),
)
ARCHIVES: Final = (b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06")
HEAD: Final = 8_192
"""Bytes at the start of a file, in which it shows what it is."""


def open_table(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    scratch: Callable[[], BinaryIO],
    names: frozenset[str] = frozenset(),
    earn: Earn = for_free,
    day: date | None = None,
) -> Table:
    """Return the table in `file`. `scratch` gives an anonymous file for what must be unpacked.

    `names` are words of the district's own students in lower case: they show what text is written
    in. `earn` gets the number of what was read besides the chunks, in each pass. `day` is the
    district's, of which enrollments are current.

    Raises FileRefused.
    """
    open_one = partial(_open, catalogue=catalogue, rules=rules, names=names, earn=earn)
    is_table = partial(_begins_a_table, catalogue=catalogue, rules=rules)
    complete = partial(
        read_with_schools, catalogue=catalogue, rules=rules, names=names, day=day, earn=earn
    )
    if parts := parts_of(file, size):
        room = rooms(scratch)
        alone = replace(rules, files=NEWEST)  # an archive among them is one of them
        found = [_Part(_window(file, each), each.name, each.size) for each in parts]
        one = partial(_open_packed, rules=alone, scratch=room, is_table=is_table)
        one = partial(one, open_one=open_one, complete=complete)
        try:
            return open_parts(found, name, size=size, open_one=one)
        except SeveralFiles as error:
            count, private = error.details["count"], error.private
            raise SeveralAmongFiles(count=count, private=private) from error
    one = partial(_open_packed, rules=rules, scratch=scratch, is_table=is_table)
    return one(file, name, size=size, open_one=open_one, complete=complete)


class _Part(NamedTuple):
    file: BinaryIO
    name: str
    size: int


def _window(file: BinaryIO, part: Part) -> BinaryIO:
    return cast(BinaryIO, Window(file, part.start, part.size))


def _open_packed(
    file: BinaryIO,
    name: str,
    *,
    size: int,
    rules: FeedRules,
    scratch: Callable[[], BinaryIO],
    is_table: Callable[[bytes], bool],
    open_one: OpenOne,
    complete: Callable[..., Table],
) -> Table:
    """Return the table in `file`, or in an archive that it is.

    `complete` adds to a table what other files of its archive say; it is called with the table, and
    with `beside`, which gives these files by name.
    """
    file.seek(0)
    if not file.read(4).startswith(ARCHIVES):
        return _open_alone(file, name, size=size, open_one=open_one, complete=complete)
    from rollbook.core.reading.archive import unpack  # zipfile is slow to import
    from rollbook.core.reading.members import find_table, find_tables

    if rules.files == ALL:
        find, scratch = partial(find_tables, is_table=is_table), rooms(scratch)
    else:
        find = partial(find_table, is_table=is_table)
    found = unpack(file, name, size=size, scratch=scratch, find=find)
    try:
        if len(found) > 1:
            alone = partial(_open_alone, open_one=open_one, complete=complete)
            table = open_parts(found, name, size=size, open_one=alone)
        else:
            inside = found[0]
            whole = file
            if inside.file is not file:  # what is unpacked beside it may come to be behind it
                whole = _window(inside.file, Part(inside.name, 0, inside.size))
            table = complete(
                open_one(whole, inside.name, size=inside.size),
                beside=partial(_beside, file, name, size=size, scratch=rooms(scratch)),
            )
    except FileRefused:
        for each in found:
            if each.file is not file:
                each.file.close()
        raise
    if found[0].note and not isinstance(table, WithSchools):  # which says what it has read
        table.facts = replace(table.facts, notes=(found[0].note, *table.facts.notes))
    return table


def _open_alone(
    file: BinaryIO, name: str, *, size: int, open_one: OpenOne, complete: Callable[..., Table]
) -> Table:
    """Return the table in a file beside which none is read."""
    return complete(open_one(file, name, size=size), beside=dict)


def _beside(
    file: BinaryIO, name: str, *, size: int, scratch: Callable[[], BinaryIO]
) -> dict[str, BinaryIO]:
    """Return the files of an archive that are read beside its table, by name in small letters."""
    from rollbook.core.reading.archive import unpack
    from rollbook.core.reading.members import find_named

    file.seek(0)
    if file.read(2) != b"PK":
        return {}
    find = partial(find_named, names=BESIDE)
    found = unpack(file, name, size=size, scratch=scratch, find=find)
    return {each.name.lower(): each.file for each in found}


def _begins_a_table(head: bytes, *, catalogue: Catalogue, rules: FeedRules) -> bool:
    """Tell whether what begins so may be a table: a workbook, or text with a header."""
    from rollbook.core.reading.xls import is_workbook_stream

    if head.startswith((b"PK\x03\x04", COMPOUND_FILE[:4])) or is_workbook_stream(head):
        return True
    if head.lstrip().startswith(b"<"):
        return has_table(head)
    try:
        _open(BytesIO(head), "", size=len(head), catalogue=catalogue, rules=rules, earn=for_free)
    except FileRefused:
        return False
    return True


def _open(
    file: BinaryIO,
    name: str,
    *,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    names: frozenset[str] = frozenset(),
    earn: Earn,
) -> Table:
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise NotATable(what="empty")
    if head.startswith(b"PK\x03\x04"):
        return _open_zipped(file, name, size=size, catalogue=catalogue, rules=rules, earn=earn)
    from rollbook.core.reading.xls import is_workbook_stream, open_xls

    if head.startswith(COMPOUND_FILE) or is_workbook_stream(head):
        return open_xls(file, name=name, size=size, catalogue=catalogue, rules=rules, earn=earn)
    _refuse_documents(head)
    if (kind := markup_kind(head)) is not None:
        return _open_markup(
            file, kind, name=name, size=size, catalogue=catalogue, rules=rules, earn=earn
        )
    try:
        return DelimitedTable(
            file, name=name, size=size, catalogue=catalogue, rules=rules, names=names, earn=earn
        )
    except (LayoutUnfit, MissingColumns):
        if not has_table(head):
            raise
        return _open_markup(  # a title comes before the table
            file, MarkupKind.HTML, name=name, size=size, catalogue=catalogue, rules=rules, earn=earn
        )


def _open_markup(
    file: BinaryIO,
    kind: MarkupKind,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> Table:
    from rollbook.core.reading.html import open_html, open_mhtml
    from rollbook.core.reading.spreadsheetml import open_spreadsheetml

    opening = {
        MarkupKind.HTML: open_html,
        MarkupKind.MHTML: open_mhtml,
        MarkupKind.SPREADSHEETML: open_spreadsheetml,
    }[kind]
    return opening(file, name=name, size=size, catalogue=catalogue, rules=rules, earn=earn)


def _open_zipped(
    file: BinaryIO, name: str, *, size: int, catalogue: Catalogue, rules: FeedRules, earn: Earn
) -> Table:
    from rollbook.core.reading.bounds import open_zip
    from rollbook.core.reading.package import Package

    archive = open_zip(file, "workbook")
    if "content.xml" in archive.namelist():
        from rollbook.core.reading.ods import open_ods

        return open_ods(file, name=name, size=size, catalogue=catalogue, rules=rules, earn=earn)
    package = Package(archive)
    part = package.find_workbook()
    if part is None:
        raise NotATable(what="an archive or a document of another program")
    if part.lower().endswith(".bin"):
        raise UnsupportedKind(what="a binary workbook (.xlsb)")
    from rollbook.core.reading.xlsx import open_xlsx

    return open_xlsx(
        file, package, part=part, name=name, size=size, catalogue=catalogue, rules=rules, earn=earn
    )


def _refuse_documents(head: bytes) -> None:
    if (encryption := encryption_of(head)) is not None:
        raise EncryptedFile(what=encryption)
    if _is_tar(head):
        raise NotATable(what="an archive of several files (tar)")
    for signature, what in SIGNATURES:
        if head.startswith(signature):
            raise NotATable(what=what)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")):
        raise NotATable(what="JSON")


def _is_tar(head: bytes) -> bool:
    """Tell whether `head` begins with a tar archive's first header: its check sum is right."""
    if b"\0" not in head[:512]:
        return False
    import tarfile  # slow to import

    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True
