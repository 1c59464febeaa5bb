"""A headless Chromium, driven through its debugging pipe (the DevTools protocol): no library, no port.

It gathers what the browser complains about and every address that it asks for.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DEADLINE_S = 60.0
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-extensions"
    " --disable-background-networking --disable-component-update --remote-debugging-pipe"
)
DOMAINS = ("Page", "Runtime", "Log", "Network")


class Browser:
    """One page of it."""

    def __init__(self, to_it: int, from_it: int) -> None:
        """Attach to its first page."""
        self._to, self._from, self._read = to_it, from_it, b""
        self._number, self._session = 0, ""
        self.events: list[dict[str, Any]] = []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(one["targetId"] for one in targets if one["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in DOMAINS:
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer; events that come meanwhile are kept."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params}
        asked |= {"sessionId": self._session} if self._session else {}
        os.write(self._to, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "result" in told, told
                return dict(told["result"])
            self.events.append(told)

    def open(self, url: str) -> None:
        """Go to a page."""
        self.call("Page.navigate", url=url)

    def value(self, expression: str) -> Any:
        """What an expression comes to in the page; None while the page has none (between two pages)."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return None if "exceptionDetails" in told else told["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until an expression is true."""
        deadline = time.monotonic() + DEADLINE_S
        while not self.value(f"!!({expression})"):
            assert time.monotonic() < deadline, f"{expression}\n{self.value('document.body.innerText')}"

    @property
    def complaints(self) -> list[dict[str, Any]]:
        """Errors and log entries: policy violations are among them."""
        bad = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        return [event for event in self.events if event.get("method") in bad]

    @property
    def asked_for(self) -> set[str]:
        """Every address that the page asked for."""
        sent = [event for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        return {str(event["params"]["request"]["url"]) for event in sent}

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._from], [], [], DEADLINE_S)
            data = os.read(self._from, 1 << 20) if ready else b""
            assert data, "the browser has nothing to say"
            self._read += data
        text, _, self._read = self._read.partition(b"\0")
        return dict(json.loads(text))


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser with its profile below `folder`; gone at the end."""
    assert PROGRAM is not None
    theirs, ours = _pipe(), _pipe()
    argv = [PROGRAM, *FLAGS.split(), f"--user-data-dir={folder / 'profile'}", "about:blank"]
    process = subprocess.Popen(
        ["bash", "-c", f'exec "$@" 3<&{theirs[0]} 4>&{ours[1]}', "bash", *argv],
        pass_fds=(theirs[0], ours[1]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(theirs[0])
    os.close(ours[1])
    try:
        yield Browser(theirs[1], ours[0])
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(DEADLINE_S)
        os.close(theirs[1])
        os.close(ours[0])


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are out of the way of descriptors 3 and 4."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low]
    for end in low:
        os.close(end)
    return high[0], high[1]
