"""What can go wrong with the embedded PostgreSQL."""

from rollbook.error_base import RollbookError


class EmbeddedError(RollbookError):
    """{what}

    Nothing was changed.

    {advice}"""

    reason = "embedded_unusable"


class CannotStop(EmbeddedError):
    """The embedded PostgreSQL doesn't stop.

    Nothing is lost; the next command uses it as it is.

    Its log {log} may say why."""

    reason = "embedded_does_not_stop"


class CannotStart(EmbeddedError):
    """{what}

    Nothing was changed.

    {advice}"""

    reason = "embedded_does_not_start"


class DiskFull(EmbeddedError):
    """{what}

    Nothing was changed.

    {advice}"""

    reason = "embedded_disk_full"


class OtherVersion(EmbeddedError):
    """The data in {data} belongs to PostgreSQL {found}, and this version of Rollbook brings {here}.

    Nothing was changed.

    Use the version of Rollbook that wrote it to make a backup, and restore that here."""

    reason = "embedded_other_version"
