"""What a mail about the installation says, and not one about a feed: as `messages`."""

from rollbook.notify.messages import Kind, Notice


def clean_up_failed(times: int, *, link: str | None) -> Notice:
    """What has been kept long enough could not be deleted, several times in a row."""
    return Notice(
        Kind.CLEAN_UP_FAILED,
        "Old records couldn't be deleted",
        f"The nightly cleanup has failed {times} times. It is tried again every hour.",
        "Your student data isn't affected. Rejected rows, problems and imports are kept longer "
        "than your settings say, and some of them have students' values.",
        "Ask the person who runs Rollbook to check the worker's log, and whether the database's "
        "disk is full.",
        link,
    )


def setting_unusable(title: str, *, link: str | None) -> Notice:
    """Another program has written a setting so that it cannot be used."""
    return Notice(
        Kind.SETTING_UNUSABLE,
        f"A setting can't be used: {title}",
        f"Another program wrote the setting “{title}” in a form that Rollbook can't use.",
        "Its default applies. Recipients that are email addresses still get email.",
        "Set it again under Settings.",
        link,
    )


def clock_off(difference: str, *, link: str | None) -> Notice:
    """The database's clock and the worker's differ; `difference`: "3 minutes ahead of"."""
    return Notice(
        Kind.CLOCK_OFF,
        "A clock is off",
        f"The database's clock is {difference} the clock of the machine on which Rollbook runs.",
        "Imports may start at the wrong time, and files may look older or newer than they are.",
        "Ask the person who runs Rollbook to have both machines set their clocks by the network "
        "(NTP).",
        link,
        affects="the schedule",
    )


def audit_broken(*, link: str | None) -> Notice:
    """An event of the audit is not the one that was sealed, or is missing."""
    return Notice(
        Kind.AUDIT_BROKEN,
        "The audit log was changed",
        "The nightly check of the audit log found a line that was changed or removed in the "
        "database. Rollbook itself never does that.",
        "Imports and student data aren't affected. From that line on, the log no longer proves "
        "who did what.",
        "Ask the person who runs Rollbook to verify the audit log, compare it with the last "
        "backup, and find out who else can write to the database.",
        link,
        affects="the audit log",
    )


def cleans_up_again(*, link: str | None) -> Notice:
    """After failures that were told, the clean-up was done."""
    return _over(
        "Old records are being deleted again",
        "The nightly cleanup completed.",
        "Records kept too long are now deleted.",
        link,
    )


def setting_usable(key: str, *, link: str | None) -> Notice:
    """A setting that could not be used was set again."""
    return _over(
        "A setting can be used again",
        f"The setting {key} was set again.",
        "It applies again, instead of its default.",
        link,
    )


def clocks_agree(*, link: str | None) -> Notice:
    """The database's clock is no longer off."""
    return _over(
        "The clocks agree again",
        "The database's clock and the clock of the machine on which Rollbook runs agree.",
        "Imports start at the right time.",
        link,
    )


def _over(subject: str, what: str, means: str, link: str | None) -> Notice:
    return Notice(Kind.RECOVERED, subject, what, means, "Nothing.", link)


def test_mail(district_link: str | None) -> Notice:
    """What the button in the settings sends."""
    return Notice(
        Kind.TEST,
        "Test email",
        "An administrator sent this email from Rollbook's settings.",
        "Your email settings work. No student data was read or changed.",
        "Nothing. You'll get emails like this one when an import fails or needs you.",
        district_link,
    )
