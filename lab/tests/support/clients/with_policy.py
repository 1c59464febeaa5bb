"""pinlab-client as its users run it, with a policy file that is made from what the lab gives.

    with_policy.py PINLAB_CLIENT URL ADDRESS CA_FILE PINS_FILE [PROXY]

A pin that is not one goes into the policy as it is. The backup is a key that no server has.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

program, url, address, ca_file, pins_file, *proxy = sys.argv[1:]
pins: list[dict[str, object]] = [{"pin": line} for line in Path(pins_file).read_text("utf-8").splitlines()]
if pins:
    pins.append({"pin": "sha256/" + base64.b64encode(bytes(range(32))).decode(), "backup": True})
policy = {
    "schema": "pinlab.policy/1",
    "trust": {"file": ca_file},
    "proxy": proxy[0] if proxy else None,
    "hosts": [{"host": urlsplit(url).hostname, "pins": pins}],
}
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "policy.json")
    path.write_text(json.dumps(policy), encoding="utf-8")
    words = [program, "--policy", str(path), "--connect", address, url]
    sys.exit(subprocess.run(words, timeout=30, check=False).returncode)
