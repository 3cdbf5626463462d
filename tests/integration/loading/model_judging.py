"""The rules of judging, told a second time in plain Python, row by row: slow, and easy to follow.

What this says of a file and what the database does with it must be the same.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

from tests.integration.loading.model_rows import (
    OF_ENROLLMENT,
    Judged,
    Judgment,
    Night,
    Student,
    bare,
    have_same_names,
    key_of,
)


def judge(night: Night, students: Sequence[Student]) -> Judgment:
    """Say of each row whose it is, and why it is not merged."""
    judgment = Judgment(night, students)
    for number, values in enumerate(night.rows):
        brought = {name: value for name, value in values.items() if name in night.fields}
        judged = Judged(number + 2, brought, night.repaired[number], night.refused[number])
        judgment.rows.append(judged)
    for rule in _RULES:
        rule(judgment)
    return judgment


def _match_by_student_id(judgment: Judgment) -> None:
    for each in judgment.rows:
        for student in judgment.students:
            if student.student_id == each.given:
                each.student, each.known_ssid = student, student.ssid
        if each.ssid is not None and each.has_other_ssid:
            each.holders = tuple(k for k in judgment.students if k.ssid == each.ssid)


def _reject_cut_identifier(judgment: Judgment) -> None:
    for each in judgment.rows:
        if each.row != judgment.night.last_row:
            continue
        if judgment.night.open_field == "student_id":
            stored, given = [k.student_id for k in judgment.students], each.given
            is_unknown = each.is_new
        elif judgment.night.open_field == "ssid":
            stored, given = [k.ssid or "" for k in judgment.students], each.ssid
            is_unknown = not each.holders and each.has_other_ssid
        else:
            continue
        if is_unknown and given and any(k != given and k.startswith(given) for k in stored):
            each.reject("ID_CUT_OFF")


def _find_alike(judgment: Judgment) -> None:
    for each in judgment.newcomers:
        key = key_of(each.given or "")
        is_number = key.isdigit() or bool(each.repaired & 1)
        stored = {k.key: key_of(k.student_id) for k in judgment.students}
        each.alike = tuple(
            k
            for k in judgment.students
            if key and (stored[k.key] == key
                        or (stored[k.key] and is_number and bare(stored[k.key]) == bare(key)))
        )  # fmt: skip
        each.is_key_same = any(stored[k.key] == key for k in each.alike)
        if each.alike:
            each.is_stored_short = all(len(stored[k.key]) < len(key) for k in each.alike)
        if each.alike and not each.is_key_same and (each.repaired & 1 or not each.holders):
            each.reject("ID_ZEROS_LOST")


def _reject_lost_ssid_zeros(judgment: Judgment) -> None:
    for each in judgment.open:
        if each.ssid is None or each.holders or not each.has_other_ssid:
            continue
        alike = tuple(
            k
            for k in judgment.students
            if k.ssid is not None
            and bare(k.ssid) == bare(each.ssid)
            and (
                each.repaired & 2
                or (each.ssid.isdigit() and (each.is_new or len(each.ssid) < len(k.ssid)))
            )
        )
        if alike:
            each.alike = alike
            each.is_stored_short = all(len(k.ssid or "") < len(each.ssid) for k in alike)
            each.reject("ID_ZEROS_LOST")


def _reject_conflicts(judgment: Judgment) -> None:
    for each in judgment.open:
        if each.student is not None and each.holders:
            each.reject("ID_CONFLICT")
        elif len(each.holders) > 1:
            each.reject("SSID_AMBIGUOUS")


def _match_by_key(judgment: Judgment) -> None:
    found = [
        each
        for each in judgment.open
        if judgment.night.has_names and each.is_new and not each.holders
        and each.is_key_same and len(each.alike) == 1
        and (each.ssid is None or each.alike[0].ssid is None)
        and have_same_names(each.values, each.alike[0])
    ]  # fmt: skip
    for each in found:
        each.student, each.how = each.alike[0], "key"


def _reject_twins(judgment: Judgment) -> None:
    for each in judgment.open:
        if not each.is_new or not each.is_key_same:
            continue
        if each.holders and each.holders[0] in each.alike:
            continue
        may_be_one = any(
            k.ssid is None or not judgment.night.has_names or have_same_names(each.values, k)
            for k in each.alike
        )
        if each.ssid is None or each.holders or may_be_one:
            each.reject("ID_CONFLICT" if each.holders else "ID_TWIN")


def _match_by_ssid(judgment: Judgment) -> None:
    for each in judgment.open:
        if each.is_new and len(each.holders) == 1:
            each.student, each.how = each.holders[0], "ssid"


def _reject_divided(judgment: Judgment) -> None:
    divided = {each.given for each in judgment.rows if each.how != "id" and each.given is not None}
    for given in divided:
        group = [each for each in judgment.rows if each.given == given]
        if len({each.student.key if each.student else 0 for each in group}) > 1:
            for each in group:
                each.reject("DUPLICATE_STUDENT", [other.row for other in group])


def _reject_numbers_alike(judgment: Judgment) -> None:
    def key(each: Judged) -> str:
        plain = key_of(each.given or "")
        return bare(plain) if plain.isdigit() else plain

    for _, found in groupby(sorted(judgment.newcomers, key=key), key):
        group = list(found)
        if len({each.given for each in group}) == 1 or all(each.ssid for each in group):
            continue
        are_digits = all((each.given or "").isdigit() for each in group)
        for each in group:
            code = "ID_ZEROS_DIFFER" if are_digits else "IDS_ALIKE"
            each.reject(code, [other.row for other in group])


def _reject_unknown(judgment: Judgment) -> None:
    for each in judgment.open:
        if each.is_new and (judgment.night.are_new_refused or each.given is None):
            each.reject("STUDENT_UNKNOWN")


def _reject_repaired(judgment: Judgment) -> None:
    if not judgment.night.are_zeros_lost:
        return
    for each in judgment.open:
        is_new_id = "student_id" in judgment.night.uneven and each.repaired & 1 and each.is_new
        is_new_ssid = (
            "ssid" in judgment.night.uneven
            and each.repaired & 2
            and each.how != "ssid"
            and each.has_other_ssid
        )
        if is_new_id or is_new_ssid:
            each.reject("ID_REPAIRED")


def _reject_disputed(judgment: Judgment) -> None:
    for each in judgment.open:
        numbers = {each.given, each.ssid}
        if each.student is not None and each.how != "id":
            numbers.add(each.student.student_id)
        rows = [row for row, number in judgment.night.mentioned if number in numbers]
        if rows:
            each.reject("STUDENT_DISPUTED", rows)


def _reject_repeated(judgment: Judgment) -> None:
    def said(each: Judged, *, of_person: bool) -> list[object]:
        names = [n for n in judgment.night.fields if not (of_person and n in OF_ENROLLMENT)]
        return [*(each.values.get(name) for name in names), each.refused or None]

    for whose in {each.whose for each in judgment.open}:
        group = [each for each in judgment.rows if each.whose == whose]
        first = next(each for each in group if each.is_open)
        are_others = any(
            said(each, of_person=True) != said(first, of_person=True) for each in group
        )
        differ = any(said(each, of_person=False) != said(first, of_person=False) for each in group)
        for each in group:
            if differ:
                code = "DUPLICATE_STUDENT" if are_others else "ENROLLED_TWICE"
                each.reject(code, [other.row for other in group])
            elif each is not first:
                each.reject("DUPLICATE_ROW", [first.row])


def _reject_shared_ssids(judgment: Judgment) -> None:
    told = [
        each
        for each in judgment.rows
        if each.ssid is not None and each.has_other_ssid and each.code != "DUPLICATE_ROW"
    ]
    for ssid in {each.ssid for each in told if each.is_open}:
        group = [each for each in told if each.ssid == ssid]
        students = {each.student.key if each.student else 0 for each in group}
        if len(students) > 1 or len({each.given or "" for each in group}) > 1:
            for each in group:
                each.reject("SSID_SHARED", [other.row for other in group])


def _find_strangers(judgment: Judgment) -> None:
    in_file = {each.student.key for each in judgment.rows if each.student}
    strangers = [k for k in judgment.students if k.snapshot is None and k.key not in in_file]
    for each in judgment.rows:
        if each.student is not None and each.how == "id":
            key = key_of(each.given or "")
            twins = [
                k
                for k in strangers
                if (stored := key_of(k.student_id))
                and (stored == key or (key.isdigit() and bare(stored) == bare(key)))
            ]
        elif each.is_open and each.is_new and judgment.night.has_names:
            twins = [k for k in strangers if _is_namesake(each, k, judgment.night)]
        else:
            continue
        each.alike = tuple(twins) or each.alike


def _is_namesake(each: Judged, student: Student, night: Night) -> bool:
    given, stored = each.values.get("grade"), student.values["grade"]
    has_other_grade = "grade" in night.written and None not in (given, stored) and given != stored
    is_told_apart = each.ssid is not None and student.ssid is not None
    return have_same_names(each.values, student) and not has_other_grade and not is_told_apart


def _refuse_cut_cell(judgment: Judgment) -> None:
    night, name = judgment.night, judgment.night.open_field
    for each in judgment.open:
        if each.row != night.last_row or not (name or night.is_open_cut):
            continue
        if (
            name is not None
            and name not in ("student_id", "ssid")
            and _is_completed(each, name, night)
        ):
            each.value_kept = each.values[name] or ""
            each.values = {**each.values, name: None}
            each.refused = (*each.refused, name)
        elif night.is_open_cut:
            each.reject("FILE_TRUNCATED")


def _is_completed(each: Judged, name: str, night: Night) -> bool:
    """The stored value begins with the file's."""
    if each.student is None or each.student.snapshot is None or name in each.refused:
        return False
    value, stored = each.values.get(name), each.student.snapshot.get(name)
    if stored is None or value == stored or (value is None and not night.is_cleared):
        return False
    return stored.startswith(value or "")


_RULES: tuple[Callable[[Judgment], None], ...] = (
    _match_by_student_id,
    _reject_cut_identifier,
    _find_alike,
    _reject_lost_ssid_zeros,
    _reject_conflicts,
    _match_by_key,
    _reject_twins,
    _match_by_ssid,
    _reject_divided,
    _reject_numbers_alike,
    _reject_unknown,
    _reject_repaired,
    _reject_disputed,
    _reject_repeated,
    _reject_shared_ssids,
    _find_strangers,
    _refuse_cut_cell,
)
