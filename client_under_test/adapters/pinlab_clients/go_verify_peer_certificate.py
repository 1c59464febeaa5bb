"""Go's net/http, pinned by VerifyPeerCertificate, which Go does not call for a session that it resumes.

So says the documentation of crypto/tls, Config; programs from before Go 1.15 have no other hook.
"""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients.api import KnownDeviation

from pinlab_clients.go_verify_connection import VerifyConnection


class VerifyPeerCertificate(VerifyConnection):
    """The same program with the older hook."""

    name = "go_verify_peer_certificate"
    hook = "VerifyPeerCertificate"
    known_bad: ClassVar[dict[str, str | None]] = {
        "id": "crypto/tls: VerifyPeerCertificate and resumption",
        "fixed_by": "go_verify_connection",
    }
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        *VerifyConnection.KNOWN,
        KnownDeviation(
            "session/resume_after_pin_change", "BREACHED", "its hook is not called for a resumed session"
        ),
    )
