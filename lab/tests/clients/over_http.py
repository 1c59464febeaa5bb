"""A client that the lab does not start: it asks `pinlab serve` what to do, does it, and says what came of it.

Run as `over_http.py URL ORDER`; ORDER is the JSON of POST /v1/runs. Prints each verdict, then the JUnit report.
"""

from __future__ import annotations

import json
import sys
import tempfile
import urllib.request
from typing import Any

from plain import Order, visit


def call(path: str, body: object = None) -> Any:
    """One call; None where there is nothing more to do (204)."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(sys.argv[1] + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=90) as answer:
        return None if answer.status == 204 else json.load(answer)


call("/v1/runs", json.loads(sys.argv[2]))
while task := call("/v1/next"):
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as store:
        store.write(task["ca_pem"])
        store.flush()
        pins = frozenset(pin.removeprefix("sha256/") for pin in task["pins"] or ())
        order = Order(task["address"], task["port"], task["host"], store.name, pins, task["canary"])
        good = visit(order)
    call("/v1/outcome", {"claim": "accept" if good else "reject", "number": task["number"]})
    verdict = call("/v1/verdict")
    print(task["scenario"], verdict["verdict"] if verdict else "another visit first", file=sys.stderr)
end = call("/v1/finish", {})
print(end["junit"])
sys.exit(end["exit_status"])
