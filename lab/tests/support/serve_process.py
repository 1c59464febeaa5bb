"""`pinlab serve` as a test runs it: a process of its own, calls over HTTP, a clean end."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.cli import environment

PATIENCE_S = 60


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str
    sent: object = field(default=None, compare=False)

    @property
    def json(self) -> Any:
        """The JSON in it."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    token: str
    address: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{self.address}:{self.port}"

    @property
    def page(self) -> str:
        """The URL that it printed, with its token."""
        return f"{self.url}/?token={self.token}"

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One request; `body` is sent as JSON, or as it is if it is bytes."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if data is not None else {}
        connection = http.client.HTTPConnection(self.address, self.port, timeout=PATIENCE_S)
        try:
            named = {"Authorization": f"Bearer {self.token}"}
            named |= {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, data, {**kind, **named})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read().decode("utf-8"), body)
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        """POST."""
        return self.ask("POST", path, body, **headers)

    def begin(self, *only: str, **more: object) -> Any:
        """A run of these scenarios; the answer."""
        answer = self.post("/v1/runs", {"only": list(only), **more})
        assert answer.status == 201, answer.text
        return answer.json

    def close_run(self) -> None:
        """End the run that a test has left open."""
        assert self.post("/v1/finish", {}).status in (200, 409)

    def children(self) -> set[int]:
        """Processes that the server has started and that still run."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(pid) for task in tasks for pid in task.read_text(encoding="ascii").split()}

    def end(self, signum: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Signal it; exit status, stdout and stderr."""
        self.process.send_signal(signum)
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, err


@contextmanager
def serving(folder: Path, *arguments: str, listen: str = "127.0.0.1") -> Iterator[Served]:
    """A server with its temporary files below `folder`; ended at the end, whatever happened."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pinlab", "serve", "--listen", listen, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(folder),
        cwd=folder,
    )
    try:
        assert process.stdout is not None
        found = re.search(rf"http://{listen}:(\d+)/\?token=(\w+)", process.stdout.readline())
        assert found, process.communicate(timeout=PATIENCE_S)
        yield Served(process, int(found[1]), found[2], listen)
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=PATIENCE_S)
        process.wait(PATIENCE_S)


def gone(pids: set[int]) -> bool:
    """Wait until these processes have ended; False: one is alive after the deadline."""
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            if not poll.poll(PATIENCE_S * 1000):
                return False
        finally:
            os.close(handle)
    return True
