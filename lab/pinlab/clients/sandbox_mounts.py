"""What a confined client may see of a run: what its brief names, and nothing that a witness knows.

Pure but for asking where things are; sandbox.py makes a sandbox of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pinlab.clients.api import Brief
from pinlab.clients.sandbox import SandboxView
from pinlab.pki.world import World


def view_of(
    world: World, brief: Brief, *, hosts: Path | None, hidden: Iterable[str | None], written: Path | None
) -> SandboxView:
    """The view of the client of one case; of the case's folder only `brief.folder` is shown.

    `hidden`: folders that it must not see; `written`: a file that it may write.

    Worlds, briefs of the witnesses and evidence are hidden: with the keys in them a client could decrypt, or
    sign, what it is to be tested with. A public key that is pinned is shown again, file by file.
    """
    keys = (entry.public_key_file for entry in brief.pinned or ())
    own = (identity.key_file for identity in world.cast.own_identities.values())
    return SandboxView(
        shown=(brief.folder, *dict.fromkeys(key for key in keys if key)),
        written=(str(written),) if written and written.exists() else (),
        hidden=tuple(path for path in hidden if path and Path(path).is_dir()),
        blank=tuple(own),
        hosts=str(hosts) if hosts else None,
    )
