"""A client that the lab does not start: it asks `pinlab serve` what to do, does it, and says what came of it.

Run as `over_http.py URL ORDER JUNIT`: the URL that the lab printed, the JSON of POST /v1/runs, and the
file for its report.
"""

from __future__ import annotations

import json
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from plain import Order, visit

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
    message = "unsupported"
    if not task["proxy"] and not task["upgrade"]:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as store:
            store.write(task["ca_pem"])
            store.flush()
            pins = frozenset(pin.removeprefix("sha256/") for pin in task["pins"] or ())
            order = Order(task["address"], task["port"], task["host"], store.name, pins, task["canary"])
            message = "accept" if visit(order) else "reject"
    call("/v1/outcome", {"claim": message, "number": task["number"]})
    if verdict := call("/v1/verdict"):
        print(f"{task['number']} of {task['of']}: {verdict['scenario']} {verdict['verdict']}")
end = call("/v1/finish", {})
Path(sys.argv[3]).write_text(end["junit"], encoding="utf-8")
sys.exit(end["exit_status"])
