"""What all clients on the JDK have in common: how Java is started, and the limits of its TLS."""

from __future__ import annotations

from pinlab.clients.api import Brief, KnownDeviation

JAVA = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"]

LONG_CHAIN = KnownDeviation(
    "path_building/twelve_authorities",
    "LOCKED_OUT",
    "takes ten certificates of a server and no more (JDK-8311596, jdk.tls.maxCertificateChainLength)",
)
LONG_MESSAGE = KnownDeviation(
    "valid/ten_thousand_names",
    "LOCKED_OUT",
    "takes 32 KiB of a handshake message and no more (jdk.tls.maxHandshakeMessageSize)",
)
TRUNCATION = KnownDeviation(
    "fault/truncated_without_length",
    "BREACHED",
    "takes the end of the connection for the end of the body, without a close_notify (RFC 8446, 6.1)",
)
LIMITS = (LONG_CHAIN, LONG_MESSAGE, TRUNCATION)


def driver_arguments(brief: Brief) -> list[str]:
    """What a driver in Java gets, as arguments, as the JDK has no JSON; the pins, if any, are last."""
    proxy = brief.proxy.rpartition(":")[2] if brief.proxy else "0"
    arguments = [brief.url, brief.address, brief.ca_file, brief.canary, str(brief.timeout_ms), proxy]
    return arguments if brief.pins is None else [*arguments, ",".join(brief.pins)]
