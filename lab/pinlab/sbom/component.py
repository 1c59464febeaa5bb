"""One third-party part of the lab, as a lock names it, and its entry in a CycloneDX document."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

Hash = tuple[str, str]
"""Algorithm in CycloneDX's words, and the value in hex."""


@dataclass(frozen=True)
class Component:
    """A package. `files` are the hashes of whatever the lock allows to be fetched: one file or several."""

    kind: str
    """The type of its purl: pypi, npm, maven, cargo, golang, nuget, deb."""
    name: str
    version: str | None
    namespace: str = ""
    files: tuple[Hash, ...] = ()
    locks: tuple[str, ...] = ()
    """Where it is named, as paths in the repository."""
    required: bool = True
    """False: one of the clients under test that somebody may install."""
    why: str = ""
    qualifiers: str = field(default="", repr=False)

    @property
    def purl(self) -> str:
        """The package URL (ECMA-427), which is its bom-ref too."""
        path = "/".join(quote(part, safe="") for part in (*self.namespace.split("/"), self.name) if part)
        version = f"@{quote(self.version, safe='')}" if self.version else ""
        return f"pkg:{self.kind}/{path}{version}{self.qualifiers}"

    def merged(self, other: Component) -> Component:
        """The same package named in two places."""
        return replace(
            self,
            files=tuple(sorted({*self.files, *other.files})),
            locks=tuple(sorted({*self.locks, *other.locks})),
            required=self.required or other.required,
        )

    def to_json(self) -> dict[str, Any]:
        """The entry. One file's hash is the component's own; several belong to its distribution."""
        hashes = [{"alg": algorithm, "content": value} for algorithm, value in self.files]
        several = [{"type": "distribution", "url": self.purl, "hashes": hashes}] if len(hashes) > 1 else []
        return {
            "type": "library",
            "bom-ref": self.purl,
            **({"group": self.namespace} if self.namespace else {}),
            "name": self.name,
            **({"version": self.version} if self.version else {}),
            **({"description": self.why} if self.why else {}),
            "scope": "required" if self.required else "optional",
            **({"hashes": hashes} if len(hashes) == 1 else {}),
            "purl": self.purl,
            **({"externalReferences": several} if several else {}),
            "properties": [{"name": "pinlab:named_in", "value": lock} for lock in self.locks],
        }


def united(components: Iterable[Component]) -> list[Component]:
    """Each package once, in the order of the purls."""
    found: dict[str, Component] = {}
    for one in components:
        found[one.purl] = found[one.purl].merged(one) if one.purl in found else one
    return [found[purl] for purl in sorted(found)]


def from_integrity(text: str) -> tuple[Hash, ...]:
    """The hash in a Subresource Integrity text, `sha512-<base64>`; () if it is none."""
    algorithm, dash, value = text.partition("-")
    words = {"sha512": "SHA-512", "sha256": "SHA-256", "sha1": "SHA-1"}
    return ((words[algorithm], base64.b64decode(value).hex()),) if dash and algorithm in words else ()
