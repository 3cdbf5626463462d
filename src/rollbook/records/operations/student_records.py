"""A student's record for a parent or a court: what is held of the student, and who asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction

from rollbook.core.errors import UsageError
from rollbook.records.database import translated
from rollbook.records.district import NAME, value_of
from rollbook.records.operations import audit
from rollbook.records.queries.feeds import field_headers
from rollbook.records.queries.lineage import (
    NoSuchStudent,
    StudentLineage,
    header_of,
    in_utc,
    lineage_by_number,
    lineage_of,
)
from rollbook.records.queries.student_record import MADE, StudentRecord, student_record

LONGEST_REQUEST: Final = 200


class NoRequest(UsageError):
    """Say which person or court asked for this student's record.

    No record was made.

    One line of at most 200 characters; it is kept in the audit log."""

    reason = "no_request"


@dataclass(frozen=True, slots=True)
class MadeRecord:
    """A record as it is given out, with its heading."""

    district: str
    made_at: datetime
    made_by: str
    requested_by: str
    record: StudentRecord
    headers: Mapping[str, str]
    """Each field's name -> what people call it."""

    def as_object(self) -> dict[str, Any]:
        """Return the record as JSON has it."""
        found = self.record.as_object()
        for name, value in found["values"].items():
            value["header"] = self.headers[name]
        return {
            "district": self.district,
            "made_at": in_utc(self.made_at),
            "made_by": self.made_by,
            "requested_by": self.requested_by,
        } | found


@translated()
def make_record(
    *,
    actor: str,
    requested_by: str,
    what: str,
    number: int | None = None,
    student_id: str = "",
    now: datetime | None = None,
) -> MadeRecord:
    """Return all that is held of the student, and note it: who made it, and who asked.

    By the number of the row, or by Student ID. `what` names the form in which it is given out.
    Raises NoRequest, NoSuchStudent.
    """
    requested_by = requested_by.strip()
    if not 0 < len(requested_by) <= LONGEST_REQUEST or not requested_by.isprintable():
        raise NoRequest(field="requested_by")
    made_at = now or datetime.now(UTC)
    with transaction.atomic():  # what is told is one moment's, and is told only if that is noted
        record = student_record(_student(number, student_id), made_at)
        subject = f"student {record.student.number}"
        about = {"what": what, "requested_by": requested_by}
        audit.record(actor, MADE, subject=subject, after=about)
    known = field_headers()
    headers = {name: header_of(name, known) for name in record.student.fields}
    return MadeRecord(value_of(NAME), made_at, actor, requested_by, record, headers)


def _student(number: int | None, student_id: str) -> StudentLineage:
    if number is None:
        return lineage_of(student_id)
    found = lineage_by_number(number)
    if found is None:
        raise NoSuchStudent
    return found
