"""Why no row of a file is imported."""

from rollbook.core.errors import FileRefused


class NoStudents(FileRefused):
    """No rows could be imported, so the export has probably failed.

    Nothing was changed.

    Check the file, then run the export again in your SIS."""

    reason = "no_students"


class NothingFixed(NoStudents):
    """This fix-it file still needs fixing: none of its rows could be imported.

    Nothing was changed.

    See below what is still wrong, fix it, and upload the file again."""


class RowsNotFixed(NoStudents):
    """The fixed rows still have problems, so none of them was imported.

    Nothing was changed.

    See what is still wrong, and fix the rows again."""


class NothingMeant(FileRefused):
    """The file's layout left out all {count}, so there is nothing to import.

    Nothing was changed.

    See the warnings: usually a term isn't set up, or the export has other tests."""

    reason = "nothing_meant"
