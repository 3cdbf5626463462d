"""The scan for advisories finds a planted version, and never calls what it could not judge well."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scripts.advisories import main

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
PACKAGE = {"ecosystem": "PyPI", "name": "Planted.Package"}
EVENTS = [{"introduced": "0"}, {"fixed": "1.2.4"}, {"introduced": "2.0"}, {"fixed": "2.0.1"}]


def record(**changes: Any) -> dict[str, Any]:
    return {
        "id": "PYSEC-2026-1",
        "aliases": ["CVE-2026-1234"],
        "modified": "2026-11-23T08:00:00.123456Z",
        "affected": [{"package": PACKAGE, "ranges": [{"type": "ECOSYSTEM", "events": EVENTS}]}],
    } | changes


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "app.txt"
    path.write_text("planted-package==1.2.3 \\\n    --hash=sha256:00\n    # via x\nother==1.0\n")
    return path


def export(folder: Path, *records: dict[str, Any]) -> Path:
    """Write an export as OSV publishes it: a zip of a file per record."""
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, each in enumerate(records):
            archive.writestr(f"{number}.json", json.dumps(each))
    return path


def scan(*words: str | Path, now: datetime = NOW) -> int:
    return main([str(word) for word in words], now=now)


def test_a_planted_version_fails_with_all_that_one_must_know(
    tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scan(export(tmp_path, record()), lock) == 1
    said = capsys.readouterr().out
    assert "planted-package 1.2.3: PYSEC-2026-1 (CVE-2026-1234)" in said
    assert "Fixed in 1.2.4, 2.0.1." in said
    assert 'make lock UPGRADE="--upgrade-package planted-package"' in said
    assert "2 locked versions, 1 affected" in said


def test_an_unpacked_export_says_the_same(tmp_path: Path, lock: Path) -> None:
    folder = tmp_path / "osv"
    folder.mkdir()
    (folder / "PYSEC-2026-1.json").write_text(json.dumps(record()))
    assert scan(folder, lock) == 1


def test_one_of_our_own_locked_versions_is_found_when_it_is_planted(tmp_path: Path) -> None:
    package = {"ecosystem": "PyPI", "name": "Django"}
    planted = record(
        affected=[
            {"package": package, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}
        ]
    )
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert scan(export(tmp_path, planted), *locks) == 1
    assert scan(export(tmp_path, record()), *locks) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"withdrawn": "2026-11-23T00:00:00Z"},
        {"affected": [{"package": PACKAGE, "versions": ["1.2.2"]}]},
        {"affected": [{"package": PACKAGE | {"name": "planted"}, "versions": ["1.2.3"]}]},
        {"affected": [{"package": PACKAGE, "ranges": [{"type": "GIT", "events": EVENTS}]}]},
    ],
    ids=["withdrawn", "another version", "another package", "commits only"],
)  # fmt: skip
def test_what_does_not_affect_us_is_no_finding(
    tmp_path: Path, lock: Path, changes: dict[str, Any]
) -> None:
    assert scan(export(tmp_path, record(**changes)), lock) == 0


def test_a_package_of_another_ecosystem_is_not_ours(tmp_path: Path, lock: Path) -> None:
    npm = {"package": PACKAGE | {"ecosystem": "npm"}, "versions": ["1.2.3"]}
    clean = {"package": PACKAGE, "versions": ["9"]}
    assert scan(export(tmp_path, record(affected=[npm, clean])), lock) == 0


def test_a_range_that_cannot_be_read_is_a_finding(
    tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [{"introduced": "0"}, {"fixed": "of old"}]
    odd = {"package": PACKAGE, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    assert scan(export(tmp_path, record(affected=[odd])), lock) == 1
    assert "cannot be read" in capsys.readouterr().out


def test_what_was_judged_and_accepted_does_not_fail(tmp_path: Path, lock: Path) -> None:
    found = export(tmp_path, record())
    assert scan(found, lock, "--accept", "CVE-2026-1234") == 0
    assert scan(found, lock, "--accept", "CVE-2026-9999") == 1


def test_an_export_of_last_week_is_too_old_unless_chosen_otherwise(
    tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = export(tmp_path, record(affected=[{"package": PACKAGE, "versions": ["9"]}]))
    newest = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert scan(clean, lock, now=newest + timedelta(days=7)) == 0
    assert scan(clean, lock, now=newest + timedelta(days=7, hours=1)) == 2
    assert "2026-11-23" in capsys.readouterr().err
    assert scan(clean, lock, "--max-age-days", "8", now=newest + timedelta(days=7, hours=1)) == 0
    assert scan(export(tmp_path, record()), lock, now=newest + timedelta(days=90)) == 1


def test_a_record_from_the_future_makes_an_old_export_no_newer(tmp_path: Path, lock: Path) -> None:
    later = record(id="PYSEC-2026-2", modified="2099-01-01T00:00:00Z", withdrawn="2099")
    clean = record(
        affected=[{"package": PACKAGE, "versions": ["9"]}], modified="2026-10-01T00:00:00Z"
    )
    assert scan(export(tmp_path, later, clean), lock) == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"no zip", b"PK\x03\x04 cut short"],
    ids=["empty", "no zip", "cut short"],
)
def test_an_export_that_is_no_zip_file_is_refused(
    tmp_path: Path, lock: Path, content: bytes
) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(content)
    assert scan(path, lock) == 2


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", "\xff", '{"id": "x", "modified": "yesterday"}',
     '{"id": "x", "modified": "2026-11-23T00:00:00"}',
     '{"id": "x", "modified": "2026-11-23T00:00:00Z", "affected": "all"}', "[" * 100_000],
    ids=["cut", "a list", "no fields", "no text", "no moment", "no zone", "no list", "deep"],
)  # fmt: skip
def test_a_record_that_is_none_is_refused(tmp_path: Path, lock: Path, text: str) -> None:
    folder = tmp_path / "osv"
    folder.mkdir()
    (folder / "0.json").write_text(json.dumps(record()))
    (folder / "1.json").write_bytes(text.encode("latin-1"))
    assert scan(folder, lock) == 2


def test_an_export_without_pypi_or_without_anything_says_nothing(
    tmp_path: Path, lock: Path
) -> None:
    other = record(affected=[{"package": {"ecosystem": "npm", "name": "x"}, "versions": ["1"]}])
    assert scan(export(tmp_path, other), lock) == 2
    assert scan(export(tmp_path), lock) == 2
    assert scan(tmp_path / "nowhere.zip", lock) == 2


def test_a_lock_that_cannot_be_read_is_no_all_clear(tmp_path: Path) -> None:
    assert scan(export(tmp_path, record()), tmp_path / "no-lock.txt") == 2
