"""The zip that AWS Lambda runs: `python -m scripts.lambda_zip build/rollbook-lambda.zip`.

The locked requirements for Lambda's platform and this project's package, with byte code compiled
in: the folder they run from is read-only, so each cold start would compile them again. Built
twice, it has the same bytes: times, order, modes and the seed of sets are fixed.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
REQUIREMENTS: Final = ROOT / "requirements"
PYTHON_VERSION: Final = "3.13"
"""Of the runtime python3.13: byte code is read by its own version alone."""
PLATFORM: Final = "x86_64-manylinux_2_28"
WHERE: Final = "/var/task"
"""Where Lambda unpacks the zip."""
LARGEST: Final = 200 * 1000 * 1000
"""Bytes unpacked. Lambda's own limit is 250 MB; the rest is room for an update of a package."""
NOT_IN_LAMBDA: Final = ("cli", "demo", "embedded", "web/serving", "__main__.py")
"""Parts of the package that no function needs, nor has the requirements of."""
AWS_SERVICES: Final = ("lambda", "rds-data", "s3", "secretsmanager", "sesv2", "sts")
"""What Rollbook calls; boto3 knows four hundred more."""
AUTHORITIES: Final = "rds-authorities.pem"
"""For `sslrootcert=/var/task/rds-authorities.pem` in DATABASE_URL."""
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""


class BuildFailed(Exception):
    """The zip could not be built; the message says why."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of a zip, in bytes: what it takes unpacked, and packed."""

    unpacked: int
    packed: int


def build(target: Path) -> Sizes:
    """Write the zip; return its sizes. Raises BuildFailed, also where it is too large."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rollbook-lambda-") as folder:
        stage = Path(folder, "stage")
        install(REQUIREMENTS / "lambda.txt", stage)
        _add_product(stage, Path(folder))
        _thin_out(stage)
        thin_out_icons(stage / "heroicons/heroicons.zip", stage / "rollbook/web")
        _add_authorities(stage)
        _compile(stage)
        unpacked = sum(path.stat().st_size for path in _files(stage))
        if unpacked > LARGEST:
            raise BuildFailed(
                f"Unpacked it has {unpacked / 1e6:.1f} MB, over {LARGEST / 1e6:.0f} MB."
            )
        draft = Path(folder, "draft.zip")
        _pack(stage, draft)
        shutil.move(draft, target)
    return Sizes(unpacked, target.stat().st_size)


def install(requirements: Path, target: Path) -> None:
    """Put locked packages for Lambda's platform and Python into a folder, whatever runs here."""
    _run(
        *[sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"],
        *["--require-hashes", "--only-binary", ":all:", "--link-mode", "copy"],
        *["--python-platform", PLATFORM, "--python-version", PYTHON_VERSION],
        *["--target", str(target), "-r", str(requirements)],
    )


def python() -> list[str]:
    """Return the command of a Python of the runtime's version. Raises BuildFailed."""
    chosen = os.environ.get("ROLLBOOK_LAMBDA_PYTHON") or f"python{PYTHON_VERSION}"
    asked = [chosen, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        said = subprocess.run(asked, env=with_python(), capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        said = None
    if said is None or said.stdout.strip() != PYTHON_VERSION:
        raise BuildFailed(
            f"Byte code for Lambda is compiled by Python {PYTHON_VERSION}, which is not here. "
            "Install it, or name it in ROLLBOOK_LAMBDA_PYTHON."
        )
    return [chosen]


def with_python() -> dict[str, str]:
    """Return the environment in which `python` is found, also where pyenv chooses among many."""
    return os.environ | {"PYENV_VERSION": PYTHON_VERSION, "PYTHONHASHSEED": "0"}


def _add_product(stage: Path, folder: Path) -> None:
    """Add the package as it is installed everywhere: out of its wheel."""
    _run(*[sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)])
    [wheel] = folder.glob("rollbook-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(stage)
    for name in NOT_IN_LAMBDA:
        part = stage / "rollbook" / name
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    (stage / ".lock").unlink(missing_ok=True)


def _thin_out(stage: Path) -> None:
    """Take out what no function reads: commands, other services, translations of the pages."""
    shutil.rmtree(stage / "bin", ignore_errors=True)
    for service in (stage / "botocore/data").iterdir():
        if service.is_dir() and service.name not in AWS_SERVICES:
            shutil.rmtree(service)
    for translation in [*stage.rglob("*.po"), *stage.rglob("*.mo")]:
        translation.unlink()


def thin_out_icons(icons: Path, pages: Path) -> None:
    """Leave the icons that a template or code of the pages names.

    Each icon that a page shows first has the whole archive's list read: 13 times of 1,288 names
    took two fifths of the first page, by its profile.
    """
    texts = [path.read_text() for path in pages.rglob("*") if path.suffix in (".html", ".py")]
    named = set(re.findall(r"[\"']([a-z0-9-]+)[\"']", "".join(texts)))
    with zipfile.ZipFile(icons) as opened:
        kept = [
            (each, opened.read(each))
            for each in opened.infolist()
            if Path(each.filename).stem in named
        ]
    with zipfile.ZipFile(icons, "w") as packed:
        for entry, content in kept:
            packed.writestr(entry, content)


def _add_authorities(stage: Path) -> None:
    """Add the certificates of the authorities that sign for RDS, where a file of them is given."""
    if given := os.environ.get("ROLLBOOK_RDS_AUTHORITIES"):
        shutil.copyfile(given, stage / AUTHORITIES)


def _compile(stage: Path) -> None:
    """Compile all of it. Times mean nothing in a zip, so the byte code is taken as it is."""
    for cache in list(stage.rglob("__pycache__")):
        shutil.rmtree(cache)
    how = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    _run(*python(), *how, "-s", str(stage), "-p", WHERE, str(stage), environ=with_python())


def _pack(stage: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in _files(stage):
            entry = zipfile.ZipInfo(path.relative_to(stage).as_posix(), EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            packed.writestr(entry, path.read_bytes())


def _files(stage: Path) -> Iterator[Path]:
    found = (path for path in stage.rglob("*") if path.is_file())
    yield from sorted(found, key=lambda path: path.relative_to(stage).as_posix())


def _run(*command: str, environ: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-5:])
        raise BuildFailed(f"{' '.join(command[:6])} ended with {done.returncode}:\n{tail}")


def main(target: Path) -> int:
    """Build the zip and print its sizes; return an exit code."""
    try:
        sizes = build(target)
    except BuildFailed as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target}: {sizes.packed / 1e6:.1f} MB, unpacked {sizes.unpacked / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
