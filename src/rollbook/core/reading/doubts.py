"""What is doubtful about a text file as a whole, as issues: their examples are students' names."""

from collections.abc import Sequence

from rollbook.core.issues import Issue, Severity


def doubtful_encoding(words: Sequence[str]) -> list[Issue]:
    """Report that some of the file's words make no sense as they were read; [] for none."""
    if not words:
        return []
    return [
        Issue(
            "ENCODING_DOUBTFUL",
            Severity.WARNING,
            "The file is not written in UTF-8 and was read as Windows-1252, but some words have "
            "signs or rare letters where names have others. They were imported as they were read. "
            "If the examples are wrong, have the file exported as UTF-8, or an administrator sets "
            "the encoding in the feed; then import again.",
            value="; ".join(words),
        )
    ]
