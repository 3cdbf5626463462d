"""One file inside an archive is read as if it had come alone; anything else is refused."""

import gzip
import io
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.errors import FileRefused, is_disk_full
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading import archive
from rollbook.core.reading.errors import (
    EncryptedFile,
    FileDamaged,
    FileTooLarge,
    FixedWidth,
    MissingColumns,
    NotATable,
    NothingInside,
    ProtectedFile,
    RarePacking,
    SeveralFiles,
)
from rollbook.core.reading.members import find_table
from rollbook.core.reading.open import open_table
from rollbook.core.table import FileFacts

STUDENTS = b"Student ID,SSID,Last Name\n0012345,9,Ray\n"
OTHERS = b"Student ID,SSID,Last Name\n0099999,9,Fox\n"


def _open(content: bytes, name: str = "upload.zip") -> tuple[FileFacts, list[list[str]]]:
    with ExitStack() as opened:
        table = open_table(
            opened.enter_context(io.BytesIO(content)),
            name=name,
            size=len(content),
            catalogue=student_catalogue(),
            rules=FeedRules(),
            scratch=lambda: opened.enter_context(tempfile.TemporaryFile()),
        )
        return table.facts, [record for chunk in table.chunks() for record in chunk.records]


def _zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return kept.getvalue()


def _gzipped(content: bytes) -> bytes:
    """Without the time: the bytes are part of a test's name, and that must stay the same."""
    return gzip.compress(content, mtime=0)


def _flagged_as_encrypted(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[6] |= 1  # the flags in the member's own header
    changed[content.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (_zipped({"students.csv": STUDENTS}), "upload.zip"),
        (_zipped({"exports/2024/students.csv": STUDENTS}), "upload.csv"),
        (_zipped({"../../students.csv": STUDENTS}), "upload.zip"),
        (_gzipped(STUDENTS), "students.csv.gz"),
    ],
)
def test_the_one_file_inside_is_read_under_its_own_name(content: bytes, name: str) -> None:
    facts, records = _open(content, name)
    assert records == [["0012345", "9", "Ray"]]
    assert (facts.name, facts.size) == ("students.csv", len(STUDENTS))


def test_a_workbook_inside_an_archive_is_read_and_is_itself_no_archive() -> None:
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Student ID", "SSID"])
    sheet.write_row(1, 0, ["0012345", "9"])
    book.close()
    for content in (_zipped({"students.xlsx": kept.getvalue()}), _gzipped(kept.getvalue())):
        facts, records = _open(content, "students.xlsx.gz")
        assert (facts.kind, facts.name) == ("xlsx", "students.xlsx")
        assert records == [["0012345", "9"]]


def test_what_a_mac_adds_to_an_archive_is_ignored() -> None:
    members = {"students.csv": STUDENTS, "__MACOSX/._students.csv": b"\0\5\x16\7", "empty/": b""}
    assert _open(_zipped(members))[1] == [["0012345", "9", "Ray"]]


def test_an_archive_that_does_not_hold_exactly_one_file_is_refused() -> None:
    with pytest.raises(SeveralFiles, match="has 2 files"):
        _open(_zipped({"a.csv": STUDENTS, "b.csv": OTHERS}))
    with pytest.raises(NothingInside, match="is empty"):
        _open(_zipped({"__MACOSX/._a.csv": b"x"}))


def test_an_archive_with_a_password_is_called_protected_not_damaged() -> None:
    with pytest.raises(ProtectedFile):
        _open(_flagged_as_encrypted(_zipped({"students.csv": STUDENTS})))


@pytest.mark.parametrize(
    "content",
    [
        _zipped({"students.csv": STUDENTS})[:-30],
        _zipped({"students.csv": STUDENTS}, zipfile.ZIP_STORED).replace(b"Ray", b"Roy"),
        _gzipped(STUDENTS)[:-10],
        _gzipped(STUDENTS)[:-8] + bytes(8),
        b"\x1f\x8b\x08\x00 no such stream",
    ],
)
def test_a_damaged_archive_is_refused_and_none_of_it_is_read(content: bytes) -> None:
    with pytest.raises(FileDamaged):
        _open(content)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_that_is_packed_in_a_rare_way_is_named_as_such(method: int) -> None:
    """A few bytes of LZMA may ask for gigabytes of memory."""
    with pytest.raises(RarePacking):
        _open(_zipped({"students.csv": STUDENTS}, method))


@pytest.mark.parametrize(
    "content", [_zipped({"students.csv": STUDENTS}), _gzipped(STUDENTS)], ids=["zip", "gz"]
)
def test_a_disk_that_fills_while_unpacking_is_no_fault_of_the_archive(content: bytes) -> None:
    with (
        Path("/dev/full").open("r+b", buffering=0) as full,
        pytest.raises(OSError, match="No space left") as caught,
    ):
        archive.unpack(
            io.BytesIO(content),
            "a.zip",
            size=len(content),
            scratch=lambda: full,
            find=partial(find_table, is_table=lambda _: True),
        )
    assert is_disk_full(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        _zipped({"inner.zip": _zipped({"students.csv": STUDENTS})}),
        _gzipped(_zipped({"students.csv": STUDENTS})),
        _zipped({"students.csv.gz": _gzipped(STUDENTS)}),
        _gzipped(_gzipped(STUDENTS)),
    ],
)
def test_an_archive_inside_an_archive_is_not_opened(content: bytes) -> None:
    with pytest.raises(FileRefused):
        _open(content)


@pytest.mark.parametrize("pack", [_gzipped, lambda content: _zipped({"s.csv": content})])
def test_an_archive_inside_an_archive_is_named_as_what_it_is(pack: Any) -> None:
    with pytest.raises(NotATable, match="an archive"):
        _open(_gzipped(pack(STUDENTS)))


