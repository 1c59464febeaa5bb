"""`pinlab rehearse --init`: the draft runs, says what the files say, and marks what it assumes."""

from __future__ import annotations

import subprocess
import tomllib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pinlab.core.errors import FileError
from pinlab.rotation.answer.answer import RehearsalAnswer, answer
from pinlab.rotation.init.draft import DraftInput, initial_plan
from pinlab.rotation.init.material import read_material
from pinlab.rotation.init.pins import pins_in
from pinlab.rotation.plan.certificate_files import spki_pin
from pinlab.rotation.plan.file import plan_from
from pinlab.rotation.plan.model import Plan
from tests.support.cli import pinlab
from tests.support.witnesses import origin, standard_world

TODAY = date(2026, 6, 1)
STRANGER = f"sha256/{'A' * 43}="


@cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject: str, issuer: str, days: tuple[int, int] = (-30, 60)) -> bytes:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name(issuer), name(subject), key(subject).public_key(), 7)
        .not_valid_before(start + timedelta(days=days[0]))
        .not_valid_after(start + timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("api.example.test")]), critical=False)
        .sign(key(issuer), SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def write(folder: Path, file: str, *pems: bytes) -> Path:
    path = folder / file
    path.write_bytes(b"".join(pems))
    return path


@pytest.fixture
def files(tmp_path: Path) -> DraftInput:
    authority = certificate("Example CA", "Example Root")
    current = write(tmp_path, "c.pem", certificate("old", "Example CA"), authority)
    following = write(tmp_path, "n.pem", certificate("new", "Example CA", (-5, 200)), authority)
    return DraftInput(str(current), str(following))


def drafted(start: DraftInput) -> Plan:
    return plan_from(tomllib.loads(initial_plan(start, TODAY)), Path(start.current).parent / "plan.toml")


def answered(start: DraftInput) -> RehearsalAnswer:
    return answer(drafted(start))[0]


def test_the_draft_has_what_the_files_say(files: DraftInput) -> None:
    made = drafted(files)
    assert made.hosts == ("api.example.test",)
    assert made.keys["K1"].spki == read_material(Path(files.current)).spki
    assert made.keys["K2"].spki == read_material(Path(files.next)).spki
    assert [issuer.parent for issuer in made.issuers.values()] == ["CA2", None]
    assert made.certificates["c1"].not_after == 60 * 86_400
    assert [app.pins.set for app in made.apps] == [("K1",), ("K1", "K2")]


def test_it_changes_over_a_roll_back_before_the_old_certificate_ends(files: DraftInput) -> None:
    made = drafted(files)
    assert made.nodes[0].serves[1].at == 50 * 86_400
    assert made.end == 110 * 86_400


def test_it_is_answered_as_it_is(files: DraftInput) -> None:
    made = answered(files)
    assert 0 < made.figures.peak_locked_out < 0.1, "1.0 is refused where it is still in use"
    assert "ROT040" not in {finding.rule for finding in made.findings}


def test_every_guess_is_marked(files: DraftInput) -> None:
    text = initial_plan(files, TODAY)
    guesses = [line for line in text.splitlines() if "ASSUMED" in line]
    assert len(guesses) == 4  # the words about it, the curve, the pins, the cut-over
    given = initial_plan(DraftInput(files.current, files.next, (STRANGER,)), TODAY)
    assert len([line for line in given.splitlines() if "ASSUMED" in line]) == 3


def test_pins_get_the_names_of_the_plan(files: DraftInput) -> None:
    pins = (read_material(Path(files.current)).issuers[0].spki or "", STRANGER)
    made = drafted(DraftInput(files.current, files.next, pins))
    assert [app.pins.set for app in made.apps] == [("CA1", STRANGER)], (
        "the pinned CA issues the next one, too"
    )


def test_a_renewal_keeps_one_key(files: DraftInput) -> None:
    made = drafted(DraftInput(files.current, files.current))
    assert list(made.keys) == ["K1"]
    assert len(made.apps) == 1


def test_the_next_one_may_be_a_request(files: DraftInput) -> None:
    asked = x509.CertificateSigningRequestBuilder(name("new")).sign(key("new"), SHA256())
    request = write(Path(files.current).parent, "n.csr", asked.public_bytes(Encoding.PEM))
    made = drafted(DraftInput(files.current, str(request)))
    assert made.keys["K2"].spki == read_material(Path(files.next)).spki
    assert made.certificates["c2"].issuer == made.certificates["c1"].issuer


def test_telemetry_names_the_releases(files: DraftInput) -> None:
    csv = write(
        Path(files.current).parent,
        "shares.csv",
        b"date,version,share\n2026-05-01,2.0,1.0\n2026-06-01,2.0,0.5\n2026-06-01,2.1,0.5\n",
    )
    made = drafted(DraftInput(files.current, files.next, (), csv))
    assert [app.id for app in made.apps] == ["2.0", "2.1"]
    assert made.adoption.telemetry[-1].share == 0.5


def test_words_from_a_certificate_stay_words(files: DraftInput) -> None:
    evil = 'x"]\n[gate]\nmax_locked_out = 1.0 # '
    current = write(Path(files.current).parent, "e.pem", certificate("old", evil))
    assert drafted(DraftInput(str(current), files.next)).gate.max_locked_out == 0.005


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"hello", "expected a PEM certificate"), (b"", "expected a PEM certificate"), (None, "cannot be read")],
)
def test_a_file_that_is_none(files: DraftInput, content: bytes | None, word: str) -> None:
    path = Path(files.current).parent / "bad.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileError, match=word):
        initial_plan(DraftInput(str(path), files.next), TODAY)


