"""`rollbook fleet`: many installations, of which some are broken, hang, or are not there."""

import json
import stat
import time
from pathlib import Path

import pytest

from rollbook.cli.fleet_list import FleetListRefused, Installation, read_fleet, variables_of
from tests.integration.cli.commands import CommandLine

HEALTH = (
    '{"status": "ok", "data": "fresh", "held": [1], "failed": ["sis"], "feeds": [{}],'
    ' "version": "9.9"}'
)


def program(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(stat.S_IRWXU)
    return f'command = "{path}"'


def listed(folder: Path, **tables: str) -> Path:
    path = folder / "fleet.toml"
    path.write_text("".join(f"[installations.{name}]\n{text}\n" for name, text in tables.items()))
    return path


def test_a_status_has_a_line_for_each_and_none_stops_the_others(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    environment = tmp_path / "real.env"
    environment.write_text(f'# ours\nDATABASE_URL="{rollbook.environ["DATABASE_URL"]}"\n')
    real = f'environment = "{environment}"\nhome = "{rollbook.home}"'
    fleet = listed(
        tmp_path,
        good=program(tmp_path, "good", f"echo '{HEALTH}'"),
        hangs=program(tmp_path, "hangs", "sleep 600 & sleep 600"),
        broken=program(tmp_path, "broken", "echo 'Error: no such database.' >&2; exit 1"),
        odd=program(tmp_path, "odd", "echo '[1]'"),
        gone='command = "/nowhere/rollbook"',
        unreadable='environment = "/nowhere/rollbook.env"',
        real=real,
    )
    began = time.monotonic()
    done = rollbook("fleet", "status", fleet, "--json", "--timeout", "20", "--at-once", "7")
    assert time.monotonic() - began < 90
    assert done.code == 1
    found = {each["name"]: each for each in json.loads(done.out)["installations"]}
    assert list(found) == ["good", "hangs", "broken", "odd", "gone", "unreadable", "real"]
    good = found["good"]
    assert (good["ok"], good["state"], good["held"], good["failed"], good["version"]) == (
        True, "fresh", 1, 1, "9.9",
    )  # fmt: skip
    assert "20 seconds" in found["hangs"]["problem"]
    assert found["broken"]["problem"] == "no such database."
    assert found["real"]["ok"] is True and found["real"]["state"] == "fresh", found["real"]
    assert not any(found[name]["ok"] for name in ("hangs", "broken", "odd", "gone", "unreadable"))
    shown = rollbook("fleet", "status", fleet, "--only", "good", "--only", "gone")
    assert shown.code == 1
    assert [line.split()[:2] for line in shown.out.splitlines()[1:]] == [
        ["ok", "good"],
        ["WRONG", "gone"],
    ]
    assert rollbook("fleet", "status", fleet, "--only", "good").code == 0
    assert rollbook("fleet", "status", fleet, "--only", "other").code == 2


def test_an_upgrade_goes_wave_after_wave_and_stops_at_the_first_failure(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    fleet = listed(
        tmp_path,
        late=program(tmp_path, "late", f"echo late >> {log}") + "\nwave = 3",
        first=program(tmp_path, "first", f"echo first $* >> {log}"),
        bad=program(tmp_path, "bad", f"echo bad >> {log}; exit 3") + "\nwave = 2",
        after=program(tmp_path, "after", f"echo after >> {log}") + "\nwave = 2",
    )
    assert rollbook("fleet", "migrate", fleet, "--wave", "1").code == 0
    assert log.read_text() == "first migrate --quiet\n"
    done = rollbook("fleet", "migrate", fleet, "--json")
    assert done.code == 1
    states = [(each["name"], each["state"]) for each in json.loads(done.out)["installations"]]
    assert states == [
        ("first", "up to date"), ("bad", "failed"), ("after", "not begun"), ("late", "not begun"),
    ]  # fmt: skip
    assert log.read_text().splitlines()[1:] == ["first migrate --quiet", "bad"]
    assert rollbook("fleet", "migrate", fleet, "--wave", "9").code == 2


def test_a_backup_of_each_is_a_whole_file(rollbook: CommandLine, tmp_path: Path) -> None:
    environment = tmp_path / "real.env"
    environment.write_text(f"DATABASE_URL={rollbook.environ['DATABASE_URL']}\n")
    fleet = listed(
        tmp_path,
        broken=program(tmp_path, "broken", "exit 1"),
        real=f'environment = "{environment}"\nhome = "{rollbook.home}"',
    )
    words = tmp_path / "words"
    words.write_text("a passphrase of many words\n")
    words.chmod(0o600)
    folder = tmp_path / "backups"
    folder.mkdir()
    done = rollbook("fleet", "backup", fleet, "--to", folder, "--passphrase-file", words, "--json")
    assert done.code == 1
    broken, real = json.loads(done.out)["installations"]
    assert (broken["state"], real["ok"]) == ("failed", True), real
    assert [each.name for each in folder.iterdir()] == [real["state"]]
    checked = rollbook("restore", folder / real["state"], "--check", "--passphrase-file", words)
    assert checked.code == 0, checked


def test_a_list_is_lines_too_and_another_districts_database_is_never_inherited(
    tmp_path: Path,
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "a.env").write_text("export ROLLBOOK_URL='https://a.example.org'\n")
    path = tmp_path / "fleet"
    path.write_text(f"# ours\n\nnorth {tmp_path}/home\nsouth   {tmp_path}/a.env\n")
    north, south = read_fleet(path)
    assert north == Installation("north", home=f"{tmp_path}/home")
    assert variables_of(south) == {"ROLLBOOK_URL": "https://a.example.org"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "begin"),
        ("[installations]\n", "end"),
        ("[installations.a]\n", "installations.a"),
        ("[installations.a]\nhome = 3\n", "installations.a"),
        ("[installations.a]\nhome = 'x'\nwave = 0\n", "wave"),
        ("[installations.a]\nhome = 'x'\npath = 'x'\n", "installations.a.path"),
        ('[installations.a]\ncommand = "\'x"\n', "installations.a.command"),
        ("[installations.a]\ncommand = 3\n", "installations.a.command"),
        ("[installations.a]\ncommand = [3]\n", "installations.a"),
        ("[installations.'a b']\nhome = 'x'\n", "installations.a b"),
        ("[installations.a]\nhome = 'x'\n[installations.a]\nhome = 'y'\n", "line 3"),
        ("[installation.a]\nhome = 'x'\n", "begin"),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_the_place(
    tmp_path: Path, text: str, place: str
) -> None:
    path = tmp_path / "fleet.toml"
    path.write_text(text)
    with pytest.raises(FleetListRefused) as refused:
        read_fleet(path)
    assert place in refused.value.details["place"]  # type: ignore[operator]
    assert refused.value.exit_code == 2


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fleet"
    path.write_text("a /x\na /y\n")
    with pytest.raises(FleetListRefused, match="line 2"):
        read_fleet(path)
