"""Second opinions: our certificates and pins against the openssl program and the cryptography library.

The lab makes its own certificates; here it may not agree with itself alone.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from pinlab.pki.world import World
from tests.support.worlds import NOW, world_of, world_with

pytestmark = pytest.mark.usefixtures("programs")


def openssl(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["openssl", *map(str, arguments)], input=stdin, capture_output=True, timeout=20, check=False
    )


def pin_of(der: bytes) -> str:
    return "sha256/" + base64.b64encode(hashlib.sha256(der).digest()).decode()


def leaf_of(world: World, identity: str) -> x509.Certificate:
    return x509.load_pem_x509_certificates(world.identity(identity).chain.read_bytes())[0]


def verify(world: World, identity: str, host: str = "shop.test", root: str = "root") -> tuple[int, str]:
    chain = world.identity(identity).chain
    run = openssl(
        *("verify", "-attime", str(NOW), "-purpose", "sslserver", "-verify_hostname", host, "-no-CApath"),
        *("-no-CAstore", "-CAfile", world.authority_certificate(root), "-untrusted", chain, chain),
    )
    return run.returncode, (run.stdout + run.stderr).decode()


def test_pins_of_keys_as_openssl_computes_them(tmp_path: Path) -> None:
    world = world_with(
        tmp_path, keys={"rsa": {"kind": "rsa2048"}, "ed": {"kind": "ed25519"}, "p384": {"kind": "p384"}}
    )
    for name in ("active", "backup", "rsa", "ed", "p384"):
        der = openssl("pkey", "-in", world.key_file(name), "-pubout", "-outform", "DER").stdout
        assert world.pin(name) == pin_of(der)
        public = openssl(
            "pkey", "-pubin", "-in", world.spki_pem_file(name), "-pubout", "-outform", "DER"
        ).stdout
        assert public == der


def test_pins_of_certificates_as_cryptography_computes_them(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    for name in ("active", "backup", "next", "unknown", "wrong_name"):
        leaf = leaf_of(world, name)
        spki = leaf.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        assert world.pin(world.key_of(name)) == pin_of(spki)
        assert world.cert_sha256(name) == leaf.fingerprint(hashes.SHA256()).hex()


def test_the_honest_chain_satisfies_openssl(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    for name in ("active", "renewed", "backup", "next", "unknown"):
        code, output = verify(world, name)
        assert code == 0, output


def test_the_honest_chain_satisfies_cryptography(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    root = x509.load_pem_x509_certificate(world.authority_certificate("root").read_bytes())
    moment = datetime.datetime.fromtimestamp(NOW, datetime.UTC)
    verifier = (
        PolicyBuilder().store(Store([root])).time(moment).build_server_verifier(x509.DNSName("shop.test"))
    )
    chain = x509.load_pem_x509_certificates(world.identity("active").chain.read_bytes())
    assert len(verifier.verify(chain[0], chain[1:])) == 3
    expired = x509.load_pem_x509_certificates(world.identity("expired").chain.read_bytes())
    with pytest.raises(VerificationError):
        verifier.verify(expired[0], expired[1:])


@pytest.mark.parametrize(
    ("identity", "host", "root", "complaint"),
    [
        ("expired", "shop.test", "root", "error 10 at 0 depth"),
        ("not_yet_valid", "shop.test", "root", "error 9 at 0 depth"),
        ("wrong_name", "shop.test", "root", "error 62 at 0 depth"),
        ("self_signed", "shop.test", "root", "error 18 at 0 depth"),
        ("rogue_copy", "shop.test", "root", "error 20 at 0 depth"),
        ("active", "shop.test", "stranger", "error 20 at 1 depth"),
    ],
)
def test_a_bad_certificate_has_the_fault_that_it_claims(
    tmp_path: Path, identity: str, host: str, root: str, complaint: str
) -> None:
    code, output = verify(world_with(tmp_path), identity, host, root)
    assert code != 0 and complaint in output


@pytest.mark.parametrize(
    ("scenario", "identity", "complaint"),
    [
        ("chain/broken_signature", "scratched", "error 7 at 0 depth"),
        ("chain/replaced_key", "operated_on", "error 7 at 0 depth"),
        ("chain/broken_intermediate_signature", "below", "error 7 at 1 depth"),
        ("chain/path_too_long", "too_deep", "error 25 at 2 depth"),
        ("chain/intermediate_not_an_authority", "pretended", "error 79 at 1 depth"),
        ("chain/wrong_purpose", "signer", "error 26 at 0 depth"),
        ("chain/unknown_critical_extension", "riddle", "error 34 at 0 depth"),
        ("chain/name_outside_constraints", "outside", "error 47 at 0 depth"),
        ("chain/name_excluded", "barred_name", "error 48 at 0 depth"),
        ("expiry/intermediate", "orphan", "error 10 at 1 depth"),
        ("expiry/one_second_ago", "just_over", "error 10 at 0 depth"),
        ("untrusted/intermediate_not_sent", "lonely", "error 20 at 0 depth"),
        ("wrong_name/nul_byte", "nul", "error 62 at 0 depth"),
        ("wrong_name/common_name_right_list_wrong", "two_faced", "error 62 at 0 depth"),
    ],
)
def test_a_scenario_has_the_one_fault_that_it_is_about(
    tmp_path: Path, scenario: str, identity: str, complaint: str
) -> None:
    code, output = verify(world_of(tmp_path, scenario), identity)
    assert code != 0 and complaint in output


def test_a_nul_byte_in_a_name_survives_the_way_to_the_certificate(tmp_path: Path) -> None:
    leaf = leaf_of(world_of(tmp_path, "wrong_name/nul_byte"), "nul")
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["shop.test\0.attacker.test"]


def test_every_authority_tells_people_not_to_trust_it(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    for name in world.listing["authorities"]:
        certificate = x509.load_pem_x509_certificate(world.authority_certificate(name).read_bytes())
        subject = certificate.subject.rfc4514_string()
        assert "pinlab" in subject and "do not trust" in subject