@pytest.mark.parametrize("pack", [_gzipped, lambda content: _zipped({"s.csv": content})])
@pytest.mark.parametrize(
    "limits", [{"UNSUSPICIOUS": 1_000, "LARGEST_RATIO": 5}, {"LARGEST": 10_000}]
)
def test_an_archive_that_unpacks_to_far_too_much_is_refused(
    monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], pack: Callable[[bytes], bytes]
) -> None:
    content = pack(STUDENTS + b"\n" * 50_000)
    assert _open(content)[1] == [["0012345", "9", "Ray"]]
    for name, limit in limits.items():
        monkeypatch.setattr(archive, name, limit)
    with pytest.raises(FileTooLarge):
        _open(content)


README = b"These are the students of the district, every night.\n"


@pytest.mark.parametrize(
    "others",
    [
        {"Export/": b"", "Export/.DS_Store": b"Bud1", "__MACOSX/Export/._students.csv": b"x"},
        {"Thumbs.db": b"x", "desktop.ini": b"[.ShellClassInfo]"},
        {".DS_Store": b"Bud1", "__MACOSX\\._students.csv": b"x"},
    ],
)
def test_what_systems_add_to_an_archive_is_passed_over(others: dict[str, bytes]) -> None:
    facts, records = _open(_zipped(others | {"Export/students.csv": STUDENTS}))
    assert (facts.name, len(records), facts.notes) == ("students.csv", 1, ())


@pytest.mark.parametrize(
    "name", ["README", "readme.txt", "How to read this.html", "log.csv", "a.pdf"]
)
@pytest.mark.parametrize("content", [README, b"<html><p>Hello</p></html>", b"%PDF-1.7", b""])
def test_a_file_without_students_beside_the_one_table_is_passed_over_and_noted(
    name: str, content: bytes
) -> None:
    facts, records = _open(_zipped({name: content, "students.csv": STUDENTS}))
    assert (facts.name, len(records)) == ("students.csv", 1)
    assert "skipped" in " ".join(facts.notes)
    assert name not in " ".join(facts.notes)


def test_two_tables_remain_two() -> None:
    with pytest.raises(SeveralFiles):
        _open(_zipped({"a.csv": STUDENTS, "b.csv": OTHERS, "README": README}))
    with pytest.raises(NothingInside, match="has 2 files, and none"):
        _open(_zipped({"README": README, "notes.txt": README}))


def test_folders_may_be_written_the_way_of_windows() -> None:
    facts, records = _open(_zipped({"out\\students.csv": STUDENTS}))
    assert (facts.name, len(records)) == ("students.csv", 1)


ENCRYPTED = [
    (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA5vJ0pRX\n-----END PGP MESSAGE-----\n", "PGP"),
    (b"\x85\x01\x0c\x03\x9b\xc9\xd2\x94W\xb54\xf3\x01\x07\xfe" * 9, "PGP"),
    (b"\xc1\xc1\x4c\x03\x9b\xc9\xd2\x94W\xb54\xf3\x01" * 9, "PGP"),
    (b"\x8c\x0d\x04\x09\x03\x02\x9b\xc9\xd2\x94" * 9, "PGP"),
    (b"\xc3\x0d\x04\x09\x03\x02\x9b\xc9\xd2\x94" * 9, "PGP"),
    (b"age-encryption.org/v1\n-> X25519 abc\n", "age"),
    (b"Salted__\x01\x02\x03\x04\x05\x06\x07\x08" * 4, "OpenSSL"),
]


@pytest.mark.parametrize(("content", "name"), ENCRYPTED)
@pytest.mark.parametrize("packed", [False, True])
def test_an_encrypted_file_is_named_as_one(content: bytes, name: str, packed: bool) -> None:
    file = _zipped({"students.csv.pgp": content}) if packed else content
    with pytest.raises(EncryptedFile, match=f"encrypted with {name}"):
        _open(file)


def test_names_in_any_encoding_are_not_taken_for_encryption() -> None:
    text = "Étudiant,Student ID,SSID\nÉ,1,2\n"
    for codec in ("utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp850"):
        assert _open(text.encode(codec))[1]


def test_a_tar_is_named_as_an_archive_of_several_files() -> None:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w") as packed:
        entry = tarfile.TarInfo("students.csv")
        entry.size = len(STUDENTS)
        packed.addfile(entry, io.BytesIO(STUDENTS))
    for content in (kept.getvalue(), _as_of_old(kept.getvalue())):
        for packed_or_not in (content, _gzipped(content)):
            with pytest.raises(NotATable, match="tar"):
                _open(packed_or_not)


def _as_of_old(archive: bytes) -> bytes:
    """Return `archive` as programs wrote it before the format had a name in it."""
    head = bytearray(archive[:512])
    head[257:265] = bytes(8)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + archive[512:]


FIXED = (
    "Student ID SSID    Last Name   First Name\n"
    "41000      9900000 Van Dyke    Mary Ann  \n"
    "41001      9900001 Smith       Zoe       \n"
)
SQLCMD = (
    "Student ID SSID    Last Name  \n"
    "---------- ------- -----------\n"
    "41000      9900000 Last0      \n"
    "41001      9900001 Last1      \n"
)


@pytest.mark.parametrize("text", [FIXED, SQLCMD, FIXED.replace("\n", "\r\n")])
def test_text_of_fixed_width_is_named_as_that(text: str) -> None:
    with pytest.raises(FixedWidth):
        _open(text.encode())


@pytest.mark.parametrize(
    "text", ["Name Grade\nSmith 3\nLee 4\n", "Student report\nof the district\nno table\n"]
)
def test_other_text_is_not(text: str) -> None:
    with pytest.raises(MissingColumns):
        _open(text.encode())
