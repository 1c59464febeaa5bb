"""Go: VerifyConnection, because VerifyPeerCertificate is not called for resumed connections."""

from __future__ import annotations

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import PinSet, Semantics
from pinlab.pins.snippets import fill

_TEMPLATE = """\
package pinning

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
)

// SHA-256 of SubjectPublicKeyInfo, base64.
var pins = map[string]bool{
@PINS@
}

// Config keeps ordinary validation and adds the pins.
func Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, VerifyConnection: verifyPins}
}

func verifyPins(state tls.ConnectionState) error {
	for _, chain := range state.VerifiedChains {
		for _, certificate := range chain {
			digest := sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
			if pins[base64.StdEncoding.EncodeToString(digest[:])] {
				return nil
			}
		}
	}
	return errors.New("no key of the validated chain is pinned")
}
"""


def write(pinset: PinSet) -> str:
    """A package of one file."""
    return fill(_TEMPLATE, pinset, '\t"@PIN@": true,')


FORMAT = Format("go", "Go crypto/tls", Capabilities(), Semantics.SPKI_ANY, write=write)
