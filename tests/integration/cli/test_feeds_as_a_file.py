"""`rollbook feeds export`, `feeds import`, and `feeds set` for several feeds."""

import json
import stat
from pathlib import Path

import pytest

from tests.integration.cli.commands import CommandLine

SECRET = "Correct-horse-9"
WEBHOOK = "https://hooks.example.org/services/T0/B0/Sesame"


@pytest.fixture
def two(rollbook: CommandLine) -> CommandLine:
    server = (
        "--host",
        "sftp.example.org",
        "--user",
        "district",
        "--pattern",
        "*.csv",
        "--password",
    )
    for name in ("north-sis", "north-dibels"):
        done = rollbook("feeds", "add", name, *server, "--webhook", WEBHOOK, stdin=f"{SECRET}\n")
        assert done.code == 0, done
    return rollbook


def test_a_file_goes_out_without_secrets_and_comes_in_changed_and_only_once(
    two: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "feeds.toml"
    assert two("feeds", "export", file).code == 0
    text = file.read_text()
    assert SECRET not in text and "Sesame" not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert two("feeds", "export", file).code == 2
    assert two("feeds", "export", "-").out == text
    assert json.loads(two("feeds", "export", "-", "--json").out)["feeds"].keys() >= {"north-sis"}
    assert "north-dibels" not in two("feeds", "export", "-", "north-s*").out

    wished = text.replace("missing_limit = 20", "missing_limit = 35")
    trial = two("feeds", "import", "-", "--dry-run", stdin=wished)
    assert trial.code == 0
    assert "missing_limit" in trial.out and "20" in trial.out and "35" in trial.out
    assert two("feeds", "export", "-").out == text
    told = json.loads(two("feeds", "import", "-", "--json", stdin=wished).out)
    assert told["changed"] is True
    assert {"setting": "missing_limit", "from": 20, "to": 35} in told["feeds"][1]["changes"]
    again = json.loads(two("feeds", "import", "-", "--json", stdin=wished).out)
    assert again["changed"] is False

    broken = two("feeds", "import", "-", stdin=f"{wished}\n[feeds.new]\npassword = '{SECRET}'\n")
    assert broken.code == 3
    assert "feeds.new.password" in broken.err and SECRET not in broken.err + broken.out
    assert "feeds set NAME --password" in broken.err
    assert two("feeds", "import", tmp_path / "missing.toml").code == 2


def test_one_command_sets_the_same_of_many_feeds_or_of_none(two: CommandLine) -> None:
    def limits() -> list[int]:
        found = json.loads(two("feeds", "export", "-", "north-*", "--json").out)["feeds"]
        return [each["missing_limit"] for each in found.values()]

    trial = two("feeds", "set", "north-*", "--missing-limit", "30", "--dry-run")
    assert trial.code == 0 and "north-dibels" in trial.out and "30" in trial.out
    assert limits() == [20, 20]
    done = two("feeds", "set", "north-*", "--missing-limit", "30")
    assert done.code == 0 and "2 changed" in done.out
    assert limits() == [30, 30]
    assert "unchanged" in two("feeds", "set", "north-*", "--missing-limit", "30").out
    # The feed for files by hand has no server: all others are meant.
    every = two.json("feeds", "set", "--all", "--folder", "exports")
    assert [each["feed"] for each in every["feeds"]] == ["north-dibels", "north-sis"]
    refused = two("feeds", "set", "north-sis", "south", "--missing-limit", "40")
    assert refused.code == 2 and "no feed named south" in refused.err
    assert limits() == [30, 30]
    for words in (("south-*",), (), ("north-sis", "--all"), ("north-*", "--password")):
        assert two("feeds", "set", *words, "--missing-limit", "40").code == 2
    assert limits() == [30, 30]
