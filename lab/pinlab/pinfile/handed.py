"""The file that a client is handed in one case: the user's own, with the hashes of this world's stand-ins.

`Handed` travels to every worker as a file beside the catalogue that was made of the statements.
"""

from __future__ import annotations

import base64
import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from pinlab.pinfile.stand_ins import Object, StandIn
from pinlab.pinfile.statements import AHEAD, PAST
from pinlab.pinfile.substitute import substitute
from pinlab.pins.chains import certificate_link
from pinlab.pins.formats import read_pins
from pinlab.pins.formats.base import Source
from pinlab.pins.model import Kind, PinSet
from pinlab.pins.objects import load_objects
from pinlab.plan import Case
from pinlab.world import World

FILE = "handed.json"


@dataclass(frozen=True)
class Handed:
    """The user's file and the names of the stand-ins of its pins."""

    source: Source
    pinset: PinSet
    names: dict[Object, str]

    @classmethod
    def of(cls, source: Source, pinset: PinSet, stand_ins: dict[Object, StandIn]) -> Handed:
        """What `save` writes."""
        return cls(source, pinset, {one: stand_in.holder for one, stand_in in stand_ins.items()})

    def save(self, folder: Path) -> None:
        """Write it for `load`; the bytes of the file go along, so that a run sees one version of it."""
        names = [(kind, name, digest.hex(), holder) for (kind, name, digest), holder in self.names.items()]
        facts = {
            "name": self.source.name,
            "data": base64.b64encode(self.source.data).decode("ascii"),
            "format": self.pinset.format,
            "stand_ins": names,
        }
        (folder / FILE).write_text(json.dumps(facts), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Handed:
        """The inverse of `save`."""
        facts = json.loads((folder / FILE).read_text(encoding="utf-8"))
        source = Source(facts["name"], base64.b64decode(facts["data"]), Path(facts["name"]))
        names: dict[Object, str] = {
            (Kind(kind), name, bytes.fromhex(digest)): holder
            for kind, name, digest, holder in facts["stand_ins"]
        }
        return cls(source, read_pins(source, facts["format"]), names)

    def write(self, case: Case, world: World, folder: Path) -> str:
        """Write the client's file for a case below `folder`, under the user's own name for it; its path."""
        told = case.scenario.pin_file
        assert told is not None
        others = told.repinned if case.variant == "repinned" else {}
        digests = {one: _digest(world, others.get(holder, holder), one) for one, holder in self.names.items()}
        path = folder / "handed" / Path(self.source.name).name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(
            substitute(self.source, self.pinset, digests, moved(self.pinset, told.dates, world.now))
        )
        return str(path)


def moved(pinset: PinSet, dates: str, now: int) -> dict[datetime.date, datetime.date]:
    """Where each date of the file goes."""
    if dates == "as_written":
        return {}
    today = datetime.datetime.fromtimestamp(now, datetime.UTC)
    other = (today + (PAST if dates == "past" else AHEAD)).date()
    return {entry.expires: other for entry in pinset.hosts if entry.expires}


def _digest(world: World, holder: str, wanted: Object) -> bytes:
    """The hash of a stand-in's certificate, made as the pin's is."""
    known = holder in world.listing["identities"]
    path = world.identity(holder).chain if known else world.authority_certificate(holder)
    digest = certificate_link(load_objects(path).certificates[0]).digest(wanted[0], wanted[1])
    assert digest is not None, f"no {wanted[1]} of a {wanted[0]}"
    return digest
