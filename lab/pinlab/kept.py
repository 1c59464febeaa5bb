"""The evidence of a case as a folder for people: briefs, commands, observations, transcript, world.

It copies what the case left while its run lasts, and explains nothing.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import tempfile
from pathlib import Path

from pinlab import secrets_kept
from pinlab.plan import Case
from pinlab.room import FULL
from pinlab.runner import Bench


def keep(bench: Bench, case: Case, target: Path, transcript: str) -> None:
    """Copy all that a case left into the folder `target`, with its world; what was there is replaced.

    Made beside and renamed, because another run may keep the same case at the same time: the last one stays.
    OSError: it cannot be kept, and names `target`; nothing new is left there.
    """
    try:
        _keep(bench, case, target, transcript)
    except OSError as error:  # shutil.Error, which has many in one, has no number
        code = error.errno or next((code for code in FULL if os.strerror(code) in str(error)), errno.EIO)
        raise OSError(code, os.strerror(code), str(target)) from error


def _keep(bench: Bench, case: Case, target: Path, transcript: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
        made = Path(beside, "new")
        secrets_kept.drop_empty(bench.folder(case))
        shutil.copytree(bench.folder(case), made)
        made.chmod(0o700)  # keys of the world are in it, and with --keep the secrets of its connections
        shutil.copytree(bench.world(case).path, made / "world")
        evidence = bench.evidence(case).to_json()
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