def test_a_private_key_is_refused(files: DraftInput) -> None:
    secret = key("old").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = write(Path(files.current).parent, "key.pem", secret)
    with pytest.raises(FileError, match="private key, which a plan does not need"):
        initial_plan(DraftInput(str(path), files.next), TODAY)


def test_on_the_command_line(files: DraftInput, tmp_path: Path) -> None:
    words = ("--init", "--current", str(files.current), "--next", str(files.next))
    ended = pinlab(tmp_path, "rehearse", *words)
    assert ended.status == 0
    assert tomllib.loads(ended.out)["plan"] == 1
    for more, word in (
        (("rehearse",), "name a plan"),
        (("rehearse", "--init"), "--init wants --current"),
        (("rehearse", "plan.toml", "--pin", "x"), "belong to --init"),
        (("rehearse", *words, "--full"), "answers none"),
        (("rehearse", *words, "--pin", "x"), "--pin wants"),
    ):
        refused = pinlab(tmp_path, *more)
        assert (refused.status, word in refused.err) == (2, True), refused.err


def android(host: str, *pins: str) -> bytes:
    lines = "".join(f'<pin digest="SHA-256">{pin.removeprefix("sha256/")}</pin>' for pin in pins)
    domain = f"<domain-config><domain>{host}</domain><pin-set>{lines}</pin-set></domain-config>"
    return f"<network-security-config>{domain}</network-security-config>".encode()


def test_the_pins_may_come_from_the_apps_own_file(files: DraftInput, tmp_path: Path) -> None:
    served = read_material(Path(files.current)).spki
    app = write(tmp_path, "nsc.xml", android("api.example.test", served, STRANGER))
    words = ["rehearse", "--init", "--current", str(files.current), "--next", str(files.next)]
    seen = pinlab(tmp_path, *words, "--pins", str(app))
    assert seen.status == 0, seen.err
    given = pinlab(tmp_path, *words, "--pin", served, "--pin", STRANGER)
    assert seen.out == given.out
    assert pinlab(tmp_path, *words, "--pins", str(app), "--pin", served).status == 2


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (android("api.example.test", STRANGER), "pin different keys for api.example.test"),
        (android("other.test", STRANGER), "pins nothing for api.example.test"),
        (android("api.example.test", "sha256/AAAA"), "other.xml, line 1"),
        (b"nothing like pins", "other.xml"),
    ],
)
def test_what_a_pin_file_cannot_give_is_reported(
    files: DraftInput, tmp_path: Path, second: bytes, says: str
) -> None:
    served = read_material(Path(files.current)).spki
    first = write(tmp_path, "nsc.xml", android("api.example.test", served, STRANGER))
    other = write(tmp_path, "other.xml", second)
    with pytest.raises(FileError, match=says):
        pins_in([str(first), str(other)], read_material(Path(files.current)).hosts)
    with pytest.raises(FileError, match="names no host"):
        pins_in([str(first)], ())


@pytest.mark.usefixtures("programs")
def test_a_server_may_stand_for_the_certificate_in_service(files: DraftInput, tmp_path: Path) -> None:
    world = standard_world(tmp_path)
    with origin(world) as server:
        words = ["rehearse", "--init", "--next", files.next]
        seen = pinlab(tmp_path, *words, "--current", f"localhost:{server.port}")
        beyond = pinlab(tmp_path, *words, "--current", f"192.0.2.1:{server.port}")
    assert seen.status == 0, seen.err
    shown = read_material(world / "identities/active.chain.pem")
    assert tomllib.loads(seen.out)["keys"]["K1"]["spki"] == shown.spki
    assert beyond.status == 2 and "--i-may-test 192.0.2.1" in beyond.err


def test_a_key_is_hashed_as_its_certificate_encodes_it(tmp_path: Path) -> None:
    """Decoding an RSA-PSS key and encoding it again loses its parameters (RFC 4055 1.2): another pin."""
    key = "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256"
    key += " -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32 -out key.pem"
    subject = "-key key.pem -subj /CN=shop.test"
    for command in (key, f"openssl req -x509 {subject} -out c.pem", f"openssl req -new {subject} -out r.pem"):
        subprocess.run(command.split(), cwd=tmp_path, capture_output=True, timeout=60, check=True)
    line = "openssl x509 -in c.pem -pubkey -noout | openssl pkey -pubin -outform der"
    line += " | openssl dgst -sha256 -binary | base64"
    output = subprocess.run(
        ["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=20, check=True
    )
    expected = f"sha256/{output.stdout.strip()}"
    assert read_material(tmp_path / "c.pem").spki == expected
    assert read_material(tmp_path / "r.pem").spki == expected
    assert spki_pin(x509.load_pem_x509_certificate((tmp_path / "c.pem").read_bytes())) == expected
