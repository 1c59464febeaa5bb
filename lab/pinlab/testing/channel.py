"""The line to the lab's own process: JSON objects both ways, one a line, and every wait has a deadline.

A process of its own, because the lab adopts and ends whatever its clients leave behind: it must not be the
parent of anything that belongs to the user's tests.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from pinlab.core import paths

END_S = 10.0


class LabError(Exception):
    """The lab cannot do what was asked, or is gone; the text is for anyone who wrote the test."""


class Line:
    """A running lab."""

    def __init__(self, opening: Mapping[str, Any], patience_s: float) -> None:
        """Start it with its settings; it may take `patience_s` for each answer. LabError: it cannot start."""
        self._patience_s = patience_s
        self._words = tempfile.TemporaryFile()  # noqa: SIM115, closed by `close`
        environment = dict(os.environ)
        if not paths.INSTALLED:
            ours = [str(paths.ROOT / "lab"), str(paths.ROOT / "client_under_test")]
            environment["PYTHONPATH"] = os.pathsep.join([*ours, os.environ.get("PYTHONPATH", "")]).rstrip(":")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pinlab.testing.worker_main"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env=environment,
            start_new_session=True,
        )
        self._partial = b""
        self.say(opening)
        self.receive()

    def say(self, facts: Mapping[str, Any]) -> None:
        """Send one object."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(facts).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise LabError(self._gone()) from error

    def receive(self) -> dict[str, Any]:
        """The next object. LabError: it says that it cannot, it is gone, or it is silent for too long."""
        message: dict[str, Any] = json.loads(self._line())
        if message["told"] == "error":
            raise LabError(message["text"])
        return message

    def close(self) -> None:
        """Let it end: it sees the end of its input, and takes everything with it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        self._process.stdout.close()
        self._words.close()

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        until = time.monotonic() + self._patience_s
        descriptor = self._process.stdout.fileno()
        while b"\n" not in self._partial:
            left = until - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise LabError(f"the lab's process has sent nothing for {self._patience_s:.0f} s")
            data = os.read(descriptor, 65536)
            if not data:
                raise LabError(self._gone())
            self._partial += data
        line, _, self._partial = self._partial.partition(b"\n")
        return line

    def _gone(self) -> str:
        self._words.seek(0)
        words = self._words.read().decode("utf-8", "replace").strip()
        return f"the lab's process is gone: {words[-2000:] or 'no output'}"
