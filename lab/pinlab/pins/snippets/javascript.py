"""Node.js: checkServerIdentity is not called for resumed sessions, so the agent stores none.

It gets the presented certificates, not the validated ones, so only the leaf is compared.
"""

from __future__ import annotations

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import PinSet, Semantics
from pinlab.pins.snippets import fill

_TEMPLATE = """\
const crypto = require("node:crypto");
const https = require("node:https");
const tls = require("node:tls");

// SHA-256 of SubjectPublicKeyInfo, base64, of the server's own key.
const PINS = new Set([
@PINS@
]);

function checkServerIdentity(host, certificate) {
  const fault = tls.checkServerIdentity(host, certificate);
  if (fault) return fault;
  const key = new crypto.X509Certificate(certificate.raw).publicKey;
  const spki = key.export({ type: "spki", format: "der" });
  const pin = crypto.createHash("sha256").update(spki).digest("base64");
  return PINS.has(pin) ? undefined : new Error(`the key of ${host} is not pinned: sha256/${pin}`);
}

const agent = new https.Agent({ checkServerIdentity, maxCachedSessions: 0 });

module.exports = { agent, checkServerIdentity };
"""


def write(pinset: PinSet) -> str:
    """A CommonJS module with an agent for https.request."""
    return fill(_TEMPLATE, pinset, '  "@PIN@",')


FORMAT = Format(
    "javascript", "Node.js https.Agent", Capabilities(leaf_only=True), Semantics.SPKI_LEAF, write=write
)
