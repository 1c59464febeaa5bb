"""urllib3's assert_fingerprint and requests_toolbelt's FingerprintAdapter, from Python source. Read only.

One hash of the leaf certificate: 32, 40 or 64 hex digits choose MD5, SHA-1 or SHA-256. With an empty string
urllib3 does not pin and reports no error.
"""

from __future__ import annotations

import ast

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import HostPins, Kind, Match, Note, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.python import calls, name_of, spot_of, unresolved
from pinlab.pins.spelling import hex_pin

NAME = "urllib3"
ALGORITHMS = ("md5", "sha1", "sha256")


def read(source: Source) -> PinSet:
    """The fingerprint of the call; None means no pin and is ignored."""
    hosts: list[HostPins] = []
    remarks: list[Note] = []
    for call in calls(source):
        values = [word.value for word in call.keywords if word.arg == "assert_fingerprint"]
        if name_of(call.func) == "FingerprintAdapter":
            values += call.args[:1] + [word.value for word in call.keywords if word.arg == "fingerprint"]
        for value in values:
            if not isinstance(value, ast.Constant) or not isinstance(value.value, str | None):
                raise unresolved(source, value)
            if value.value is None:
                continue
            pin = hex_pin(value.value, kind=Kind.CERTIFICATE, algorithms=ALGORITHMS, spot=spot_of(value))
            pins = (pin,) if value.value else ()
            if not value.value:
                remarks.append(
                    Note(
                        "PIN015", "an empty fingerprint: urllib3 does not pin and reports no error", pin.spot
                    )
                )
            hosts.append(HostPins("", Match.EVERY_HOST, pins, Semantics.URLLIB3, spot=pin.spot))
    if not hosts:
        raise source.error_at(source.spot(0), "has no assert_fingerprint and no FingerprintAdapter")
    if len(hosts) > 1:
        text = "a second fingerprint, and the source does not say for which host; check each in a file of its own"
        raise source.error_at(hosts[1].spot, text)
    return PinSet(NAME, source.name, tuple(hosts), tuple(remarks))


FORMAT = Format(
    NAME,
    "urllib3 assert_fingerprint",
    Capabilities(
        kinds=frozenset({(Kind.CERTIFICATE, name) for name in ALGORITHMS}), leaf_only=True, most_pins=1
    ),
    Semantics.URLLIB3,
    lambda source: b"assert_fingerprint" in source.data or b"FingerprintAdapter" in source.data,
    read,
)
