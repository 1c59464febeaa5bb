"""What a rehearsal shows to a client for a cell of the model, or why it cannot be shown. Pure.

Virtual time is made by reissuing: the substitute of a certificate is as far from its dates now as the plan's is
at the cell's time. So nothing is asked of the client's clock. Dates that are inside the client (the
expiration of a pin set) cannot be moved: such cells are not rehearsed, and never passed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pinlab.rotation.model.chain_building import Chain, chains_of
from pinlab.rotation.model.predict import Cell
from pinlab.rotation.model.predictions import Why, covers, judge
from pinlab.rotation.model.validity import validity
from pinlab.rotation.plan.apps import AppPins
from pinlab.rotation.plan.fleet import Node
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.rehearse.names import ATTACKER, SubstituteNames

NEAR = 3600
"""No date of a substitute is nearer to now than this many seconds: a run takes time, and now goes on."""
LIFE = 30 * 86_400
"""How long what is no certificate of the plan is valid, before now and after."""

_WITHOUT_MEANS = {
    Why.REVOKED: "the lab has no responder that could tell the client of a revocation",
    Why.STAPLE_MISSING: "the lab issues no must-staple certificate",
    Why.VETOED: "the lab cannot play a policy feed",
    Why.PINS_EXPIRED: "the expiration of a pin set is a date inside the client; reissuing does not move it",
    Why.NOT_ENFORCED: "a client of the lab has no report-only mode",
}
_WITHOUT_WORDS = {
    "apple-and": "a client of the lab has no setting to match leaf and CA pins both",
    "cert-hash": "reissuing makes other certificates, so pins of whole certificates do not carry over",
}


@dataclass(frozen=True)
class Shown:
    """A leaf and the path to its root, by names of the plan; dates in seconds from now."""

    key: str
    path: tuple[str, ...]
    not_before: int = -LIFE
    not_after: int = LIFE
    baits: tuple[str, ...] = ()
    """Keys whose certificates are sent along, unverified: the chain of CVE-2016-2402."""

    @property
    def status(self) -> str:
        """Give what its dates say now."""
        if self.not_before > 0:
            return "not yet valid"
        return "valid" if self.not_after > 0 else "expired"


@dataclass(frozen=True)
class Exposure:
    """One real connection: a client that gets `pins` and trusts `trust` meets what is `shown`."""

    client: str | None
    """The client that the plan names for the release; None: the one of the command line."""
    host: str
    pins: tuple[str, ...] | None
    """Names of keys of the world, or literal pins; None: no pinning."""
    trust: tuple[str, ...]
    """Roots, by names of the plan, and the attacker's."""
    shown: Shown
    forged: bool = False
    """Whether it is a negative control, which no one may accept who pins."""
    black_box: bool = False
    """Whether the client has pins of its own, which the lab did not give it."""

    @property
    def is_valid(self) -> bool:
        """Say whether ordinary validation has nothing against what is shown."""
        return self.shown.status == "valid" and self.shown.path[-1] in self.trust

    @property
    def content(self) -> Exposure:
        """Give the same for every date that a client cannot tell apart: those of the same side of now."""
        bounds = {"not yet valid": (1, 2), "valid": (-1, 1), "expired": (-2, -1)}[self.shown.status]
        return replace(self, shown=replace(self.shown, not_before=bounds[0], not_after=bounds[1]))


class NotDriven(Exception):
    """A cell cannot be shown to a client of the lab; the text says why."""


def exposure_for(plan: Plan, cell: Cell, names: SubstituteNames) -> Exposure:
    """Give the connection that measures a cell, or raise NotDriven."""
    pins, app = cell.population.pins, cell.population.app
    chain = next(chain for chain in chains_of(plan, cell.certificate) if chain.variant == cell.variant)
    _check_drivable(plan, cell, chain)
    host = plan.host_of(_node(plan, cell))
    facts = names.pins(pins.names) if _gets_pins(plan, pins, host) else None
    shown = Shown(names.key(chain.key), chain.issuers, *_dates(plan, cell))
    trust = _trust(plan, cell, chain, host)
    return Exposure(app.client, host, facts, trust, shown, black_box=pins.mode == "external")


def _node(plan: Plan, cell: Cell) -> Node:
    return next(node for node in plan.nodes if node.id == cell.node)


def _gets_pins(plan: Plan, pins: AppPins, host: str) -> bool:
    return bool(pins.names) and pins.mode != "root-store" and covers(plan, pins, host)


def _check_drivable(plan: Plan, cell: Cell, chain: Chain) -> None:
    pins = cell.population.pins
    if cell.why in _WITHOUT_MEANS:
        raise NotDriven(_WITHOUT_MEANS[cell.why])
    if cell.why is Why.DISTRUSTED and not _root_is_distrusted(plan, cell, chain):
        raise NotDriven("a trust store can leave out a root, not an issuer below it")
    if "*" in plan.host_of(_node(plan, cell)):
        raise NotDriven("no client asks for a host with a wildcard; write a host that one asks for")
    if pins.mode in _WITHOUT_WORDS:
        raise NotDriven(_WITHOUT_WORDS[pins.mode])
    if pins.mode == "root-store" and any(pin not in plan.issuers for pin in pins.set):
        raise NotDriven("a trust store holds certificates of issuers, and no hashes")
    if not pins.enforce:
        raise NotDriven(_WITHOUT_MEANS[Why.NOT_ENFORCED])
    if plan.certificates[cell.certificate].chain_file:
        raise NotDriven(
            f"{cell.certificate} is a file of yours, whose dates cannot be moved; write its dates "
            "in place of chain_file to rehearse a substitute"
        )
    if plan.issuers[chain.root].parent is not None:
        raise NotDriven(f"the issuers of {cell.certificate} form a circle")
    alone = judge(plan, cell.population.app, pins, _node(plan, cell), chain, int(cell.probe), cell.skew)
    if alone.verdict is not cell.verdict:
        raise NotDriven("the verdict depends on the client's fetching a pin list after a failure")


def _root_is_distrusted(plan: Plan, cell: Cell, chain: Chain) -> bool:
    since = plan.issuers[chain.root].distrusted
    return since is not None and since <= cell.probe


def _trust(plan: Plan, cell: Cell, chain: Chain, host: str) -> tuple[str, ...]:
    """Give the chain's own root, so that no client builds another path, and the attacker's."""
    pins = cell.population.pins
    if pins.mode == "root-store" and covers(plan, pins, host):
        return pins.set
    return (ATTACKER,) if cell.why is Why.DISTRUSTED else (chain.root, ATTACKER)


def _dates(plan: Plan, cell: Cell) -> tuple[int, int]:
    start, end = validity(plan, cell.certificate)
    virtual = int(cell.probe) + cell.skew
    return _off_now(start - virtual, past=start <= virtual), _off_now(end - virtual, past=end <= virtual)


def _off_now(seconds: int, *, past: bool) -> int:
    return min(seconds, -NEAR) if past else max(seconds, NEAR)
