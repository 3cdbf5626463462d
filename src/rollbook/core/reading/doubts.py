"""What is doubtful about a text file as a whole, as issues: their examples are students' names."""

from rollbook.core.issues import Issue, Severity
from rollbook.core.reading.encodings import SPOKEN
from rollbook.core.table import FileFacts


def doubtful_encoding(facts: FileFacts) -> list[Issue]:
    """Report that some of the file's words may be others than were read; [] for none."""
    if not facts.doubtful_words:
        return []
    return [
        Issue(
            "ENCODING_DOUBTFUL",
            Severity.WARNING,
            f"The file isn't UTF-8. It was read as {SPOKEN[str(facts.encoding)]}, but some words "
            "may be wrong. They count as they were read. If the examples are wrong, export the "
            "file as UTF-8 or set the encoding in the feed, then import again. If they are "
            "right, set the encoding and this warning goes away.",
            value="; ".join(facts.doubtful_words),
        )
    ]
