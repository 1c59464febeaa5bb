"""Swift: the configuration of TrustKit, since Apple's own API hands out no SubjectPublicKeyInfo."""

from __future__ import annotations

import json

from pinlab.pins.formats.base import Format
from pinlab.pins.formats.trustkit import FORMAT as TRUSTKIT
from pinlab.pins.model import Match, PinSet
from pinlab.pins.spelling import encode


def write(pinset: PinSet) -> str:
    """The call for the start of the app."""
    lines = [
        "import TrustKit",
        "",
        "TrustKit.initSharedInstance(withConfiguration: [",
        "    kTSKSwizzleNetworkDelegates: false,",
        "    kTSKPinnedDomains: [",
    ]
    for host in pinset.hosts:
        deep = "true" if host.match == Match.ANY_DEPTH_AND_SELF else "false"
        lines += [f"        {_text(host.pattern)}: [", f"            kTSKIncludeSubdomains: {deep},"]
        lines.append(f"            kTSKEnforcePinning: {'true' if host.enforced else 'false'},")
        if host.expires:
            lines.append(f'            kTSKExpirationDate: "{host.expires.isoformat()}",')
        if host.report_uris:
            uris = ", ".join(_text(uri) for uri in host.report_uris)
            lines.append(f"            kTSKReportUris: [{uris}],")
        else:
            lines.append("            kTSKDisableDefaultReportUri: true,")
        lines.append("            kTSKPublicKeyHashes: [")
        lines += [f'                "{encode(pin.digest)}",' for pin in host.pins]
        lines += ["            ],", "        ],"]
    return "\n".join([*lines, "    ],", "])", ""])


def _text(value: str) -> str:
    """A string literal: JSON's escapes are Swift's, backslash and quote."""
    return json.dumps(value, ensure_ascii=False)


FORMAT = Format("swift", "Swift with TrustKit", TRUSTKIT.can, TRUSTKIT.semantics, write=write)
