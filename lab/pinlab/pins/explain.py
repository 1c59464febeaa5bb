"""Why a pin does not match although its author meant this chain.

Hashes of an SPKI, a certificate and bare key bits look alike. All of them are known for the chain, so the report
can name the object that was hashed. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.pins.chain import CertificateChain
from pinlab.pins.model import HostPins, Kind, Pin, Role
from pinlab.pins.semantics import LIBRARIES
from pinlab.pins.source import NOWHERE
from pinlab.pins.spelling import encode

TITLES = {"sha256": "SHA-256", "sha1": "SHA-1", "md5": "MD5", "sha512": "SHA-512"}
OBJECTS = {
    Kind.SPKI: "the public key (SPKI)",
    Kind.CERTIFICATE: "the whole certificate",
    Kind.RAW_KEY: "the bare key bits, without the algorithm",
}


def hints(pins: HostPins, chain: CertificateChain) -> Iterator[str]:
    """A sentence for each pin that belongs to this chain but does not match."""
    leaf_only = LIBRARIES[pins.semantics].leaf_only
    for number, pin in enumerate(pins.pins, 1):
        where = f" ({pin.spot})" if pin.spot != NOWHERE else ""
        title = f"pin {number}{where}"
        what = meant(pin, chain)
        if pin.fault and what:
            yield f"{title} is meant for this chain ({what}), but: {pin.fault}"
        elif pin.fault:
            yield f"{title}: {pin.fault}"
        elif what:
            yield f"{title} is {mistaken(pin, chain)}"
        elif misplaced(pin, chain, leaf_only):
            yield f"{title} is {misplaced(pin, chain, leaf_only)}"
    if not chain.complete and chain.what == "certificates" and not leaf_only:
        yield "the file stops before a self-signed root; if a root is pinned, add it with --trust FILE"
    if chain.what != "certificates" and not leaf_only:
        yield "only the key is known; if an issuer is pinned, give the whole chain"
    if chain.what != "certificates" and all(pin.kind == Kind.CERTIFICATE for pin in pins.pins):
        yield "a certificate hash changes at every renewal; pin the key instead"


def meant(pin: Pin, chain: CertificateChain) -> str:
    """The object of the chain that was hashed instead of the right one; empty if none."""
    for index, link in enumerate(chain.links):
        for kind, algorithm, digest in link.digests:
            if digest == pin.digest and (kind, algorithm) != (pin.kind, pin.algorithm):
                return f"the {TITLES[algorithm]} of {OBJECTS[kind]} of {chain.position(index)}"
            if digest == pin.digest and pin.fault:
                return f"{OBJECTS[kind]} of {chain.position(index)}"
        for text, digest in link.lookalikes:
            if digest == pin.digest:
                return f"the SHA-256 of {text} of {chain.position(index)}"
    return ""


def mistaken(pin: Pin, chain: CertificateChain) -> str:
    """The object that was hashed instead, and the correct hash; empty if the pin is not of this chain."""
    what = meant(pin, chain)
    return f"{what}{_required(pin, chain)}" if what else ""


def _required(pin: Pin, chain: CertificateChain) -> str:
    """The hash that the pin should have."""
    for link in chain.links:
        hashes = {digest for _, _, digest in link.digests} | {digest for _, digest in link.lookalikes}
        right = link.digest(pin.kind, pin.algorithm)
        if pin.digest in hashes and right:
            shown = encode(right) if pin.kind == Kind.SPKI else right.hex()
            return f", where {OBJECTS[pin.kind]} is wanted: {shown}"
    return f", where {OBJECTS[pin.kind]} is wanted"


def misplaced(pin: Pin, chain: CertificateChain, leaf_only: bool) -> str:
    """Where in the chain the pinned certificate is, if the library does not compare it there; otherwise empty."""
    if pin.fault:
        return ""
    for index, link in enumerate(chain.links):
        where = chain.position(index)
        if not link.matches(pin):
            continue
        if index and leaf_only:
            return f"{where}, but only the leaf is compared"
        if pin.role == Role.LEAF and index:
            return f"{where}, but is in the list for the leaf"
        if pin.role == Role.CA and not index:
            return f"{where}, but is in the list for CAs"
    return ""
