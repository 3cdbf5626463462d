"""Why a value is not protected, or not released."""

from rollbook.core.errors import UsageError


class FieldNotProtected(UsageError):
    """{header} can't be protected: students are found by their IDs, and their school decides who
    sees them.

    Nothing was changed.

    You can protect names, the grade and all other values. Fix this one in your SIS."""

    reason = "field_not_protected"


class AlreadyProtected(UsageError):
    """This student's {header} is already protected.

    Nothing was changed.

    To change the reason or the day, release it first."""

    reason = "already_protected"


class NotProtected(UsageError):
    """This value isn't protected.

    Nothing was changed."""

    reason = "not_protected"


class ValuesDiffer(UsageError):
    """The two tables of students have different values for {header}, and nothing shows which is the
    correction.

    Nothing was changed.

    To keep the one in the table students, name the field “students.{name}”."""

    reason = "values_differ"


class NotOverwritten(UsageError):
    """Import {job} didn't change this value, or its changes are no longer on record.

    Nothing was changed."""

    reason = "not_overwritten"


class ChangedSince(UsageError):
    """The value has changed since import {job}, so the earlier one can't be put back.

    Nothing was changed.

    Protect the value as it is now, or correct it first."""

    reason = "changed_since"


class OtherThanShown(UsageError):
    """{header} has changed since you opened this page: an import or another program wrote it.

    Nothing was changed.

    Look at the value as it is now, and decide again."""

    reason = "other_than_shown"
