"""The rules of the linter of pin files, by code, with a sentence each."""

from __future__ import annotations

RULES: dict[str, str] = {
    "PIN001": "A set without a backup pin: the next change of key locks the users out (RFC 7469 4.3).",
    "PIN002": "The set has expired: nothing is pinned any more.",
    "PIN003": "The set expires soon; without an update of the app pinning then ends.",
    "PIN004": "A pin is malformed: it never matches, or the app does not start.",
    "PIN005": "The same pin twice: it looks like a backup and is none.",
    "PIN006": "The same host twice: one of the entries is refused or never used.",
    "PIN007": "A host pattern that no connection can match, or that another entry hides.",
    "PIN008": "A set without any pin: the host is not pinned, or every connection is refused.",
    "PIN009": "A pin of the leaf of a short-lived certificate: it stops matching at the next change of key.",
    "PIN010": "A name that the library does not know and ignores without an error.",
    "PIN011": "A pin of the whole certificate: every renewal changes it.",
    "PIN012": "A host name that the library cannot use.",
    "PIN013": "Every pin is in the chain that is shown now: none of them is a backup (RFC 7469 2.5).",
    "PIN014": "A pin with SHA-1 or MD5: collisions can be computed.",
    "PIN015": "An empty value instead of a pin; some libraries then do not pin at all.",
    "PIN016": "A mismatch is only reported: nothing is refused.",
    "PIN017": "Trust anchors that override the pins.",
    "PIN018": "A text that this library accepts and others refuse.",
    "PIN019": "A hash of another object than this format pins.",
    "PIN020": "A pin of a certificate that this library never compares with it.",
}
