"""What goes wrong on purpose beside the certificates: faults of the wire and edits of the handshake.

The words are those of servers/wire/fault.h and servers/tls/handshake_edit.h; a test shows them to pinlab-origin.
"""

from __future__ import annotations

from typing import Literal

from pinlab.core.models import Strict

After = Literal[
    "accept", "client_hello", "server_hello", "certificate", "server_done", "finished", "request", "body"
]
Action = Literal[
    "refuse",
    "reset",
    "close",
    "stall",
    "drip",
    "slow",
    "delay",
    "garbage",
    "alert",
    "cut",
    "no_close_notify",
]
Surgery = Literal[
    "altered_transcript",
    "anonymous",
    "chooses_3des",
    "chooses_export",
    "chooses_rc4",
    "client_certificate",
    "dh_1024",
    "dh_2048",
    "dh_512",
    "early_change_cipher_spec",
    "empty_certificate",
    "garbage_certificate",
    "grease",
    "heartbleed",
    "hello_retry",
    "hide_tls13",
    "no_certificate",
    "no_cipher",
    "no_key_exchange",
    "null_cipher",
    "small_record",
    "speaks_ssl3",
    "speaks_tls10",
    "speaks_tls11",
    "static_rsa",
    "unoffered_alpn",
    "unoffered_scheme",
]


class Fault(Strict):
    """A fault of the wire, keyed to a message."""

    after: After
    """The moment: when everything up to this has left."""
    do: Action
    """What happens then."""
    detail: str = ""
    """alert: its name; cut and no_close_notify after body: "until_close" sends no Content-Length."""
