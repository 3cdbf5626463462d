"""In how many rows of a file the feed's own mapping was met: its values and its blank markers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

_LARGEST: Final = 1 << 53

Rows = Mapping[str, Mapping[str, int]]
"""Field -> text, as the mapping writes it -> rows that have it."""


@dataclass(frozen=True, slots=True)
class MappedTexts:
    """Texts of the mapping alone, which are settings; no other text of the file is here."""

    values: Rows = field(default_factory=dict)
    """Of `FeedRules.values`."""
    markers: Rows = field(default_factory=dict)
    """Of `FeedRules.blank_markers`."""

    @classmethod
    def from_json(cls, given: Any) -> "MappedTexts":
        """Return what was kept or sent. Raises what a wrong shape raises."""
        return cls(_rows(given["values"]), _rows(given["markers"]))

    def of_mapping(self, values: Mapping[str, Collection[str]], markers: Collection[str]) -> Self:
        """Return the counts of these texts alone. `values`: field -> texts, as they are counted."""
        return replace(
            self,
            values=_of({name: values.get(name, ()) for name in self.values}, self.values),
            markers=_of(dict.fromkeys(self.markers, markers), self.markers),
        )

    @property
    def fields(self) -> set[str]:
        return {*self.values, *self.markers}


def _of(known: Mapping[str, Collection[str]], rows: Rows) -> Rows:
    kept = {
        name: {text: count for text, count in texts.items() if text in known[name]}
        for name, texts in rows.items()
    }
    return {name: texts for name, texts in kept.items() if texts}


def _rows(given: Any) -> Rows:
    found: dict[str, dict[str, int]] = {}
    for name, texts in given.items():
        for text, rows in texts.items():
            if type(rows) is not int or not 0 <= rows < _LARGEST or "\0" in text:
                raise ValueError
            text.encode()  # half a character cannot be stored
            found.setdefault(name, {})[text] = rows
    return found
