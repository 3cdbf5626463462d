"""The demo's vendors' files: each is one feed's, and known by its header."""

import csv
from fnmatch import fnmatchcase
from pathlib import Path

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.layouts.recognition import recognize
from rollbook.demo.vendors_night import FEEDS, ROSTER, write_vendors_night


def test_each_file_is_one_feeds_and_known_by_its_header(tmp_path: Path) -> None:
    written = write_vendors_night(tmp_path, students=40, seed=3)
    assert sorted(written) == sorted(path.name for path in tmp_path.iterdir())
    for name, rows in written.items():
        assert len([feed for feed in FEEDS if fnmatchcase(name, feed.pattern)]) == 1, name
        with (tmp_path / name).open(newline="") as file:
            header, *found = csv.reader(file)
        assert len(found) == rows > 0, name
        read = recognize(header)
        assert (read is not None and read.is_certain) is (name != ROSTER), name


def test_the_file_of_the_sis_has_no_tests(tmp_path: Path) -> None:
    written = write_vendors_night(tmp_path, students=40, seed=3)
    assert written[ROSTER] == 40
    header = (tmp_path / ROSTER).read_text().splitlines()[0].split(",")
    tests = {field.header for field in student_catalogue().fields if field.term is not None}
    assert tests
    assert not tests & set(header)
