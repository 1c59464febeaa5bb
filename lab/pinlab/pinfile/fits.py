"""Whether `--pins` and a client go together.

Apart from `prepare`, so that a run without a pin file imports no pin format.
"""

from __future__ import annotations

from adapters.base import Adapter

from pinlab.errors import UsageError
from pinlab.settings import Settings


def check_client(settings: Settings, adapter: Adapter) -> None:
    """UsageError where a client and `--pins` do not go together."""
    if settings.pins is None and adapter.reads_pin_file:
        raise UsageError("{pin_file} is the file that --pins names; say --pins FILE, or take {pins_file}")
    if settings.pins is None:
        return
    if not adapter.told_pins:
        raise UsageError(
            "--pins: nothing in the command hands the client its pins; write {pin_file} where it takes your "
            "file, or one of {pins_curl} {pins_base64} {pins_file} {cert_sha256_hex} {spki_pem_file}"
        )
    if adapter.pins == "fixed":
        raise UsageError(
            f"--pins: {adapter.name} has its pins compiled in, and the keys here are the lab's own"
        )
