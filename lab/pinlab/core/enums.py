"""The closed vocabulary of the lab: verdicts, outcomes, reasons, sources, phases, exit statuses.

Every other file takes its words from here.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """What the lab concludes about one case, in UPPER_SNAKE."""

    HELD = "HELD"
    """Refused as it should, for the expected reason, and no byte reached the attacker."""
    SERVED = "SERVED"
    """Accepted as it should; the origin saw the canary."""
    BREACHED = "BREACHED"
    """A party that should have been refused decrypted application bytes, or the canary went in clear."""
    LOCKED_OUT = "LOCKED_OUT"
    """A legitimate presentation was refused: pinning's own way to hurt."""
    WRONG_REASON = "WRONG_REASON"
    """Refused, but not for the reason that the scenario is about."""
    UNSUPPORTED = "UNSUPPORTED"
    """The client stated that it cannot do this."""
    SKIPPED = "SKIPPED"
    """Not run: the client's fixed pins or ways onto the path cannot serve the case."""
    INCONCLUSIVE = "INCONCLUSIVE"
    """The lab could not conclude; the cause is named. Never a pass."""


class ResultOutcome(StrEnum):
    """The verdict measured against the expectation, in the words of pytest and JUnit."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


class Claim(StrEnum):
    """What a client says about itself."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNSUPPORTED = "unsupported"


class Reason(StrEnum):
    """Why a client refused; the one published list (PROTOCOL.md carries the same)."""

    CONFIG_INVALID = "config_invalid"
    POLICY_REQUIRED = "policy_required"
    POLICY_EXPIRED = "policy_expired"
    TRANSPORT_FAILED = "transport_failed"
    PROXY_REFUSED = "proxy_refused"
    PROXY_UNTRUSTED = "proxy_untrusted"
    NOT_TLS = "not_tls"
    PROTOCOL_TOO_OLD = "protocol_too_old"
    HANDSHAKE_FAILED = "handshake_failed"
    CHAIN_UNTRUSTED = "chain_untrusted"
    CHAIN_MALFORMED = "chain_malformed"
    CERT_EXPIRED = "cert_expired"
    CERT_NOT_YET_VALID = "cert_not_yet_valid"
    CERT_REVOKED = "cert_revoked"
    CERT_WEAK = "cert_weak"
    NAME_MISMATCH = "name_mismatch"
    PIN_REJECTED_KEY = "pin_rejected_key"
    PIN_MISMATCH = "pin_mismatch"
    PIN_ONLY_IN_PRESENTED = "pin_only_in_presented"
    PIN_ROLE_MISMATCH = "pin_role_mismatch"
    SESSION_POLICY_MISMATCH = "session_policy_mismatch"
    REDIRECT_DENIED = "redirect_denied"
    INTERNAL = "internal"


class ReasonSource(StrEnum):
    """Who bore witness to the reason of a refusal."""

    CLIENT = "client"
    """The client stated it."""
    ALERT = "alert"
    """The TLS alert that it sent names it without ambiguity."""
    DIFFERENTIAL = "differential"
    """The controls differ in this one thing and were accepted."""
    NONE = "none"
    """No one."""


class Phase(StrEnum):
    """Where in a client's life the outcome is expected."""

    CONFIG = "config"
    CONNECT = "connect"
    HANDSHAKE = "handshake"
    REQUEST = "request"


class ExitStatus(IntEnum):
    """Exit status of a run."""

    OK = 0
    """Every verdict as expected."""
    NOT_AS_EXPECTED = 1
    """At least one verdict is not as expected. Beats 3."""
    USAGE = 2
    """Usage, configuration or catalogue error."""
    INCONCLUSIVE = 3
    """Could not conclude, or nothing was judged."""
    INTERRUPTED = 130
    """Stopped by the user."""


PIN_REASON_PREFIX = "pin_"
"""Reasons that only a pin can cause; they need two controls."""

EXIT_UNSUPPORTED = 89
"""Exit code by which a client says UNSUPPORTED (BoGo's number)."""

UPSTREAM_FAMILY = "upstream"
"""The family of all scenarios in front of the user's own server."""


class Suite(StrEnum):
    """The suites, the smallest first; each is also a pytest mark."""

    SMOKE = "smoke"
    """A dozen scenarios that find most broken clients; a client that needs seconds to start is through in two
    minutes."""
    PINNING = "pinning"
    """Whatever a pin decides or must survive: the default for a client that is not ours."""
    FULL = "full"
    """All: the default for our own clients."""
