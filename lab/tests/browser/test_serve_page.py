"""The live page in a real browser: it follows the lab by itself, its buttons work, its policy holds."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from tests.support.chromium import browsing
from tests.support.serve_process import serving
from tests.support.tools import needs

pytestmark = [pytest.mark.usefixtures("programs"), needs("chromium")]
HOSTILE = '"></code><img src=x onerror=alert(1)>'


def test_someone_plays_two_scenarios_by_its_buttons(tmp_path: Path) -> None:
    with serving(tmp_path, "--timeout", "2") as server, browsing() as browser:
        browser.open(server.page)
        browser.wait("document.getElementById('follows').textContent.includes('by itself')")
        browser.page.fill("[name=only]", "valid/leaf")
        browser.page.click("#begin button")
        browser.wait("document.querySelector('#now').dataset.task === '1'")
        browser.wait("document.getElementById('follows').textContent.includes('by itself')")
        browser.page.fill("#now [name=detail]", HOSTILE)
        task = server.get("/v1/next").json
        with socket.create_connection((task["address"], task["port"])) as plain:
            browser.wait("document.querySelector('#wire').textContent.includes('accepted')")
            plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
        stored = browser.value("document.activeElement.value")
        assert stored == HOSTILE, "what someone is writing stays while the page follows"
        browser.page.click("#now button[value=unsupported]")
        browser.wait("document.querySelector('#now').dataset.task === '2'")
        browser.wait("document.querySelector('#verdict').textContent.includes('onerror')")
        assert browser.value("document.images.length") == 0
        browser.wait("document.getElementById('follows').textContent.includes('by itself')")
        server.get("/v1/next")
        server.post("/v1/outcome", {"claim": "reject"})  # by a script; the page must follow
        browser.wait("document.querySelector('#sofar').textContent.includes('Exit status')")
        assert browser.complaints == []
        assert all(url.startswith((server.url, "about:")) for url in browser.asked_for)
