"""Is a page clean? Its status first, then everything that a browser and axe can complain of."""

from dataclasses import dataclass, field
from itertools import count, product
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from hypothesis import settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

IS_WHOLE = settings().max_examples > 100
LOOKS = [*product(("light", "dark"), (1280, 375))]


_turns = count()


def looks() -> list[tuple[str, int]]:
    """The looks of a page: all four by hand; in the gate one, in turn, for pages share most."""
    return LOOKS if IS_WHOLE else [LOOKS[next(_turns) % len(LOOKS)]]


@dataclass
class Watch:
    """Everything that a context's pages complained of, or asked of another machine."""

    complaints: list[str] = field(default_factory=list)
    expected: int = 200

    def over(self, context: BrowserContext) -> "Watch":
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self._request)
        return self

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself complains of every answer that is an error; the status is asserted.
        if message.type in ("error", "warning") and "status of" not in message.text:
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        is_here = parts.hostname in ("localhost", "127.0.0.1")
        if not is_here and parts.scheme not in ("data", "blob"):
            self.complaints.append(f"asked {parts.hostname}")


def check_page(page: Page, url: str, *, status: int = 200) -> None:
    """Open `url`: find nothing wrong with it, at no width anything that sticks out."""
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == status, f"{url}: {answer.status}"
    for theme, width in looks():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        check_shown(page, f"{url} in {theme} at {width}")
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        check_width(page, f"{url} at {width}")


def check_shown(page: Page, where: str) -> None:
    """Find nothing wrong with what the page shows now."""
    found = Axe().run(page).response["violations"]
    told = [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]
    assert not told, f"{where}: {told}"
    check_width(page, where)
    assert page.locator("h1").count() == 1, where


def check_width(page: Page, where: str) -> None:
    """Find nothing that sticks out at the side."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{where} is {wide} pixels too wide"
