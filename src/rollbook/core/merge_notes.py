"""What a merge has to say beside its counts, as notes of the report."""

from dataclasses import asdict

from rollbook.core.import_context import ImportContext
from rollbook.core.loading.merge import MergeResult
from rollbook.core.loading.schools import SCHOOL_ID, UNREADABLE
from rollbook.core.quantities import counted


def note_merge(context: ImportContext, result: MergeResult) -> None:
    """Note what was merged, once it is decided whether that is held."""
    for note in result.identities.notes():
        context.findings.note(note)
    is_stored = context.report.status != "held" and not context.report.dry_run
    for name, count in result.changes.overwritten.items():
        if name != SCHOOL_ID:
            context.findings.note(
                f"{context.catalogue.by_name[name].header}: someone changed it in the application "
                f"for {counted(count, 'student')} since the last import. The file's value "
                f"{'was' if is_stored else 'would be'} saved."
            )
    if result.protected:
        context.report.protected = asdict(result.protected)
        for note in result.protected.notes():
            context.findings.note(note)
    _note_schools(context, result)
    if result.adoption is not None:
        context.report.adoption = asdict(result.adoption)
        for note in result.adoption.notes():
            context.findings.note(note)


def _note_schools(context: ImportContext, result: MergeResult) -> None:
    """Say what became of the neighbor's column school_id, where it has one."""
    if result.are_schools_unreadable:
        context.findings.note(UNREADABLE)
    if result.schools is not None:
        if result.schools.is_written:
            context.report.brought += (SCHOOL_ID,)
        for note in result.schools.notes():
            context.findings.note(note)
        context.findings.add(result.schools.issues)
    if result.without_school:
        context.findings.note(
            f"school_id of {counted(result.without_school, 'new student')} stays blank. Until it "
            "is filled, people who see only their own schools' students don't see "
            f"{'this student' if result.without_school == 1 else 'them'}."
        )
