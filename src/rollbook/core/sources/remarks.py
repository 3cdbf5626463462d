"""What is worth knowing about the names that were passed over when the newest file was chosen."""

from collections.abc import Sequence

from rollbook.core.sources.matching import Matching
from rollbook.core.sources.source import Remark
from rollbook.core.sources.suggestions import some_of


def remarks(found: Matching) -> tuple[Remark, ...]:
    """The remarks about a choice; () where nothing was passed over."""
    older = [name for name in found.never_the_file if name not in found.uploading]
    timeless = [file.name for file in found.files] if found.has_no_times else []
    made = (
        _remark(
            "FILES_WITHOUT_TIME",
            timeless,
            one="",
            more="files match and the server gives no times, so the last by name was imported",
            is_warning=True,
        ),
        _remark(
            "NEWER_UPLOAD",
            found.uploading,
            one="A newer file is still being uploaded, by its name",
            more="newer files are still being uploaded, by their names",
            is_warning=True,
        ),
        _remark(
            "FILES_UNSEEN",
            found.unseen,
            one="A matching file couldn't be looked at and was skipped",
            more="matching files couldn't be looked at and were skipped",
            is_warning=True,
        ),
        _remark(
            "FILES_PASSED_OVER",
            older,
            one="A file was skipped, because no complete file has such a name",
            more="files were skipped, because no complete file has such a name",
            is_warning=False,
        ),
    )
    return tuple(remark for remark in made if remark is not None)


def _remark(
    code: str, names: Sequence[str], *, one: str, more: str, is_warning: bool
) -> Remark | None:
    if not names:
        return None
    sentence = f"{one}." if len(names) == 1 else f"{len(names):,} {more}."
    return Remark(code, sentence, some_of(names), is_warning)
