"""What the command line shows of students, on record."""


def note_disclosure(subject: str, what: str, *, as_file: bool = False) -> None:
    """Record that the user of this command line sees students' values of `subject`."""
    from rollbook.records.operations.disclosures import DOWNLOADED, VIEWED, record_disclosure

    action = DOWNLOADED if as_file else VIEWED
    record_disclosure("command line", action, subject=subject, what=what)
