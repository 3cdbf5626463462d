"""Why a value is not protected, or not released."""

from rollbook.core.errors import UsageError


class FieldNotProtected(UsageError):
    """{header} cannot be protected: students are found by their numbers, and their school decides
    who sees them.

    Nothing was changed.

    Names, the grade and all other values can be. Have this one corrected where it comes from."""

    reason = "field_not_protected"


class AlreadyProtected(UsageError):
    """{header} of this student is protected already.

    Nothing was changed.

    Release it first, to give another reason or day."""

    reason = "already_protected"


class NotProtected(UsageError):
    """This value is not protected, or no longer.

    Nothing was changed."""

    reason = "not_protected"


class ValuesDiffer(UsageError):
    """The two tables of students hold different values of {header}, and nothing says which one is
    the correction.

    Nothing was changed.

    To keep the one in the table students, name the field “students.{name}”."""

    reason = "values_differ"


class NotOverwritten(UsageError):
    """Import {job} did not change this value, or what it changed is no longer on record.

    Nothing was changed."""

    reason = "not_overwritten"


class ChangedSince(UsageError):
    """The value has been changed since import {job}, so what was there before that import is not
    put back.

    Nothing was changed.

    Protect the value as it is now, or correct it first."""

    reason = "changed_since"


class OtherThanShown(UsageError):
    """{header} has become another since it was shown: an import or another program has written it.

    Nothing was changed.

    Look at the value as it is now, and decide again."""

    reason = "other_than_shown"
