"""Examples of the commands about feeds."""

from collections.abc import Mapping, Sequence
from typing import Final

OF_FEEDS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "feeds": (
        ("Add an SFTP server", "rollbook feeds add sis --host sftp.example.org --user district"),
        ("Test it step by step", "rollbook feeds test sis"),
        ("Import every weekday at 2:00 AM", "rollbook feeds schedule sis --days weekdays"),
    ),
    "feeds add": (
        (
            "Type the password when asked",
            "rollbook feeds add sis --host sftp.example.org --user me",
        ),
        (
            "Only some files of a folder",
            "rollbook feeds add sis --host sftp.example.org --user me \\\n"
            "      --folder outgoing --pattern 'student_data_*.csv'",
        ),
        (
            "Sign in with a key that Rollbook makes",
            "rollbook feeds add sis --host sftp.example.org --user me --make-key",
        ),
    ),
    "feeds list": (("See every feed and its last import", "rollbook feeds list"),),
    "feeds test": (("Test the feed sis", "rollbook feeds test sis"),),
    "feeds browse": (
        ("What is in the feed's folder?", "rollbook feeds browse sis"),
        ("Look into another folder", "rollbook feeds browse sis /outgoing"),
    ),
    "feeds set": (
        ("A new password", "rollbook feeds set sis --password"),
        ("Hold an import if over 5% are missing", "rollbook feeds set sis --missing-limit 5"),
        ("Students move up on July 1", "rollbook feeds set sis --promotion-on 7/1/2027"),
        ("Preview a change to all feeds", "rollbook feeds set --all --blanks keep --dry-run"),
    ),
    "feeds key": (("Show the public key to send to your vendor", "rollbook feeds key sis"),),
    "feeds remove": (("Remove the feed old-sis", "rollbook feeds remove old-sis"),),
    "feeds schedule": (
        ("See when a feed runs", "rollbook feeds schedule sis"),
        ("Weekdays at 2:00 AM", "rollbook feeds schedule sis --at '2:00 AM' --days weekdays"),
        (
            "No imports over winter break",
            "rollbook feeds schedule sis --pause '12/21/2026 to 1/3/2027 Winter break'",
        ),
    ),
    "feeds mute": (
        ("No emails for three days", "rollbook feeds mute sis --days 3"),
        ("Send emails again", "rollbook feeds mute sis --days 0"),
    ),
    "feeds inbox": (("What in the newest file needs a match?", "rollbook feeds inbox sis"),),
    "feeds codes": (("What are the file's codes read as?", "rollbook feeds codes sis"),),
    "feeds map": (
        ("Match a column", "rollbook feeds map sis --header 'Days Absent=absences_ytd'"),
        ("Match a value", "rollbook feeds map sis --value 'grade:Kinder=K'"),
        ("Read a text as blank", "rollbook feeds map sis --blank 'Not tested'"),
        ("See what a file's columns mean", "rollbook feeds map sis --from students.csv"),
    ),
    "feeds mapping": (
        ("Save a feed's mapping to a file", "rollbook feeds mapping export sis sis.json"),
    ),
    "feeds mapping export": (("Save it to a file", "rollbook feeds mapping export sis sis.json"),),
    "feeds mapping import": (
        ("Preview first", "rollbook feeds mapping import sis sis.json --dry-run"),
        ("Use the file's mapping", "rollbook feeds mapping import sis sis.json"),
    ),
    "feeds mapping copy": (
        ("Give “north” the mapping of “sis”", "rollbook feeds mapping copy sis north"),
    ),
    "feeds names": (
        ("List files with a new name", "rollbook feeds names sis"),
        ("Import files named like number 3", "rollbook feeds names sis --adopt 3"),
    ),
    "feeds owners": (("Which feed writes which field?", "rollbook feeds owners"),),
    "feeds hand-over": (
        ("Let another feed write two fields", "rollbook feeds hand-over gpa absences_ytd --to sis"),
        ("Make “sis” the roster feed", "rollbook feeds hand-over --roster --to sis"),
    ),
    "feeds versions": (("Who changed what, and when", "rollbook feeds versions sis"),),
    "feeds restore": (
        ("Preview version 4", "rollbook feeds restore sis 4 --dry-run"),
        ("Go back to it", "rollbook feeds restore sis 4 --reason 'Limits were too tight'"),
    ),
    "feeds backtest": (
        ("Which past imports would your limits hold?", "rollbook feeds backtest sis"),
        ("And a limit of 3% missing?", "rollbook feeds backtest sis --limit missing=3"),
    ),
    "feeds export": (("Save the settings of all feeds", "rollbook feeds export feeds.toml"),),
    "feeds import": (
        ("Preview first", "rollbook feeds import feeds.toml --dry-run"),
        ("Add and change the feeds", "rollbook feeds import feeds.toml"),
    ),
    "feeds webhook-secret": (("Print it for your receiver", "rollbook feeds webhook-secret sis"),),
    "feeds webhook-test": (("Send a test message", "rollbook feeds webhook-test sis"),),
}
