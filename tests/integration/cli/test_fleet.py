"""`rollbook fleet`: many installations, of which some are broken, hang, or are not there."""

import json
import os
import signal
import stat
import sys
import time
from pathlib import Path

import pytest

from rollbook.cli.fleet_list import FleetListRefused, Installation, read_fleet, variables_of
from rollbook.cli.fleet_runs import LARGEST_OUTPUT, run
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


def test_a_line_names_the_feeds_that_need_a_person(rollbook: CommandLine, tmp_path: Path) -> None:
    feeds = [{"feed": f"feed-{n}", "status": "failed" if n else "fresh"} for n in range(6)]
    answer = json.dumps({"status": "not_ok", "data": "stale", "feeds": [*feeds, 1, {"status": []}]})
    wrong = program(tmp_path, "wrong", f"echo '{answer}'; exit 1")
    fleet = listed(tmp_path, wrong=wrong, other=program(tmp_path, "other", "echo '{}'; exit 1"))
    found = json.loads(rollbook("fleet", "status", fleet, "--json").out)["installations"]
    assert found[0]["problem"] == (
        "feed-1 failed, feed-2 failed, feed-3 failed and 2 more; `rollbook health` there says more."
    )
    assert found[1]["state"] == "no answer"


WRONG_ANSWERS = {
    "deep": "print('[' * 200_000)",
    "numbers": """print('{"status": "ok", "held": 7, "failed": null, "feeds": {}, "data": [1]}')""",
    "version": """print('{"status": "ok", "version": 1e999, "data": "' + chr(92) + 'u001b[2J"}')""",
    "long": """print('{"status": "ok", "version": "' + "9" * 900_000 + '"}')""",
    "bytes": "import sys; sys.stdout.buffer.write(bytes(range(256)))",
}


def test_an_answer_of_any_form_is_a_line_and_steers_no_terminal(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    tables = {}
    for name, code in WRONG_ANSWERS.items():
        (tmp_path / f"{name}.py").write_text(code)
        tables[name] = f'command = ["{sys.executable}", "{tmp_path}/{name}.py"]'
    fleet = listed(tmp_path, **tables)
    done = rollbook("fleet", "status", fleet, "--json")
    found = {each["name"]: each for each in json.loads(done.out)["installations"]}
    assert list(found) == list(WRONG_ANSWERS)
    assert [found[name]["state"] for name in ("deep", "bytes")] == ["no answer"] * 2
    for name in ("numbers", "version", "long"):
        assert (found[name]["held"], found[name]["failed"]) == (0, 0)
    assert found["version"]["version"] is None
    assert "Infinity" not in done.out
    shown = rollbook("fleet", "status", fleet)
    assert "\x1b" not in shown.out
    assert len(shown.out.splitlines()) == 1 + len(WRONG_ANSWERS)
    assert max(map(len, shown.out.splitlines())) < 300


def test_one_that_never_stops_writing_fills_no_disk_and_ends_in_time() -> None:
    pipes = Installation("pipes", command=("sh", "-c", "test -p /dev/stdout -a -p /dev/stderr"))
    assert run(pipes, (), seconds=60).code == 0, "nothing is written to a file"
    flood = Installation("flood", command=("sh", "-c", "yes >&2 & yes"))
    found = run(flood, (), seconds=1)
    assert found.code is None
    assert "1 seconds" in found.problem
    assert len(found.out) == LARGEST_OUTPUT


def test_a_child_that_keeps_the_output_open_holds_up_nothing() -> None:
    left = Installation("left", command=("sh", "-c", "setsid sleep 30 & echo $!; echo said"))
    began = time.monotonic()
    found = run(left, (), seconds=20)
    assert time.monotonic() - began < 15
    number, said = found.out.split()
    os.kill(int(number), signal.SIGKILL)
    assert (found.code, said) == (0, "said")


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
        ("first", "up to date"), ("bad", "failed"),
        ("after", "not started"), ("late", "not started"),
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
