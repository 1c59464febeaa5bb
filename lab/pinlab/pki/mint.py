"""Makes worlds: a cast becomes a recipe, the recipe a folder of PEM files by the program pinlab-mint.

A world is made once for a run, however many workers ask for it: a lock on a file beside it, and pinlab-mint
renames what it has finished into place. Worlds are never changed afterwards. A run may have all its worlds
made ahead by one process, which starts OpenSSL and makes the shared keys once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pinlab.core.errors import PinlabError
from pinlab.core.files import naming_path
from pinlab.pki.cast import Cast
from pinlab.pki.world import World, read_world
from pinlab.processes.binaries import environment, program
from pinlab.processes.spawn import mortal

SCHEMA = "pinlab.recipe/1"
DEADLINE_S = 30
DIGEST_LENGTH = 20
KEY_POOL = ".keys"
"""Keys that the worlds of one run share."""
AHEAD = ".ahead.jsonl"


class MintError(PinlabError):
    """pinlab-mint refused a recipe, or did not answer; the text holds its output."""


def recipe_of(cast: Cast, now: int, reuse: Path | None) -> dict[str, Any]:
    """Give pinlab-mint's recipe without its target: times in seconds from `now` (Unix seconds)."""
    stored = str(reuse.resolve()) if reuse else None
    return {"schema": SCHEMA, "now": now, "reuse": stored, **cast.to_recipe()}


def content_digest(cast: Cast, now: int, reuse: Path | None = None, seed: int = 0) -> str:
    """Give the address of a world: hex over everything it is made from, and nothing about where it is."""
    content = {**recipe_of(cast, now, reuse), "seed": seed}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def mint_world(cast: Cast, *, now: int, folder: Path, reuse: Path | None = None, seed: int = 0) -> World:
    """Give the world of a cast, minting it below `folder` unless some worker of this run already did.

    `reuse` is a lasting world whose keys and CAs are taken over. Raises MintError or ToolError.
    """
    digest = content_digest(cast, now, reuse, seed)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder.resolve() / digest
    with (folder / f".{digest}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / "world.json").exists():
            try:
                run_mint(_order(cast, now, reuse, target))
            except MintError:
                if not (target / "world.json").exists():  # else mint_ahead, which takes no lock, was faster
                    raise
    return read_world(target, cast, digest)


def mint_ahead(
    casts: Iterable[Cast], *, now: int, folder: Path, reuse: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start to make the worlds of these casts, in this order, where `mint_world` will look for them.

    Anyone who asks for one that is not there yet makes it himself, and learns so what is wrong with it: hence
    no one listens to this process. The caller ends it. Raises ToolError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    recipes = folder / AHEAD
    with naming_path(recipes), recipes.open("w", encoding="utf-8") as file:
        for cast in casts:
            target = folder.resolve() / content_digest(cast, now, reuse)
            file.write(json.dumps(_order(cast, now, reuse, target)) + "\n")
    with recipes.open("rb") as file:
        return subprocess.Popen(
            [*mortal(), str(program("pinlab-mint")), "--many"],
            stdin=file,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment(),
        )


def _order(cast: Cast, now: int, reuse: Path | None, target: Path) -> dict[str, Any]:
    """A whole recipe for one world of a run."""
    pool = str(target.parent / KEY_POOL)
    return {**recipe_of(cast, now, reuse), "out": str(target), "key_pool": pool}


def run_mint(recipe: dict[str, Any]) -> None:
    """Run pinlab-mint on a whole recipe; MintError when it does not end well within its deadline."""
    try:
        run = subprocess.run(
            [program("pinlab-mint")],
            input=json.dumps(recipe),
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
            env=environment(),
        )
    except subprocess.TimeoutExpired as failure:
        raise MintError(f"pinlab-mint: no world at {recipe['out']} after {DEADLINE_S} s") from failure
    if run.returncode != 0:
        output = run.stderr.strip() or "nothing on stderr"
        raise MintError(f"pinlab-mint ended with {run.returncode} for {recipe['out']}: {output}")
