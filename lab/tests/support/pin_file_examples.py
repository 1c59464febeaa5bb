"""Pin files as people have them, one of each format, over two keys: `A` (the pin) and `B` (the backup)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding
from pinlab.pins.source import Source
from tests.support.certificates import material, spki

MADE = material()
A, B = bytes(range(32)), bytes(range(32, 64))


def b64(digest: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(digest).decode()


def hexes(digest: bytes) -> str:
    """Upper-case hex with colons."""
    return digest.hex(":").upper()


APPLE_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
)


@dataclass(frozen=True)
class Example:
    """A file, and what it says: the pattern of its first host, and its digests."""

    text: str
    host: str = "shop.test"
    digests: tuple[bytes, ...] = (A, B)


EXAMPLES = {
    "android-nsc": Example(f"""<?xml version="1.0" encoding="utf-8"?>
<network-security-config>
  <base-config cleartextTrafficPermitted="false"/>
  <domain-config>
    <domain includeSubdomains="true">Shop.test</domain>
    <pin-set expiration="2028-02-29">
      <pin digest="SHA-256">{b64(A)}</pin>
      <!-- the backup -->
      <pin digest="SHA-256"> {b64(B)} </pin>
    </pin-set>
    <domain-config><domain>auth.shop.test</domain><pin-set/></domain-config>
  </domain-config>
</network-security-config>
"""),
    "apple": Example(f"""{APPLE_HEAD}<plist version="1.0">
<dict>
  <key>CFBundleName</key><string>Shop</string>
  <key>NSAppTransportSecurity</key>
  <dict>
    <key>NSPinnedDomains</key>
    <dict>
      <key>shop.test</key>
      <dict>
        <key>NSIncludesSubdomains</key><true/>
        <key>NSPinnedCAIdentities</key>
        <array><dict><key>SPKI-SHA256-BASE64</key><string>{b64(A)}</string></dict></array>
        <key>NSPinnedLeafIdentities</key>
        <array><dict><key>SPKI-SHA256-BASE64</key><string>{b64(B)}</string></dict></array>
      </dict>
    </dict>
  </dict>
</dict>
</plist>
"""),
    "trustkit": Example(f"""{APPLE_HEAD}<plist version="1.0">
<dict>
  <key>TSKConfiguration</key>
  <dict>
    <key>TSKPinnedDomains</key>
    <dict>
      <key>shop.test</key>
      <dict>
        <key>TSKIncludeSubdomains</key><true/>
        <key>TSKExpirationDate</key><string>2028-02-29</string>
        <key>TSKPublicKeyHashes</key>
        <array><string>{b64(A)}</string><string>{b64(B)}</string></array>
      </dict>
    </dict>
  </dict>
</dict>
</plist>
"""),
    "swift": Example(f"""
let config: [String: Any] = [
    kTSKSwizzleNetworkDelegates: false,
    kTSKPinnedDomains: [
        "shop.test": [
            kTSKIncludeSubdomains: true, // and all below
            kTSKPublicKeyHashes: ["{b64(A)}", "{b64(B)}"],
        ],
        "empty.test": [:],
    ],
]
TrustKit.initSharedInstance(withConfiguration: config)
"""),
    "okhttp": Example(f"""
