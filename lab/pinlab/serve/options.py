"""The options of `pinlab serve`."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from pinlab.core.errors import UsageError
from pinlab.core.options import option


@dataclass(frozen=True)
class ServeOptions:
    """As they were typed."""

    listen: str = option("127.0.0.1", "The address of this machine that clients reach.", metavar="ADDRESS")
    port: int = option(0, "Its port; 0 is any that is free.")
    world: Path | None = option(None, "A test PKI made by `pinlab world create`.")
    patience: float = option(600.0, "Seconds that the client gets for each scenario.")
    timeout: float = option(10.0, "Seconds that a connection gets.")

    def check(self) -> None:
        """UsageError for what cannot be."""
        try:
            address = ipaddress.IPv4Address(self.listen)
        except ValueError as error:
            raise UsageError(
                f"--listen wants an IPv4 address of this machine, not {self.listen!r}"
            ) from error
        if address.is_unspecified or address.is_multicast:
            raise UsageError(
                f"--listen {address}: name the one address by which the device reaches this machine"
            )
        if not 0 <= self.port <= 65535:
            raise UsageError(f"--port wants a number between 0 and 65535, not {self.port}")
        if not 0.05 <= self.timeout <= 3600:
            raise UsageError(f"--timeout wants seconds between 0.05 and 3600, not {self.timeout:g}")
        if not 0.05 <= self.patience <= 86_400:
            raise UsageError(f"--patience wants seconds between 0.05 and 86400, not {self.patience:g}")
