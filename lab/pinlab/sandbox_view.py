"""What a confined client may see of a run: what its brief names, and nothing that a witness knows.

Pure but for asking where things are; sandbox.py makes a sandbox of it.
"""

from __future__ import annotations

from pathlib import Path

from adapters.base import Brief

from pinlab import secrets_kept
from pinlab.sandbox import View
from pinlab.settings import Settings
from pinlab.world import World


def view_of(settings: Settings, world: World, folder: Path, brief: Brief, hosts: Path | None) -> View:
    """The view of the client of one case: `folder` is the case's, of which only `brief.folder` is shown.

    Worlds, briefs of the witnesses and evidence are hidden: with the keys in them a client could decrypt, or
    sign, what it is to be tested with. A public key that is pinned is shown again, file by file.
    """
    keys = (entry.public_key_file for entry in brief.pinned or ())
    secret = [settings.run_folder, settings.world, settings.evidence]
    own = (identity.key_file for identity in world.cast.own_identities.values())
    log = folder / secrets_kept.CLIENT
    return View(
        shown=(brief.folder, *dict.fromkeys(key for key in keys if key)),
        written=(str(log),) if settings.keep and log.exists() else (),
        hidden=tuple(path for path in secret if path and Path(path).is_dir()),
        blank=tuple(own),
        hosts=str(hosts) if hosts else None,
    )
