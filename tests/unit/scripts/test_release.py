"""A release of this commit: the same bytes each time, whole, and signed with a throw-away key."""

import hashlib
import json
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.locks import read_lock
from scripts.release import ROOT, SUMS, ReleaseFailed, make_release


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("release") / "files"
    make_release(target)  # it is refused where its two builds differ
    return target


def run(folder: Path, *words: str | Path, stdin: bytes = b"") -> int:
    texts: Sequence[str] = [*map(str, words)]
    return subprocess.run(texts, cwd=folder, input=stdin, capture_output=True).returncode


def test_all_files_are_there_and_the_sums_are_theirs(release: Path) -> None:
    names = {each.name for each in release.iterdir()}
    kinds = {Path(name).suffix for name in names if name.startswith("rollbook-")}
    assert kinds == {".whl", ".gz", ".json"}
    assert {"Containerfile", "requirements-app.txt", "requirements-build.txt", SUMS} <= names
    lines = [line.split() for line in (release / SUMS).read_text().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert sums == {
        name: hashlib.sha256((release / name).read_bytes()).hexdigest() for name in names - {SUMS}
    }
    assert run(release, "sha256sum", "--check", "--strict", SUMS) == 0


def test_the_wheel_has_the_templates_and_nothing_that_is_not_the_product(release: Path) -> None:
    (wheel,) = release.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "rollbook/web/templates/base.html" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"rollbook"}
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_list_of_materials_has_every_locked_package_with_its_hashes(release: Path) -> None:
    (path,) = release.glob("*.cdx.json")
    found = json.loads(path.read_text())
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    locked = read_lock(ROOT / "requirements/app.txt")
    listed = {each["name"]: each for each in found["components"]}
    assert set(listed) == set(map(str, locked))
    for name, each in locked.items():
        assert listed[name]["version"] == str(each.version)
        assert listed[name]["purl"] == f"pkg:pypi/{name}@{each.version}"
        hashes = {f"sha256:{one['content']}" for one in listed[name]["hashes"]}
        assert hashes == set(each.hashes)


def test_a_signature_of_the_sums_is_good_until_a_byte_changes(
    release: Path, tmp_path: Path
) -> None:
    key, sums = tmp_path / "key", tmp_path / SUMS
    sums.write_bytes((release / SUMS).read_bytes())
    assert run(tmp_path, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key) == 0
    public = key.with_suffix(".pub").read_text()
    (tmp_path / "signers").write_text(f"releases@example.org {public}")
    assert run(tmp_path, "ssh-keygen", "-Y", "sign", "-f", key, "-n", "rollbook-release", sums) == 0
    verify = (
        *("ssh-keygen", "-Y", "verify", "-f", tmp_path / "signers", "-I", "releases@example.org"),
        *("-n", "rollbook-release", "-s", f"{sums}.sig"),
    )
    assert run(tmp_path, *verify, stdin=sums.read_bytes()) == 0
    assert run(tmp_path, *verify, stdin=sums.read_bytes() + b" ") != 0


def test_what_is_no_commit_makes_no_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseFailed, match="git"):
        make_release(tmp_path / "release", commit="no-such-commit")
    assert not (tmp_path / "release").exists()
