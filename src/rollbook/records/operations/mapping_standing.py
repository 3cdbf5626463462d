"""What a mapping makes of a feed's newest file, before a change of it and after."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.mapping import NextImportRefused, refusal_of
from rollbook.records.models import Feed
from rollbook.records.operations.field_owners import check_owners, conflicts_of
from rollbook.records.queries.feeds import feed_rules
from rollbook.records.queries.jobs import last_header


@dataclass(frozen=True, slots=True)
class Standing:
    """What a mapping makes of the feed's newest file: a change of it must not make that worse."""

    conflicts: Container[str]
    """Fields of other feeds that the feed brings all the same."""
    header: Sequence[str]
    """Of the newest file, where one like it would be imported."""

    @classmethod
    def of(cls, feed: Feed, catalogue: Catalogue) -> "Standing":
        """Return it as the feed is now."""
        header = last_header(feed)
        is_good = bool(header) and refusal_of(header, catalogue, feed_rules(feed)) is None
        return cls(conflicts_of(feed), header if is_good else ())

    def check(self, feed: Feed, catalogue: Catalogue) -> None:
        """Raise FieldOfAnotherFeed or NextImportRefused where the feed is worse than it was."""
        check_owners(feed, before=self.conflicts, at="field")
        refused = refusal_of(self.header, catalogue, feed_rules(feed)) if self.header else None
        if refused is not None:
            raise NextImportRefused(
                why=refused.message.what,
                advice="Choose another column for the field, or ignore one of the two.",
                field="field",
            )
