"""An example or more of each command, at the end of its help: what it does, and the command.

A test holds that each command has one, that it fits, and that the command line takes it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from rollbook.cli.feed_examples import OF_FEEDS

EXAMPLES: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "": (
        ("See everything with made-up students", "rollbook demo"),
        ("Check a file without saving anything", "rollbook check students.csv"),
        ("Import it", "rollbook import students.csv"),
        ("Is the data up to date, and will tonight's import run?", "rollbook health"),
    ),
    "demo": (
        ("A month of imports, then the pages in your browser", "rollbook demo"),
        (
            "Only write a file of 500 made-up students",
            "rollbook demo --write students.csv --students 500",
        ),
    ),
    "import": (
        ("See what would change", "rollbook import students.csv --dry-run"),
        ("Import it", "rollbook import students.csv"),
        ("Use the settings of the feed sis", "rollbook import students.csv --feed sis"),
    ),
    "run": (
        ("Fetch and import the newest file now", "rollbook run sis"),
        ("See what would change", "rollbook run sis --dry-run"),
    ),
    "check": (
        ("Check a file; nothing is saved", "rollbook check students.csv"),
        ("List every problem, for a program", "rollbook check students.csv --json --issues all"),
    ),
    "serve": (
        ("On this computer: http://127.0.0.1:8000", "rollbook serve"),
        (
            "For your network, encrypted",
            "rollbook serve --host 0.0.0.0 --port 443 --tls-cert site.pem --tls-key key.pem",
        ),
    ),
    "worker": (("Run up to four imports at once", "rollbook worker --concurrency 4"),),
    "health": (
        ("See each feed and the worker", "rollbook health"),
        ("Get an email when something is wrong", "rollbook health || mail -s Rollbook me@k12.org"),
    ),
    "quality": (("Compare the data with its targets", "rollbook quality"),),
    "doctor": (
        ("Check everything tonight's import needs", "rollbook doctor"),
        ("Send a test email, too", "rollbook doctor --send-test-email"),
    ),
    "backup": (("Back up everything", "rollbook backup rollbook.backup"),),
    "restore": (
        ("Prove that a backup is whole", "rollbook restore rollbook.backup --check"),
        ("Restore it", "rollbook restore rollbook.backup"),
    ),
    "move": (
        (
            "Try the move first; nothing is moved",
            "rollbook move --target-file address.txt --dry-run",
        ),
        ("Move to the database in address.txt", "rollbook move --target-file address.txt"),
    ),
    "uninstall": (("Save the statements, to read and run", "rollbook uninstall --print"),),
    "migrate": (
        ("After an upgrade", "rollbook migrate"),
        ("Print the statements for a role with fewer rights", "rollbook migrate --roles"),
    ),
    **OF_FEEDS,
    "fleet": (("Is every district's data up to date?", "rollbook fleet status fleet.toml"),),
    "fleet status": (
        ("Check every installation", "rollbook fleet status fleet.toml"),
        ("Check two of them", "rollbook fleet status fleet.toml --only north --only south"),
    ),
    "fleet migrate": (("Upgrade the first wave", "rollbook fleet migrate fleet.toml --wave 1"),),
    "fleet backup": (
        (
            "Back up every installation",
            "rollbook fleet backup fleet.toml --to backups --passphrase-file secret.txt",
        ),
    ),
    "terms": (("Add a term", "rollbook terms add 'Winter 2026'"),),
    "terms list": (("See the terms", "rollbook terms list"),),
    "terms add": (
        ("Add a term", "rollbook terms add 'Winter 2026'"),
        (
            "With its dates",
            "rollbook terms add 'Winter 2026' --from 1/4/2027 --to 2/26/2027",
        ),
    ),
    "calendar": (("Add a break", "rollbook calendar add '12/21/2026 to 1/3/2027 Winter break'"),),
    "calendar show": (("See school days and days off", "rollbook calendar show"),),
    "calendar set": (("School is on weekdays", "rollbook calendar set weekdays"),),
    "calendar add": (
        ("One day", "rollbook calendar add '11/11/2026 Veterans Day'"),
        ("Several days", "rollbook calendar add '12/21/2026 to 1/3/2027 Winter break'"),
    ),
    "calendar remove": (("Remove what begins that day", "rollbook calendar remove 12/21/2026"),),
    "calendar import": (
        ("See which days have no school", "rollbook calendar import district.ics"),
        ("Add them", "rollbook calendar import district.ics --save"),
    ),
    "year": (("Set the school year", "rollbook year set 8/11/2027 6/2/2028"),),
    "year show": (("See the year and what is left to do", "rollbook year show"),),
    "year set": (("Set the school year", "rollbook year set 8/11/2027 6/2/2028"),),
    "year rehearse": (("See what the switch would clear", "rollbook year rehearse"),),
    "year switch": (("Switch", "rollbook year switch --reason 'First week of school'"),),
    "year undo": (("Undo the switch", "rollbook year undo --reason 'A week too early'"),),
    "layouts": (("See every layout", "rollbook layouts list"),),
    "layouts list": (("See every layout", "rollbook layouts list"),),
    "layouts show": (
        ("How i-Ready results are read", "rollbook layouts show iready-diagnostic-results"),
    ),
    "layouts export": (
        ("Save it to change it", "rollbook layouts export iready-diagnostic-results own.json"),
    ),
    "layouts import": (
        ("Preview first", "rollbook layouts import own.json --dry-run"),
        ("Add your own layout", "rollbook layouts import own.json"),
    ),
    "layouts remove": (("Remove your own layout", "rollbook layouts remove own-iready"),),
    "schools": (("Accept every suggestion", "rollbook schools confirm"),),
    "schools list": (("See schools and suggestions", "rollbook schools list"),),
    "schools map": (
        ("By the school's number", "rollbook schools map 'North Elem' 12"),
        ("The application doesn't have it", "rollbook schools map 'Home School' --absent"),
    ),
    "schools confirm": (("Accept every suggestion", "rollbook schools confirm"),),
    "schools unmap": (("Remove a match", "rollbook schools unmap 'North Elem'"),),
    "settings": (
        ("Who gets emails", "rollbook settings set import.notification_emails me@k12.org"),
    ),
    "settings list": (("See every setting", "rollbook settings list"),),
    "settings set": (
        ("Your time zone", "rollbook settings set district.time_zone America/Chicago"),
        ("Who gets emails", "rollbook settings set import.notification_emails me@k12.org"),
    ),
    "settings test-mail": (("Send yourself one", "rollbook settings test-mail me@k12.org"),),
    "jobs": (
        ("What happened last night?", "rollbook jobs list"),
        ("Save the rejected rows to fix", "rollbook jobs fixit > fixit.csv"),
    ),
    "jobs list": (
        ("The newest 20", "rollbook jobs list"),
        ("The newest five of one feed", "rollbook jobs list --feed sis --limit 5"),
    ),
    "jobs show": (
        ("The newest import", "rollbook jobs show"),
        ("Import 12, for a program", "rollbook jobs show 12 --json --issues all"),
    ),
    "jobs changes": (
        ("What import 12 changed", "rollbook jobs changes 12"),
        ("Only absences", "rollbook jobs changes 12 --field absences_ytd"),
    ),
    "jobs fix": (
        ("Which rows are to be fixed, and who has fixed which", "rollbook jobs fix 12"),
        ("Fix the grade of row 17 and import it", "rollbook jobs fix 12 --row 17 --column Grade"),
    ),
    "jobs fixit": (("Save the rejected rows of import 12", "rollbook jobs fixit 12 > fixit.csv"),),
    "jobs levels": (
        ("See words that may be your own levels", "rollbook jobs levels 12"),
        ("They are all ours", "rollbook jobs levels 12 --all"),
    ),
    "jobs note": (
        ("Add a note", "rollbook jobs note 12 'The vendor is fixing the export'"),
        ("Close a failed import", "rollbook jobs note 12 'Sent again by hand' --resolved"),
    ),
    "jobs approve": (
        ("Import it once", "rollbook jobs approve 12 --reason 'Two schools have closed'"),
        (
            "And expect as much from now on",
            "rollbook jobs approve 12 --reason 'New grade levels' --expect",
        ),
    ),
    "jobs discard": (("Do not import it", "rollbook jobs discard 12 --reason 'Wrong file'"),),
    "jobs decide": (
        (
            "Import it tonight",
            "rollbook jobs decide 12 --apply --reason 'Two schools have closed'",
        ),
    ),
    "jobs take-back": (("Decide again", "rollbook jobs take-back 12"),),
    "jobs rehearse": (("Check the file again before the night", "rollbook jobs rehearse 12"),),
    "jobs import": (("Import what dry run 12 checked", "rollbook jobs import 12"),),
    "jobs cancel": (("Stop import 12", "rollbook jobs cancel 12"),),
    "jobs undo": (
        ("Preview first", "rollbook jobs undo 12 --preview"),
        ("Undo it", "rollbook jobs undo 12 --reason 'File from last year'"),
    ),
    "students": (("See one student", "rollbook students show 0000017"),),
    "students show": (
        ("See one student", "rollbook students show 0000017"),
        ("Keep the ID out of your shell's history", "rollbook students show - < id.txt"),
    ),
    "students record": (
        (
            "For a parent's request",
            "rollbook students record 0000017 --requested-by 'Parent' -o record.txt",
        ),
    ),
    "students protect": (
        (
            "Keep a corrected value",
            "rollbook students protect 0000017 grade --reason 'Wrong in the SIS'",
        ),
        (
            "Only until June 30",
            "rollbook students protect 0000017 grade --until 6/30/2027 --reason Transfer",
        ),
    ),
    "students release": (
        (
            "Let imports update it again",
            "rollbook students release 0000017 grade --reason 'SIS is right now'",
        ),
    ),
    "students protected": (("See every protected value", "rollbook students protected"),),
    "admins": (("Add an administrator", "rollbook admins add me@k12.org"),),
    "admins add": (
        ("Add an administrator", "rollbook admins add me@k12.org"),
        (
            "Add staff of one school",
            "rollbook admins add me@k12.org --staff --school 'North Elementary'",
        ),
    ),
    "admins list": (("See who can sign in", "rollbook admins list"),),
    "admins schools": (
        (
            "Change the schools of a staff member",
            "rollbook admins schools me@k12.org --school 'North Elementary'",
        ),
    ),
    "admins reset": (("Set a new password", "rollbook admins reset me@k12.org"),),
    "sign-in": (
        ("See what is set, and the redirect address", "rollbook sign-in show"),
        ("No one gets in? Turn it off", "rollbook sign-in off"),
    ),
    "sign-in show": (("See what is set, and the redirect address", "rollbook sign-in show"),),
    "sign-in set": (
        (
            "Type the client secret when asked",
            "rollbook sign-in set google --client-id ID --domain example.org",
        ),
    ),
    "sign-in test": (("Ask the provider about it", "rollbook sign-in test"),),
    "sign-in off": (("No one gets in? Turn it off", "rollbook sign-in off"),),
    "tokens": (("Make a token", "rollbook tokens add dashboard --scope read"),),
    "tokens add": (
        ("Read imports for 30 days", "rollbook tokens add dashboard --scope read --days 30"),
    ),
    "tokens list": (("See every token", "rollbook tokens list"),),
    "tokens revoke": (("Turn a token off", "rollbook tokens revoke dashboard"),),
    "audit": (("Check the audit log", "rollbook audit verify"),),
    "audit verify": (("Check the audit log", "rollbook audit verify"),),
    "audit export": (("Save it for an auditor", "rollbook audit export --output audit.jsonl"),),
    "keys": (("Replace the key", "rollbook keys rotate"),),
    "keys rotate": (
        ("Replace the key", "rollbook keys rotate"),
        ("Write the new key to a file", "rollbook keys rotate --to new.key"),
    ),
}
