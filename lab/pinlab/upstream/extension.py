"""A run in front of the user's own server, as an extension of the runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from pinlab.catalogue.loader import Catalogue
from pinlab.catalogue.registry import known_kinds
from pinlab.clients.api import Adapter, Brief
from pinlab.pki.world import World
from pinlab.runner.cases import Case
from pinlab.runner.extensions import InterceptorBrief, RunExtension
from pinlab.runner.settings import Settings
from pinlab.upstream.briefs import upstream_brief, without_secrets, write_trust
from pinlab.upstream.catalogue import catalogue_for
from pinlab.upstream.server_probe import changed, look
from pinlab.upstream.target import UpstreamTarget


@dataclass(frozen=True)
class UpstreamRun(RunExtension):
    """The interceptor alone, between the client and `target`."""

    target: UpstreamTarget

    names_scenarios: ClassVar[bool] = True
    names_flaws: ClassVar[bool] = False
    needs_probe: ClassVar[bool] = False
    one_at_a_time: ClassVar[bool] = True
    any_byte: ClassVar[bool] = True
    holds_pinned_keys: ClassVar[bool] = False

    def case_facts(self) -> Mapping[str, Any]:
        """Which server, and what it showed."""
        return {"upstream": self.target.to_address()}

    def options(self) -> Sequence[str]:
        """But for the secrets: every verdict is the same without them."""
        return self.target.options()

    def secrets(self) -> Sequence[str]:
        """What the user calls secret."""
        return [word for secret in self.target.secrets for word in secret.words]

    def refreshed(self, catalogue: Catalogue) -> tuple[RunExtension, Catalogue]:
        """With the chain that the server shows now; it may have changed since the last run."""
        before = self.target
        target = before.showing(look(before.server, before.host, before.may_test).chain)
        scenarios = catalogue_for(target, known_kinds()).scenarios
        return UpstreamRun(target), replace(catalogue, scenarios=scenarios)

    def interceptor_brief(
        self, settings: Settings, case: Case, world: World, canaries: Sequence[str]
    ) -> InterceptorBrief:
        """Of an interceptor in front of the server."""
        brief = upstream_brief(self.target, settings, case, world, canaries)
        return InterceptorBrief(brief, without_secrets(brief, self.target), self.target.port)

    def client_brief(
        self, brief: Brief, case: Case, world: World, adapter: Adapter, *, started_here: bool
    ) -> Brief:
        """The server's own trust anchors, and the path that it knows."""
        write_trust(self.target, world, Path(brief.ca_file), started_here=started_here)
        return replace(brief, target=self.target.path)

    def faults_after(self, case: Case) -> Sequence[str]:
        """How the server is not what it was when the run began."""
        return list(changed(self.target))
