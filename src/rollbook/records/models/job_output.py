"""What came of an import: the object in `jobs.output_data`. It holds no student's value."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rollbook.core.errors import Message, RollbookError
from rollbook.core.mapped_texts import MappedTexts
from rollbook.core.measure import Measure
from rollbook.core.profile.filled import Filled
from rollbook.core.report import Report
from rollbook.core.sources.arrival import Served
from rollbook.records.unusual import NOTHING, UnusualChanges


class RowChanged(RollbookError):
    """Another program has changed the record of this import, so its result can't be read. What the
    import saved is in the tables. Keep that program away from rows of the type
    student_data_import, and import again."""

    reason = "row_changed"


@dataclass(frozen=True, slots=True)
class JobOutput:
    """The report of an ended job, and the fingerprint of the settings that it ran under."""

    report: Report
    settings: str | None = None
    unusual: UnusualChanges = NOTHING

    def to_json(self, job: int) -> dict[str, Any]:
        """Return the object as it is stored: that of the contract, and what it leaves out."""
        report = self.report
        served = {"served": asdict(report.served)} if report.served else {}
        return served | {
            "report": report.as_object(job),
            "message": message_parts(report),
            "header": report.header,
            "settings": self.settings,
            "rules": report.rules,
            "version": report.version,
            "changes": report.changes,
            "unusual": self.unusual.to_json(),
            "measures": {kind: asdict(measure) for kind, measure in report.measures.items()},
            "brought": report.brought,
            "filled": asdict(report.filled),
            "mapped": asdict(report.mapped) if report.mapped else None,
            "left_out_rows": report.left_out_rows,
            "fingerprint": report.fingerprint,
            "made_on": report.made_on,
            "is_outdated": report.is_outdated,
            "is_transient": report.is_transient,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "JobOutput":
        """Return what came of a job; earlier versions wrote less.

        The table is shared: of what another program has put there, the report says so.
        """
        try:
            return cls._read(stored)
        except (AttributeError, KeyError, TypeError, ValueError):
            report = Report()
            report.fail(RowChanged())
            return cls(report)

    @classmethod
    def _read(cls, stored: Mapping[str, Any]) -> "JobOutput":
        message = stored.get("message")
        report = Report.from_object(stored["report"], message=message and Message(**message))
        report.header = tuple(stored.get("header") or ())
        report.rules = stored.get("rules") or {}
        report.version = stored.get("version")
        report.changes = stored.get("changes") or {}
        report.measures = _measures(stored, report)
        report.brought = tuple(stored.get("brought") or ())
        report.left_out_rows = tuple(stored.get("left_out_rows") or ())
        report.fingerprint = stored.get("fingerprint")
        report.made_on = stored.get("made_on") or ""
        report.mapped = _mapped(stored)
        report.filled = Filled.from_json(stored.get("filled"))
        report.is_outdated = stored.get("is_outdated") is True
        served = stored.get("served")
        report.served = Served(**served) if served else None
        report.is_transient = bool(stored.get("is_transient"))
        unusual = UnusualChanges.from_json(stored.get("unusual"))
        return cls(report, stored.get("settings"), unusual)


def message_parts(report: Report) -> dict[str, str] | None:
    """Return the parts of the report's message, from which it can be put together again."""
    return None if report.message is None else asdict(report.message)


def _mapped(stored: Mapping[str, Any]) -> MappedTexts | None:
    """Return what was counted of the feed's mapping; earlier versions counted nothing."""
    try:
        return MappedTexts.from_json(stored["mapped"])
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def _measures(stored: Mapping[str, Any], report: Report) -> dict[str, Measure]:
    """Return what was compared with the limits; earlier versions wrote `newly_missing` alone."""
    if "measures" in stored:
        return {kind: Measure(**measure) for kind, measure in stored["measures"].items()}
    counts, missing = report.counts, stored.get("newly_missing") or 0
    return {"rejected": Measure(counts.rejected, counts.total), "missing": Measure(missing, 0)}
