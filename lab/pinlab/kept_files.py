"""The evidence that a run kept of one case: which files are there, and with which command each is looked at.

It reads a folder and starts nothing. Commands are for a shell, quoted.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pinlab.capture import FILE as PACKETS
from pinlab.capture import LACKING
from pinlab.secrets_kept import CLIENT

Line = tuple[str, str]
"""What it is, and the command that shows it."""


def listed(folder: Path, host: str) -> Iterator[Line]:
    """Every file worth opening, the first to be read first."""
    if (folder / "transcript.txt").exists():
        yield "the story, as both witnesses tell it", f"cat {_of(folder / 'transcript.txt')}"
    for chain in _chains(folder):
        ca, shown = _of(folder / "client" / "ca.pem"), _of(chain)
        yield (
            "what ordinary validation says of the chain that the origin showed",
            f"openssl verify -CAfile {ca} -untrusted {shown} -purpose sslserver "
            f"-verify_hostname {shlex.quote(host)} {shown}",
        )
        yield (
            "the pin of its leaf",
            f"openssl x509 -in {shown} -pubkey -noout | openssl pkey -pubin -outform der | "
            "openssl dgst -sha256 -binary | base64",
        )
    yield from _told(folder)
    yield from _packets(folder)


def _of(path: Path) -> str:
    return shlex.quote(str(path))


def _chains(folder: Path) -> list[Path]:
    """The chains of the origin's queue, in the kept world; the run's own folder is gone."""
    queue = _json(folder / "origin.json").get("queue", [])
    names = dict.fromkeys(Path(str(step.get("chain", ""))).name for step in queue if isinstance(step, dict))
    found = (folder / "world" / "identities" / name for name in names if name)
    return [path for path in found if path.is_file()]


def _json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _told(folder: Path) -> Iterator[Line]:
    for path in sorted(folder.glob("command.*.json")):
        yield "how the client was started", f"cat {_of(path)}"
    for path in sorted(folder.glob("client.*.json")):
        yield "what it was told: host, pins, authorities", f"cat {_of(path)}"
    for path in sorted((folder / "client" / "handed").glob("*")):
        yield "your pin file as it was handed to the client", f"cat {_of(path)}"
    if (folder / "observations.jsonl").exists():
        yield "every fact that a witness stated", f"cat {_of(folder / 'observations.jsonl')}"


def _packets(folder: Path) -> Iterator[Line]:
    """The capture, decrypted by the secrets of whoever the client met first."""
    keys = [folder / f"{who}.keys" for who in ("mitm", "origin")]
    secret = next((path for path in keys if path.exists()), None)
    if (folder / PACKETS).exists():
        decrypt = f" -o tls.keylog_file:{_of(secret)}" if secret else ""
        yield (
            "the packets, decrypted" if secret else "the packets",
            f"tshark -r {_of(folder / PACKETS)}{decrypt} -Y 'tls || http'",
        )
    elif (folder / LACKING).exists():
        yield "why no packets were kept", f"cat {_of(folder / LACKING)}"
    if (folder / CLIENT).exists():
        yield "the client's own TLS secrets, to compare with a witness's", f"cat {_of(folder / CLIENT)}"
