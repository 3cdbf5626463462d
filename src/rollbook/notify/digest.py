"""One mail about many feeds: an outage of a server, and its end, are told once for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from rollbook.notify.messages import Kind, Notice

MOST_NAMED: Final = 50
"""Feeds that a mail names; the others are counted."""

_SUBJECTS: Final[Mapping[Kind, str]] = {
    Kind.FAILED: "{count} imports from {server} failed, nothing was changed",
    Kind.RECOVERED: "{count} imports from {server} work again",
    Kind.RUN_MISSED: "{count} imports did not run when they were planned",
}
_WORDS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.RECOVERED: (
        "The last import of each of these feeds completed.",
        "Their data is as new as the server has it.",
    ),
    Kind.RUN_MISSED: (
        "Rollbook was not running when they were planned. They have begun now.",
        "Until they are done, the data is from the imports before.",
    ),
}
"""What happened and what it means, where the words about one feed do not fit many."""


def topic_of(notice: Notice, *, server: str) -> str:
    """Return what mails have in common that become one: kind, server and cause; '' for none.

    That Rollbook was not running has to do with no server.
    """
    if not notice.together:
        return ""
    cause = sha256(notice.together.encode()).hexdigest()[:16]
    return f"{notice.kind} {'' if notice.kind is Kind.RUN_MISSED else server} {cause}"[:200]


def digest(
    notice: Notice, imports: Sequence[tuple[str, int]], *, server: str, link: str | None
) -> Notice:
    """Return the notice of several imports, each a feed's name and a job, out of that of one."""
    what, means = _WORDS.get(notice.kind, (notice.what, notice.means))
    subject = _SUBJECTS[notice.kind].format(count=f"{len(imports):,}", server=server)
    named = ", ".join(f"{feed} (import {job})" for feed, job in imports[:MOST_NAMED])
    if len(imports) > MOST_NAMED:
        named += f", and {len(imports) - MOST_NAMED:,} more"
    return replace(
        notice, subject=subject, what=what, means=means, link=link, facts=(("Feeds", named),)
    )
