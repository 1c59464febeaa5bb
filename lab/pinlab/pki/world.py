"""A world on disk: the keys, certificates and pins of one cast, by name.

A frozen view of what pinlab-mint wrote; it makes and changes nothing there (see mint.py). An unknown name is
a KeyError whose text offers the nearest one.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pinlab.core.errors import did_you_mean
from pinlab.pki.cast import Cast
from pinlab.pki.pins import CertificatePin, PinRef, RawPin

SCHEMA = "pinlab.world/1"


@dataclasses.dataclass(frozen=True)
class IdentityFiles:
    """What a server needs to show an identity: PEM files, absolute."""

    chain: Path
    key: Path


@dataclasses.dataclass(frozen=True)
class World:
    """One cast on disk. `now` is in Unix seconds; `digest` addresses what it was made from."""

    path: Path
    now: int
    digest: str
    cast: Cast
    listing: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def pin(self, name: str) -> str:
        """Give "sha256/<base64>" of the public key behind a name (RFC 7469 2.4).

        The user's own identity comes first, then keys, CAs and identities of that name.
        """
        groups = ["keys", "authorities", "identities"]
        if name in self.cast.own_identities:
            groups.insert(0, "identities")
        for group in groups:
            if name in self.listing[group]:
                return str(self.listing[group][name]["pin"])
        every = [entry for group in groups for entry in self.listing[group]]
        raise KeyError(f'{self.path}: nothing is called "{name}"{did_you_mean(name, every)}')

    def leaf_pin(self, name: str) -> str:
        """Give the pin of the key in the certificate of identity `name`."""
        return str(self._entry("identities", name)["pin"])

    def pins(self, refs: Iterable[PinRef] | None) -> list[str] | None:
        """Give a scenario's pins as a client gets them: raw text as it is, None for no pinning."""
        if refs is None:
            return None
        return [self.pin_text(ref) for ref in refs]

    def pin_text(self, ref: PinRef) -> str:
        """Give one entry of a pin set as a client gets it."""
        if isinstance(ref, RawPin):
            return ref.raw
        if isinstance(ref, CertificatePin):
            digest = bytes.fromhex(self.cert_sha256(ref.certificate))
            return "sha256/" + base64.b64encode(digest).decode("ascii")
        return self.pin(ref)

    def key_of(self, name: str) -> str:
        """Give the name of the key in the certificate of identity `name`."""
        return self.cast.key_of(name)

    def identity(self, name: str) -> IdentityFiles:
        """Give the chain (leaf first) and the key that a server shows."""
        return IdentityFiles(*(self._file("identities", name, what) for what in ("chain", "key")))

    def authority_certificate(self, name: str) -> Path:
        """Give the PEM file of a CA's certificate."""
        return self._file("authorities", name, "certificate")

    def key_file(self, name: str) -> Path:
        """Give the PEM file of a private key."""
        return self._file("keys", name, "file")

    def spki_pem_file(self, name: str) -> Path:
        """Give the PEM file of a public key (SubjectPublicKeyInfo), which curl takes as a pin."""
        return self._file("keys", name, "public_file")

    def cert_sha256(self, name: str) -> str:
        """Give the hex SHA-256 over the DER certificate of an identity, or else of a CA."""
        group = "identities" if name in self.listing["identities"] else "authorities"
        return str(self._entry(group, name)["cert_sha256"])

    def write_bundle(self, names: Iterable[str], dest: Path) -> Path:
        """Write the certificates of CAs, in this order, as one PEM file for a client; give `dest`."""
        pems = [self.authority_certificate(name).read_text(encoding="ascii").strip() for name in names]
        dest.write_text("\n".join(pems) + "\n", encoding="ascii")
        return dest

    def attackers_cast(self) -> dict[str, Any]:
        """Give the "cast" of pinlab-mitm's brief: absolute paths by name."""
        return {
            "authorities": {name: self._authority_brief(name) for name in self.listing["authorities"]},
            "keys": {name: self._text("keys", name, "file") for name in self.listing["keys"]},
            "identities": {name: self._identity_brief(name) for name in self.listing["identities"]},
        }

    def _identity_brief(self, name: str) -> dict[str, str]:
        return {
            "chain": self._text("identities", name, "chain"),
            "key": self._text("identities", name, "key"),
        }

    def _authority_brief(self, name: str) -> dict[str, Any]:
        chain = [self._text("authorities", link, "certificate") for link in self._issuers_below_root(name)]
        certificate, key = (self._text("authorities", name, what) for what in ("certificate", "key"))
        return {"certificate": certificate, "key": key, "chain": chain}

    def _issuers_below_root(self, name: str) -> list[str]:
        """Give a CA and those above it, without the root: what a server sends below its own leaf."""
        links: list[str] = []
        while (issuer := self.listing["authorities"].get(name, {}).get("issuer")) and issuer != name:
            if name in links:
                break
            links.append(name)
            name = issuer
        return links

    def _file(self, group: str, name: str, what: str) -> Path:
        return Path(self._text(group, name, what))

    def _text(self, group: str, name: str, what: str) -> str:
        """A file as text: a brief names dozens, and a Path costs ten times as much."""
        return f"{self.path}/{self._entry(group, name)[what]}"

    def _entry(self, group: str, name: str) -> Mapping[str, Any]:
        entries = self.listing[group]
        if name not in entries:
            raise KeyError(f'{self.path}: no {group} entry is called "{name}"{did_you_mean(name, entries)}')
        return entries[name]


def read_world(path: Path, cast: Cast, digest: str) -> World:
    """Read the world.json of a folder that pinlab-mint has finished; ValueError for another schema."""
    listing = json.loads((path / "world.json").read_text(encoding="utf-8"))
    if listing.get("schema") != SCHEMA:
        raise ValueError(f"{path}/world.json: expected schema {SCHEMA}, got {listing.get('schema')}")
    return World(path=path, now=listing["now"], digest=digest, cast=cast, listing=listing)
