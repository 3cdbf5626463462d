"""What holds an import: what was measured, compared with the feed's limits."""

from collections.abc import Mapping

from rollbook.core.catalogue.school_year import fields_of_the_year, is_turning, over_terms
from rollbook.core.catalogue.students import is_fix_it_file
from rollbook.core.file_reading import Reading
from rollbook.core.import_context import ImportContext
from rollbook.core.limits.by_school import (
    Comparison,
    NumbersOfSchools,
    compare_schools,
    expects_promotion,
    is_between_years,
)
from rollbook.core.limits.limit import LEAST_TO_HOLD, NEVER
from rollbook.core.limits.older_file import older
from rollbook.core.limits.table import (
    LIMITS,
    hold_beyond_limits,
    hold_schools,
    measures_of_issues,
    most_missing,
)
from rollbook.core.loading.merge import MergeResult
from rollbook.core.measure import Measure
from rollbook.core.nothing_imported import NoStudents, NothingFixed, RowsNotFixed
from rollbook.core.profile.filled import (
    blanked_issue,
    lost_values,
    named_columns,
    not_in_file,
    of_tests,
)
from rollbook.core.profile.shifted import (
    least_shifts,
    rewritten_scores,
    shifted_issues,
    swapped_columns,
    with_more,
)
from rollbook.core.quantities import counted


def unknown_rows(reading: "Reading") -> int:
    """Return how many rows name students that this file may not add."""
    return 0 if reading.is_roster else reading.context.findings.by_code["STUDENT_UNKNOWN"]


def decide_outcome(context: ImportContext, *, not_storable: int = 0, unknown: int = 0) -> None:
    """Set `completed`, or `held` where the file breaks off or too many rows were rejected.

    Of those `not_storable` are no fault of the file, and say nothing against its other rows; the
    `unknown`, of students that the roster feed has not brought, have a limit of their own.
    Raises NoStudents where no row is left and there are too few for a person to decide on, of a
    fix-it file always.
    """
    counts = context.report.counts
    if is_fix_it_file(context.report.header) and counts.total <= counts.rejected:
        raise RowsNotFixed if context.first_file().is_fixed_here else NothingFixed
    context.report.status = "completed"
    found = measures_of_issues(context.findings.by_code)
    rejected = counts.rejected - not_storable - unknown
    hold(context, rejected=Measure(rejected, counts.total), **found)
    hold(context, unknown=Measure(unknown, counts.total))
    if context.report.status == "completed" and counts.total - counts.rejected <= 0:
        raise NoStudents
    hold(context, cut=Measure(context.findings.by_code["FILE_TRUNCATED"], counts.total))


def decide_storable(reading: "Reading", not_storable: int) -> None:
    context = reading.context
    decide_outcome(context, not_storable=not_storable, unknown=unknown_rows(reading))
    if not_storable:
        context.findings.note(
            f"The grade of {counted(not_storable, 'new student')} isn't in this database's list, "
            f"so {'the row was' if not_storable == 1 else 'their rows were'} rejected. That "
            "doesn't count toward your limits."
        )


def hold(context: ImportContext, columns: str = "", /, **measured: Measure) -> None:
    hold_beyond_limits(
        context.report,
        context.rules,
        measured=measured,
        accepted=context.accepted,
        columns=columns,
    )


def hold_changed(reading: "Reading", result: MergeResult, *, smaller: Measure) -> NumbersOfSchools:
    """Hold what becomes of too many students, in total and of single schools; return the schools'
    numbers.

    A later file of a feed whose files list every active student is compared school by school with
    the last one. A fix-it file's students were rejected before, and a person has corrected them.
    """
    context, found = reading.context, result.identities
    compared = None if reading.is_fix_it else _compare(reading, result)
    missing = result.measures["missing"]
    if compared is not None:
        missing = Measure(max(0, missing.part - compared.leavers), missing.whole)
    hold(context, **result.measures | {"missing": missing}, smaller=smaller)
    if reading.is_fix_it:
        _hold_fixed(context, result)
        return {}
    if compared is None:
        hold(context, new=Measure(found.new, found.students))
        return {}
    hold(context, newcomers=Measure(compared.new, result.present_before + found.new))
    hold_schools(
        context.report, context.rules, measured=compared.measures(), accepted=context.accepted
    )
    return compared.numbers()


def _hold_fixed(context: ImportContext, result: MergeResult) -> None:
    """Hold corrected rows that may be another student's, or would replace what another row, or
    someone else, has brought."""
    found, edited = result.identities, max(result.changes.overwritten.values(), default=0)
    hold(
        context,
        contested=Measure(result.fixed.contested, found.known),
        others=Measure(max(found.names, found.ssid), found.known),
        edited=Measure(edited, found.known),
        short_ids=Measure(result.fixed.short_ids, found.new),
    )


def _compare(reading: "Reading", result: MergeResult) -> Comparison | None:
    """Return the schools of both files; None where there is nothing to compare."""
    counts, rules = result.schools_compared, reading.rules
    if counts is None or rules.missing_limit >= NEVER:
        return None
    when = rules.promotion_on, reading.context.today(), reading.context.year
    return compare_schools(
        counts,
        new=result.identities.new,
        is_promotion=expects_promotion(*when),
        is_turn=is_between_years(*when),
    )


