"""The honest client, which also says why it refused: the outcome line of PROTOCOL.md."""

from __future__ import annotations

import json
import ssl

from plain import connect, get, is_pinned, order

mine = order()
output = {"claim": "reject"}
try:
    with connect(mine) as tls:
        if not is_pinned(mine, tls):
            output |= {"reason": "pin_mismatch"}
        elif get(mine, tls):
            output = {"claim": "accept"}
except ssl.SSLCertVerificationError:
    output |= {"reason": "chain_untrusted"}
except OSError:
    output |= {"reason": "transport_failed"}
print(json.dumps(output))
