"""A headless Chromium, driven by Playwright: one page, what it complains about, and each address that it asks for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DEADLINE_MS = 60_000
FLAGS = ("--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")


class Browser:
    """One page at a time, as a reader with certain settings sees it."""

    def __init__(self, chromium: Any) -> None:
        """`chromium` is Playwright's browser."""
        self._chromium = chromium
        self._context: Any = None
        self.page: Any = None
        self.complaints: list[str] = []
        self.asked_for: set[str] = set()

    def open(self, url: str, *, scheme: str = "light", media: str = "screen", scripts: bool = True) -> None:
        """Open `url` in a new context; what came before is forgotten."""
        self.leave()
        self.complaints, self.asked_for = [], set()
        self._context = self._chromium.new_context(color_scheme=scheme, java_script_enabled=scripts)
        self._context.set_default_timeout(DEADLINE_MS)
        self.page = self._context.new_page()
        self.page.emulate_media(media=media, color_scheme=scheme)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked_for.add(request.url))
        self.page.goto(url)

    def leave(self) -> None:
        """Close the page, so that a server may end."""
        if self._context is not None:
            self._context.close()
            self._context = self.page = None

    def value(self, expression: str) -> Any:
        """What an expression comes to in the page."""
        return self.page.evaluate(f"async () => await ({expression})")

    def wait(self, expression: str) -> None:
        """Until an expression is true."""
        self.page.wait_for_function(f"!!({expression})")

    def _on_console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser; gone at the end."""
    from playwright.sync_api import sync_playwright  # ci/browser installs it, and nothing else needs it

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=PROGRAM, args=list(FLAGS), chromium_sandbox=False, timeout=DEADLINE_MS
        )
        try:
            made = Browser(chromium)
            yield made
            made.leave()
        finally:
            chromium.close()
