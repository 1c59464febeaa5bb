"""Malformed files are refused with their place, and misspelt pins are kept with their fault."""

from __future__ import annotations

import re

import pytest
from pinlab.pins.errors import PinFileError
from pinlab.pins.format_table import read_pins
from tests.support.pin_file_examples import ONE, A, b64, carrying, hexes, nsc, plist, source

MALFORMED = [
    ("swift", "kTSKPinnedDomains: pinned", "line 1, column 20: could not be resolved"),
    (
        "swift",
        'kTSKPinnedDomains: ["a.b": [\nkTSKPublicKeyHashes: [PIN]]]',
        "line 2, column 23: kTSKPublicKeyHashes",
    ),
    ("android-nsc", nsc("<domain-config>"), "pins.file, line 3, column 3: is not XML"),
    ("android-nsc", "<resources/>", "line 1, column 1: the root must be <network-security-config>"),
    (
        "android-nsc",
        nsc(f"<domain-config><pin-set>{ONE}</pin-set></domain-config>"),
        "line 2, column 1: a <domain-config>",
    ),
    ("android-nsc", nsc(f"<pin-set>{ONE}</pin-set>"), "line 2, column 1: <pin-set> belongs inside"),
    (
        "android-nsc",
        nsc(
            "<domain-config><domain>a.b</domain>\n"
            '<pin-set><pin digest="SHA-1">x</pin></pin-set></domain-config>'
        ),
        'line 3, column 10: <pin> needs digest="SHA-256"',
    ),
    (
        "android-nsc",
        nsc('<domain-config><domain>a.b</domain>\n <pin-set expiration="2027-2-1"/></domain-config>'),
        'line 3, column 2: expiration="2027-2-1" is not a date',
    ),
    (
        "android-nsc",
        nsc("<domain-config><domain>a.b</domain><pin-set/>\n<pin-set/></domain-config>"),
        "line 3, column 1: a second <pin-set>",
    ),
    ("apple", plist("<key>NSPinnedDomains</key><array/>"), "line 4, NSPinnedDomains: must be a dictionary"),
    (
        "apple",
        plist(
            "<key>NSPinnedDomains</key><dict><key>a.b</key><dict>\n"
            "<key>NSPinnedLeafIdentities</key><array><string>x</string></array></dict></dict>"
        ),
        "line 5, NSPinnedLeafIdentities[0]: must be a dictionary with the string SPKI",
    ),
    (
        "trustkit",
        plist(
            "<key>TSKPinnedDomains</key><dict><key>a.b</key><dict>\n"
            "<key>TSKExpirationDate</key><string>soon</string></dict></dict>"
        ),
        'line 5, TSKExpirationDate: "soon" is not a date',
    ),
    (
        "trustkit",
        plist(
            "<key>TSKPinnedDomains</key><dict><key>a.b</key><dict>\n"
            "<key>TSKEnforcePinning</key><integer>1</integer></dict></dict>"
        ),
        "line 5, TSKEnforcePinning: must be true or false, not int",
    ),
    (
        "okhttp",
        'CertificatePinner.Builder()\n  .add(HOST, "sha256/x")',
        'line 2, column 8: could not resolve "HOST"',
    ),
    (
        "okhttp",
        'CertificatePinner.Builder().add("a.b",\n "sha256/$PIN")',
        "line 2, column 2: could not resolve",
    ),
    ("rn-public-key-pinning", "initializeSslPinning(config)", "line 1, column 22: could not be resolved"),
    (
        "rn-public-key-pinning",
        "initializeSslPinning({\n 'a.b': { publicKeyHashes: [PIN] } })",
        "line 2, column 29: publicKeyHashes could not be resolved",
    ),
    (
        "rn-public-key-pinning",
        "initializeSslPinning({ a: {}\n b: {} })",
        'line 2, column 2: "," or "}" is wanted',
    ),
    (
        "rn-ssl-pinning",
        "fetch('https://a.b', {\n sslPinning: {certs: ['mycert']}})",
        "line 2, column 23: certs without",
    ),
    ("rn-ssl-manager", '{"sha256Keys": {"a.b": 3}}', "line 1, column 24: a.b is of another type"),
    (
        "chromium",
        '{"pinsets": [],\n"entries": [{"name": "a.b", "pins": "x"}]}',
        'line 2, column 13: "a.b": there is no',
    ),
    ("chromium", "Name\nsha257/x\n", "line 2, column 1: wanted a name"),
    ("urllib3", "x(assert_fingerprint=FP)", "line 1, column 22: could not resolve FP"),
    ("urllib3", "x(assert_fingerprint=", "line 1, column 2: is not Python"),
    ("aiohttp", "aiohttp.Fingerprint(load())", "line 1, column 21: could not resolve load()"),
    ("dotnet", "GetCertHashString", "has no string that is a hash"),
    ("curl", "pinnedpubkey =\n", "has no pinnedpubkey value"),
    ("openconnect", "x --servercert", "has no pin-sha256"),
    ("plain", f"a b sha256/{b64(A)}", "line 1, column 1: more than a host and a pin"),
    ("plain", b"ok\n\xff", "line 2: is not UTF-8"),
]


@pytest.mark.parametrize(("name", "text", "output"), MALFORMED)
def test_malformed_input_is_refused_with_its_place(name: str, text: str | bytes, output: str) -> None:
    with pytest.raises(PinFileError, match=re.escape(output)):
        read_pins(source(text), name)


LOOKALIKES = [
    ("android-nsc", hexes(A), "hex digits"),
    ("android-nsc", b64(A[:20]), "decodes to 20 bytes and not to 32; SHA1 has 20"),
    ("android-nsc", f"sha256/{b64(A)}", "starts with sha256/"),
    ("android-nsc", "", "a template not filled in"),
    ("trustkit", b64(A).rstrip("="), "the padding (=) is missing"),
    ("trustkit", b64(b"\xfb" * 32).replace("+", "-"), "base64url letters"),
    ("trustkit", b64(A)[:20] + "\n" + b64(A)[20:], "white space"),
    ("okhttp", f"sha256//{b64(A)}", "starts with /"),
    ("okhttp", "sha256/AAAA", "decodes to 3 bytes"),
    ("okhttp", b64(A), "bare base64; write sha256/BASE64"),
    ("okhttp", f"SHA256/{b64(A)}", "case-sensitive"),
    ("curl", f"sha256/{b64(A)}", "so curl takes it for a file name"),
    ("plain", f"pin-sha256:{b64(A)}", "another format's notation"),
    ("plain", A.hex(), "a hex fingerprint, usually of the whole certificate"),
    ("hex-certificate", A.hex()[:30], "30 hex digits"),
    ("openconnect", "sha256:abcd", "4 hex digits"),
    ("dotnet", A.hex(), "upper-case hex"),
]


@pytest.mark.parametrize(("name", "pin", "output"), LOOKALIKES)
def test_a_lookalike_is_kept_with_its_fault(name: str, pin: str, output: str) -> None:
    ((_, found),) = read_pins(source(carrying(name, pin)), name).faults()
    assert output in found.fault and (found.spot.line or found.spot.key)
