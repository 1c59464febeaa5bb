"""node:https with checkServerIdentity, the hook that Node's documentation names for pinning."""

from __future__ import annotations

from typing import ClassVar

from adapters import base
from adapters.base import Known
from adapters.driven import DRIVERS, Driven
from adapters.leaf_only import LEAF_ONLY, NO_CA_PINS, RESUMES

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
    KNOWN: ClassVar[tuple[Known, ...]] = (
        *NO_CA_PINS,
        *RESUMES,
        Known("session/resume_after_pin_change", "BREACHED", NOT_ASKED),
        Known("session/resume_by_id_after_pin_change", "BREACHED", NOT_ASKED),
    )

    def version(self) -> str:
        """As it says itself."""
        return f"Node {base.program_version([self.needs('node'), '--version']).removeprefix('v')}"

    def program(self) -> list[str]:
        """Node with its driver."""
        return ["node", str(DRIVERS / "node" / "https.js")]
