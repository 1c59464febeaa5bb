"""Parts of a case that few runs need, whose libraries would cost every other run its start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinlab.plan import Case
from pinlab.settings import Settings

if TYPE_CHECKING:
    from pinlab.pinfile.handed import Handed


def handed_pin_file(settings: Settings) -> Handed | None:
    """The user's pin file, where the run is about one."""
    if not settings.pins:
        return None
    from pinlab.pinfile.handed import Handed

    return Handed.load(Path(str(settings.catalogue)))


def upstream_faults(case: Case) -> list[str]:
    """How the user's own server is not what it was when the run began."""
    if case.upstream is None:
        return []
    from pinlab.upstream.look import changed

    return list(changed(case.upstream))
