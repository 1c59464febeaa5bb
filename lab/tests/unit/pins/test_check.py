"""`pinlab pins check` and `show` as a user runs them: the answer, what was hashed, who disagrees."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pinlab.cli.app import main
from pinlab.pins.inputs.der import bare_bits
from tests.support.certificates import HOST, material, private_pem, spki
from tests.support.tls_server import serving

MADE = material()
LEAF, BACKUP, MIDDLE, ROOT = (
    base64.b64encode(hashlib.sha256(spki(certificate)).digest()).decode()
    for certificate in (MADE.leaf, MADE.backup_key, MADE.intermediate, MADE.root)
)
AT = ("--at", "2027-01-15")


def pin64(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def nsc(*pins: str, host: str = HOST, more: str = "") -> str:
    texts = "".join(f'<pin digest="SHA-256">{pin}</pin>\n' for pin in pins)
    return (
        f"<network-security-config><domain-config><domain>{host}</domain>"
        f"<pin-set{more}>\n{texts}</pin-set></domain-config></network-security-config>"
    )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with next.pem."""
    monkeypatch.chdir(tmp_path)
    MADE.write(tmp_path, "leaf", "intermediate", "root")
    return tmp_path


def check(capsys: pytest.CaptureFixture[str], *words: str, chain: str = "next.pem") -> tuple[int, str, str]:
    status = main(["pins", "check", "--chain", chain, *AT, *words])
    output = capsys.readouterr()
    return status, output.out, output.err


