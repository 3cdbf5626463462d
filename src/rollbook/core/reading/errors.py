"""Why a file as a whole is refused. Each docstring is the message that a person reads."""

from rollbook.core.errors import FileRefused


class NotATable(FileRefused):
    """The file is no table but {what}. A failed export often looks like this.

    Nothing was changed.

    Open the file, and have the export run again."""

    reason = "not_a_table"


class FileDamaged(FileRefused):
    """The {what} is damaged or was cut off, so it could not be read.

    Nothing was changed.

    Have the export run or upload again."""

    reason = "file_damaged"


class FileTooLarge(FileRefused):
    """The file was refused because {what}. No export of a district looks like that.

    Nothing was changed.

    Have the export run again."""

    reason = "file_too_large"


class ProtectedFile(FileRefused):
    """The {what} is protected with a password, so it could not be read.

    Nothing was changed.

    Have it exported without a password; SFTP already encrypts the way."""

    reason = "file_protected"


class EncryptedFile(FileRefused):
    """The file is encrypted with {what}, so it could not be read.

    Nothing was changed.

    Have it sent without this encryption; SFTP already encrypts the way."""

    reason = "file_encrypted"


class LayoutUnfit(FileRefused):
    """The file is not “{layout}”, which the feed's files are said to be: {why}.

    Nothing was changed.

    Look at the file; where the feed gets other files now, choose their layout in the feed."""

    seen_by_administrators = "the headers"

    reason = "layout_unfit"


class FixedWidth(FileRefused):
    """The file is text of fixed width: its columns are aligned with blanks, so that nothing tells
    for certain where a value ends.

    Nothing was changed.

    Have it exported with a delimiter, as .csv, or as .xlsx."""

    reason = "fixed_width"


class UnsupportedKind(FileRefused):
    """The file is {what}, which is not supported.

    Nothing was changed.

    Export it as .csv or .xlsx."""

    reason = "unsupported_kind"


class RarePacking(FileRefused):
    """The archive is packed in a way that is not read here (LZMA, bzip2, ...).

    Nothing was changed.

    Pack it as an ordinary .zip or .gz, or send the file as it is."""

    reason = "archive_packing"


class SeveralFiles(FileRefused):
    """The archive holds {count} files, and nothing shows which one is meant.

    Nothing was changed.

    Put exactly one file into it; or, where all of them are one export, have the feed import all
    files that match together."""

    reason = "several_files"


class ChangesOnly(FileRefused):
    """The archive says that its users are only those who have changed (delta). Everybody else would
    look as if they were missing.

    Nothing was changed.

    Have all of them exported each time (bulk)."""

    reason = "changes_only"


class RolesMissing(FileRefused):
    """The file is users.csv of OneRoster 1.2, and it has to come with roles.csv: that file alone
    says who is a student and who is a teacher or a parent.

    Nothing was changed.

    Have the whole export sent as one archive (.zip), with users.csv, roles.csv and orgs.csv."""

    reason = "roles_missing"


class NothingInside(FileRefused):
    """The archive {what}, so it has no students.

    Nothing was changed.

    Look into the archive, and have the export run again."""

    reason = "nothing_inside"


class SeveralAmongFiles(FileRefused):
    """One of the files is an archive of {count} files. Of an archive that comes with other files,
    one file is read, and nothing shows which one is meant.

    Nothing was changed: no file was imported.

    Have the files inside come beside the others, unpacked; or put all files into one archive."""

    seen_by_administrators = "the name of the archive"

    reason = "several_among_files"


class FilesDisagree(FileRefused):
    """File {number} has other columns than the first file, so these are not parts of one export. A
    student's value in a column that one of them lacks would be unknown.

    Nothing was changed: no file was imported.

    Have all files exported with the same columns; their order does not matter."""

    seen_by_administrators = "the names of file and columns"

    reason = "files_disagree"


class MissingColumns(FileRefused):
    """The file has no column for {missing}.

    Nothing was changed.

    Compare the headers that were found, and add the column to the export, or tell the feed which of
    its columns it is."""

    seen_by_administrators = "the headers"

    reason = "missing_columns"


class NoHeaderRow(MissingColumns):
    """The file has no header row: its first row holds data, and nothing says what its columns are.

    Nothing was changed.

    Open the file, add a first row with the names of the columns, and import it again; or have the
    export write one."""

    seen_by_administrators = "what the first row holds"

    reason = "no_header_row"


class LayoutUnsure(MissingColumns):
    """The file looks like “{layout}”, but not certainly, so it was not read as that. Without a
    layout it lacks a column for {missing}.

    Nothing was changed.

    Where it is one, choose this layout in the feed: the file is then read by it, or the import says
    what speaks against it. Otherwise add the column to the export, or tell the feed which of its
    columns it is."""

    reason = "layout_unsure"


class RepeatedColumn(FileRefused):
    """{count} columns mean {header}, and nothing shows which one counts.

    Nothing was changed.

    Take all but one out of the export, or tell the feed to ignore them."""

    seen_by_administrators = "their headers"

    reason = "repeated_columns"


class WorksheetMissing(FileRefused):
    """The workbook has no sheet {wanted}.

    Nothing was changed.

    Correct the feed's setting."""

    seen_by_administrators = "the names of its sheets"

    reason = "worksheet_missing"
