"""What holds an import because of its file as a whole: it is not whole, or an older one."""

from collections.abc import Mapping
from typing import Final

from rollbook.core.limit import Limit

FILE_LIMITS: Final[Mapping[str, Limit]] = {
    "cut": Limit(
        "Rows in the middle of which the file ends",
        "The file breaks off in the middle of its last row, so the upload has probably broken off, "
        "and students after it may be missing.",
        "Have the file uploaded again, whole. If it is all there is, decide to apply it as it is: "
        "that row is left out, and nobody is marked as missing.",
    ),
    "several": Limit(
        "Students who are missing, where several files came together",
        "{part:,} of the {whole:,} students of the last file are not in this one, and several "
        "files that match have come at about the same time: perhaps each holds a part.",
        "If they are parts of one export, have the feed import all files that match together; "
        "otherwise give each a feed of its own. If this file is whole, decide to apply it as it "
        "is.",
    ),
    "fewer_files": Limit(
        "Files fewer than expected",
        "Of {whole:,} files that were expected, {part:,} did not come, so perhaps a part of the "
        "students is missing.",
        "See whether the export is complete, and have it run again. If there are fewer files from "
        "now on, decide to apply them as they are; as many are expected next time.",
    ),
    "smaller": Limit(
        "Bytes fewer than in the last file",
        "The file is {part:,} bytes smaller than the last one, which had {whole:,}; it has perhaps "
        "not arrived as a whole.",
        "See whether the export is complete, and have it run again. If the file is right, decide "
        "to apply it as it is.",
    ),
    "older": Limit(
        "Files that are older than one that was imported",
        "This file is older than one that this feed has imported: {columns}. It would put older "
        "values over newer ones.",
        "Import the newest file. If this one is meant, decide to apply it as it is.",
    ),
}
