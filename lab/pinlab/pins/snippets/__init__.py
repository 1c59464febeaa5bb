"""Source code that checks pins, for those who have no library for it: one file for each language.

Each is short and complete: it keeps ordinary validation, and where its platform hands over the validated
chain it looks at that and not at what was sent.
"""

from __future__ import annotations

from pinlab.pins.model import PinSet
from pinlab.pins.spelling import encode


def filled(template: str, pinset: PinSet, line: str) -> str:
    """A template with `line` for each pin in the place of @PINS@; @PIN@ in it is the base64."""
    pins = [line.replace("@PIN@", encode(pin.digest)) for pin in pinset.hosts[0].pins]
    return template.replace("@PINS@", "\n".join(pins))
