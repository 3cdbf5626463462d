"""What can go wrong with a backup. No text holds more than names of tables and numbers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rollbook.core.errors import FileRefused, RollbookError, UsageError, is_disk_full


class NoBackup(FileRefused):
    """The file {path} isn't a Rollbook backup.

    Nothing was changed.

    Check that it's the right file."""

    reason = "no_backup"


class WrongPassphrase(FileRefused):
    """The backup {path} can't be opened: the passphrase is wrong, or the start of the file is
    damaged.

    Nothing was changed.

    Use the passphrase it was written with, or an earlier backup."""

    reason = "wrong_passphrase"


class BackupDamaged(FileRefused):
    """The backup {path} is damaged, incomplete, or was changed after it was written.

    Nothing was changed.

    Copy the file here again, or restore an earlier backup."""

    reason = "backup_damaged"


class BackupNewer(FileRefused):
    """The backup {path} was written by a newer Rollbook ({version}), whose tables this version
    doesn't know.

    Nothing was changed.

    Install that version or a later one, and restore again."""

    reason = "backup_newer"


class BackupUnreadable(RollbookError):
    """The backup {path} can't be read ({why}).

    Nothing was changed.

    Check the path, and that you have the right to the file."""

    reason = "backup_unreadable"
    exit_code = 2


class NotWritten(RollbookError):
    """The backup {path} couldn't be written ({why}).

    There is no new backup, and the data hasn't changed.

    Check the folder and your right to it, and try again."""

    reason = "backup_not_written"


class NoRoomForBackup(NotWritten):
    """The disk of {path} is full.

    There is no new backup, and the data hasn't changed.

    Make room there, or write the backup to another disk."""


class NoRoomToRestore(RollbookError):
    """There isn't enough room for the database: {why}

    Nothing was changed.

    Make room, and restore again."""

    reason = "no_room_to_restore"


class InUse(RollbookError):
    """Rollbook is running on this database ({what}), and a restore would replace its tables.

    Nothing was changed.

    Stop it (pages, workers, running imports), wait half a minute, and restore again."""

    reason = "database_in_use"
    exit_code = 5


class NotEmpty(UsageError):
    """This database already has data: {what}.

    Nothing was changed.

    Restore into an empty one, or replace what is there with the backup."""

    reason = "not_empty"


class SharedTables(UsageError):
    """Something else in this database is built on tables that a restore makes again: {what}.

    Nothing was changed.

    Drop it before the restore and make it again afterwards, or restore into another database."""


class OtherRoleRestores(RollbookError):
    """Rollbook's own tables in that database belong to the role “{owner}”, which alone can replace
    them.

    Nothing was changed.

    Restore or move under the address of the role “{owner}”."""

    reason = "restored_by_other_role"


class OwnersFirst(RollbookError):
    """In that database the role of its address lacks rights or tables that have to be there before.
    Other roles have the rights and run what is left: {what}.

    Nothing was changed.

    Bring the tables of that database up to date under the same address: that prints the statements.
    Then run this command again."""

    reason = "owners_first"


class OwnerMakesRoom(RollbookError):
    """In that database, only the role “{owner}” can do part of this: {what}.

    Nothing was changed.

    Have the role “{owner}” run the statements, then run this command again: {statement};"""

    reason = "owner_makes_room"


class OtherKey(UsageError):
    """{why}, so that the credentials of the feeds and the files of held imports couldn't be
    decrypted after the restore.

    Nothing was changed.

    {advice}"""

    reason = "other_key"


class BackupWithoutKey(OtherKey):
    """The backup doesn't hold its key, which came from the environment, and the key here is
    another one, so that the credentials of the feeds and the files of held imports couldn't be
    decrypted after the restore.

    Nothing was changed.

    Set ROLLBOOK_SECRET_KEY to the key of that installation, or, if it is lost, restore without the
    key and enter the credentials again."""

    reason = "backup_without_key"


class KeyNotPlaced(RollbookError):
    """The key of the backup couldn't be put into {path} ({why}).

    Nothing was changed.

    Make room or give Rollbook the right to the folder, and restore again."""

    reason = "key_not_placed"


class KeyPlacedLast(KeyNotPlaced):
    """The key of the backup couldn't be put into {path} ({why}).

    The tables are restored.

    Make room or give Rollbook the right to the folder, and restore again, in place of what is
    there."""

    reason = "key_not_placed_last"


class CountsDiffer(RollbookError):
    """After the restore the table {table} would hold {found} rows, but the backup has {expected}.

    Nothing was changed.

    Report this line."""

    reason = "counts_differ"


class RowsDiffer(RollbookError):
    """After the restore the table {table} wouldn't hold the values that the backup has.

    Nothing was changed.

    Report this line."""

    reason = "rows_differ"


class StudentsDoubtful(UsageError):
    """Of the students in the backup, {count} may be in this database as others: their number is
    written differently there, or their SSID belongs to another number.

    Nothing was changed.

    Correct the numbers or the SSIDs where they are wrong, and restore again."""

    reason = "students_doubtful"


class StudentsUnfit(UsageError):
    """Of the students in the backup, {count} can't be added to this database: they lack a value
    that its table of students requires, or have a grade that it doesn't know.

    Nothing was changed.

    Let its owner add the grade to its list (ALTER TYPE ... ADD VALUE), or enter these students
    there."""

    reason = "students_unfit"


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Return in words why the backup cannot be written."""
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise NoRoomForBackup(path=path) from error
        raise NotWritten(path=path, why=os.strerror(error.errno or 0)) from error
