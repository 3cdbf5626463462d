"""The image's file, as far as it can be tried without building it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rollbook.project.declared import DECLARED
from tests.doubles.ports import free_port
from tests.functional.test_server_log import served
from tests.integration.cli.commands import CommandLine

ROOT = Path(__file__).parents[3]
FILE = ROOT / "deploy/container/Containerfile"
HOME = "/var/lib/rollbook"


def instructions() -> list[tuple[str, str]]:
    """Keyword and rest of each instruction, in order."""
    text = re.sub(r"^#.*\n", "", FILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [
        (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
        for line in text.splitlines()
        if line.strip()
    ]


def of_last_stage() -> list[tuple[str, str]]:
    found = instructions()
    last = max(place for place, (keyword, _) in enumerate(found) if keyword == "FROM")
    return found[last:]


def health_check(port: int) -> int:
    [said] = [rest for keyword, rest in instructions() if keyword == "HEALTHCHECK"]
    words = json.loads(said[said.index("CMD") + 3 :])
    assert words[0] == "python"
    patient = words[2].replace(":8000/", f":{port}/").replace("timeout=4", "timeout=60")
    here = [sys.executable, words[1], patient]
    return subprocess.run(here, capture_output=True, check=False).returncode


def check_of_base(base: str) -> "subprocess.CompletedProcess[str]":
    """Run the first thing that a build does, as the build's shell would."""
    check = next(rest for keyword, rest in instructions() if keyword == "RUN")
    return subprocess.run(
        ["/bin/sh", "-c", check],
        env={"PATH": os.defpath, "PYTHON": base},
        text=True,
        capture_output=True,
        check=False,
    )


def test_the_base_has_no_default_and_both_stages_take_the_same() -> None:
    found = instructions()
    assert found[0] == ("ARG", "PYTHON")
    bases = [rest for keyword, rest in found if keyword == "FROM"]
    assert [base.startswith(("${PYTHON:?", "${PYTHON}")) for base in bases] == [True, True]
    keywords = [keyword for keyword, _ in found]
    assert keywords.index("RUN") < keywords.index("COPY"), "nothing is done before the check"


@pytest.mark.parametrize(
    "base",
    ["", "python", "docker.io/library/python:3.11-slim-bookworm", "python@sha256:1234",
     f"python@md5:{'0' * 64}", f"python@sha256:{'0' * 64}:latest", f"@sha256:{'0' * 64}",
     f"python@sha256:{'G' * 64}"],
)  # fmt: skip
def test_a_base_without_a_digest_is_refused_with_how_to_look_it_up(base: str) -> None:
    done = check_of_base(base)
    assert done.returncode == 1
    assert "docker buildx imagetools inspect" in done.stderr
    assert "Nothing was built" in done.stderr


@pytest.mark.parametrize("tag", ["", ":3.11-slim-bookworm"])
def test_a_base_with_a_digest_is_taken(tag: str) -> None:
    done = check_of_base(f"docker.io/library/python{tag}@sha256:{'0a' * 32}")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_copied_is_there_and_nothing_else_gets_into_the_context() -> None:
    copied = [rest.split()[:-1] for keyword, rest in instructions() if keyword == "COPY"]
    sources = {name for names in copied if not names[0].startswith("--from") for name in names}
    assert sources
    assert all((ROOT / name).exists() for name in sources)
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == sources


def test_everything_that_is_installed_is_locked_by_hash_or_is_ours() -> None:
    installs = re.findall(r"pip install ([^&\n]*)", FILE.read_text().replace("\\\n", " "))
    assert len(installs) == 3
    for words in installs:
        assert "--require-hashes" in words or "--no-deps dist/rollbook-*.whl" in words


def test_it_runs_without_rights_on_a_volume_of_its_own() -> None:
    last = of_last_stage()
    assert ("USER", "rollbook") in last
    assert ("VOLUME", HOME) in last
    [environment] = [rest for keyword, rest in last if keyword == "ENV"]
    assert f"ROLLBOOK_HOME={HOME}" in environment
    known = {setting.name for setting in DECLARED}
    assert set(re.findall(r"ROLLBOOK_\w+", environment)) <= known
    assert not re.search(r"KEY|TOKEN|PASSWORD|DATABASE_URL", environment)


def test_its_command_is_one_of_ours(rollbook: CommandLine) -> None:
    last = dict(of_last_stage())
    assert json.loads(last["ENTRYPOINT"]) == ["rollbook"]
    command, *options = json.loads(last["CMD"])
    told = rollbook(command, "--help").out
    assert all(option in told for option in options if option.startswith("--"))


def test_the_health_check_tells_a_server_that_answers_from_one_that_does_not(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    # Behind TLS too, though the check asks without it.
    environ = {"ROLLBOOK_TLS": "proxy", "ROLLBOOK_ALLOWED_HOSTS": "rollbook.example.org"}
    with served(rollbook, tmp_path, "--no-worker", environ=environ) as (url, _):
        assert health_check(int(url.rsplit(":", 1)[1])) == 0
    assert health_check(free_port()) != 0
