"""What can go wrong with an event or a function's surroundings, and how the runtime is told."""

from rollbook.core.errors import RollbookError, kind_and_place


class EventUnknown(RollbookError):
    """The event is none that Rollbook knows: {why}

    Nothing was changed.

    Send an object such as {{"do": "due"}}."""

    reason = "event_unknown"


class SettingMissing(RollbookError):
    """The setting {name} is missing.

    Nothing was changed.

    Set it in the environment of the function."""

    reason = "setting_missing"


class TablesOutdated(RollbookError):
    """The database does not have the tables of this version.

    Nothing was changed.

    Bring them up to date with the event {{"do": "migrate"}}, as each deployment does."""

    reason = "tables_outdated"


class DatabaseTooOld(RollbookError):
    """The database is PostgreSQL {version}, and Rollbook needs {oldest} or later.

    Nothing was changed.

    Upgrade the database."""

    reason = "database_too_old"


class AdministratorThere(RollbookError):
    """There is an administrator already, so nobody gets the link for the first one.

    Nothing was changed.

    Ask that person for an invitation, which is made under People."""

    reason = "administrator_there"


class StepsFailed(RollbookError):
    """Beside the imports something failed: {what}.

    Everything else was done.

    If it comes back, report this line."""

    reason = "steps_failed"


class MigrationFailed(RollbookError):
    """The tables could not be brought up to date: {why}"""

    reason = "migration_failed"

    def __init__(self, *, why: str, statements: str = "") -> None:
        super().__init__(why=why)
        self.statements = statements
        """SQL for psql that another role has to run: names of tables, columns and roles alone."""


class MigrationDelayed(MigrationFailed):
    """The tables could not be brought up to date just now: {why}"""

    is_transient = True


class PermanentFailure(Exception):
    """How an invocation fails that would fail again; its text is one sentence without a value, and
    after it, on lines of their own, the statements that another role of the database has to run.

    The runtime reports the names of these two classes, by which a state machine decides.
    """


class TransientFailure(Exception):
    """How an invocation fails that may succeed later."""


def failure(error: Exception) -> PermanentFailure | TransientFailure:
    """Return what the runtime may be told of `error`: its public sentence, or kind and place."""
    if not isinstance(error, RollbookError):
        what = kind_and_place(type(error), error.__traceback__, frames=2)
        return PermanentFailure(f"Something unforeseen went wrong ({what}); report this line.")
    kind = TransientFailure if error.is_transient else PermanentFailure
    told = f"{error} [{error.reason}]"
    if isinstance(error, MigrationFailed) and error.statements:
        told = f"{told}\n{error.statements}"
    return kind(told)
