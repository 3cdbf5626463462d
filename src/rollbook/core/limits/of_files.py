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
    # A corrected row comes without the other rows of its file, and its Student ID was typed.
    "contested": Limit(
        "Students who have another row",
        "Students in these fixed rows who had another row in the first file, too: {part:,}. "
        "Importing these rows would replace saved values of theirs.",
        "Check below whether the fixed row is the one that counts, such as the later test or the "
        "current school. If it is, import it anyway.",
        is_once=True,
    ),
    "others": Limit(
        "Students with another name or SSID",
        "Students in these fixed rows whose saved name or SSID is different: {part:,}. The "
        "Student ID may be another student's.",
        "Check the Student ID of the fixed row. If it's right, and the name or SSID has changed, "
        "import it anyway.",
        is_once=True,
    ),
    "edited": Limit(
        "Students whose values someone else changed",
        "Students in these fixed rows with values that someone else changed since the last import: "
        "{part:,}. These rows would replace them with the values of the first file.",
        "Look below at what would change. If the file is right, import it anyway.",
        is_once=True,
    ),
    "short_ids": Limit(
        "New students with short Student IDs",
        "New students in these fixed rows whose Student ID has fewer digits than every saved one: "
        "{part:,}. A spreadsheet may have dropped the leading zeros.",
        "Type the Student IDs with all their digits. If they really are that short, import it "
        "anyway.",
        is_once=True,
    ),
}
