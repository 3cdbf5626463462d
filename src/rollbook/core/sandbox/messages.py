"""The limited process's answers about a file: written by it, checked and read by its parent."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import wraps
from itertools import groupby
from typing import Any, Final, ParamSpec, TypeVar

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import DiskFull, FileRefused, RollbookError
from rollbook.core.issues import IssueBatch, IssueKind, Severity, shortened
from rollbook.core.layouts.builtin import BY_NAME
from rollbook.core.layouts.layout import FileLayout
from rollbook.core.layouts.names import OWN_NAME, VENDOR
from rollbook.core.mapped_texts import MappedTexts
from rollbook.core.profile.spread import Spread
from rollbook.core.sandbox.answers import (
    Answer,
    Finished,
    FoundIssues,
    JudgedRows,
    Notes,
    Opened,
    Ready,
    WrittenRows,
)
from rollbook.core.sandbox.errors import ReadingFailed
from rollbook.core.sandbox.frames import Garbled, Kind, packed, unpacked
from rollbook.core.table import CutEnd, FileFacts
from rollbook.core.validation.rows import Rejected

LONGEST_TEXT: Final = 100_000
"""Characters of a sentence, a header or a name."""

LARGEST_NUMBER: Final = 1 << 53
_CODE: Final = re.compile(r"[A-Z][A-Z_]{1,60}")
_TAKEN_FOR_THE_END: Final = b"\\."
"""A line of COPY text that ends the data: what follows would be passed over without a word."""

P = ParamSpec("P")
T = TypeVar("T")


def read_answer(kind: Kind, payload: bytes, catalogue: Catalogue) -> Answer:
    """Return the content of a frame. Raises Garbled, and of `REFUSED` the refusal itself."""
    match kind:
        case Kind.OPENED:
            return _read_opened(payload, catalogue)
        case Kind.READY:
            return Ready()
        case Kind.ISSUES:
            return _read_issues(payload, catalogue)
        case Kind.NOTES:
            return _read_notes(payload)
        case Kind.CHUNK:
            return _read_judged(payload)
        case Kind.ROWS:
            return _read_cells(payload)
        case Kind.FINISHED:
            return _read_finished(payload, catalogue)
        case Kind.REFUSED:
            raise _read_error(payload)
    raise Garbled("no answer")


def _checked(read: Callable[P, T]) -> Callable[P, T]:
    """Make whatever is wrong with a message one error: what is in it is never shown."""

    @wraps(read)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise Garbled(read.__name__) from error

    return checked


def pack_opened(opened: Opened) -> bytes:
    return packed(asdict(opened))


@_checked
def _read_opened(payload: bytes, catalogue: Catalogue) -> Opened:
    given = unpacked(payload)
    facts = given["facts"]
    for name in ("notes", "other_worksheets", "files", "doubtful_words"):
        facts[name] = _texts(facts[name])
    for name in ("name", "kind", "encoding", "delimiter", "worksheet"):
        facts[name] = None if facts[name] is None else _text(facts[name])
    for name in ("size", "header_row"):
        facts[name] = _number(facts[name])
    header = _texts(given["header"])
    found = tuple(given["fields"])
    known = {name for name in found if name is not None}
    if len(found) != len(header) or not known <= catalogue.by_name.keys():
        raise ValueError
    return Opened(
        FileFacts(**facts),
        header,
        found,
        _layout(given["layout"]),
        _staged(given, catalogue),
        _layout_name(given["tests_of"]) if given["tests_of"] else "",
    )


def _layout(given: Mapping[str, Any] | None) -> FileLayout | None:
    if given is None:
        return None
    name, vendor = _layout_name(given["name"]), _text(given["vendor"])
    if name in BY_NAME:
        vendor = BY_NAME[name].vendor
    elif not VENDOR.fullmatch(vendor):
        raise ValueError
    return FileLayout(name, vendor, is_certain=given["is_certain"] is True)


def _layout_name(given: object) -> str:
    name = _text(given)
    if name not in BY_NAME and not OWN_NAME.fullmatch(name):
        raise ValueError
    return name


def _staged(given: Mapping[str, Any], catalogue: Catalogue) -> tuple[tuple[str, str], ...] | None:
    if given["staged"] is None:
        return None
    pairs = tuple((_text(name), _text(header)) for name, header in given["staged"])
    names = [name for name, _ in pairs]
    if not {*names} <= catalogue.by_name.keys() or len({*names}) < len(names):
        raise ValueError
    return pairs


def pack_issues(issues: IssueBatch) -> bytes:
    """Where they are goes over once for all of a row, what they say once for all that say it."""
    places = groupby(zip(issues.rows, issues.student_ids, strict=True))
    rows = [[row, student_id, sum(1 for _ in same)] for (row, student_id), same in places]
    return packed([issues.kinds, issues.numbers, rows])


@_checked
def _read_issues(payload: bytes, catalogue: Catalogue) -> FoundIssues:
    said, numbers, places = unpacked(payload)
    kinds = [_kind(*given) for given in said]
    if not {kind.field for kind in kinds} <= {None, *catalogue.by_name}:
        raise ValueError
    # Each number is looked at once, however often it is there; 1.0 and true are none.
    if not set(map(type, numbers)) <= {int} or not set(numbers) <= set(range(len(kinds))):
        raise ValueError
    rows: list[int | None] = []
    student_ids: list[str | None] = []
    for row, student_id, times in places:
        if _number(times) > len(numbers) - len(rows):
            raise ValueError
        rows += [None if row is None else _number(row)] * times
        student_ids += [None if student_id is None else _text(student_id)] * times
    if len(rows) != len(numbers):
        raise ValueError
    return FoundIssues(IssueBatch(kinds, list(numbers), rows, student_ids))


def pack_texts(texts: Iterable[str]) -> bytes:
    return packed(list(texts))


@_checked
def _read_notes(payload: bytes) -> Notes:
    return Notes(_texts(unpacked(payload)))


def pack_judged(judged: JudgedRows) -> bytes:
    rejected = [[each.row, each.mentioned] for each in judged.rejected]
    return packed([judged.accepted, judged.done, rejected]) + b"\n" + judged.copy_text


@_checked
def _read_judged(payload: bytes) -> JudgedRows:
    head, _, text = payload.partition(b"\n")
    accepted, done, rejected = unpacked(head)
    is_ended = text.startswith(_TAKEN_FOR_THE_END) or b"\n" + _TAKEN_FOR_THE_END in text
    if is_ended or text.count(b"\n") != accepted or (text and not text.endswith(b"\n")):
        raise ValueError
    return JudgedRows(
        text,
        accepted,
        [Rejected(_number(row), _texts(mentioned)) for row, mentioned in rejected],
        _number(done),
    )


def pack_cells(rows: Sequence[tuple[int, list[str]]]) -> bytes:
    return packed(rows)


@_checked
def _read_cells(payload: bytes) -> WrittenRows:
    return WrittenRows(
        [
            (_number(row), [_text(cell, longest=LARGEST_NUMBER) for cell in written])
            for row, written in unpacked(payload)
        ]
    )


def pack_finished(finished: Finished) -> bytes:
    ends = [[each.row, each.field, each.is_cut, each.header] for each in finished.ends]
    spreads = {name: spread.groups for name, spread in finished.spreads.items()}
    counted = {"filled": dict(finished.filled), "ends": ends, "spreads": spreads}
    return packed(asdict(replace(finished, spreads={})) | counted)


@_checked
def _read_finished(payload: bytes, catalogue: Catalogue) -> Finished:
    given = unpacked(payload)
    set_aside, uneven = _texts(given["set_aside"]), _texts(given["uneven"])
    filled = {_text(name): _number(count) for name, count in given["filled"].items()}
    spreads = {_text(name): Spread.from_json(groups) for name, groups in given["spreads"].items()}
    headers = {_text(name): _texts(texts) for name, texts in given["headers"].items()}
    mapped = MappedTexts.from_json(given["mapped"])
    named = {*set_aside, *uneven, *filled, *spreads, *headers, *mapped.fields}
    if not named <= catalogue.by_name.keys():
        raise ValueError
    return Finished(
        _number(given["records"]),
        _number(given["records_read"]),
        set_aside,
        uneven,
        _number(given["left_out"]),
        filled,
        tuple(_read_cut(each, catalogue) for each in given["ends"]),
        spreads,
        headers,
        str(date.fromisoformat(given["made_on"])) if given["made_on"] else "",
        mapped,
    )


def _read_cut(given: Sequence[Any], catalogue: Catalogue) -> CutEnd:
    row, field, is_cut, header = given
    if (field is not None and field not in catalogue.by_name) or not isinstance(is_cut, bool):
        raise ValueError
    return CutEnd(_number(row), field, is_cut, None if header is None else _text(header))


def pack_error(error: RollbookError) -> bytes:
    details = {
        name: value if isinstance(value, int) else str(value)
        for name, value in error.details.items()
    }
    return packed([type(error).__name__, shortened(error.private), details])


@_checked
def _read_error(payload: bytes) -> RollbookError:
    name, private, given = unpacked(payload)
    kind = {kind.__name__: kind for kind in _refusals()}[name]
    details: dict[str, Any] = {
        key: _number(value) if isinstance(value, int) else _text(value)
        for key, value in given.items()
        if key not in ("private", "field")
    }
    return kind(private=_text(private), **details)


def _refusals() -> list[type[RollbookError]]:
    from rollbook.core.reading import errors  # noqa: F401 - so that its classes are known

    found: list[type[RollbookError]] = [DiskFull, ReadingFailed, FileRefused]
    for kind in found:
        found += kind.__subclasses__()
    return found


def _kind(code: str, severity: str, message: str, *texts: str | None) -> IssueKind:
    if not _CODE.fullmatch(code):
        raise ValueError
    column, field, value = (None if text is None else _text(text) for text in texts)
    return IssueKind(code, Severity(severity), _text(message), column, field, value)


def _texts(given: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(_text, given))


def _text(given: object, *, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(given, str) or len(given) > longest or "\0" in given:
        raise ValueError
    if not given.isascii():
        given.encode()  # half a character cannot be stored
    return given


def _number(given: Any) -> int:
    if type(given) is not int or not 0 <= given < LARGEST_NUMBER:  # true is an int too
        raise ValueError
    return given
