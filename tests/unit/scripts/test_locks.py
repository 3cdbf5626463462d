"""What is deployed is what was tried."""

import re
from pathlib import Path

import pytest

from scripts.locks import LockUnreadable, read_lock

FOLDER = Path(__file__).parents[3] / "requirements"


@pytest.mark.parametrize("name", ["app.txt", "build.txt", "lambda.txt"])
def test_what_is_deployed_has_the_versions_and_hashes_that_were_tried(name: str) -> None:
    tried, deployed = read_lock(FOLDER / "dev.txt"), read_lock(FOLDER / name)
    assert {each: tried.get(each) for each in deployed} == deployed


@pytest.mark.parametrize(
    "name", ["app.txt", "build.txt", "dev.txt", "infra.txt", "lambda.txt", "lambda-runtime.txt"]
)
def test_every_locked_package_has_hashes(name: str) -> None:
    locked = read_lock(FOLDER / name)
    assert len(locked) == len(re.findall(r"^\S+==", (FOLDER / name).read_text(), re.MULTILINE))
    assert all(each.hashes for each in locked.values())


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "django>=5\n", "django\n", "django==5,!=5.1\n", "-r other.txt\n"]
)
def test_what_pins_no_version_is_refused(text: str, tmp_path: Path) -> None:
    lock = tmp_path / "app.txt"
    lock.write_text(text)
    with pytest.raises(LockUnreadable):
        read_lock(lock)


def test_a_lock_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LockUnreadable):
        read_lock(tmp_path / "app.txt")
