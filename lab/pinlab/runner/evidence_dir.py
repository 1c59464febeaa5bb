"""The evidence of a case as a folder for people: briefs, commands, observations, transcript, world.

It copies what the case left while its run lasts, and explains nothing.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pinlab.core.files import FULL
from pinlab.runner.cases import Case
from pinlab.witnesses import keylog
from pinlab.witnesses.keylog import CLIENT
from pinlab.witnesses.packet_capture import FILE as PACKETS
from pinlab.witnesses.packet_capture import LACKING

if TYPE_CHECKING:
    from pinlab.runner.case_runner import CaseRunner


def keep(case_runner: CaseRunner, case: Case, target: Path, transcript: str) -> None:
    """Copy all that a case left into the folder `target`, with its world; what was there is replaced.

    Made beside and renamed, because another run may keep the same case at the same time: the last one stays.
    OSError: it cannot be kept, and names `target`; nothing new is left there.
    """
    try:
        _keep(case_runner, case, target, transcript)
    except OSError as error:  # shutil.Error, which has many in one, has no number
        code = error.errno or next((code for code in FULL if os.strerror(code) in str(error)), errno.EIO)
        raise OSError(code, os.strerror(code), str(target)) from error


def _keep(case_runner: CaseRunner, case: Case, target: Path, transcript: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
        made = Path(beside, "new")
        keylog.drop_empty(case_runner.folder(case))
        shutil.copytree(case_runner.folder(case), made)
        made.chmod(0o700)  # keys of the world are in it, and with --keep the secrets of its connections
        shutil.copytree(case_runner.world(case).path, made / "world")
        evidence = case_runner.evidence(case).to_json()
        for file in [*made.glob("origin.json"), *made.glob("mitm.json"), *made.glob("command.*.json")]:
            _write(file, json.loads(file.read_text(encoding="utf-8")))
        _write(made / "evidence.json", evidence)
        lines = [json.dumps(seen) for visit in evidence["visits"] for seen in visit["observations"]]
        (made / "observations.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (made / "transcript.txt").write_text(transcript + "\n", encoding="utf-8")
        with contextlib.suppress(FileNotFoundError):
            target.rename(Path(beside, "old"))
        with contextlib.suppress(OSError):  # ENOTEMPTY: another run was quicker
            made.rename(target)


def _write(path: Path, facts: object) -> None:
    """As JSON that people can read."""
    path.write_text(json.dumps(facts, indent=1), encoding="utf-8")


Line = tuple[str, str]
"""What it is, and the command that shows it."""


def listed(folder: Path, host: str) -> Iterator[Line]:
    """Every file worth opening, the first to be read first."""
    if (folder / "transcript.txt").exists():
        yield "the transcript, as both witnesses tell it", f"cat {_of(folder / 'transcript.txt')}"
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
    yield from _explained(folder)
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


def _explained(folder: Path) -> Iterator[Line]:
    for path in sorted(folder.glob("command.*.json")):
        yield "how the client was started", f"cat {_of(path)}"
    for path in sorted(folder.glob("client.*.json")):
        yield "its brief: host, pins, CAs", f"cat {_of(path)}"
    for path in sorted((folder / "client" / "handed").glob("*")):
        yield "your pin file as it was handed to the client", f"cat {_of(path)}"
    if (folder / "observations.jsonl").exists():
        yield "every fact that a witness stated", f"cat {_of(folder / 'observations.jsonl')}"


def _packets(folder: Path) -> Iterator[Line]:
    """The capture, decrypted by the secrets of anyone who the client met first."""
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


def note(path: Path, facts: object) -> None:
    """Write `facts` as JSON on one line: with an indent Python's slow encoder does it. See kept.py."""
    path.write_text(json.dumps(facts), encoding="utf-8")
