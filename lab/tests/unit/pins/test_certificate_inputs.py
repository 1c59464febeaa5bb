"""Hashes of keys and certificates, cross-checked by openssl; and how a chain is found in a file."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st
from pinlab.cli.app import main
from pinlab.pins.chain_building import build_chain
from pinlab.pins.errors import PinFileError
from pinlab.pins.inputs.certificates import Lock, Objects, load_objects, parse_objects
from pinlab.pins.inputs.der import bare_bits
from pinlab.pins.model import Kind
from pinlab.pins.show import forms
from pinlab.pins.source import MOST_BYTES
from tests.support.certificates import HOST, material, name, private_pem, spki

ROOT = Path(__file__).resolve().parents[4]


SUBJECT_DAMAGED = (
    material().leaf.public_bytes(Encoding.DER).replace(b"\x0c\x09shop.test", b"\x0c\x09shop.te\xff\xff")
)
"""A name in no UTF-8: the library finds out only when it is asked for the subject."""


def openssl(command: str, folder: Path) -> str:
    """A pipeline of the openssl program, run in a folder as a reader of the README would."""
    done = subprocess.run(
        ["sh", "-ec", command], cwd=folder, capture_output=True, text=True, timeout=20, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa2048"])
def test_every_form_is_what_openssl_computes(tmp_path: Path, kind: str) -> None:
    made = material(kind)
    made.write(tmp_path, "leaf")
    rows = forms(build_chain(load_objects(tmp_path / "next.pem")).leaf)
    der = "openssl x509 -in next.pem -pubkey -noout | openssl pkey -pubin -outform der"
    assert rows["base64"] == openssl(f"{der} | openssl dgst -sha256 -binary | base64", tmp_path)
    assert rows["hex"] == openssl(f"{der} | sha256sum", tmp_path).split()[0]
    for algorithm, form in (("sha256", "certificate"), ("sha1", "thumbprint")):
        printed = openssl(f"openssl x509 -in next.pem -noout -fingerprint -{algorithm}", tmp_path)
        assert rows[form].replace(":", "") == printed.partition("=")[2].replace(":", "")


def test_the_pipeline_of_the_readme_gives_the_pin(tmp_path: Path) -> None:
    material().write(tmp_path, "leaf", "intermediate")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("openssl x509"))
    assert openssl(line, tmp_path) == forms(material().chain.leaf)["base64"]


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_bare_key_bits_are_the_subject_key_identifier(kind: str) -> None:
    public = material(kind).leaf_key.public_key()
    identifier = x509.SubjectKeyIdentifier.from_public_key(public).digest
    assert hashlib.sha1(bare_bits(spki(public))).digest() == identifier


KEYS = {
    "rsa-pss with parameters": "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 "
    "-pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 "
    "-pkeyopt rsa_pss_keygen_saltlen:32",
    "explicit curve": "ecparam -name prime256v1 -genkey -noout -param_enc explicit",
    "compressed point": "ecparam -name prime256v1 -genkey -noout -conv_form compressed",
    "ed25519": "genpkey -algorithm ed25519",
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_is_hashed_as_its_certificate_encodes_it(tmp_path: Path, kind: str) -> None:
    """Decoded and encoded again, the first of these would have another hash."""
    openssl(f"openssl {KEYS[kind]} -out key.pem", tmp_path)
    openssl("openssl req -x509 -key key.pem -subj /CN=x -days 3 -out cert.pem", tmp_path)
    openssl("openssl req -new -key key.pem -subj /CN=x -out next.csr", tmp_path)
    for file, tool in (("cert.pem", "x509"), ("next.csr", "req")):
        pem = openssl(f"openssl {tool} -in {file} -pubkey -noout", tmp_path)
        der = base64.b64decode("".join(pem.splitlines()[1:-1]))
        link = build_chain(load_objects(tmp_path / file)).leaf
        assert link.digest(Kind.SPKI) == hashlib.sha256(der).digest()
    public = build_chain(parse_objects(pem.encode(), "public.pem")).leaf
    assert public.digest(Kind.SPKI) == hashlib.sha256(der).digest()


def test_a_private_key_whose_pin_would_be_a_guess_is_refused(tmp_path: Path) -> None:
    openssl(f"openssl {KEYS['rsa-pss with parameters']} -out key.pem", tmp_path)
    with pytest.raises(
        PinFileError, match="line 1: an RSA-PSS key may have parameters that are part of the pin"
    ):
        load_objects(tmp_path / "key.pem")


def test_an_odd_certificate_is_read_without_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    openssl(
        "openssl req -x509 -newkey ed25519 -nodes -keyout k -subj /CN=x -set_serial 0 -out c.pem", tmp_path
    )
    assert main(["pins", "show", str(tmp_path / "c.pem")]) == 0
    assert capsys.readouterr().err == ""


def test_a_certificate_of_version_1_has_its_key_in_another_place(tmp_path: Path) -> None:
    openssl("openssl req -new -newkey ed25519 -nodes -keyout k -subj /CN=x -out r", tmp_path)
    openssl("openssl x509 -req -in r -signkey k -days 3 -out cert.pem", tmp_path)
    assert "Version: 1" in openssl("openssl x509 -in cert.pem -noout -text", tmp_path)
    pem = openssl("openssl x509 -in cert.pem -pubkey -noout", tmp_path)
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    assert (
        build_chain(load_objects(tmp_path / "cert.pem")).leaf.digest(Kind.SPKI)
        == hashlib.sha256(der).digest()
    )


def test_certificate_csr_and_key_of_one_key_have_one_pin(tmp_path: Path) -> None:
    made = material()
    key = made.leaf_key
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name(HOST))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public = key.public_key()
    files = {
        "cert.der": made.leaf.public_bytes(Encoding.DER),
        "next.csr": request.public_bytes(Encoding.PEM),
        "csr.der": request.public_bytes(Encoding.DER),
        "key.pem": private_pem(key),
        "key.der": key.private_bytes(
            Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        "locked.pem": private_pem(key, b"secret"),
        "public.pem": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "public.der": spki(public),
        "both.pem": private_pem(key) + made.leaf.public_bytes(Encoding.PEM),
        "store.p12": pkcs12.serialize_key_and_certificates(
            b"next", key, made.leaf, [made.intermediate], serialization.BestAvailableEncryption(b"secret")
        ),
    }
    pins = set()
    for file, data in files.items():
        chain = build_chain(parse_objects(data, file, Lock(b"secret")))
        pins.add(chain.leaf.digest(Kind.SPKI))
        assert chain.what == {"next.csr": "csr", "csr.der": "csr"}.get(
            file, "certificates" if file in ("cert.der", "both.pem", "store.p12") else "key"
        )
    assert pins == {hashlib.sha256(spki(public)).digest()}


@pytest.mark.parametrize(
    ("data", "output"),
    [
        (b"", "not a PEM, DER, CSR, key or PKCS#12"),
        (b"hello", "not a PEM, DER, CSR, key or PKCS#12"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "line 1: the PEM block"),
        (b"\n\n-----BEGIN CERTIFICATE-----\nAAAA\n", "line 3: the PEM block"),
        (
            b"-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n",
            "no PEM block can be pinned",
        ),
    ],
)
def test_what_is_no_certificate_is_refused_with_its_place(data: bytes, output: str) -> None:
    with pytest.raises(PinFileError, match=re.escape(output)):
        parse_objects(data, "some.file")


def test_a_locked_key_asks_for_its_password_and_a_wrong_one_is_named() -> None:
    with pytest.raises(PinFileError, match="--password-file"):
        parse_objects(private_pem(material().leaf_key, b"secret"), "key.pem")
    store = pkcs12.serialize_key_and_certificates(
        b"x", material().leaf_key, material().leaf, None, serialization.BestAvailableEncryption(b"secret")
    )
    with pytest.raises(PinFileError, match="password"):
        parse_objects(store, "store.p12", Lock(b"wrong"))


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(
    st.integers(0, 3), st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=4)), min_size=1, max_size=4)
)
def test_no_damage_to_a_file_makes_its_reader_stumble(which: int, damage: list[tuple[float, bytes]]) -> None:
    made = material()
    data = (
        made.leaf.public_bytes(Encoding.DER),
        spki(made.leaf),
        private_pem(made.leaf_key),
        SUBJECT_DAMAGED,
    )[which]
    for where, bytes_ in damage:
        at = int(where * len(data))
        data = data[:at] + bytes_ + data[at + len(bytes_) :]
    try:
        build_chain(parse_objects(data, "damaged"))
    except PinFileError as failure:
        assert str(failure).startswith("damaged")


def test_a_name_in_no_encoding_is_refused() -> None:
    with pytest.raises(PinFileError, match="is not a PEM, DER"):
        parse_objects(SUBJECT_DAMAGED, "damaged")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.pem"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(PinFileError, match=f"more than {MOST_BYTES >> 20} MiB"):
        load_objects(huge)


def test_the_path_is_built_and_a_stranger_of_the_right_name_is_left_out() -> None:
    made = material()
    sent = [made.leaf, made.stranger, made.root, made.intermediate]
    chain = build_chain(Objects("x", sent))
    assert [link.digest(Kind.CERTIFICATE) for link in chain.links] == [
        certificate.fingerprint(hashes.SHA256()) for certificate in (made.leaf, made.intermediate, made.root)
    ]
    assert chain.complete and "not on the path" in chain.remarks[0]


def test_a_root_that_is_not_sent_comes_from_the_trusted_ones() -> None:
    made = material()
    short = Objects("x", [made.leaf, made.intermediate])
    assert not build_chain(short).complete
    assert len(build_chain(short, [made.stranger, made.root]).links) == 3


def test_base64_is_the_hash_itself() -> None:
    assert (
        base64.b64decode(forms(material().chain.leaf)["base64"])
        == hashlib.sha256(spki(material().leaf)).digest()
    )
