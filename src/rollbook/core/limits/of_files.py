"""What holds an import because of its file as a whole: it is not whole, or an older one."""

from collections.abc import Mapping
from typing import Final

from rollbook.core.limits.limit import Limit

FILE_LIMITS: Final[Mapping[str, Limit]] = {
    "cut": Limit(
        "Rows where the file breaks off",
        "The file breaks off in the middle of its last row. The upload was probably cut off, and "
        "students after it may be missing.",
        "Upload the whole file again. If that's all there is, import it anyway: that row is left "
        "out, and no students are marked as missing.",
    ),
    "several": Limit(
        "Missing students, with several files at once",
        "{part:,} of {whole:,} students from the last file aren't in this one, and several "
        "matching files arrived at about the same time. Each may hold only a part.",
        "If they are parts of one export, have the feed import all matching files together. If "
        "not, give each its own feed. If this file is complete, import it anyway.",
    ),
    "fewer_files": Limit(
        "Files that didn't come",
        "{part:,} of {whole:,} expected files didn't come, so some students may be missing.",
        "Check that the export is complete, and run it again. If there are fewer files from now "
        "on, import them anyway; the feed will then expect as many.",
    ),
    "smaller": Limit(
        "Bytes less than the last file",
        "The file is {part:,} bytes smaller than the last one, which had {whole:,}. It may be "
        "incomplete.",
        "Check that the export is complete, and run it again. If the file is right, import it "
        "anyway.",
    ),
    "older": Limit(
        "Files older than the last import",
        "This file is older than one that this feed already imported: {columns}. It would "
        "replace newer values with older ones.",
        "Import the newest file. If you really want this one, import it anyway.",
    ),
}
