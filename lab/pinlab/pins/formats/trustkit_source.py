"""TrustKit's configuration in source code: the dictionary in Swift, `[k: v]`, or in Objective-C, `@{k: v}`.

The same keys and rules as in a property list (`trustkit.py`). Apple's API does not give the
SubjectPublicKeyInfo, so this is also the snippet for Swift.
"""

from __future__ import annotations

import json

from pinlab.core.errors import did_you_mean
from pinlab.pins.formats.base import Format, date_of, host_fault
from pinlab.pins.formats.trustkit import FORMAT as TRUSTKIT
from pinlab.pins.formats.trustkit import KEYS
from pinlab.pins.model import HostPins, Match, Note, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.object_literals import LiteralReader
from pinlab.pins.sources.tokens import sign, tokens
from pinlab.pins.sources.value_tree import Fields
from pinlab.pins.spelling import base64_pin, encode

NAME = "swift"
DOMAINS = "kTSKPinnedDomains"


def read(source: Source) -> PinSet:
    """The pins of every domain; PinFileError unless there is exactly one dictionary of domains."""
    run = tokens(source)
    places = [at for at in range(1, len(run)) if sign(run[at], ":") and run[at - 1].value == DOMAINS]
    if len(places) != 1:
        spot = source.spot(run[places[1]].offset if len(places) > 1 else 0)
        raise source.error_at(spot, f"found {len(places)} of {DOMAINS}: [...]; write exactly one")
    domains = Fields(source, LiteralReader(source, run, places[0] + 1).value())
    remarks: list[Note] = []
    hosts = tuple(_host(source, name, Fields(source, node), remarks) for name, node in domains.items())
    return PinSet(NAME, source.name, hosts, tuple(remarks))


def _host(source: Source, name: str, entry: Fields, remarks: list[Note]) -> HostPins:
    spot = source.spot(entry.offset)
    if host_fault(name):
        remarks.append(Note("PIN012", f"{host_fault(name)}; TrustKit pins nothing for it", spot))
    known = [f"k{key}" for key in KEYS]
    for key, node in entry.items():
        if key not in known:
            text = f"{key} is unknown to TrustKit and ignored{did_you_mean(key, known)}"
            remarks.append(Note("PIN010", text, source.spot(node.offset)))
    until = entry.text("kTSKExpirationDate")
    expires = date_of(until.value)
    if until.value and expires is None:
        raise source.error_at(source.spot(until.offset), f'"{until.value}" is not a date; write yyyy-MM-dd')
    hashes = entry.strings("kTSKPublicKeyHashes")
    excluded = entry.flag("kTSKExcludeSubdomainFromParentPolicy", False)
    return HostPins(
        name.lower(),
        Match.ANY_DEPTH_AND_SELF if entry.flag("kTSKIncludeSubdomains", False) else Match.EXACT,
        tuple(base64_pin(node.value, spot=source.spot(node.offset)) for node in hashes),
        Semantics.TRUSTKIT,
        expires,
        enforced=entry.flag("kTSKEnforcePinning", True) and not excluded,
        report_uris=tuple(node.value for node in entry.strings("kTSKReportUris")),
        spot=spot,
    )


def write(pinset: PinSet) -> str:
    """The call at the start of the app, in Swift."""
    lines = [
        "import TrustKit",
        "",
        "TrustKit.initSharedInstance(withConfiguration: [",
        "    kTSKSwizzleNetworkDelegates: false,",
        "    kTSKPinnedDomains: [",
    ]
    for host in pinset.hosts:
        lines += [f"        {_text(host.pattern)}: [", *(f"            {line}" for line in _entry(host))]
        lines.append("        ],")
    return "\n".join([*lines, "    ],", "])", ""])


def _entry(host: HostPins) -> list[str]:
    deep = host.match == Match.ANY_DEPTH_AND_SELF
    lines = [f"kTSKIncludeSubdomains: {_flag(deep)},", f"kTSKEnforcePinning: {_flag(host.enforced)},"]
    if host.expires:
        lines.append(f'kTSKExpirationDate: "{host.expires.isoformat()}",')
    if host.report_uris:
        lines.append(f"kTSKReportUris: [{', '.join(map(_text, host.report_uris))}],")
    else:
        lines.append("kTSKDisableDefaultReportUri: true,")
    pins = [f'    "{encode(pin.digest)}",' for pin in host.pins]
    return [*lines, "kTSKPublicKeyHashes: [", *pins, "],"]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _text(value: str) -> str:
    """A string literal: JSON's escapes are Swift's, backslash and quote."""
    return json.dumps(value, ensure_ascii=False)


FORMAT = Format(
    NAME,
    "TrustKit in Swift or Objective-C",
    TRUSTKIT.can,
    Semantics.TRUSTKIT,
    lambda source: DOMAINS.encode() in source.data,
    read,
    write,
)
