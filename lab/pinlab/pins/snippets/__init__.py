"""Source code that checks pins without a pinning library, a module for each language.

Each is short and complete. It keeps ordinary validation, and it uses the validated chain, not the presented one,
where its platform provides it.
"""

from __future__ import annotations

from pinlab.pins.model import PinSet
from pinlab.pins.spelling import encode


def fill(template: str, pinset: PinSet, line: str) -> str:
    """The template with `line` for each pin instead of @PINS@; @PIN@ in the line is the base64."""
    pins = [line.replace("@PIN@", encode(pin.digest)) for pin in pinset.hosts[0].pins]
    return template.replace("@PINS@", "\n".join(pins))
