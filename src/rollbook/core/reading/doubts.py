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
            f"The file is not written in UTF-8 and was read as {SPOKEN[str(facts.encoding)]}, but "
            "some of its words may be others, or have signs where names have letters. They were "
            "imported as they were read. If the examples are wrong, have the file exported as "
            "UTF-8, or an administrator sets the encoding in the feed; then import again. If they "
            "are right, setting the encoding ends this warning.",
            value="; ".join(facts.doubtful_words),
        )
    ]
