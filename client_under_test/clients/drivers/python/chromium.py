"""Chromium without a window: one page, a profile and a store of anchors that are thrown away with it.

The anchors stand in the NSS database of a HOME of its own, as an administrator would install them; nothing
here makes it stricter or laxer than any user's browser. It asks no name server and calls no one but the page
(to learn whether there is a route for IPv6 it connects a UDP socket to a public address, and sends nothing).
"""

from __future__ import annotations

import contextlib
import html
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import talk

FLAGS = """
--headless=new --disable-gpu --disable-dev-shm-usage --no-first-run --no-default-browser-check
--disable-background-networking --disable-component-update --disable-sync --disable-default-apps --no-pings
--disable-extensions --disable-breakpad --disable-domain-reliability --disable-client-side-phishing-detection
--disable-features=OptimizationHints,MediaRouter,Translate,InterestFeedContentSuggestions --disable-quic
--dns-prefetch-disable --metrics-recording-only --password-store=basic --no-sandbox
"""
"""No sandbox, as root has none to use, and the only page is the lab's."""
ONE = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)
BEGAN = time.monotonic()
START_S = 9.0  # so long it may take to start, if a scenario gives the visit itself a shorter time


class Refused(Exception):
    """The page did not load, in the browser's words."""


def anchors(brief: dict, home: Path) -> None:
    """A database of the anchors, trusted as CAs of servers."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    where = ["certutil", "-d", f"sql:{store}"]
    subprocess.run([*where, "-N", "--empty-password"], check=True, capture_output=True)
    for number, pem in enumerate(ONE.findall(Path(brief["ca_file"]).read_text(encoding="ascii"))):
        named = ["-A", "-a", "-n", f"anchor {number}", "-t", "C,,"]
        subprocess.run([*where, *named], input=pem.encode(), check=True, capture_output=True)


def settings(home: Path) -> None:
    """As a user sets it who wants no connections in advance: each one is then for the page."""
    profile = home / "profile" / "Default"
    profile.mkdir(parents=True)
    (profile / "Preferences").write_text('{"net": {"network_prediction_options": 2}}', encoding="ascii")


def words(brief: dict, home: Path) -> list[str]:
    """The command line: the page's name leads to the lab, every other one nowhere."""
    host = urlsplit(brief["url"]).hostname.rstrip(".")
    here = ", ".join(f"MAP {name} {brief['address']}" for name in (host, f"{host}."))
    rules = f"{here}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    proxy = f"--proxy-server={brief['proxy']}" if brief["proxy"] else "--no-proxy-server"
    facts = [f"--user-data-dir={home}/profile", f"--host-resolver-rules={rules}", proxy]
    facts += [f"--timeout={brief['timeout_ms']}", "--enable-logging=stderr", "--dump-dom", brief["url"]]
    return ["chromium", *FLAGS.split(), *facts]


def browse(argv: list[str], home: Path, last_s: float) -> tuple[str, str]:
    """What it showed and what it complained of. It is ended with all its processes."""
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(home)}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    browser = subprocess.Popen(argv, env=environment, start_new_session=True, text=True, **pipes)
    try:
        return browser.communicate(timeout=last_s - (time.monotonic() - BEGAN))
    except subprocess.TimeoutExpired as error:
        raise Refused("pinlab: the browser was not done in time") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()


def visit(brief: dict) -> tuple[None, str]:
    """The text of the page; the browser tells no status to those who start it."""
    with tempfile.TemporaryDirectory(prefix="pinlab-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        anchors(brief, home)
        settings(home)
        page, output = browse(words(brief, home), home, max(START_S, brief["timeout_ms"] / 1000))
    fault = re.search(r"net::ERR_\w+", output) or re.search(r"\bERR_\w+", page)
    if fault:
        raise Refused(fault[0])
    text = html.unescape(re.sub(r"<[^>]*>", "", page)).strip()
    if not text:
        raise Refused(f"pinlab: the page stayed empty: {output[-300:]}")
    return None, text


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by the lab"))  # and clears up
    talk.serve(visit)
