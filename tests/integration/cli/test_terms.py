"""A term that is added by its name: what that means is said before anything is changed."""

from datetime import UTC, datetime

from rollbook.core.catalogue.meant_terms import assumed, nearest
from rollbook.core.catalogue.terms import Term
from tests.integration.cli.commands import CommandLine


def test_the_command_says_which_days_count_and_which_term_is_probably_meant(
    rollbook: CommandLine,
) -> None:
    near = nearest("Winter", datetime.now(UTC).date())
    before = Term(f"Winter {int(near.name[-4:]) - 1}")
    done = rollbook("terms", "add", before.name)
    assert done.code == 0, done
    assert f"{assumed(before)} Did you mean another? {assumed(near)}" in done.err
    assert f"Added {before.name}: 18 columns added" in done.out
    again = rollbook("terms", "add", before.name)
    assert "school year" not in again.err, "it is there already"
    done = rollbook("terms", "add", near.name)
    assert assumed(near) in done.err
    assert "Did you mean" not in done.err
