"""What a release consists of: `python -m scripts.release build/release`, of the commit that is out.

The wheel and the source archive are built twice, from two copies of the commit in two places, and
must have the same bytes: who builds the tag again gets what was published. Beside them lie the
container file, the locked requirements, a list of all that goes in (SBOM, CycloneDX), checksums.
"""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from scripts.locks import Locked, read_lock

ROOT: Final = Path(__file__).parents[1]
COPIED: Final = {
    "deploy/container/Containerfile": "Containerfile",
    "requirements/app.txt": "requirements-app.txt",
    "requirements/build.txt": "requirements-build.txt",
    "CHANGELOG.md": "CHANGELOG.md",
}
SUMS: Final = "SHA256SUMS"


class ReleaseFailed(Exception):
    """The release could not be made; the message says why."""


def make_release(target: Path, *, root: Path = ROOT, commit: str = "HEAD") -> list[str]:
    """Write the release of `commit` into `target`, which is emptied; return its files' names.

    Raises ReleaseFailed, also where two builds differ.
    """
    with tempfile.TemporaryDirectory(prefix="rollbook-release-") as folder:
        first, second = (_build(Path(folder, each), root, commit) for each in ("a", "b"))
        for name in first:
            if first[name] != second.get(name):
                raise ReleaseFailed(f"{name} is another one each time it is built.")
        source = _checkout(Path(folder, "source"), root, commit)
        files = first | {new: Path(source, old).read_bytes() for old, new in COPIED.items()}
        version = _version(source)
        locked = read_lock(source / "requirements/app.txt").values()
        sbom = bill_of_materials(version, locked, at=_time(root, commit))
        files[f"rollbook-{version}.cdx.json"] = sbom.encode()
    files[SUMS] = _sums(files).encode()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, data in files.items():
        (target / name).write_bytes(data)
    return sorted(files)


def bill_of_materials(version: str, locked: Collection[Locked], *, at: datetime) -> str:
    """Return the CycloneDX document of the product with its locked packages and their hashes."""
    product = Component(
        name="rollbook",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=f"rollbook@{version}",
        purl=PackageURL("pypi", name="rollbook", version=version),
    )
    packages = [_component(each) for each in locked]
    seed = ",".join(sorted(f"{each.name}=={each.version}" for each in locked))
    bom = Bom(
        components=packages,
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"rollbook {version} {seed}"),
    )
    bom.metadata.component, bom.metadata.timestamp = product, at
    bom.register_dependency(product, packages)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _component(locked: Locked) -> Component:
    purl = PackageURL("pypi", name=str(locked.name), version=str(locked.version))
    return Component(
        name=str(locked.name),
        version=str(locked.version),
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        purl=purl,
        hashes=[
            HashType(alg=HashAlgorithm.SHA_256, content=each.removeprefix("sha256:"))
            for each in sorted(locked.hashes)
        ],
    )


def _build(folder: Path, root: Path, commit: str) -> dict[str, bytes]:
    """Return wheel and source archive by name, built from a copy of the commit in `folder`."""
    source = _checkout(folder, root, commit)
    epoch = str(int(_time(root, commit).timestamp()))
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build"],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReleaseFailed(f"It could not be built: {done.stderr.strip()[-500:]}")
    return {each.name: each.read_bytes() for each in sorted((source / "dist").iterdir())}


def _checkout(folder: Path, root: Path, commit: str) -> Path:
    """What is not committed is in no release."""
    with tarfile.open(fileobj=io.BytesIO(_git(root, "archive", commit))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _time(root: Path, commit: str) -> datetime:
    return datetime.fromtimestamp(int(_git(root, "log", "-1", "--format=%ct", commit)), UTC)


def _git(root: Path, *words: str) -> bytes:
    done = subprocess.run(["git", "-C", root, *words], capture_output=True, check=False)  # noqa: S607
    if done.returncode:
        raise ReleaseFailed(f"git {words[0]} failed: {done.stderr.decode(errors='replace')[:300]}")
    return done.stdout


def _version(source: Path) -> str:
    return str(tomllib.loads((source / "pyproject.toml").read_text())["project"]["version"])


def _sums(files: Mapping[str, bytes]) -> str:
    """As `sha256sum --check` reads them."""
    return "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
    )


def main() -> None:
    target = Path(sys.argv[1])
    try:
        names = make_release(target)
    except ReleaseFailed as error:
        sys.exit(f"No release was made. {error}")
    print(f"{target}: {', '.join(names)}. Wheel and source were built twice, with the same bytes.")


if __name__ == "__main__":
    main()
