"""The options that adding and changing a feed share, declared once."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final, get_type_hints

import typer

from rollbook.core.feed_settings import ENCODINGS

Folder = Annotated[str | None, typer.Option(help="The folder on the server.")]
KeyFile = Annotated[
    Path | None, typer.Option("--key-file", help="A private key to sign in with, not a password.")
]
MakeKey = Annotated[
    bool, typer.Option("--make-key", help="Make a key to sign in with; its public half is shown.")
]
AlsoPassword = Annotated[
    bool,
    typer.Option("--also-password", help="Ask for a password that is sent besides the key."),
]
SignInSeconds = Annotated[
    int | None,
    typer.Option("--sign-in-seconds", min=5, max=60, help="For a server slow to let us in; 5."),
]
AfterImport = Annotated[
    str | None, typer.Option(help="The file on the server: stay, move, rename or delete.")
]
AfterFolder = Annotated[
    str | None,
    typer.Option("--after-import-folder", help="Where to move it, in the feed's folder."),
]
AfterEnding = Annotated[
    str | None, typer.Option("--after-import-ending", help="Its new name's ending: .imported.")
]
HostKey = Annotated[
    str | None, typer.Option("--host-key", help="The server's public key line, where known.")
]
Legacy = Annotated[
    list[str] | None, typer.Option(help="Allow a group of outdated algorithms (repeatable).")
]
Requires = Annotated[
    str | None, typer.Option(help="Identifiers each row must have: student_id,ssid or one of them.")
]
Worksheet = Annotated[str | None, typer.Option(help="The sheet of a workbook.")]
FileEncoding = Annotated[
    str | None, typer.Option("--encoding", help=f"Of text files: {', '.join(ENCODINGS)}.")
]
FileLayoutOption = Annotated[
    str | None,
    typer.Option("--layout", help="A name of `rollbook layouts list`, auto or none."),
]
FilesOption = Annotated[
    str | None,
    typer.Option("--files", help="newest, or all: those of one delivery are one export."),
]
OtherColumns = Annotated[
    str | None,
    typer.Option(help="Columns that are not known: warn, or note where only others are wanted."),
]
Scale = Annotated[str | None, typer.Option("--percent-scale", help="auto, 100 or 1.")]
HalfDays = Annotated[str | None, typer.Option(help="refuse, up, down or nearest.")]
Blanks = Annotated[str | None, typer.Option(help="keep or clear stored values.")]
NewStudents = Annotated[str | None, typer.Option(help="create or reject.")]
Zeros = Annotated[
    bool | None,
    typer.Option("--leading-zeros/--no-leading-zeros", help="Whether identifiers can have them."),
]
Roster = Annotated[
    bool | None,
    typer.Option(
        "--roster/--no-roster",
        help="Whether its file says who is a student, as the SIS's does. The first feed's does.",
    ),
]
Recipients = Annotated[
    str | None, typer.Option(help="Who is written to, separated by commas; empty: the district's.")
]
Webhook = Annotated[
    str | None, typer.Option(help="An https address that is told how imports end; empty: none.")
]
Limit = Annotated[
    int | None, typer.Option("--rejected-limit", min=0, max=100, help="Percent before it is held.")
]
MissingLimit = Annotated[
    int | None,
    typer.Option(
        "--missing-limit", min=0, max=100, help="Percent of a roster missing before it is held."
    ),
]
UnchangedFor = Annotated[
    int | None,
    typer.Option(
        "--unchanged-for", min=0, max=3600,
        help="Seconds for which the server's file must stay the same before it is fetched.",
    ),
]  # fmt: skip


def _share(option: str, words: str) -> Any:
    """A limit of what an import may do to known students."""
    return typer.Option(option, min=0, max=100, help=f"Percent {words} before it is held.")


NamesLimit = Annotated[int | None, _share("--names-limit", "of known students renamed")]
SsidLimit = Annotated[int | None, _share("--ssid-limit", "of known students with another SSID")]
SchoolLimit = Annotated[int | None, _share("--school-limit", "of known students in another school")]
GradeLimit = Annotated[
    int | None, _share("--grade-limit", "of known students in another grade, not the next,")
]
NewLimit = Annotated[int | None, _share("--new-limit", "of the students who are new")]
OneSchoolLimit = Annotated[
    int | None,
    _share("--one-school-limit", "of one school's students missing, new, or with rejected rows"),
]
MovedLimit = Annotated[
    int | None,
    _share("--moved-limit", "of one school's students in another school or grade"),
]
PromotionOn = Annotated[
    str | None,
    typer.Option(
        "--promotion-on",
        help="The day on which students go up to their next grades, as 2027-07-01; empty: none.",
    ),
]
_OF_A_COLUMN = "of a column's values, by the last files from the server,"
BlankedLimit = Annotated[int | None, _share("--blanked-limit", f"{_OF_A_COLUMN} that are gone")]
ShiftedLimit = Annotated[
    int | None,
    _share("--shifted-limit", f"{_OF_A_COLUMN} that become others"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """What was named of a feed; None: it stays, or has its default."""

    folder: Folder = None
    key_file: KeyFile = None
    make_key: MakeKey = False
    also_password: AlsoPassword = False
    sign_in_seconds: SignInSeconds = None
    host_key: HostKey = None
    legacy: Legacy = None
    requires: Requires = None
    worksheet: Worksheet = None
    encoding: FileEncoding = None
    layout: FileLayoutOption = None
    files: FilesOption = None
    other_columns: OtherColumns = None
    percent_scale: Scale = None
    half_days: HalfDays = None
    blanks: Blanks = None
    new_students: NewStudents = None
    leading_zeros: Zeros = None
    rejected_limit: Limit = None
    missing_limit: MissingLimit = None
    names_limit: NamesLimit = None
    ssid_limit: SsidLimit = None
    school_limit: SchoolLimit = None
    grade_limit: GradeLimit = None
    new_limit: NewLimit = None
    one_school_limit: OneSchoolLimit = None
    moved_limit: MovedLimit = None
    promotion_on: PromotionOn = None
    blanked_limit: BlankedLimit = None
    shifted_limit: ShiftedLimit = None
    unchanged_for: UnchangedFor = None
    recipients: Recipients = None
    webhook: Webhook = None
    roster: Roster = None
    after_import: AfterImport = None
    after_import_folder: AfterFolder = None
    after_import_ending: AfterEnding = None

    def settings(self, **connection: str | int | None) -> dict[str, Any]:
        """Return what was named by the feed's columns, beside `connection`, which has them."""
        named = connection | {column: getattr(self, column) for column in AS_THEY_ARE}
        named["is_roster"] = self.roster
        if self.legacy is not None:
            named["legacy_algorithms"] = sorted(self.legacy)
        if self.recipients is not None:
            named["recipients"] = [part for part in _parts(self.recipients) if part]
        if self.requires is not None:
            named["required"] = _parts(self.requires)
        return {column: value for column, value in named.items() if value is not None}


AS_THEY_ARE: Final = (
    "after_import", "after_import_folder", "after_import_ending",
    "folder", "host_key", "sign_in_seconds", "worksheet", "encoding", "layout", "files",
    "other_columns",
    "percent_scale", "half_days", "blanks", "new_students", "leading_zeros", "rejected_limit",
    "missing_limit", "names_limit",
    "ssid_limit", "school_limit", "grade_limit", "new_limit", "one_school_limit", "moved_limit",
    "promotion_on", "blanked_limit", "shifted_limit",
    "unchanged_for", "webhook",
)  # fmt: skip
"""Options that are a column of the feed as they were typed."""


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the fields of FeedOptions as its options; it gets them as `options`."""
    hints = get_type_hints(FeedOptions, include_extras=True)
    shared = {
        field.name: inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in fields(FeedOptions)
    }

    @wraps(command)
    def run(**given: Any) -> None:
        options = FeedOptions(**{name: given.pop(name) for name in shared})
        command(**given, options=options)

    signature = inspect.signature(command, eval_str=True)
    own = [each for name, each in signature.parameters.items() if name != "options"]
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*own, *shared.values()]
    )
    return run


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]
