"""What a run can be besides the catalogue against the lab's own servers: the protocol of an extension.

A package adds one by a subclass and hands it to the run in `Settings.extension`; the runner names none. The base
class is the run without an extension: each hook changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from pinlab.catalogue.loader import Catalogue
    from pinlab.clients.api import Adapter, Brief
    from pinlab.pki.world import World
    from pinlab.runner.cases import Case
    from pinlab.runner.settings import Settings


@dataclass(frozen=True)
class InterceptorBrief:
    """The brief of an interceptor that needs no origin of the lab, and the same as it may be kept."""

    brief: dict[str, Any]
    without_secrets: dict[str, Any]
    origin_port: int
    """The port of the server that the client asks for."""


@dataclass(frozen=True)
class RunExtension:
    """A value that travels with the settings to every worker: a subclass is a frozen dataclass, and picklable."""

    names_scenarios: ClassVar[bool] = False
    """It brings its own scenarios, so all of them are run, and --suite chooses nothing."""
    names_flaws: ClassVar[bool] = True
    """The `caught_by` of its scenarios is checked against the flaws of pinlab-flawed."""
    needs_probe: ClassVar[bool] = True
    """The client is probed before the first case; not where a genuine server is the first case."""
    one_at_a_time: ClassVar[bool] = False
    """Cases are not run in parallel."""
    any_byte: ClassVar[bool] = False
    """Any byte of application data at the attacker is a breach, not only what carries the canary."""
    holds_pinned_keys: ClassVar[bool] = True
    """The lab holds the keys that a client with compiled-in pins expects."""

    def case_facts(self) -> Mapping[str, Any]:
        """What of it decides how a case ends, as JSON, for the case's content address."""
        return {}

    def options(self) -> Sequence[str]:
        """The options of `pinlab run` that lead here again, without secrets."""
        return ()

    def secrets(self) -> Sequence[str]:
        """Texts that no report may show."""
        return ()

    def refreshed(self, catalogue: Catalogue) -> tuple[RunExtension, Catalogue]:
        """Itself and the scenarios as they are now; a lab that stays up asks at the beginning of each run."""
        return self, catalogue

    def interceptor_brief(
        self, settings: Settings, case: Case, world: World, canaries: Sequence[str]
    ) -> InterceptorBrief | None:
        """The brief of the only witness; None: the lab's own origin and, for attacks, its interceptor."""
        return None

    def client_brief(
        self, brief: Brief, case: Case, world: World, adapter: Adapter, *, started_here: bool
    ) -> Brief:
        """The client's brief, changed as needed; files for the client go into `brief.folder`."""
        return brief

    def faults_after(self, case: Case) -> Sequence[str]:
        """What was not as the case assumes, asked when it has ended: it makes the case INCONCLUSIVE."""
        return ()


NO_EXTENSION = RunExtension()
