"""Why a file as a whole is refused. Each docstring is the message that a person reads."""

from rollbook.core.errors import FileRefused


class NotATable(FileRefused):
    """This is {what}, not a data file. The export may have failed.

    Nothing was changed.

    Open the file to check, then run the export again in your SIS."""

    reason = "not_a_table"


class FileDamaged(FileRefused):
    """The {what} is damaged or cut off, so it can't be read.

    Nothing was changed.

    Export or upload the file again."""

    reason = "file_damaged"


class FileTooLarge(FileRefused):
    """This file can't be imported because {what}. No district's export looks like that.

    Nothing was changed.

    Check that it's the right file, and run the export again."""

    reason = "file_too_large"


class ProtectedFile(FileRefused):
    """The {what} has a password, so it can't be read.

    Nothing was changed.

    Export it without a password. SFTP encrypts it on the way."""

    reason = "file_protected"


class EncryptedFile(FileRefused):
    """The file is encrypted with {what}, so it can't be read.

    Nothing was changed.

    Send it without this encryption. SFTP encrypts it on the way."""

    reason = "file_encrypted"


class LayoutUnfit(FileRefused):
    """The file isn't “{layout}”, the layout this feed expects: {why}.

    Nothing was changed.

    Check the file. If this feed gets different files now, choose their layout in the feed."""

    seen_by_administrators = "the headers"

    reason = "layout_unfit"


class FixedWidth(FileRefused):
    """The file's columns are lined up with blanks, so we can't tell where a value ends.

    Nothing was changed.

    Export it with a delimiter, as .csv, or as .xlsx."""

    reason = "fixed_width"


class UnsupportedKind(FileRefused):
    """The file is {what}, which Rollbook can't read.

    Nothing was changed.

    Export it as .csv or .xlsx."""

    reason = "unsupported_kind"


class RarePacking(FileRefused):
    """The archive is packed in a way that Rollbook can't read (LZMA, bzip2, ...).

    Nothing was changed.

    Pack it as an ordinary .zip or .gz, or send the file as it is."""

    reason = "archive_packing"


class SeveralFiles(FileRefused):
    """The archive has {count} files, and nothing shows which one to import.

    Nothing was changed.

    Put exactly one file into it. If all of them are one export, have the feed import all matching
    files together."""

    reason = "several_files"


class ChangesOnly(FileRefused):
    """This archive has only the users who changed (delta). Everyone else would look missing.

    Nothing was changed.

    Export all users every time (bulk)."""

    reason = "changes_only"


class RolesMissing(FileRefused):
    """This is users.csv of OneRoster 1.2 without roles.csv, the file that shows who is a student
    and who is a teacher or parent.

    Nothing was changed.

    Send the whole export as one archive (.zip) with users.csv, roles.csv and orgs.csv."""

    reason = "roles_missing"


class NothingInside(FileRefused):
    """The archive {what}, so it has no students.

    Nothing was changed.

    Open the archive to check, then run the export again."""

    reason = "nothing_inside"


class SeveralAmongFiles(FileRefused):
    """One of the files is an archive of {count} files. With other files beside it, only one file of
    an archive is read, and nothing shows which one.

    Nothing was changed: no file was imported.

    Unpack the archive beside the other files, or put all files into one archive."""

    seen_by_administrators = "the name of the archive"

    reason = "several_among_files"


class FilesDisagree(FileRefused):
    """File {number} has different columns than the first file, so they aren't parts of one export.
    Students would lack values in the columns that one of them doesn't have.

    Nothing was changed: no file was imported.

    Export all files with the same columns, in any order."""

    seen_by_administrators = "the names of file and columns"

    reason = "files_disagree"


class MissingColumns(FileRefused):
    """The file has no column for {missing}.

    Nothing was changed.

    Compare the file's headers, and add the column to the export or match it in the feed."""

    seen_by_administrators = "the headers"

    reason = "missing_columns"


class NoHeaderRow(MissingColumns):
    """The {what} has no header row: its first row is data, and nothing says what the columns are.

    Nothing was changed.

    Open the file, add a first row with the column names, and import it again, or have the export
    write one."""

    seen_by_administrators = "what the first row holds"

    reason = "no_header_row"


class LayoutUnsure(MissingColumns):
    """The file looks like “{layout}”, but we aren't sure, so it wasn't read that way. As a plain
    file, it has no column for {missing}.

    Nothing was changed.

    If it is one, choose this layout in the feed. If not, add the column to the export or match it
    in the feed."""

    reason = "layout_unsure"


class RepeatedColumn(FileRefused):
    """{count} columns mean {header}, and nothing shows which one counts.

    Nothing was changed.

    Remove all but one from the export, or ignore the others in the feed."""

    seen_by_administrators = "their headers"

    reason = "repeated_columns"


class WorksheetMissing(FileRefused):
    """The workbook has no sheet {wanted}.

    Nothing was changed.

    Correct the sheet's name in the feed."""

    seen_by_administrators = "the names of its sheets"

    reason = "worksheet_missing"
