"""Compares the locked requirements with a local export of the OSV database; downloads nothing.

python -m scripts.advisories EXPORT requirements/app.txt ... [--max-age-days 7] [--accept ID]

Ends with 0 where no locked version is affected, 1 where one is, and 2 where the export or a lock
cannot be read, or the export is too old to be relied on.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from packaging.version import InvalidVersion

from scripts.locks import Locked, LockUnreadable, read_lock
from scripts.osv import Advisory, Affected, ExportUnreadable, fixes_after, is_affected, read_export

MAX_AGE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Finding:
    """A locked version that an advisory affects, or whose range cannot be read."""

    locked: Locked
    advisory: Advisory
    affected: Affected
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What an export says about the locks; `newest` is None where it holds nothing about PyPI."""

    findings: tuple[Finding, ...]
    newest: datetime | None


def main(arguments: Sequence[str], *, now: datetime) -> int:
    """Judge, print the findings, return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        locked = [each for lock in given.locks for each in read_lock(lock).values()]
        judged = judge(read_export(given.export), locked, now=now)
    except (ExportUnreadable, LockUnreadable) as error:
        print(f"{error} Nothing was judged.", file=sys.stderr)
        return 2
    accepted = {each for each in judged.findings if _names(each) & set(given.accept)}
    open_ = [each for each in judged.findings if each not in accepted]
    for finding in open_:
        print(in_words(finding))
    stale = _why_stale(judged.newest, now, timedelta(days=given.max_age_days))
    if stale:
        print(stale, file=sys.stderr)
    print(f"{len(set(locked))} locked versions, {len(open_)} affected, {len(accepted)} accepted.")
    return 1 if open_ else 2 if stale else 0


def judge(advisories: Iterable[Advisory], locked: Iterable[Locked], *, now: datetime) -> Judged:
    """Return what affects the locked versions, and how new the newest record is."""
    by_name: dict[str, set[Locked]] = {}
    for each in locked:
        by_name.setdefault(each.name, set()).add(each)
    findings: dict[tuple[str, str, str], Finding] = {}
    newest = None
    for advisory in advisories:
        # A record from the future says nothing about how old the others are.
        if advisory.affected and advisory.modified <= now + timedelta(days=1):
            newest = max(newest or advisory.modified, advisory.modified)
        for found in () if advisory.is_withdrawn else _findings(advisory, by_name):
            findings[found.locked.name, str(found.locked.version), advisory.id] = found
    return Judged(tuple(findings[key] for key in sorted(findings)), newest)


def in_words(finding: Finding) -> str:
    """Return a finding with what to do about it."""
    locked, advisory = finding.locked, finding.advisory
    aliases = f" ({', '.join(advisory.aliases)})" if advisory.aliases else ""
    what = f"{locked.name} {locked.version}: {advisory.id}{aliases}"
    if not finding.is_certain:
        return f"{what}\n  Its versions cannot be read. Look at https://osv.dev/{advisory.id}"
    fixes = ", ".join(map(str, fixes_after(locked.version, finding.affected)))
    if fixes:
        what_to_do = f'make lock UPGRADE="--upgrade-package {locked.name}", then make check'
        return f"{what}\n  Fixed in {fixes}. {what_to_do}"
    return f"{what}\n  No fixed version is known. Replace the package, or judge it and --accept it."


def _findings(advisory: Advisory, by_name: dict[str, set[Locked]]) -> Iterable[Finding]:
    for affected in advisory.affected:
        for locked in by_name.get(affected.name, ()):
            try:
                if is_affected(locked.version, affected):
                    yield Finding(locked, advisory, affected, is_certain=True)
            except InvalidVersion:
                yield Finding(locked, advisory, affected, is_certain=False)


def _names(finding: Finding) -> set[str]:
    return {finding.advisory.id, *finding.advisory.aliases}


def _why_stale(newest: datetime | None, now: datetime, limit: timedelta) -> str:
    if newest is None:
        return "The export holds no advisory for PyPI, so nothing is known. Is it PyPI's all.zip?"
    if now - newest > limit:
        return (
            f"The export's newest advisory is of {newest:%Y-%m-%d}, more than {limit.days} days "
            "ago. Fetch a new one, or say --max-age-days."
        )
    return ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.advisories",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("export", type=Path, help="all.zip of OSV's PyPI, or its unpacked folder")
    parser.add_argument("locks", type=Path, nargs="+", help="locked requirements")
    parser.add_argument(
        "--max-age-days", type=int, default=MAX_AGE_DAYS, metavar="N", help="of the newest advisory"
    )
    parser.add_argument(
        "--accept", action="append", default=[], metavar="ID", help="an advisory that was judged"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], now=datetime.now(UTC)))
