"""A district in plain Python: what the tables must hold after each file, told row by row."""

from dataclasses import dataclass, field

from tests.integration.loading.model_judging import judge
from tests.integration.loading.model_rows import (
    COLUMNS,
    FIELDS,
    Judged,
    Judgment,
    Night,
    Student,
    Values,
    bare,
)

Told = tuple[int | None, str, str | None, tuple[int, ...]]
"""Row, code, value, and the other rows that the sentence names."""


COUNTS = (
    "inserted", "updated", "unchanged", "duplicates", "rejected",
    "missing_from_file", "newly_missing", "present_before",
)  # fmt: skip


@dataclass
class Expected:
    """What becomes of a file."""

    told: list[Told]
    inserted: int
    updated: int
    unchanged: int
    duplicates: int
    rejected: int
    missing_from_file: int = 0
    newly_missing: int = 0
    present_before: int = 0


@dataclass
class ModelDistrict:
    """Students, their snapshots, and who is in the file of the one feed there is."""

    students: list[Student] = field(default_factory=list)
    presence: dict[int, int | None] = field(default_factory=dict)
    """Key of a student -> the job since which the file does not name the student."""

    made: int = 0

    def know(self, values: Values) -> Student:
        """Add a student, as another hand does it."""
        self.made += 1
        student = Student(self.made, dict.fromkeys(FIELDS) | values)
        self.students.append(student)
        return student

    def load(self, night: Night, *, job: int) -> Expected:
        before = {student.key for student in self.students}
        judgment = judge(night, self.students)
        merged = list(judgment.open)
        told = [each for judged in judgment.rows for each in _told(judged)]
        seen = self._seen(judgment)
        touched: set[int] = set()
        for each in merged:
            student = each.student or self.know({"student_id": each.given})
            if self._write(student, each, night, job) and student.key in before:
                touched.add(student.key)
            seen.add(student.key)
        inserted = len(self.students) - len(before)
        codes = [each.code for each in judgment.rows]
        duplicates = codes.count("DUPLICATE_ROW")
        expected = Expected(
            told=told,
            inserted=inserted,
            updated=len(touched),
            unchanged=len(merged) - inserted - len(touched),
            duplicates=duplicates,
            rejected=len(codes) - len(merged) - duplicates + len({r for r, _ in night.mentioned}),
        )
        self._note_presence(seen, night, job, expected)
        return expected

    def _write(self, student: Student, each: Judged, night: Night, job: int) -> bool:
        """Write what a row brings; tell whether anything changed."""
        before = (dict(student.values), student.snapshot)
        first = student.snapshot is None
        snapshot = dict(student.snapshot or dict.fromkeys(FIELDS[1:]))
        for name in night.written:
            value = each.values.get(name)
            if name in COLUMNS and value is not None:
                student.values[name] = value
            is_kept = not night.is_cleared or name == "ssid" or name in each.refused
            if first or value is not None or not is_kept:
                snapshot[name] = value
        student.snapshot = snapshot
        if before == (student.values, snapshot):
            return False
        student.snapshot_job = job
        return True

    def _seen(self, judgment: Judgment) -> set[int]:
        """Students that rejected rows name."""
        rejected = [each for each in judgment.rows if not each.is_open]
        numbers = {number for _, number in judgment.night.mentioned}
        numbers |= {number for each in rejected for number in (each.given, each.ssid) if number}
        named = {bare(number) for number in numbers}
        seen = {k.key for each in rejected for k in each.alike}
        return seen | {
            k.key
            for k in self.students
            if bare(k.student_id) in named or (k.ssid is not None and bare(k.ssid) in named)
        }

    def _note_presence(self, seen: set[int], night: Night, job: int, expected: Expected) -> None:
        present = {key for key, since in self.presence.items() if since is None}
        is_first = not self.presence
        for key in seen:
            self.presence[key] = None
        if is_first:
            return
        expected.present_before = len(present)
        if not night.is_partial:
            for key in present - seen:
                self.presence[key] = job
        known = {student.key for student in self.students}
        self.presence = {
            key: since for key, since in self.presence.items() if since is None or key in known
        }
        absent = [since for since in self.presence.values() if since is not None]
        expected.missing_from_file, expected.newly_missing = len(absent), absent.count(job)


def _told(each: Judged) -> list[Told]:
    """What is told of a row; values as they were before the merge."""
    stored = each.student.student_id if each.student else None
    twins = ", ".join(k.student_id for k in sorted(each.alike, key=lambda k: k.key)[:5])
    if each.code is not None:
        others = tuple(row for row in each.others if row != each.row)[:5]
        return [(each.row, each.code, _rejected_value(each, twins), others)]
    found: list[tuple[str, str | None]] = []
    if each.how == "key":
        found.append(("ID_WRITTEN_DIFFERENTLY", f"{each.given} → {stored}"))
    elif each.how == "id" and each.alike:
        code = "POSSIBLE_TWIN" if stored is None else "TWIN_RECORDS"
        found.append((code, f"{each.given} → {twins}"))
    if each.how == "ssid":
        found.append(("MATCHED_BY_SSID", f"{each.given or each.ssid} → {stored}"))
    elif each.known_ssid and each.ssid and each.has_other_ssid:
        found.append(("SSID_CHANGED", f"{each.known_ssid} → {each.ssid}"))
    if each.value_kept is not None:
        found.insert(0, ("VALUE_CUT_OFF", each.value_kept))
    if each.is_new:
        found += [("NAME_BLANK", None) for name in _NAMES if _is_blank(each, name)]
    return [(each.row, code, value, ()) for code, value in found]


_NAMES = ("last_name", "first_name")


def _is_blank(each: Judged, name: str) -> bool:
    return name in each.values and each.values[name] is None and name not in each.refused


def _rejected_value(each: Judged, twins: str) -> str | None:
    is_of_ssid = each.code in ("ID_CONFLICT", "SSID_AMBIGUOUS", "SSID_SHARED")
    value = each.ssid if is_of_ssid else each.given
    is_twin_named = each.code == "ID_TWIN" or each.is_stored_short
    return f"{value} → {twins}" if twins and is_twin_named else value
