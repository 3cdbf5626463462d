"""Each reason why a file is not proposed has its sentence."""

from rollbook.core.sources.renamed_files import WhyNot
from rollbook.web.pages.feeds.file_name_words import WHY_NOT, why_not_proposed


def test_each_reason_has_a_sentence_of_its_own() -> None:
    assert set(WHY_NOT) == set(WhyNot)
    assert len({why_not_proposed(each.value) for each in WhyNot}) == len(WhyNot)
