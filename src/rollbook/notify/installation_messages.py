"""What a mail about the installation says, and not one about a feed: as `messages`."""

from rollbook.notify.messages import Kind, Notice


def clean_up_failed(times: int, *, link: str | None) -> Notice:
    """What has been kept long enough could not be deleted, several times in a row."""
    return Notice(
        Kind.CLEAN_UP_FAILED,
        "Old records could not be deleted",
        f"The nightly clean-up has failed {times} times. It is tried again every hour.",
        "Students' data is not affected. Rejected rows, issues and imports are kept longer than "
        "the settings say, and some of them hold students' values.",
        "Ask the person who runs Rollbook to look into the worker's log and whether the database's "
        "disk is full.",
        link,
    )


def setting_unusable(title: str, *, link: str | None) -> Notice:
    """Another program has written a setting so that it cannot be used."""
    return Notice(
        Kind.SETTING_UNUSABLE,
        f"A setting cannot be used: {title}",
        f"Another program wrote the setting “{title}” in a form that cannot be used.",
        "Its default applies; of recipients, those that are e-mail addresses get mails.",
        "Set it again under Settings.",
        link,
    )


def clock_off(difference: str, *, link: str | None) -> Notice:
    """The database's clock and the worker's differ; `difference`: "3 minutes ahead of"."""
    return Notice(
        Kind.CLOCK_OFF,
        "A clock is off",
        f"The clock of the database is {difference} that of the machine on which Rollbook runs.",
        "Imports may begin at the wrong time, and files be taken for old or new wrongly.",
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
        "Imports and students' data are not affected. From that line on, the log no longer proves "
        "who did what.",
        "Ask the person who runs Rollbook to verify the audit log, to compare it with "
        "the last backup, and to find out who else may write to the database.",
        link,
        affects="the audit log",
    )


def cleans_up_again(*, link: str | None) -> Notice:
    """After failures that were told, the clean-up was done."""
    return _over(
        "Old records are deleted again",
        "The nightly clean-up was done.",
        "What had been kept for too long is deleted.",
        link,
    )


def setting_usable(key: str, *, link: str | None) -> Notice:
    """A setting that could not be used was set again."""
    return _over(
        "A setting can be used again",
        f"The setting {key} was set again, and can be used.",
        "It applies, and no longer its default.",
        link,
    )


def clocks_agree(*, link: str | None) -> Notice:
    """The database's clock is no longer off."""
    return _over(
        "The clocks agree again",
        "The clock of the database and that of the machine on which Rollbook runs show the same.",
        "Imports begin at the right time.",
        link,
    )


def _over(subject: str, what: str, means: str, link: str | None) -> Notice:
    return Notice(Kind.RECOVERED, subject, what, means, "Nothing.", link)
