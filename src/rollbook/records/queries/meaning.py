"""What the meaning of a file depends on beside its bytes, in one digest."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.field_owners import ALONE, OthersFields
from rollbook.core.layouts.builtin import layouts_fingerprint
from rollbook.core.loading.schools import ConfirmedSchool
from rollbook.records.models import Feed
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.field_owners import others_fields
from rollbook.records.queries.grades import grades_not_stored
from rollbook.records.queries.schools import confirmed_schools


def settings_of(feed: Feed, *, encoding: str | None) -> str:
    """Return the fingerprint under which a file of this feed would be imported now.

    `encoding` is what was said for the file alone.
    """
    rules = feed_rules(feed)
    if encoding is not None:
        rules = replace(rules, encoding=encoding)
    schools, lacking = confirmed_schools(), grades_not_stored()
    return settings_fingerprint(
        read_catalogue(), rules, schools=schools, lacking=lacking, others=others_fields(feed)
    )


def settings_fingerprint(
    catalogue: Catalogue,
    rules: FeedRules,
    *,
    schools: Mapping[str, ConfirmedSchool],
    lacking: Sequence[str] = (),
    others: OthersFields = ALONE,
) -> str:
    """Return a digest of all that the meaning of a file depends on, beside its bytes.

    `lacking`: the grades that the database cannot hold; `others`: the fields of other feeds.
    """
    mapped = f" {sorted(schools.items(), key=itemgetter(0))!r}" if schools else ""
    kept_out = f" without {','.join(lacking)}" if lacking else ""
    text = f"{catalogue.fingerprint} {layouts_fingerprint()} {rules!r}{mapped}{kept_out}"
    text += ("" if rules.is_roster else " no roster") + others.digest
    return hashlib.sha256(text.encode()).hexdigest()
