"""An app that `pinlab serve --upstream` leads to an attacker: its own server, its own anchors, its own pins.

Run as `over_upstream.py URL ORDER JUNIT CA_FILE PINS`; an app without PINS (`-`) checks no pin.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

from plain import Order, connect, get, is_pinned

URL, _, TOKEN = sys.argv[1].partition("/?token=")


def call(path: str, body: object = None) -> Any:
    """One call; None where there is nothing more to do (204)."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    asked = urllib.request.Request(URL + path, data, headers)
    with urllib.request.urlopen(asked, timeout=90) as answer:
        return None if answer.status == 204 else json.load(answer)


call("/v1/runs", json.loads(sys.argv[2]))
while task := call("/v1/next"):
    order = Order(task["address"], task["port"], task["host"], sys.argv[4], frozenset([sys.argv[5]]), "")
    try:
        with connect(order) as tls:
            output = (sys.argv[5] == "-" or is_pinned(order, tls)) and get(order, tls, "/orders?token=7")
    except OSError:
        output = False
    call("/v1/outcome", {"claim": "accept" if output else "reject", "number": task["number"]})
    print(call("/v1/verdict")["verdict"])
end = call("/v1/finish", {})
Path(sys.argv[3]).write_text(end["junit"], encoding="utf-8")
sys.exit(end["exit_status"])
