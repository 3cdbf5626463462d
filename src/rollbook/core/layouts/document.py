"""A layout as JSON: to be exported, changed, kept and imported. It holds no student's value."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from rollbook.core.layouts.builtin import BY_NAME
from rollbook.core.layouts.layout import Layout, LayoutColumn, Meant, Role, regex_of

FORMAT: Final = "rollbook_layout"
VERSION: Final = 1


def document_of(layout: Layout) -> dict[str, Any]:
    """Return the layout's document. Sources are left out: they say of the built-in one alone that
    its header is published."""
    return {
        FORMAT: VERSION,
        "name": layout.name,
        "vendor": layout.vendor,
        "title": layout.title,
        "columns": [
            {"holds": str(column.holds), "headers": list(column.headers)}
            for column in layout.columns
        ],
        "signs": [list(group) for group in layout.signs],
        "others": list(layout.others),
        "ignored": list(layout.ignored),
        "subjects": {subject: list(headers) for subject, headers in layout.subjects.items()},
        "seasons": [[season, list(end)] for season, end in layout.seasons],
        "rows": [_rows(meant, layout) for meant in layout.meant],
        "values": {field: dict(texts) for field, texts in layout.values.items()},
        "window_words": dict(layout.window_words),
        "subject_words": dict(layout.subject_words),
        "notes": list(layout.notes),
    } | _optional(layout)


def layout_of_document(document: Mapping[str, Any]) -> Layout:
    """Return the layout of a document in which `layout_faults` finds nothing."""
    return Layout(
        name=document["name"],
        vendor=document["vendor"],
        title=document["title"],
        columns=tuple(
            LayoutColumn(_holds(each["holds"]), tuple(each["headers"]))
            for each in document["columns"]
        ),
        signs=tuple(tuple(group) for group in document["signs"]),
        ignored=tuple(document.get("ignored", ())),
        others=tuple(document.get("others", ())),
        subjects={name: tuple(own) for name, own in document.get("subjects", {}).items()},
        seasons=tuple(
            (season, (month, day)) for season, (month, day) in document.get("seasons", ())
        ),
        meant=tuple(map(_meant, document.get("rows", ()))),
        values=document.get("values", {}),
        notes=tuple(document.get("notes", ())),
        window_words=_lower(document.get("window_words", {})),
        subject_words=_lower(document.get("subject_words", {})),
        parts=tuple((name, tuple(texts)) for name, texts in document.get("parts", {}).items()),
        primary_words=_lower(document.get("primary_words", {})),
    )


def _optional(layout: Layout) -> dict[str, Any]:
    """Return nothing where there are none, so that layouts from before are as they were."""
    parts = {name: [*texts] for name, texts in layout.parts}
    found = {"primary_words": dict(layout.primary_words), "parts": parts}
    return {part: said for part, said in found.items() if said}


def _rows(meant: Meant, layout: Layout) -> dict[str, Any]:
    said: dict[str, Any] = {"column": str(meant.role), "left_out": meant.left_out}
    if not meant.words:
        return said | {"as_in": meant.as_in or layout.name}
    return (
        said | {"words": list(meant.words)} | ({"blank": "meant"} if meant.is_blank_meant else {})
    )


def _meant(given: Mapping[str, Any]) -> Meant:
    role, left_out = Role(given["column"]), given["left_out"]
    if "as_in" in given:
        same = next(each for each in BY_NAME[given["as_in"]].meant if each.role == role)
        return replace(same, left_out=left_out, as_in=given["as_in"])
    words = tuple(word.strip().lower() for word in given["words"])
    pattern, is_blank_meant = "|".join(map(regex_of, words)), "blank" in given
    return Meant(role, pattern, left_out, words=words, is_blank_meant=is_blank_meant)


def _holds(name: str) -> str:
    return Role(name) if name in list(Role) else name


def _lower(words: Mapping[str, str]) -> dict[str, str]:
    return {text.strip().lower(): meant for text, meant in words.items()}
