"""The same student twice in a file, where no database is asked (`rollbook check`)."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.duplicate_texts import OF_ENROLLMENT, TEXTS, about_rows
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.validation.rows import Rejected
from rollbook.core.validation.values import NULL

_NOBODY: Final = 0


class DuplicateFinder:
    """Remembers of every row its number and digests: 40 bytes a row, and no student's value."""

    def __init__(
        self, fields: Sequence[Field], findings: Findings, *, is_of_tests: bool = False
    ) -> None:
        names = [field.name for field in fields]
        self._terms = {field.name: field.term for field in fields} if is_of_tests else {}
        self.combined = 0
        """Rows beyond the first of students whose rows are tests of different terms."""
        self._student_id = names.index("student_id") + 1 if "student_id" in names else None
        self._ssid = names.index("ssid") + 1 if "ssid" in names else None
        self._findings = findings
        self._rows = array("q")
        self._student_ids = array("q")
        self._ssids = array("q")
        self._values = array("q")
        self._persons = array("q")
        """Digests of all but the enrollment."""
        self._person_columns = [at for at, name in enumerate(names, 1) if name not in OF_ENROLLMENT]
        self._tested = array("q")
        """Digests of the term of which the row's test is."""
        self._named = array("q")
        """Digests of the names in the row."""
        self._names = [
            at for at, name in enumerate(names, 1) if name in ("last_name", "first_name")
        ]
        self._rejected = array("q")
        self._mentioned = array("q")

    def add(self, copy_text: str, rejected_rows: Sequence[Rejected]) -> None:
        """Take in the accepted rows of a chunk as COPY text, and what its rejected rows name."""
        for rejected in rejected_rows:
            self._rejected.extend([rejected.row] * len(rejected.mentioned))
            self._mentioned.extend(map(_digest, rejected.mentioned))
        for line in copy_text.split("\n")[:-1]:
            # What was repaired is no difference: `12345.0` and `12345` are one student.
            values, _, refused = line.rsplit("\t", 2)
            cells = values.split("\t")
            self._rows.append(int(cells[0]))
            self._student_ids.append(_digest_at(self._student_id, cells))
            self._ssids.append(_digest_at(self._ssid, cells))
            self._values.append(hash((*cells[1:], refused)))
            self._tested.append(self._term_of(cells, refused))
            self._named.append(hash(tuple(cells[at] for at in self._names)))
            self._persons.append(hash((*(cells[at] for at in self._person_columns), refused)))

    def finish(self) -> tuple[int, int]:
        """Add the issues; return how many rows are duplicates, and how many clash."""
        duplicates: set[int] = set()
        clashing: set[int] = set()
        for alike in self._alike(self._student_ids):
            if self._are_of_different_terms(alike):
                self.combined += len(alike) - 1
                duplicates.update(alike[1:])
            elif len({self._values[index] for index in alike}) == 1:
                duplicates.update(alike[1:])
                self._findings.add(_repeats(self._rows[i], self._rows[alike[0]]) for i in alike[1:])
            else:
                clashing.update(alike)
                is_one = len({self._persons[index] for index in alike}) == 1
                code = "ENROLLED_TWICE" if is_one else "DUPLICATE_STUDENT"
                self._report(code, alike)
        for alike in self._alike(self._ssids):
            self._judge_ssid([i for i in alike if i not in duplicates], duplicates, clashing)
        self._find_disputed(duplicates, clashing)
        return len(duplicates) - self.combined, len(clashing)

    def _term_of(self, cells: Sequence[str], refused: str) -> int:
        """Return a digest of the term of a row of tests: the first that it has anything of."""
        if not self._terms:
            return _NOBODY
        names = refused.strip("{}").split(",") if refused != NULL else []
        found = (
            term
            for (name, term), text in zip(self._terms.items(), cells[1:], strict=True)
            if term is not None and (text != NULL or name in names)
        )
        return hash(next(found, None))

    def _are_of_different_terms(self, alike: Sequence[int]) -> bool:
        terms = {self._tested[index] for index in alike}
        is_one = len({self._named[index] for index in alike}) == 1
        return bool(self._terms) and is_one and len(terms) == len(alike)

    def _judge_ssid(self, alike: list[int], duplicates: set[int], clashing: set[int]) -> None:
        if clashing.issuperset(alike):
            return
        if len({self._values[index] for index in alike}) == 1:
            duplicates.update(alike[1:])
            self._findings.add(_repeats(self._rows[i], self._rows[alike[0]]) for i in alike[1:])
            return
        clashing.update(alike)
        self._report("SSID_SHARED", alike)

    def _find_disputed(self, duplicates: set[int], clashing: set[int]) -> None:
        """Look for students named by a row that validation rejected."""
        if not self._mentioned:
            return
        repeated = _repeated(self._student_ids + self._ssids + self._mentioned)
        naming: dict[int, list[int]] = defaultdict(list)
        for digest, row in zip(self._mentioned, self._rejected, strict=True):
            if digest in repeated:
                naming[digest].append(row)
        for index, digests in enumerate(zip(self._student_ids, self._ssids, strict=True)):
            rows = {row for digest in digests for row in naming.get(digest, ())}
            if rows and index not in duplicates and index not in clashing:
                clashing.add(index)
                self._findings.add([_disputes(self._rows[index], sorted(rows))])

    def _report(self, code: str, alike: Sequence[int]) -> None:
        rows = [self._rows[index] for index in alike]
        self._findings.add(_clashes(code, row, rows) for row in rows)

    def _alike(self, digests: Sequence[int]) -> Iterator[list[int]]:
        """Return the rows of one digest, in the order of the file, where there are several."""
        repeated = _repeated(digests)
        indexes = sorted(
            (index for index, digest in enumerate(digests) if digest in repeated),
            key=lambda index: (digests[index], self._rows[index]),
        )
        for _, group in groupby(indexes, key=digests.__getitem__):
            yield list(group)


def _repeated(digests: Sequence[int]) -> set[int]:
    ordered = array("q", sorted(digests))
    later = iter(ordered)
    next(later, None)
    return {digest for digest, after in zip(ordered, later, strict=False) if digest == after} - {
        _NOBODY
    }


def _digest_at(column: int | None, cells: Sequence[str]) -> int:
    if column is None or cells[column] == NULL:
        return _NOBODY
    return _digest(cells[column])


def _digest(text: str) -> int:
    return hash(text) or 1


def _repeats(row: int, first: int) -> Issue:
    return _issue("DUPLICATE_ROW", row, [first], field="student_id", severity=Severity.WARNING)


def _clashes(code: str, row: int, rows: Sequence[int]) -> Issue:
    field = "ssid" if code == "SSID_SHARED" else "student_id"
    return _issue(code, row, [other for other in rows if other != row], field=field)


def _disputes(row: int, rows: Sequence[int]) -> Issue:
    return _issue("STUDENT_DISPUTED", row, rows, field="student_id")


def _issue(
    code: str,
    row: int,
    others: Sequence[int],
    *,
    field: str,
    severity: Severity = Severity.ERROR,
) -> Issue:
    return Issue(code, severity, about_rows(TEXTS[code], others), row=row, field=field)
