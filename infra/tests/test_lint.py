"""CloudFormation's own rules, by cfn-lint, and that the file of settings makes the templates."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.app import main
from infra.tests.template import Template

LINT = Path(sys.executable).parent / "cfn-lint"


def test_cfn_lint_finds_nothing(own: Template, existing: Template) -> None:
    # W3005: the CDK names a dependency that a reference names already.
    command = [str(LINT), "--ignore-checks", "W3005", "--", str(own.path), str(existing.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_missing_zip_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("infra/district.example.toml", str(tmp_path / "none.zip"), str(tmp_path)) == 2
    assert "make lambda" in capsys.readouterr().err


def test_refused_settings_are_told(
    code: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "district.toml"
    settings.write_text('name = "rollbook"')
    assert main(str(settings), str(code), str(tmp_path)) == 2
    assert "`time_zone` is missing." in capsys.readouterr().err
