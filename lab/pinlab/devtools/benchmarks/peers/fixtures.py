"""Sets the stage of one measurement: a minted world, in the spellings that each program wants."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pinlab.catalogue.loader import load_cast
from pinlab.core.paths import catalogue
from pinlab.devtools.benchmarks.peers.peer import SITE, PeerSetup
from pinlab.pki.cast import Deviations, IdentityEntry
from pinlab.pki.mint import mint_world

BULK_BYTES = 16 * 1024 * 1024


def set_stage(folder: Path) -> PeerSetup:
    """Give the files that all share, made new below `folder`. Raises MintError or ToolError."""
    covered = Deviations(identities={"active": IdentityEntry(names=(SITE, f"*.{SITE}"))})
    cast = load_cast(catalogue() / "world.toml").deviate(covered)
    world = mint_world(cast, now=int(time.time()), folder=folder)
    shop, other = world.identity("active"), world.identity("attackers_own")
    rogue, rogue_key = (
        world.authority_certificate("rogue"),
        world.attackers_cast()["authorities"]["rogue"]["key"],
    )
    bulk = folder / "bulk"
    bulk.write_bytes(os.urandom(64 * 1024) * (BULK_BYTES // (64 * 1024)))
    return PeerSetup(
        folder=folder,
        chain=shop.chain,
        key=shop.key,
        both=_joined(folder / "site.pem", shop.chain, shop.key),
        template=_joined(folder / "template.pem", other.chain, other.key),
        authority=rogue,
        authority_key=Path(rogue_key),
        authority_both=_joined(folder / "authority.pem", rogue_key, rogue),
        bulk=bulk,
        upstream=0,
    )


def _joined(target: Path, *parts: Path | str) -> Path:
    target.touch(mode=0o600)
    target.write_bytes(b"".join(Path(part).read_bytes() for part in parts))
    return target
