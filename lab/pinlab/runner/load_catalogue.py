"""The catalogue as one run plays it: the files, the user's own world in front, the user's choices made.

It starts nothing. What the files say is checked by catalogue.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pinlab.catalogue.loader import SHIPPED, Catalogue, load_catalogue
from pinlab.catalogue.registry import FlawInfo, KindInfo
from pinlab.catalogue.rfc_choices import choose
from pinlab.pki.lasting_world import load_own, open_world
from pinlab.runner.settings import Settings

Kinds = Mapping[str, KindInfo] | None
Flaws = Mapping[str, FlawInfo] | None


def catalogue_of(settings: Settings, kinds: Kinds = None, flaws: Flaws = None) -> Catalogue:
    """Load what a run plays; its names are checked against `kinds` and `flaws` if given.

    Raises FileError for files, worlds and choices that cannot be used.
    """
    folder = Path(settings.catalogue) if settings.catalogue else SHIPPED
    files = [Path(file) for file in settings.own]
    catalogue = load_catalogue(folder, kinds, flaws if settings.extension.names_flaws else None, files)
    if settings.world is not None:
        own = load_own(open_world(Path(settings.world)).path)
        catalogue = replace(catalogue, cast=catalogue.cast.with_own(own))
    return choose(catalogue, settings.choices)
