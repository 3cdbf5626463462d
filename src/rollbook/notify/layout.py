"""How a mail looks: a notice as plain text, and the same words as HTML."""

from collections.abc import Sequence
from html import escape
from typing import Final

from rollbook.notify.messages import Item, Kind, Mail, Notice


def mail_of(notice: Notice) -> Mail:
    """Return the mail that tells `notice`."""
    subject = " ".join(f"Rollbook: {notice.subject}".split())
    return Mail(subject, _text(notice), _html(notice, subject))


def _parts(notice: Notice) -> Sequence[tuple[str, str]]:
    return (
        ("What happened", notice.what),
        (f"What it means for {notice.affects}", notice.means),
        ("What to do", notice.todo),
    )


def _text(notice: Notice) -> str:
    parts = [notice.subject + "."]
    parts += [f"{title}\n{words}" for title, words in _parts(notice)]
    parts += ["\n".join(_lines(each)) for each in notice.items]
    parts += [notice.link] if notice.link else []
    parts += ["\n".join(f"{name}: {value}" for name, value in notice.facts)] if notice.facts else []
    return "\n\n".join([*parts, f"-- \n{notice.footer}"]) + "\n"


def _html(notice: Notice, subject: str) -> str:
    tone = _TONES.get(notice.kind, "#1d5fbf")
    blocks = "".join(
        f'<h2 class="dim" style="{_H2}">{title}</h2><p class="ink" style="{_P}">{escape(words)}</p>'
        for title, words in _parts(notice)
    )
    button = (
        f'<p style="margin:24px 0 0"><a href="{escape(notice.link)}" style="{_BUTTON}">'
        f"{notice.button}</a></p>"
        if notice.link
        else ""
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(subject)}</title><style>{_DARK}</style></head>"
        f'<body class="page" style="{_BODY}">'
        f'<div role="article" aria-label="{escape(subject)}" class="card" style="{_CARD}">'
        f'<div style="height:4px;background:{tone}"></div><div style="padding:24px 28px">'
        f'<p class="dim" style="{_SMALL}">Rollbook</p>'
        f'<h1 class="ink" style="{_H1}">{escape(notice.subject)}</h1>'
        f"{blocks}{_items_html(notice)}{button}{_facts_html(notice)}</div></div>"
        f'<p class="dim" style="{_SMALL};text-align:center;padding:0 16px">'
        f"{escape(notice.footer)}</p>"
        "</body></html>"
    )


def _lines(item: Item) -> Sequence[str]:
    return (_name(item), item.what, *([item.link] if item.link else []))


def _name(item: Item) -> str:
    return f"{item.feed} (import {item.job})"


def _items_html(notice: Notice) -> str:
    return "".join(
        f'<h2 style="{_H2}">{_linked(each)}</h2><p class="ink" style="{_P}">{escape(each.what)}</p>'
        for each in notice.items
    )


def _linked(item: Item) -> str:
    name = escape(_name(item))
    if item.link is None:
        return f'<span class="ink">{name}</span>'
    return f'<a class="link" href="{escape(item.link)}" style="color:#1d5fbf">{name}</a>'


def _facts_html(notice: Notice) -> str:
    facts = " · ".join(f"{escape(name)}: {escape(value)}" for name, value in notice.facts)
    return f'<p class="dim" style="{_SMALL};margin-top:24px">{facts}</p>' if facts else ""


_TONES: Final = {
    Kind.FAILED: "#b42318",
    Kind.HELD: "#b54708",
    Kind.UNDECIDED: "#b54708",
    Kind.REHEARSAL_HELD: "#b54708",
    Kind.REHEARSAL_FAILED: "#b42318",
    Kind.RUN_MISSED: "#b54708",
    Kind.CLEAN_UP_FAILED: "#b54708",
    Kind.SETTING_UNUSABLE: "#b54708",
    Kind.CLOCK_OFF: "#b54708",
    Kind.AUDIT_BROKEN: "#b42318",
    Kind.FILE_UNCHANGED: "#b54708",
    Kind.COLUMN_SET_ASIDE: "#b54708",
    Kind.RECOVERED: "#067647",
}
# A mail has no style sheet that every program reads: its style is on each element. Those that
# read one follow the reader's wish for dark; it must outrank what is on the elements.
_DARK: Final = (
    "@media (prefers-color-scheme:dark){"
    ".page{background:#12161c!important}.card{background:#1d232c!important}"
    ".ink{color:#eceff3!important}.dim{color:#aab4c0!important}.link{color:#8ab4f8!important}}"
)
_FONT: Final = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
# One long word, such as a feed's name, must not be cut off on a phone: it may break.
_BODY: Final = (
    f"margin:0;padding:24px 12px;background:#f3f4f6;color:#1c2430;{_FONT};overflow-wrap:break-word"
)
_CARD: Final = (
    "max-width:560px;margin:0 auto 16px;background:#ffffff;border-radius:8px;overflow:hidden"
)
_H1: Final = "font-size:21px;line-height:1.3;margin:4px 0 20px;color:#1c2430"
_H2: Final = "font-size:14px;margin:18px 0 4px;color:#47525f"
_P: Final = "font-size:16px;line-height:1.5;margin:0;color:#1c2430"
_SMALL: Final = "font-size:13px;line-height:1.5;margin:0;color:#5b6673"
_BUTTON: Final = (
    "display:inline-block;background:#1d5fbf;color:#ffffff;text-decoration:none;"
    "padding:12px 20px;border-radius:6px;font-size:16px"
)