def hold_parts(context: ImportContext, result: MergeResult) -> None:
    """Hold what is perhaps one part of what the server has."""
    served = context.report.served
    if served is not None and served.fresh > 1:
        hold(context, several=most_missing(result.measures["missing"]))
    if served is not None and served.files:
        lacking = max(0, served.files_expected - served.files)
        hold(context, fewer_files=Measure(lacking, served.files_expected))


def hold_older(reading: "Reading") -> None:
    """Hold a file that is older than one that was imported. A fix-it file is a person's own."""
    context = reading.context
    if is_fix_it_file(context.report.header):
        return
    measure, signs = older(reading.fetched.name, reading.earlier, made_on=reading.made_on)
    hold(context, signs, older=measure)


def hold_blanked(reading: "Reading") -> None:
    """Compare how full the columns are with the feed's last files, and hold what has lost most.

    Half of what holds an import is told, and so is what a person has accepted once. While the year
    turns, what is counted by it may begin blank. A fix-it file has its own rows.
    """
    context, report = reading.context, reading.context.report
    if is_fix_it_file(report.header):
        return
    now = reading.filled if reading.tests is None else of_tests(reading.filled, context.catalogue)
    before, limit = context.before, LIMITS["blanked"]
    report.filled = now
    over = frozenset() if reading.tests is not None else _fields_over(context)
    let_go = {*before.let_go, *over}
    past = over if reading.rules.blanks == "keep" else frozenset()
    is_turn = is_turning(context.today(), context.year)
    begin = {each.name for each in fields_of_the_year(context.catalogue) if is_turn}
    context.findings.add(
        blanked_issue(
            name,
            lost,
            header=now.headers.get(name),
            catalogue=context.catalogue,
            clears=reading.rules.blanks == "clear",
        )
        for name, lost in lost_values(before.shares, let_go, now, past=past).items()
        if lost.part >= LEAST_TO_HOLD
        and 2 * lost.part * 100 > lost.whole * limit.percent(reading.rules)
    )
    if note := not_in_file(before, now, context.catalogue):
        context.findings.note(note)
    lost = lost_values(before.accepted, let_go, now, past={*past, *begin})
    columns, most = _most(lost, "blanked", reading, "lost theirs")
    hold(context, columns, blanked=most)


def _fields_over(context: ImportContext) -> frozenset[str]:
    """Return the fields of terms whose school year is over: no file brings new values of these."""
    over = over_terms(context.catalogue.terms, context.today(), context.year)
    keys = {term.key for term in over}
    return frozenset(field.name for field in context.catalogue.fields if field.term in keys)


def hold_shifted(reading: "Reading", result: MergeResult) -> None:
    """Hold a column whose values are like those of none of the feed's last files.

    What a person has accepted is one of these files, and is told as long as older ones are known.
    Only what would be stored counts, no column that another feed writes.
    """
    is_fix_it = is_fix_it_file(reading.context.report.header)
    if is_fix_it or reading.tests is not None or not reading.context.before.nights:
        return
    context, limit, catalogue = reading.context, LIMITS["shifted"], reading.context.catalogue
    before, written = context.before, {*context.report.brought} - result.last_years.fields
    now = {name: each for name, each in reading.spreads.items() if name in written}
    scores = rewritten_scores(result.becomes, reading.filled, before.nights, catalogue)
    is_turn = is_turning(context.today(), context.year)
    shifts = with_more(least_shifts(now, before.nights, catalogue, is_turn=is_turn), scores)
    told = with_more(shifts, least_shifts(now, before.told, catalogue, is_turn=is_turn))
    is_watched = limit.percent(reading.rules) < NEVER
    swapped = swapped_columns(now, shifts, catalogue) if is_watched else {}
    beyond = {
        name: each
        for name, each in told.items()
        if name in swapped or limit.is_beyond(each.measure, reading.rules)
    }
    context.findings.add(
        shifted_issues(beyond, now, swapped, headers=reading.headers, catalogue=catalogue)
    )
    columns, most = _most(
        {name: each.measure for name, each in shifts.items()}, "shifted", reading, "shifted"
    )
    hold(context, columns, shifted=most, swapped=Measure(len(swapped), len(shifts)))


def _most(
    measures: Mapping[str, Measure], kind: str, reading: "Reading", done: str
) -> tuple[str, Measure]:
    """Return the columns that are beyond the limit, or all, in words, and the greatest measure."""
    limit = LIMITS[kind]
    beyond = {name: each for name, each in measures.items() if limit.is_beyond(each, reading.rules)}
    found = sorted((beyond or measures).items(), key=lambda each: -each[1].part)
    columns = named_columns([_named(name, reading) for name, _ in found], done)
    return columns, found[0][1] if found else Measure(0, 0)


def _named(name: str, reading: "Reading") -> str:
    """Return the catalogue's name of a column; of a file of tests, without a term."""
    catalogue = reading.context.catalogue
    found = catalogue.by_name[name]
    if reading.tests is None:
        return found.header
    term = next((each.name for each in catalogue.terms if each.key == found.term), "")
    return found.header.removeprefix(f"{term} ")
