"""One pin in every form that clients take, and the pins of a world as a text for people.

Pure: it turns names and hashes into text, and reads no certificate.
"""

from __future__ import annotations

import base64
import dataclasses

from pinlab.world import World

PREFIX = "sha256/"


@dataclasses.dataclass(frozen=True)
class PinForms:
    """The SHA-256 of one public key (SubjectPublicKeyInfo, DER) as different clients write it."""

    plain: str
    """sha256/BASE64: OkHttp, TrustKit and this lab."""

    @property
    def bare(self) -> str:
        """Give the base64 alone: Android's pin element, RFC 7469's pin-sha256."""
        return self.plain.removeprefix(PREFIX)

    @property
    def curl(self) -> str:
        """Give sha256//BASE64: curl's --pinnedpubkey."""
        return f"sha256//{self.bare}"

    @property
    def hex(self) -> str:
        """Give the hash in lower-case hex."""
        return base64.b64decode(self.bare).hex()


def describe_pins(world: World) -> str:
    """Give the pins of a world, each in every form; certificates' own hashes where the certificate stays.

    Identities of a lasting world are issued afresh in each run, so only authorities and the user's own
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
