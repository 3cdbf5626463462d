"""The locked requirements: which version of each package, with which hashes."""

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version


class LockUnreadable(Exception):
    """A file of locked requirements is not what `make lock` writes."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock, under its normalized name."""

    name: NormalizedName
    version: Version
    hashes: frozenset[str]


def read_lock(path: Path) -> dict[NormalizedName, Locked]:
    """Return the packages of a lock by name. Raises LockUnreadable, also where there is none."""
    try:
        text = re.sub(r"^ *#.*\n", "", path.read_text(), flags=re.MULTILINE)
    except (OSError, UnicodeDecodeError) as error:
        raise LockUnreadable(f"{path} cannot be read.") from error
    lines = text.replace("\\\n", " ").splitlines()
    found = [_locked(line, path) for line in lines if line.strip()]
    if not found:
        raise LockUnreadable(f"{path} locks nothing.")
    return {each.name: each for each in found}


def _locked(line: str, path: Path) -> Locked:
    wanted, *hashes = re.split(r"\s+--hash=", line.strip())
    try:
        requirement = Requirement(wanted)
        [pin] = requirement.specifier
        if pin.operator != "==":
            raise ValueError(pin.operator)
        version = Version(pin.version)
    except (InvalidRequirement, InvalidVersion, ValueError) as error:
        raise LockUnreadable(f"{path} does not pin one version in: {wanted}") from error
    return Locked(canonicalize_name(requirement.name), version, frozenset(hashes))
