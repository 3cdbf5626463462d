"""ROLLBOOK_HOME is private from its first moment, and no mode of anybody's folder is changed."""

import os
import stat
from pathlib import Path

import pytest

from rollbook.home import HomeUnusable, home, scratch_file


def test_the_home_is_created_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = home({"ROLLBOOK_HOME": str(tmp_path / "above" / "home")})
    finally:
        os.umask(before)
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_without_a_choice_the_platforms_data_folder_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home({}).is_relative_to(tmp_path)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o755, 0o777])
def test_a_folder_that_others_may_enter_is_refused_and_stays_as_it_is(
    tmp_path: Path, mode: int
) -> None:
    chosen = tmp_path / "open"
    chosen.mkdir()
    chosen.chmod(mode)
    with pytest.raises(HomeUnusable, match="Others may look into the folder"):
        home({"ROLLBOOK_HOME": str(chosen)})
    assert stat.S_IMODE(chosen.stat().st_mode) == mode


def test_modes_above_the_home_stay_as_they_are(tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir()
    above.chmod(0o751)
    home({"ROLLBOOK_HOME": str(above / "home")})
    assert stat.S_IMODE(above.stat().st_mode) == 0o751


def test_a_folder_of_another_account_is_refused(tmp_path: Path) -> None:
    chosen = tmp_path / "theirs"
    chosen.mkdir(mode=0o700)
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(chosen, 65534, 65534)
    with pytest.raises(HomeUnusable, match="belongs to another account"):
        home({"ROLLBOOK_HOME": str(chosen)})


def test_a_file_in_the_place_of_the_home_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o600)
    with pytest.raises(HomeUnusable, match="Set ROLLBOOK_HOME"):
        home({"ROLLBOOK_HOME": str(tmp_path / "file")})


def test_a_scratch_file_has_no_name_even_while_it_is_used(tmp_path: Path) -> None:
    with scratch_file(tmp_path) as file:
        file.write(b"a student's values")
        file.flush()
        assert list(tmp_path.iterdir()) == []
        assert os.fstat(file.fileno()).st_nlink == 0
        assert not stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077
