"""What was asked of an import: the object in `jobs.input_data`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from rollbook.core.sources.arrival import Served
from rollbook.records.models.feeds import Feed

SCHEDULE: Final = "schedule"
"""Who has started a planned run, or its rehearsal."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What an administrator accepted of a held import, under the settings it was checked with."""

    settings: str | None
    accepted: Mapping[str, int]
    """How many of each kind of `core.limits.LIMITS`."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The dry run whose file is to be imported, and the settings that it was checked with."""

    job: int
    settings: str | None


@dataclass(frozen=True, slots=True)
class JobInput:
    """Which feed is to be imported, who asked, and how. `feed` is its name at that time."""

    feed: str = ""
    feed_id: int = 0
    """0 where it is not known; no feed has this number."""
    started_by: str = ""
    dry_run: bool = False
    force: bool = False
    """Whether the file is imported even if its bytes are the same as last time."""
    no_wait: bool = False
    """Whether the file is taken as it is, without a look at whether it still grows."""
    upload: str | None = None
    """The name of the stored file that is imported instead of what the feed's server has."""
    in_bucket: str | None = None
    """Under which name the uploaded file lies in the bucket until it is stored."""
    planned_at: datetime | None = None
    """The moment of the schedule, aware, of a planned run."""
    rehearses: datetime | None = None
    """The planned run, aware, that this dry run rehearses."""
    approved_by: str | None = None
    approved: Approval | None = None
    encoding: str | None = None
    """What the file is written in, where it was said for this import alone."""
    served: Served | None = None
    """The approved file as its server described it when it was fetched."""
    checked: Checked | None = None
    """The dry run that has shown what this import will change."""
    job: int | None = None
    """The number of the row it was written for: a copy of that row is another program's."""

    @classmethod
    def for_feed(
        cls,
        feed: Feed,
        *,
        started_by: str,
        dry_run: bool = False,
        force: bool = False,
        no_wait: bool = False,
    ) -> "JobInput":
        """Ask for an import of `feed`."""
        return cls(feed.name, feed.pk, started_by, dry_run, force, no_wait)

    def approve(
        self, approval: Approval, *, actor: str, upload: str | None, served: Served | None = None
    ) -> "JobInput":
        """Ask for the stored file once more, with what `actor` has accepted of it."""
        stored = replace(self, upload=upload, in_bucket=None, served=served)
        return replace(stored, approved_by=actor, approved=approval, force=True)

    def to_json(self) -> dict[str, Any]:
        """Return the object as it is stored; what was not asked for is left out."""
        asked: dict[str, Any] = {
            "feed": self.feed,
            "feed_id": self.feed_id,
            "started_by": self.started_by,
            "dry_run": self.dry_run,
            "force": self.force,
        }
        for name in ("job", "upload", "in_bucket", "encoding", "approved_by"):
            if (given := getattr(self, name)) is not None:
                asked[name] = given
        if self.no_wait:
            asked["no_wait"] = True
        for name, moment in (("planned_at", self.planned_at), ("rehearses", self.rehearses)):
            if moment is not None:
                asked[name] = moment.isoformat()
        for name, given in (("served", self.served), ("checked", self.checked)):
            if given is not None:
                asked[name] = asdict(given)
        if self.approved is not None:
            asked["approved"] = {"settings": self.approved.settings, **self.approved.accepted}
        return asked

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "JobInput":
        """Return what was asked of a job. Earlier versions wrote less.

        The table is shared: of what another program has changed only the feed counts.
        """
        found = stored or {}
        try:
            return cls._read(found)
        except (AttributeError, KeyError, TypeError, ValueError):
            feed, feed_id = str(found.get("feed", "")), found.get("feed_id") or 0
            return cls(feed=feed, feed_id=feed_id, job=found.get("job"))

    @classmethod
    def _read(cls, found: Mapping[str, Any]) -> "JobInput":
        planned_at, approved = found.get("planned_at"), found.get("approved")
        served, checked = found.get("served"), found.get("checked")
        rehearses = found.get("rehearses")
        return cls(
            feed=found.get("feed", ""),
            feed_id=found.get("feed_id") or 0,
            started_by=found.get("started_by", ""),
            dry_run=bool(found.get("dry_run")),
            force=bool(found.get("force")),
            no_wait=bool(found.get("no_wait")),
            upload=found.get("upload"),
            in_bucket=found.get("in_bucket"),
            planned_at=datetime.fromisoformat(planned_at) if planned_at else None,
            rehearses=datetime.fromisoformat(rehearses) if rehearses else None,
            approved_by=found.get("approved_by"),
            encoding=found.get("encoding"),
            approved=_approval(approved) if approved else None,
            checked=Checked(**checked) if checked else None,
            job=found.get("job"),
            served=Served(**served) if served else None,
        )


def _approval(stored: Mapping[str, Any]) -> Approval:
    """Beside the settings there are the kinds, those of this version or fewer."""
    return Approval(
        stored["settings"], {kind: part for kind, part in stored.items() if kind != "settings"}
    )
