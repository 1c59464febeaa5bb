"""The options about the user's own pin file, whose statements are the scenarios of a run."""

from __future__ import annotations

from dataclasses import dataclass

from pinlab.clients.api import Adapter
from pinlab.core.errors import UsageError
from pinlab.core.options import option


@dataclass(frozen=True)
class PinFileOptions:
    """As they were typed."""

    pins: str | None = option(
        None, "Check what this pin file says, in place of the catalogue.", metavar="[FORMAT=]FILE"
    )
    pin_role: str | None = option(None, "leaf or ca: what its pins are of, where it is silent.")

    def check(self) -> None:
        """UsageError for what cannot be."""
        if self.pin_role not in (None, "leaf", "ca") or (self.pin_role and self.pins is None):
            raise UsageError("--pin-role is leaf or ca, and belongs to --pins")

    def check_client(self, adapter: Adapter) -> None:
        """UsageError where a client and `--pins` do not go together."""
        if self.pins is None and adapter.reads_pin_file:
            raise UsageError("{pin_file} is the file that --pins names; say --pins FILE, or take {pins_file}")
        if self.pins is None:
            return
        if not adapter.gets_pins:
            raise UsageError(
                "--pins: nothing in the command hands the client its pins; write {pin_file} where it takes your "
                "file, or one of {pins_curl} {pins_base64} {pins_file} {cert_sha256_hex} {spki_pem_file}"
            )
        if adapter.pins == "fixed":
            raise UsageError(
                f"--pins: {adapter.name} has its pins compiled in, and the keys here are the lab's own"
            )
