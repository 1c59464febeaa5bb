"""node:https with checkServerIdentity, the hook that Node's documentation names for pinning."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import KnownDeviation
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS
from pinlab.clients.limitations import LEAF_ONLY, NO_CA_PINS, RESUMES

NOT_ASKED = "checkServerIdentity is not called for a resumed session"


class NodeHttps(Driven):
    """The Node that is installed, without any package."""

    name = "node_https"
    sessions = True
    package = "nodejs"
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY}
    words = (
        ("ERR_TLS_CERT_ALTNAME", "name_mismatch"),
        ("proxy answers", "proxy_refused"),
        ("ECONN", "transport_failed"),
        ("timed out", "transport_failed"),
        ("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "chain_untrusted"),
    )
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        *NO_CA_PINS,
        *RESUMES,
        KnownDeviation("session/resume_after_pin_change", "BREACHED", NOT_ASKED),
        KnownDeviation("session/resume_by_id_after_pin_change", "BREACHED", NOT_ASKED),
    )

    def version(self) -> str:
        """As it says itself."""
        return f"Node {api.program_version([self.needs('node'), '--version']).removeprefix('v')}"

    def program(self) -> list[str]:
        """Node with its driver."""
        return ["node", str(DRIVERS / "node" / "https.js")]
