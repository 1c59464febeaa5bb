"""The world of a rehearsal: one cast with a substitute for every certificate that any connection shows. Pure.

One world for a whole plan, minted at once: keys are made once, and a key is the same at every virtual time.
"""

from __future__ import annotations

from collections.abc import Iterable

from pinlab.clients.api import is_address
from pinlab.pki.cast import AuthorityEntry, Cast, IdentityEntry, KeyEntry
from pinlab.rotation.model.chain_building import path_of
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.rehearse.exposures import Exposure, Shown
from pinlab.rotation.rehearse.names import ATTACKER, OURS, SubstituteNames


class SubstituteKeys:
    """The names of CAs and identities, and the cast that makes them."""

    def __init__(self, plan: Plan, names: SubstituteNames, exposures: Iterable[Exposure]) -> None:
        self._plan, self._names = plan, names
        self._authorities: dict[tuple[str, ...], str] = {}
        self._identities: dict[tuple[str, Shown], str] = {}
        self._entries: dict[str, AuthorityEntry] = {}
        self._baits: dict[str, str] = {}
        for exposure in exposures:
            for root in exposure.trust:
                self.root(root)
            self._authority(exposure.shown.path)
            self._identities.setdefault(
                (exposure.host, exposure.shown), f"{OURS}leaf-{len(self._identities)}"
            )
            for key in exposure.shown.baits:
                self._bait(key)

    def root(self, name: str) -> str:
        """Give the world's name of a trust anchor."""
        return self._authority((ATTACKER,) if name == ATTACKER else path_of(self._plan, name))

    def identity(self, exposure: Exposure) -> str:
        """Give the world's name of what a connection shows."""
        return self._identities[exposure.host, exposure.shown]

    def cast(self) -> Cast:
        """Give the cast of the world."""
        identities = {name: self._entry(host, shown) for (host, shown), name in self._identities.items()}
        return Cast(keys=self._keys(), authorities=self._entries, identities=identities)

    def _entry(self, host: str, shown: Shown) -> IdentityEntry:
        written: dict[str, object] = {
            "key": shown.key,
            "issuer": self._authority(shown.path),
            "ips" if is_address(host) else "names": (host,),
            "not_before": f"{shown.not_before}s",
            "not_after": f"{shown.not_after}s",
        }
        if shown.baits:
            written["chain"] = ("self", *map(self._bait, shown.baits))
        return IdentityEntry.model_validate(written)

    def _keys(self) -> dict[str, KeyEntry]:
        kinds = {self._names.key(name): KeyEntry(kind=key.alg) for name, key in self._plan.keys.items()}
        issuers = {self._names.key(name): KeyEntry() for name in self._plan.issuers}
        return {**issuers, **kinds, ATTACKER: KeyEntry()}

    def _authority(self, path: tuple[str, ...]) -> str:
        """Give the certificate of `path[0]` that the rest of the path signed; a cross-sign is another one."""
        if path not in self._authorities:
            key = self._names.key(path[0])
            above = self._authority(path[1:]) if path[1:] else "self"
            name = f"{OURS}ca-{len(self._entries)}" if key in self._entries else key
            self._authorities[path] = name
            self._entries[name] = AuthorityEntry(
                key=key, issuer=above, common_name=f"pinlab, do not trust: {key}"
            )
        return self._authorities[path]

    def _bait(self, key: str) -> str:
        """Give a certificate that carries a pinned key and that no one needs to believe."""
        if key not in self._baits:
            name = f"{OURS}bait-{len(self._baits)}"
            self._baits[key] = name
            self._entries[name] = AuthorityEntry(key=key, issuer="self", common_name=f"pinlab bait {key}")
        return self._baits[key]
