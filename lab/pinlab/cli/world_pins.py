"""The pins of a test PKI as a text: what `pinlab world pins` prints."""

from __future__ import annotations

from pinlab.pins.notations import PinForms
from pinlab.pki.world import World


def describe_pins(world: World) -> str:
    """Give the pins of a world, each in every form; certificates' own hashes where the certificate stays.

    Identities of a lasting world are issued afresh in each run, so only CAs and the user's own
    certificates have a hash worth writing down.
    """
    lines: list[str] = []
    for name in _names(world):
        forms = PinForms(world.pin(name))
        rows = {"pin": forms.plain, "curl": forms.curl, "base64": forms.bare, "hex": forms.hex}
        if name in world.listing["authorities"] or name in world.cast.own_identities:
            rows["certificate"] = world.cert_sha256(name)
        lines.append(name)
        lines += [f"  {label:<12}{value}" for label, value in rows.items()]
    return "\n".join(lines) + "\n"


def _names(world: World) -> list[str]:
    authorities = list(world.listing["authorities"])
    keys = [name for name in world.listing["keys"] if name not in authorities]
    own = [name for name in world.cast.own_identities if name in world.listing["identities"]]
    return list(dict.fromkeys([*keys, *own, *authorities]))
