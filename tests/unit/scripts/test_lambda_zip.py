"""The zip for Lambda: what it is built from is fixed, and so are its bytes."""

import hashlib
import os
import re
import zipfile
from pathlib import Path

import pytest

import rollbook
from scripts import lambda_zip
from scripts.lambda_zip import BuildFailed, python

SOURCE = (
    'WORDS = {"one", "two", "three"}\n\n\ndef known(word):\n    return word in {"a", "b", "c"}\n'
)


def packed(folder: Path, *, at: float) -> Path:
    """Compile and pack a small package that was written at some time."""
    (folder / "words").mkdir(parents=True)
    for name in ("z.py", "a.py", "words/__init__.py"):
        (folder / name).write_text(SOURCE)
        os.utime(folder / name, (at, at))
    lambda_zip._compile(folder)
    lambda_zip._pack(folder, folder.parent / f"{folder.name}.zip")
    return folder.parent / f"{folder.name}.zip"


def test_the_same_sources_make_the_same_bytes(tmp_path: Path) -> None:
    first, second = packed(tmp_path / "first", at=1e9), packed(tmp_path / "second", at=1.7e9)
    assert (
        hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()
    )
    with zipfile.ZipFile(first) as opened:
        names = opened.namelist()
        code = opened.read("__pycache__/a.cpython-313.pyc")
    assert names == sorted(names)
    assert code[4:8] == b"\1\0\0\0"  # by its hash, which is not looked at
    assert b"/var/task/a.py" in code
    assert str(tmp_path).encode() not in code


def test_without_the_python_of_the_runtime_nothing_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for other in ("/nowhere/python3.13", "false"):
        monkeypatch.setenv("ROLLBOOK_LAMBDA_PYTHON", other)
        with pytest.raises(BuildFailed, match="ROLLBOOK_LAMBDA_PYTHON"):
            python()


def test_what_a_function_never_calls_is_left_out(tmp_path: Path) -> None:
    stage = tmp_path / "stage"
    kept = [
        "botocore/data/sesv2/2019/service.json.gz",
        "botocore/data/endpoints.json",
        "django/a.py",
    ]
    left_out = ["botocore/data/ec2/2016/service.json.gz", "bin/django-admin", "django/de/django.mo"]
    for name in kept + left_out:
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_text("x")
    lambda_zip._thin_out(stage)
    assert sorted(str(path.relative_to(stage)) for path in lambda_zip._files(stage)) == sorted(kept)


def test_only_the_icons_that_pages_name_are_left(tmp_path: Path) -> None:
    pages, icons = tmp_path / "pages", tmp_path / "icons.zip"
    pages.mkdir()
    (pages / "one.html").write_text('{% heroicon_mini "check" %} <i class="moon">')
    (pages / "navigation.py").write_text("ICON = 'arrow-path'")
    with zipfile.ZipFile(icons, "w") as made:
        for name in ("mini/check.svg", "outline/arrow-path.svg", "mini/x-mark.svg"):
            made.writestr(name, name)
    lambda_zip.thin_out_icons(icons, pages)
    with zipfile.ZipFile(icons) as opened:
        assert opened.namelist() == ["mini/check.svg", "outline/arrow-path.svg"]
        assert opened.read("mini/check.svg") == b"mini/check.svg"


def test_boto3_knows_each_service_that_is_called() -> None:
    called = {
        name
        for path in Path(rollbook.__file__).parent.rglob("*.py")
        for name in re.findall(r'\.client\(\s*"([a-z0-9-]+)", config', path.read_text())
    }
    assert {"rds-data", "secretsmanager"} <= called
    assert called | {"sts"} == set(lambda_zip.AWS_SERVICES), "sts: the credentials of a role"
