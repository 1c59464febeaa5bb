"""What clients have in common that compare pins with the leaf only, or take what others call a bad pin.

Measured, not assumed: each entry is strict in every client that takes it over.
"""

from __future__ import annotations

from pinlab.clients.api import KnownDeviation

LEAF_ONLY = "compares pins with the leaf only"
CA_PINS = """valid/intermediate_pinned valid/root_pinned_not_sent misissued/authority_pinned
rotation/new_intermediate_root_pinned staging/internal_authority staging/cross_signed_for_old_clients"""
BAD_PINS = ("empty", "not_base64", "too_short", "hash_of_another_kind", "hex_instead_of_base64")

NO_CA_PINS = tuple(KnownDeviation(part, "LOCKED_OUT", LEAF_ONLY) for part in CA_PINS.split())
"""A CA's pin never matches."""

PINS_ARE_TEXT = (
    *(
        KnownDeviation(f"pin_set/{pin}", "WRONG_REASON", "a bad pin is a mismatch, found late")
        for pin in BAD_PINS
    ),
    KnownDeviation("pin_set/one_of_two_malformed", "BREACHED", "ignores a bad pin beside a good one"),
)
"""libcurl, and what was made after it, compares a list of texts and never asks whether they are pins."""

RESUMES = tuple(
    KnownDeviation(
        f"session/{name}", "BREACHED", "resumes sessions: who holds the server's ticket key is the server"
    )
    for name in ("stolen_ticket_key", "early_data_rogue")
)
"""A session is proof of a key from before; the server that resumes it shows no certificate."""

KEY_IS_ALL = """rogue_ca/not_in_trust_store staging/node_left_behind untrusted/self_signed
staging/internal_authority_in_production staging/hosts_mixed_up untrusted/stranger_root"""
STORED_KEYS = (
    *(
        KnownDeviation(part, "BREACHED", "a stored key stands for every other check")
        for part in KEY_IS_ALL.split()
    ),
    KnownDeviation("pin_set/empty", "WRONG_REASON", "a host without a stored key is a stranger, found late"),
)
"""A file of known hosts, as ssh has it (RFC 4251, 4.1), takes the place of the CAs."""

NO_COMPRESSED_POINTS = {"rotation/same_key_squeezed": "cannot read a key whose point is compressed"}
NO_FINAL_DOT = {"spelling/trailing_dot*": "does not take the final dot off a name"}
FINAL_DOT = KnownDeviation("spelling/trailing_dot", "LOCKED_OUT", "does not take the final dot off a name")
GNUTLS_LACKS = {"ca_pins": LEAF_ONLY, **NO_COMPRESSED_POINTS, **NO_FINAL_DOT}

TRIES_AGAIN = "makes a handshake that failed once more by itself, and then meets the next one of the queue"
NOT_ONE_TRY = {"staging/maintenance_page_in_clear": TRIES_AGAIN, "fault/then_good": TRIES_AGAIN}
"""The second try is as careful as the first; but the server that it meets was meant for the visit that comes next."""