// .add("commented.out", "sha256/{b64(A)}")
val names = mutableListOf<String>().add("other")
private val pinner = CertificatePinner.Builder()
    .add("shop.test", "sha256/{b64(A)}", "sha256/" + "{b64(B)}")
    .add("**.shop.test", \"\"\"sha256/{b64(B)}\"\"\")
    .build()
"""),
    "rn-public-key-pinning": Example(f"""
import {{ initializeSslPinning }} from 'react-native-ssl-public-key-pinning';
await initializeSslPinning({{
  'shop.test': {{
    includeSubdomains: true, // all of them
    publicKeyHashes: ['{b64(A)}', "{b64(B)}",],
  }},
}});
"""),
    "rn-ssl-pinning": Example(f"""
import {{fetch}} from 'react-native-ssl-pinning';
fetch('https://shop.test/api', {{
  method: 'GET', timeoutInterval: 10000, pkPinning: true,
  sslPinning: {{ certs: ['sha256/{b64(A)}', 'sha256/{b64(B)}'] }},
}}).then(done);
"""),
    "rn-ssl-manager": Example(f"""{{
  "sha256Keys": {{"shop.test": ["sha256/{b64(A)}", "sha256/{b64(B)}"]}},
  "domains": {{"shop.test": {{"enforcePinning": true, "includeSubdomains": true}}}}
}}
"""),
    "chromium": Example(f"""// comments are allowed
{{
  "pinsets": [{{"name": "shop", "static_spki_hashes": ["sha256/{b64(A)}"],
               "bad_static_spki_hashes": ["sha256/{b64(B)}"]}}],
  "entries": [{{"name": "plain.test", "policy": "test"}},
              {{"name": "shop.test", "include_subdomains": true, "pins": "shop"}}]
}}
"""),
    "brief": Example(
        '{"schema": "pinlab.brief/1", "url": "https://shop.test:443/x", "host": "shop.test",\n'
        f' "pins": ["sha256/{b64(A)}", "sha256/{b64(B)}"], "proxy": null}}\n'
    ),
    "pem": Example(
        "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in (MADE.root, MADE.leaf)),
        "",
        tuple(hashlib.sha256(spki(certificate)).digest() for certificate in (MADE.root, MADE.leaf)),
    ),
    "urllib3": Example(
        f'pool = HTTPSConnectionPool("shop.test", assert_fingerprint="{hexes(A)}")\n', "", (A,)
    ),
    "aiohttp": Example(f"import aiohttp\nssl = aiohttp.Fingerprint({A!r})\n", "", (A,)),
    "dotnet": Example(
        f'bool ok = new[] {{ "{A.hex().upper()}", "{B.hex().upper()}" }}\n'
        "    .Contains(cert.GetCertHashString(HashAlgorithmName.SHA256));\n",
        "",
    ),
    "curl": Example(f"sha256//{b64(A)};sha256//{b64(B)}\n", ""),
    "openconnect": Example(
        f"openconnect --servercert=pin-sha256:{b64(A)} --servercert sha256:{B.hex()} vpn\n", ""
    ),
    "hex-certificate": Example(f"sha256 Fingerprint={hexes(A)}\n{B.hex()}  # backup\n", ""),
    "plain": Example(f"# pins\nshop.test sha256/{b64(A)}  # active\nshop.test sha256/{b64(B)}\n"),
}
"""By format; each file is known by its look alone."""
ONE = f'<pin digest="SHA-256">{b64(A)}</pin>'
"""One pin as Android writes it."""


def nsc(inside: str) -> str:
    """A network security configuration around this."""
    return f"<network-security-config>\n{inside}\n</network-security-config>"


def domain(pin: str) -> str:
    """One whose one domain has these pins."""
    return nsc(f"<domain-config><domain>a.b</domain><pin-set>{pin}</pin-set></domain-config>")


def plist(inside: str) -> str:
    """A property list with this in its root."""
    return f"{APPLE_HEAD}<plist version='1.0'><dict>\n{inside}\n</dict></plist>"


def carrying(name: str, pin: str) -> str:
    """A file of a format with this text for a pin."""
    texts = {
        "android-nsc": domain(f'<pin digest="SHA-256">{pin}</pin>'),
        "trustkit": plist(
            "<key>TSKPinnedDomains</key><dict><key>a.b</key><dict>"
            f"<key>TSKPublicKeyHashes</key><array><string>{pin}</string></array></dict></dict>"
        ),
        "okhttp": f'CertificatePinner.Builder().add("a.b", "{pin}")',
        "dotnet": f'GetCertHashString("{pin}")',
    }
    return texts.get(name, pin)


def source(text: str | bytes, name: str = "pins.file") -> Source:
    """A file in memory."""
    return Source(name, text if isinstance(text, bytes) else text.encode())
