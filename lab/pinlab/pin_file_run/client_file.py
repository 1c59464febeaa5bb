"""The file that a client is handed in one case: the user's own, with the hashes of this world's substitute keys."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from pinlab.pin_file_run.rewrite import substitute
from pinlab.pin_file_run.statements import AHEAD, PAST
from pinlab.pin_file_run.substitute_keys import Object, SubstituteKey
from pinlab.pins.chain_building import certificate_link
from pinlab.pins.inputs.certificates import load_objects
from pinlab.pins.model import PinSet
from pinlab.pins.source import Source
from pinlab.pki.world import World
from pinlab.runner.cases import Case


@dataclass(frozen=True)
class ClientPinFile:
    """The user's file and the names of the substitute keys of its pins."""

    source: Source
    pinset: PinSet
    names: dict[Object, str]

    @classmethod
    def of(cls, source: Source, pinset: PinSet, substitutes: dict[Object, SubstituteKey]) -> ClientPinFile:
        """The bytes of the file go along, so that a run sees one version of it."""
        return cls(source, pinset, {entry: substitute.holder for entry, substitute in substitutes.items()})

    def write(self, case: Case, world: World, folder: Path) -> str:
        """Write the client's file for a case below `folder`, under the user's own name for it; its path."""
        pin_file = case.scenario.pin_file
        assert pin_file is not None
        others = pin_file.repinned if case.variant == "repinned" else {}
        digests = {
            name: _digest(world, others.get(holder, holder), name) for name, holder in self.names.items()
        }
        path = folder / "handed" / Path(self.source.name).name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(
            substitute(self.source, self.pinset, digests, moved(self.pinset, pin_file.dates, world.now))
        )
        return str(path)


def moved(pinset: PinSet, dates: str, now: int) -> dict[datetime.date, datetime.date]:
    """Where each date of the file goes."""
    if dates == "as_written":
        return {}
    today = datetime.datetime.fromtimestamp(now, datetime.UTC)
    other = (today + (PAST if dates == "past" else AHEAD)).date()
    return {entry.expires: other for entry in pinset.hosts if entry.expires}


def _digest(world: World, holder: str, object_: Object) -> bytes:
    """The hash of a substitute certificate, made as the pin's is."""
    known = holder in world.listing["identities"]
    path = world.identity(holder).chain if known else world.authority_certificate(holder)
    digest = certificate_link(load_objects(path).certificates[0]).digest(object_[0], object_[1])
    assert digest is not None, f"no {object_[1]} of a {object_[0]}"
    return digest