def test_a_backup_pin_saves_the_users(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.xml").write_text(nsc(BACKUP, LEAF))
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert status == 0 and "accepted by backup pin 2, the leaf" in out
    assert out.endswith("Every file accepts the chain by a pin.\n")


def test_a_lock_out_is_refused_with_exit_1(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.xml").write_text(nsc(BACKUP))
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert status == 1 and "REFUSED: would lock out: no pin matches" in out


def test_files_that_disagree_are_a_finding(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.xml").write_text(nsc(BACKUP, LEAF))
    (place / "curl.txt").write_text(f"sha256//{BACKUP}\n")
    status, out, _ = check(capsys, "--pins", "a.xml", "--pins", "curl.txt", "--json")
    answer = json.loads(out)
    assert status == 1 and answer["schema"] == "pinlab.pins-check/1" and not answer["accepted"]
    assert [(entry["outcome"], entry["pin"]) for entry in answer["checks"]] == [
        ("accepted", 2),
        ("refused", None),
    ]
    assert f"the files disagree about {HOST}: accepted in a.xml; refused in curl.txt" in answer["findings"]
    assert f"curl.txt lacks 1 of the keys that other files pin for {HOST}" in answer["findings"]


LOOKALIKES = {
    "the SHA-256 of the whole certificate of the leaf": pin64(MADE.leaf.public_bytes(Encoding.DER)),
    "the SHA-256 of the bare key bits, without the algorithm of the leaf": pin64(bare_bits(spki(MADE.leaf))),
    "the SHA-256 of the PEM text of the key of the leaf": pin64(
        MADE.leaf.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    ),
    "the SHA-256 of the PEM text of the certificate of the leaf": pin64(MADE.leaf.public_bytes(Encoding.PEM)),
    "the SHA-256 of the whole certificate of issuer 1": pin64(MADE.intermediate.public_bytes(Encoding.DER)),
}


@pytest.mark.parametrize("what", LOOKALIKES)
def test_the_object_that_was_hashed_is_named(
    place: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    (place / "a.xml").write_text(nsc(LOOKALIKES[what], BACKUP))
    status, out, _ = check(capsys, "--pins", "a.xml")
    expected = MIDDLE if what.endswith("issuer 1") else LEAF
    assert status == 1
    assert f"pin 1 (line 2, column 1) is {what}, where the public key (SPKI) is wanted: {expected}" in out


@pytest.mark.parametrize(
    ("pin", "output"),
    [
        (hashlib.sha256(spki(MADE.leaf)).hexdigest(), "hex digits, where base64 is wanted"),
        (f"sha256/{LEAF}", "starts with sha256/, another format's notation"),
        (f"{LEAF[:20]}{LEAF[24:]}", "decodes to 29 bytes and not to 32"),
    ],
    ids=["hex", "prefix", "short"],
)
def test_a_pin_in_another_notation_stops_the_app_and_is_explained(
    place: Path, capsys: pytest.CaptureFixture[str], pin: str, output: str
) -> None:
    (place / "a.xml").write_text(nsc(LEAF, pin))
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert status == 1 and "REFUSED: would lock out: pin 2 is malformed" in out and output in out
    assert ("is meant for this chain (the public key (SPKI) of the leaf)" in out) == (len(pin) != 40)


@pytest.mark.parametrize("title", ["SHA-256", "SHA-1", "MD5", "SHA-512"])
def test_a_certificate_hash_of_every_algorithm_is_named(
    place: Path, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    name = title.lower().replace("-", "")
    (place / "a.xml").write_text(nsc(hashlib.new(name, MADE.leaf.public_bytes(Encoding.DER)).hexdigest()))
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert status == 1 and f"the {title} of the whole certificate of the leaf" in out


def test_a_fault_anywhere_in_the_file_stops_the_app_on_every_host(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = nsc(LEAF, BACKUP), nsc("AAAA", host="other.test")
    inside = "<domain-config>" + bad.partition("<domain-config>")[2]
    (place / "a.xml").write_text(good.replace("</network-security-config>", "") + inside)
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert (
        status == 1 and "REFUSED: would lock out: other.test (line 4" in out and "decodes to 3 bytes" in out
    )


def test_files_that_pin_different_keys_are_a_finding_even_where_both_accept(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "a.xml").write_text(nsc(LEAF, BACKUP))
    (place / "b.xml").write_text(nsc(LEAF, ROOT))
    (place / "c.hex").write_text(MADE.leaf.fingerprint(hashes.SHA256()).hex())
    status, out, _ = check(capsys, "--pins", "a.xml", "b.xml", "c.hex")
    assert status == 0
    assert out.count("finding:") == 2
    assert f"finding: a.xml lacks 1 of the keys that other files pin for {HOST}" in out


def test_a_domain_twice_stops_an_android_app(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = "<domain-config>" + nsc(LEAF).partition("<domain-config>")[2]
    (place / "a.xml").write_text(nsc(LEAF).replace("</network-security-config>", "") + again)
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert status == 1 and "is in the file twice" in out


def test_a_format_can_be_given_for_one_file(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "pins.hex").write_text(hashlib.sha256(spki(MADE.leaf)).hexdigest())
    (place / "a.xml").write_text(nsc(LEAF))
    assert check(capsys, "--pins", "hex-spki=pins.hex", "--pins", "a.xml")[0] == 0
    status, out, _ = check(capsys, "--pins", "pins.hex")
    assert (
        status == 1
        and "is the SHA-256 of the public key (SPKI) of the leaf, where the whole certificate" in out
    )


def test_several_files_may_follow_one_option(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.xml").write_text(nsc(LEAF))
    (place / "b.xml").write_text(nsc(BACKUP))
    status, out, _ = check(capsys, "--pins", "a.xml", "b.xml")
    assert status == 1 and "accepted in a.xml; refused in b.xml" in out


def test_a_date_is_its_noon(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.xml").write_text(nsc(LEAF, more=' expiration="2027-01-15"'))
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert status == 1 and "NOT PINNED: the set expired" in out and "devices differ on this day" in out
    assert check(capsys, "--pins", "a.xml", "--at", "2027-01-15T00:00Z")[0] == 0


def test_base64url_and_missing_padding_are_named_where_they_matter(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "curl.txt").write_text(f"sha256//{LEAF.rstrip('=')}\n")
    status, out, _ = check(capsys, "--pins", "curl.txt")
    assert (
        status == 1 and "is meant for this chain (the public key (SPKI) of the leaf), but: the padding" in out
    )


def test_an_intermediate_in_curls_list_is_explained(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "curl.txt").write_text(f"sha256//{MIDDLE}\n")
    status, out, _ = check(capsys, "--pins", "curl.txt")
    assert status == 1 and "pin 1 (line 1, column 1) is issuer 1, but only the leaf is compared" in out


def test_an_expired_set_is_no_success(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.xml").write_text(nsc(LEAF, more=' expiration="2027-01-01"'))
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert status == 1 and "NOT PINNED: the set expired on 2027-01-01" in out
    assert "1 let it through without a pin" in out


def test_a_misspelt_element_is_why_nothing_is_pinned(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.xml").write_text(nsc(LEAF).replace("pin-set", "pinset"))
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert status == 1 and 'did you mean "pin-set"' in out


def test_a_missing_root_is_asked_for_and_given(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    MADE.write(place, "leaf", "intermediate")
    (place / "a.xml").write_text(nsc(ROOT))
    (place / "root.pem").write_bytes(MADE.root.public_bytes(Encoding.PEM))
    status, out, _ = check(capsys, "--pins", "a.xml")
    assert status == 1 and "add it with --trust FILE" in out
    status, out, _ = check(capsys, "--pins", "a.xml", "--trust", "root.pem")
    assert status == 0 and "the root" in out


def test_a_key_alone_answers_for_the_leaf(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "next.key").write_bytes(private_pem(MADE.leaf_key))
    (place / "a.xml").write_text(nsc(LEAF))
    (place / "b.xml").write_text(nsc(MIDDLE))
    assert check(capsys, "--pins", "a.xml", chain="next.key")[0] == 0
    status, out, _ = check(capsys, "--pins", "b.xml", chain="next.key")
    assert status == 1 and "give the whole chain" in out
    assert "PRIVATE" not in out


def test_only_entries_for_the_certificates_names_are_tried(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "pins.txt").write_text(f"{HOST} sha256/{LEAF}\nother.test sha256/{BACKUP}\n")
    assert check(capsys, "--pins", "pins.txt")[0] == 0
    status, out, _ = check(capsys, "--pins", "pins.txt", "--host", "other.test")
    assert status == 1 and "the certificate is not for other.test" in out
    (place / "pins.txt").write_text(f"other.test sha256/{LEAF}\n")
    status, out, _ = check(capsys, "--pins", "pins.txt")
    assert status == 1 and "no entry of this file is for the certificate's names" in out


def test_what_pins_do_not_say_is_remarked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.xml").write_text(nsc(LEAF))
    _, out, _ = check(capsys, "--pins", "a.xml", "--at", "2028-01-15")
    assert f"remark: CN={HOST} expired on 2027-04-15" in out


@pytest.mark.parametrize(
    ("words", "output"),
    [
        (["--pins", "none.xml"], "none.xml: cannot be read"),
        (["--pins", "bad.xml"], "bad.xml, line 2, column 1: is not XML"),
        (["--pins", "a.xml", "--chain", "a.xml"], "a.xml: is not a PEM, DER, CSR, key or PKCS#12"),
        (["--pins", "a.xml", "--at", "soon"], '--at "soon": wanted yyyy-MM-dd'),
        (["--pins", "a.xml", "--format", "okhtp"], 'did you mean "okhttp"'),
        (["--pins", "a.xml", "--chain", "192.0.2.1:443"], "add --i-may-test 192.0.2.1"),
    ],
)
def test_bad_input_is_exit_2_with_the_place(
    place: Path, capsys: pytest.CaptureFixture[str], words: list[str], output: str
) -> None:
    (place / "a.xml").write_text(nsc(LEAF))
    (place / "bad.xml").write_text("<network-security-config>\n")
    status, _, err = check(capsys, *words)
    assert status == 2 and output in err


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    """The port of a server that shows leaf and intermediate."""
    with serving(tmp_path, MADE.leaf, MADE.intermediate, key=MADE.leaf_key) as port:
        yield port


def test_a_server_stands_for_a_file(place: Path, server: int, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.xml").write_text(nsc(MIDDLE))
    status, out, _ = check(capsys, "--pins", "a.xml", "--host", HOST, chain=f"127.0.0.1:{server}")
    assert status == 0 and "accepted by pin 1, issuer 1" in out
    assert main(["pins", "show", f"localhost:{server}", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [link["pins"]["base64"] for link in shown["links"]] == [LEAF, MIDDLE]


def test_a_closed_port_is_reported(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert main(["pins", "show", f"127.0.0.1:{port}"]) == 2
    assert "no TLS handshake within 5 s" in capsys.readouterr().err


def test_show_prints_every_notation(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pins", "show", "next.pem"]) == 0
    out = capsys.readouterr().out
    for text in (
        f"sha256/{LEAF}",
        f"sha256//{LEAF}",
        f'pin-sha256="{LEAF}"',
        f"pin-sha256:{LEAF}",
        "thumbprint",
    ):
        assert text in out
