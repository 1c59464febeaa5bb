"""A rotation plan: who pins what, what is served when, and what is still acceptable.

`Plan` is the whole file as a frozen value; `plan_file.read_plan` is the way to one. It holds no logic beyond
looking names up: verdicts are in `verdicts`, shares in `shares`, figures in `model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from pinlab.recipe import Strict
from pinlab.rotation.app_tables import App
from pinlab.rotation.fleet_tables import Adoption, Clients, Manager, Node, PinList, PolicyFeed, Seen, Veto
from pinlab.rotation.gate_tables import Branch, Gate, Margins
from pinlab.rotation.moments import Moment
from pinlab.rotation.pki_tables import Issuer, PlanCertificate, PlanKey


class Plan(Strict):
    """One plan file."""

    plan: Literal[1]
    """The version of this format: plan = 1."""
    name: str = Field(min_length=1)
    """What it is about, in a line."""
    t0: date
    """The reference day, T+0: t0 = 2026-06-01."""
    window: tuple[Moment, Moment] = Field(strict=False)
    """The time over which figures are summed: window = ["T+0", "T+90"]."""
    hosts: tuple[str, ...] = Field(strict=False, min_length=1)
    """The hosts that the app talks to: hosts = ["api.example.test"]."""
    keys: Mapping[str, PlanKey] = Field(min_length=1)
    """Key pairs by name."""
    issuers: Mapping[str, Issuer] = Field(min_length=1)
    """Certification authorities by name."""
    certificates: Mapping[str, PlanCertificate] = Field(min_length=1)
    """Certificates by name."""
    apps: tuple[App, ...] = Field(strict=False, min_length=1)
    """Releases, the oldest first."""
    adoption: Adoption
    """How fast users take a release: adoption = { curve = "T" }."""
    nodes: tuple[Node, ...] = Field(strict=False, min_length=1)
    """Servers, regions or edges; their weights add up to 1."""
    clients: Clients = Field(default_factory=Clients)
    """What is true of clients whatever release they run."""
    managers: Mapping[str, Manager] = Field(default_factory=dict)
    """Providers that renew certificates on their own."""
    pin_lists: Mapping[str, PinList] = Field(default_factory=dict)
    """Remote pin lists by name."""
    policy_feeds: Mapping[str, PolicyFeed] = Field(default_factory=dict)
    """Remote feeds that can veto connections, by name."""
    vetoes: tuple[Veto, ...] = Field(default=(), strict=False)
    """Times in which such a feed refuses everything."""
    seen: tuple[Seen, ...] = Field(default=(), strict=False)
    """TLS stacks seen at the nodes."""
    branches: tuple[Branch, ...] = Field(default=(), strict=False)
    """What may happen instead; each is computed as a plan of its own."""
    margins: Margins = Field(default_factory=Margins)
    """Times that a careful plan leaves."""
    gate: Gate = Field(default_factory=Gate)
    """What is still acceptable."""

    @property
    def start(self) -> int:
        """Give the start of the window, in seconds from t0."""
        return self.window[0]

    @property
    def end(self) -> int:
        """Give the end of the window, in seconds from t0."""
        return self.window[1]

    def app(self, name: str) -> App:
        """Give the release of that id, or raise KeyError."""
        return next((app for app in self.apps if app.id == name), None) or _unknown(name)

    def position(self, app: App) -> int:
        """Give the place of a release in `apps`, found by its id."""
        return next(number for number, one in enumerate(self.apps) if one.id == app.id)

    def ca_of(self, issuer: str) -> str:
        """Give who runs an issuer: the nearest `ca` above it, or the name of its root."""
        seen: list[str] = []
        above: str | None = issuer
        while above is not None and above not in seen:
            if (named := self.issuers[above].ca) is not None:
                return named
            seen.append(above)
            above = self.issuers[above].parent
        return seen[-1]

    def is_supported(self, app: App) -> bool:
        """Say whether a release is within support: the gate's oldest one, and those after it."""
        floor = self.gate.supported_from
        return floor is None or self.position(app) >= self.position(self.app(floor))

    def host_of(self, node: Node) -> str:
        """Give the host that a node answers for."""
        return node.host or self.hosts[0]


def _unknown(name: str) -> App:
    raise KeyError(name)
