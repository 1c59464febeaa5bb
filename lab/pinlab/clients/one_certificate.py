"""What clients have in common that pin the hash of one whole certificate, not of a key.

Measured, not assumed: each entry is strict in every client that takes it over.
"""

from __future__ import annotations

from pinlab.clients.api import KnownDeviation
from pinlab.clients.limitations import KEY_IS_ALL, LEAF_ONLY, NO_CA_PINS

ONE_PIN = "takes one pin: there is no backup"
ONE_CERTIFICATE = "pins one whole certificate: another one with the same key does not match"
NO_FINGERPRINT = "pins the hash of a certificate, and this is about the text of one of a key"
WITH_BACKUPS = """pin_set/order_does_not_matter pin_set/many_pins rotation/to_backup rotation/to_next_in_time
rotation/roll_forward_and_back staging/blue_green_both_pinned"""
REISSUED = """rotation/renewed_same_key rotation/new_authority_leaf_pinned staging/nodes_on_both_pinned_keys
valid/edge_with_pinned_key"""
CONTROL_REISSUED = """rogue_ca/host_below_the_pinned_one staging/below_the_pinned_name
smuggled_pin/by_a_careless_server"""
CERTIFICATE_LACKS = {
    "ca_pins": LEAF_ONLY,
    "backup_pins": ONE_PIN,
    "pin_set/one_of_two_malformed": ONE_PIN,
    "rotation/same_key_under_pss": NO_FINGERPRINT,
    "rotation/fingerprint_of_the_certificate": NO_FINGERPRINT,
    **dict.fromkeys(CONTROL_REISSUED.split(), ONE_CERTIFICATE),
}
"""What cannot be asked of a client that pins one whole certificate."""
CERTIFICATE_KNOWN = (
    *NO_CA_PINS,
    *(KnownDeviation(part, "LOCKED_OUT", ONE_PIN) for part in WITH_BACKUPS.split()),
    *(KnownDeviation(part, "LOCKED_OUT", ONE_CERTIFICATE) for part in REISSUED.split()),
)
"""What such a client does to its users at a rotation, and at every renewal."""
FINGERPRINT_IS_ALL = tuple(
    KnownDeviation(part, "BREACHED", "a fingerprint stands for every other check")
    for part in KEY_IS_ALL.split()
)
