"""What a pin of a scenario refers to: a name of the test PKI, a text as it is, or a whole certificate."""

from __future__ import annotations

from pinlab.core.models import Strict


class RawPin(Strict):
    """A pin given as text, for scenarios about pins that are malformed; it goes to the client as it is."""

    raw: str
    """The text, well formed or not."""


class CertificatePin(Strict):
    """The hash of a whole certificate in the place of a pin: well formed, and the hash of no key."""

    certificate: str
    """An identity, or a CA."""


PinRef = str | RawPin | CertificatePin
