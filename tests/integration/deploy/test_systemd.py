"""The units are understood by systemd and closed; the command runs as they do."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rollbook.project.declared import DECLARED

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy/systemd"
SERVICES = ("rollbook.service", "rollbook-worker@.service", "rollbook-serve@.service")
UNITS = (*SERVICES, "rollbook-backup@.service")
INSTALLED = "/opt/rollbook/bin/rollbook"
MOST_EXPOSED = 20
"""Tenths, of 100: what `systemd-analyze security` calls OK ends at 50."""


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit whose command is there: that of this environment."""
    copy = tmp_path / str(request.param)
    here = Path(sys.executable).with_name("rollbook")
    copy.write_text((FOLDER / request.param).read_text().replace(INSTALLED, str(here)))
    return copy


def analysed(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """A missing systemd-analyze is an error and no reason to skip."""
    return subprocess.run(
        ["systemd-analyze", *map(str, words)], capture_output=True, text=True, check=False
    )


def test_systemd_finds_nothing_wrong(unit: Path) -> None:
    done = analysed("verify", "--man=no", unit)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_units_are_closed(unit: Path) -> None:
    options = ("--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}")
    done = analysed("security", *options, unit)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_an_import_and_the_database_have_time_to_end(name: str) -> None:
    text = (FOLDER / name).read_text()
    grace, stop = re.search(r"--grace (\d+)", text), re.search(r"TimeoutStopSec=(\d+)", text)
    assert grace
    assert stop
    assert int(stop[1]) >= int(grace[1]) + 30
    assert "KillMode=mixed" in text


@pytest.mark.parametrize(("name", "gigabytes"), [*zip(SERVICES, (3, 2.5, 3), strict=True)])
def test_memory_is_limited_and_never_written_to_disk(name: str, gigabytes: float) -> None:
    """The limit is for all processes of the unit: the kernel ends the largest, an import."""
    text = (FOLDER / name).read_text()
    said = re.search(r"^MemoryMax=(\d+)([MG])$", text, re.MULTILINE)
    assert said
    assert int(said[1]) * {"M": 1, "G": 1000}[said[2]] == gigabytes * 1000
    assert re.search(r"^LimitCORE=0$", text, re.MULTILINE)
    assert re.search(r"^OOMPolicy=continue$", text, re.MULTILINE)


@pytest.mark.parametrize("name", UNITS)
def test_every_secret_is_a_credential_that_a_known_setting_reads(name: str) -> None:
    text = (FOLDER / name).read_text()
    loaded = re.findall(
        r"^LoadCredential=([A-Z_]+):/etc/rollbook/(?:%i/)?secrets/(\w+)$", text, re.MULTILINE
    )
    read = re.findall(r"^Environment=(\w+)_FILE=%d/(\w+)$", text, re.MULTILINE)
    assert loaded == read
    assert {given for given, _ in loaded} <= {each.name for each in DECLARED if each.has_file}


def test_a_district_of_several_is_as_closed_as_one_alone() -> None:
    one, several = ((FOLDER / name).read_text().splitlines() for name in (SERVICES[0], SERVICES[2]))
    start = one.index("NoNewPrivileges=yes")
    assert one[start:] == several[several.index("NoNewPrivileges=yes") :]
    text = "\n".join(several)
    shared = re.findall(r"(?:/etc|/var/lib)/rollbook\S*|^(?:User|Group)=.*$", text, re.MULTILINE)
    assert [each for each in shared if "%i" not in each] == []


def test_the_timer_starts_districts_one_after_the_other(tmp_path: Path) -> None:
    for name in ("rollbook-backup@.timer", "rollbook-backup@.service"):
        here = str(Path(sys.executable).with_name("rollbook"))
        (tmp_path / name).write_text((FOLDER / name).read_text().replace(INSTALLED, here))
    done = analysed("verify", "--man=no", tmp_path / "rollbook-backup@.timer")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert "RandomizedDelaySec" in (tmp_path / "rollbook-backup@.timer").read_text()


def test_the_command_runs_with_the_settings_and_secrets_of_the_services(tmp_path: Path) -> None:
    if os.geteuid() != 0:  # it is for root
        return
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/ROLLBOOK_SECRET_KEY").write_text("a key\n")
    (tmp_path / "rollbook.env").write_text("ROLLBOOK_TLS=proxy\n")
    done = subprocess.run(
        [FOLDER / "rollbook", "-c", "env; id -un; echo $1", "sh", "two words"],
        env={
            "PATH": os.environ["PATH"],
            "ROLLBOOK_ETC": str(tmp_path),
            "ROLLBOOK_USER": "nobody",
            "ROLLBOOK_GROUP": "nogroup",
            "ROLLBOOK_COMMAND": "/bin/sh",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout.splitlines()
    assert {
        "ROLLBOOK_SECRET_KEY=a key",
        "ROLLBOOK_TLS=proxy",
        "ROLLBOOK_HOME=/var/lib/rollbook",
    } <= {*said}
    assert said[-2:] == ["nobody", "two words"]
