"""A rotation plan: who pins what, what is served when, and what is still acceptable.

`Plan` is the whole file as a frozen value; `plan_file.read_plan` is the way to one. It holds no logic beyond
looking names up: verdicts are in `verdicts`, shares in `shares`, figures in `model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from pinlab.core.models import Strict
from pinlab.rotation.plan.apps import App
from pinlab.rotation.plan.fleet import (
    Adoption,
    Clients,
    Manager,
    Node,
    ObservedStack,
    PinList,
    PolicyFeed,
    Veto,
)
from pinlab.rotation.plan.gate import Branch, Gate, Margins
from pinlab.rotation.plan.moments import Moment
from pinlab.rotation.plan.pki import Issuer, PlanCertificate, PlanKey

Share = Annotated[float, Field(gt=0, le=1)]


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
    """CAs by name."""
    certificates: Mapping[str, PlanCertificate] = Field(min_length=1)
    """Certificates by name."""
    apps: tuple[App, ...] = Field(strict=False, min_length=1)
    """Releases, the oldest first."""
    adoption: Adoption
    """How fast users take a release: adoption = { curve = "T" }."""
    platforms: Mapping[str, Share] = Field(default_factory=dict)
    """The share of the fleet on each, where there are several: platforms = { ios = 0.4, android = 0.6 }."""
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
    seen: tuple[ObservedStack, ...] = Field(default=(), strict=False)
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

    def line(self, app: App) -> tuple[App, ...]:
        """Give the releases of the same platform, the oldest first: those that replace each other."""
        return tuple(entry for entry in self.apps if entry.platform == app.platform)

    def newer(self, app: App) -> tuple[App, ...]:
        """Give the releases that replace this one."""
        line = self.line(app)
        return line[[app.id for app in line].index(app.id) + 1 :]

    def platform_share(self, app: App) -> float:
        """Give the share of the fleet that is on the platform of a release."""
        return self.platforms.get(app.platform, 0.0) if app.platform is not None else 1.0

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
        """Say whether a release is within support: the oldest one that the gate names, and those after it."""
        line = self.line(app)
        floor = next((number for number, app in enumerate(line) if app.id in self.gate.supported_from), 0)
        return app.id in [app.id for app in line[floor:]]

    def host_of(self, node: Node) -> str:
        """Give the host that a node answers for."""
        return node.host or self.hosts[0]
