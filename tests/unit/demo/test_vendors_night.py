"""The demo's vendors' files: each is one feed's, and known by its header."""

import csv
import io
import zipfile
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.layouts.recognition import recognize
from rollbook.demo.vendors_night import FEEDS, ONEROSTER, ROSTER, write_vendors_night

TODAY = date(2026, 1, 20)


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a file; of an archive those of its users."""
    if path.suffix == ".csv":
        text = path.read_text()
    else:
        with zipfile.ZipFile(path) as archive:
            assert {"manifest.csv", "orgs.csv", "roles.csv"} < {*archive.namelist()}
            text = archive.read("users.csv").decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def test_each_file_is_one_feeds_and_known_by_its_header(tmp_path: Path) -> None:
    written = write_vendors_night(tmp_path, students=40, seed=3, day=TODAY)
    assert sorted(written) == sorted(path.name for path in tmp_path.iterdir())
    for name, rows in written.items():
        assert len([feed for feed in FEEDS if fnmatchcase(name, feed.pattern)]) == 1, name
        header, *found = read_rows(tmp_path / name)
        assert len(found) == rows > 0, name
        read = recognize(header)
        assert (read is not None and read.is_certain) is (name != ROSTER), name


def test_the_file_of_the_sis_has_no_tests(tmp_path: Path) -> None:
    written = write_vendors_night(tmp_path, students=40, seed=3, day=TODAY)
    assert written[ROSTER] == 40
    header = (tmp_path / ROSTER).read_text().splitlines()[0].split(",")
    tests = {field.header for field in student_catalogue().fields if field.term is not None}
    assert tests
    assert not tests & set(header)


def test_the_same_district_is_the_same_archive(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_vendors_night(tmp_path / name, students=40, seed=3, day=TODAY)
        written.append((tmp_path / name / ONEROSTER).read_bytes())
    assert written[0] == written[1]
