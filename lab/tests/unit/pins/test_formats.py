"""Every format: read as people write it, written and read again without change."""

from __future__ import annotations

import datetime
import hashlib
import plistlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from pinlab.pins.errors import PinFileError
from pinlab.pins.format_table import FORMATS, TABLE, read_each, read_pins, recognise
from pinlab.pins.formats.base import Format
from pinlab.pins.model import LENGTHS, HostPins, Kind, Match, Pin, PinSet, Role
from pinlab.pins.source import Source
from tests.support.certificates import material, spki
from tests.support.pin_file_examples import EXAMPLES, ONE, A, B, b64, carrying, nsc, source

BOTH = [entry for entry in TABLE if entry.read and entry.write]
MORE = st.text(max_size=12) | st.sampled_from(list("{}[]()<>\"'|;="))
QUICK = settings(deadline=None, database=None, derandomize=True)
READ = [entry for entry in TABLE if entry.read and entry.name not in ("okhttp-java", "hex-spki")]


def test_there_is_an_example_of_each_format_that_has_a_look() -> None:
    assert [entry.name for entry in READ if entry.name not in EXAMPLES] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_is_known_by_its_look_and_read(name: str) -> None:
    example = EXAMPLES[name]
    assert recognise(source(example.text)).name == name
    found = read_pins(source(example.text))
    assert found.hosts[0].pattern == example.host
    assert tuple(pin.digest for pin in found.hosts[0].pins) == example.digests
    assert found.faults() == [] and found.remarks == ()
    assert all(pin.spot.line or pin.spot.key for host in found.hosts for pin in host.pins)


def label() -> st.SearchStrategy[str]:
    return st.text("abc XYZ-09", max_size=12).map(str.strip)


def names() -> st.SearchStrategy[str]:
    part = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
    return st.lists(part, min_size=2, max_size=4).map(".".join)


def pins(format_: Format) -> st.SearchStrategy[tuple[Pin, ...]]:
    def made(kind: tuple[Kind, str], digest: bytes, text: str, ca: bool) -> Pin:
        role = (Role.CA if ca else Role.LEAF) if format_.can.must_have_role else Role.ANY
        length = LENGTHS[kind[1]]
        return Pin(digest[:length], kind[0], kind[1], text if format_.can.labels else "", role)

    each = st.builds(
        made,
        st.sampled_from(sorted(format_.can.kinds)),
        st.binary(min_size=32, max_size=32),
        label(),
        st.booleans(),
    )
    fewest = format_.can.fewest_pins
    unique = st.lists(each, min_size=fewest, max_size=4, unique_by=lambda pin: pin.digest)
    return unique.map(lambda found: tuple(sorted(found, key=lambda pin: pin.role != Role.CA)))


def entries(format_: Format) -> st.SearchStrategy[HostPins]:
    def made(name: str, match: Match, some: tuple[Pin, ...], day: datetime.date | None, on: bool) -> HostPins:
        pattern = "" if match == Match.EVERY_HOST else name
        expires = day if format_.can.expiry else None
        uris = ("https://report.test/",) if format_.can.report_uris and on else ()
        return HostPins(
            pattern, match, some, format_.semantics, expires, on or not format_.can.report_only, uris
        )

    dates = st.none() | st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1))
    return st.builds(
        made, names(), st.sampled_from(sorted(format_.can.matches)), pins(format_), dates, st.booleans()
    )


def pinsets(format_: Format) -> st.SearchStrategy[PinSet]:
    most = 3 if format_.can.hosts else 1
    unique = st.lists(entries(format_), min_size=1, max_size=most, unique_by=lambda entry: entry.pattern)
    return unique.map(lambda found: PinSet(format_.name, "pins.file", tuple(found)))


@pytest.mark.parametrize("format_", BOTH, ids=lambda entry: entry.name)
def test_what_is_written_is_read_again(format_: Format) -> None:
    assert format_.write and format_.read
    write, read = format_.write, format_.read

    @settings(QUICK, max_examples=40)
    @given(pinsets(format_))
    def law(pinset: PinSet) -> None:
        text = write(pinset)
        assert read(source(text)).hosts == pinset.hosts
        if format_.name not in ("hex-spki", "okhttp-java"):
            assert recognise(source(text)).name == format_.name

    law()


@pytest.mark.parametrize("format_", READ, ids=lambda entry: entry.name)
def test_no_text_at_all_makes_a_reader_stumble(format_: Format) -> None:
    """Whatever is done to a file, it is read or refused in words."""
    assert format_.read
    read, good = format_.read, EXAMPLES[format_.name].text

    @settings(QUICK, max_examples=60)
    @given(
        st.integers(0, len(good)),
        st.integers(0, 40),
        st.text(max_size=12) | st.sampled_from(list("{}[]()<>\"'|;=")),
    )
    def law(at: int, length: int, more: str) -> None:
        try:
            read(source((good[:at] + more + good[at + length :]).encode("utf-8", "surrogatepass")))
        except PinFileError as failure:
            assert str(failure).startswith("pins.file")

    law()


@pytest.mark.parametrize("name", ["okhttp", "android-nsc"])
def test_what_the_library_decodes_all_the_same_is_no_fault(name: str) -> None:
    prefix = "sha256/" if name == "okhttp" else ""
    found = read_pins(source(carrying(name, prefix + b64(A).rstrip("="))), name).hosts[0].pins[0]
    assert (found.digest, found.fault) == (A, "") and "padding" in found.loose


MEASURED_WITH_OKHTTP = [
    (f"sha256/{b64(A)}", "matches"),
    (f"sha256/{b64(A).rstrip('=')}", "matches"),
    (f"sha256/{b64(A).replace('+', '-').replace('/', '_')}", "matches"),
    (f"sha256/{b64(A)[:20]}\\n{b64(A)[20:]}", "matches"),
    ("sha256/AAAA", "builds"),
    ("sha256/", "builds"),
    (f"sha256/{A.hex()}", "builds"),
    (f"sha256//{b64(A)}", "builds"),
    ("sha256/A*", "throws"),
    ("sha256/A", "throws"),
    (f"SHA256/{b64(A)}", "throws"),
    (b64(A), "throws"),
    ("md5/AAAA", "throws"),
]
"""What libokhttp-java 3.13.1 of Debian 12 did with each text when a CertificatePinner was built."""


@pytest.mark.parametrize(("text", "does"), MEASURED_WITH_OKHTTP)
def test_okhttp_takes_and_refuses_what_the_real_one_does(text: str, does: str) -> None:
    pin = read_pins(source(carrying("okhttp", text))).hosts[0].pins[0]
    assert does == ("throws" if pin.fault and not pin.builds else "builds" if pin.fault else "matches")


URL = b"\xfb\xef\xff" + bytes(29)
ANDROIDS_DECODER = [
    (b64(A), "", ""),
    (b64(A).rstrip("="), "", "padding"),
    (f"{b64(A)[:9]}\n  {b64(A)[9:]}", "", "white space"),
    (f"{b64(A)[:9]}*{b64(A)[9:]}", "", "is not base64"),
    (f"{b64(A)}=", "the padding (=) is wrong", ""),
    (b64(URL).replace("+", "-").replace("/", "_"), "base64url letters", ""),
]


@pytest.mark.parametrize(("text", "fault", "loose"), ANDROIDS_DECODER)
def test_android_skips_what_is_no_letter(text: str, fault: str, loose: str) -> None:
    pin = read_pins(source(carrying("android-nsc", text))).hosts[0].pins[0]
    assert fault in pin.fault and bool(fault) == bool(pin.fault)
    assert loose in pin.loose and bool(loose) == bool(pin.loose)


def test_android_inherits_pins_and_an_empty_set_switches_them_off() -> None:
    text = f"""<domain-config><domain>a.b</domain><pin-set>{ONE}</pin-set>
      <domain-config><domain>c.a.b</domain></domain-config>
      <domain-config><domain>d.a.b</domain><pin-set/></domain-config></domain-config>"""
    hosts = read_pins(source(nsc(text))).hosts
    assert [len(host.pins) for host in hosts] == [1, 1, 0]


def test_a_blank_makes_two_of_curls_pins_into_none() -> None:
    pins = read_pins(source(f"sha256//{b64(A)}; sha256//{b64(B)};sha256//{b64(A)}\n")).hosts[0].pins
    assert [(pin.digest, bool(pin.fault)) for pin in pins] == [(A, True), (A, False)]


@pytest.mark.parametrize(
    "line",
    [
        'pinnedpubkey = "{}"',
        "curl --pinnedpubkey '{}' https://a.b",
        "\tpinnedPubkey = {}",
        "--pinnedpubkey={}",
    ],
)
def test_curls_value_is_found_in_an_option(line: str) -> None:
    found = read_pins(source(line.format(f"sha256//{b64(A)};sha256//{b64(B)}")))
    assert [pin.digest for pin in found.hosts[0].pins] == [A, B]


def test_the_adds_of_a_builder_in_a_variable_are_found() -> None:
    text = f"""CertificatePinner.Builder b = new CertificatePinner.Builder();
    b.add("a.b", "sha256/{b64(A)}"); list.add("c.d", "sha256/{b64(B)}");
    b.add("*.a.b", "sha1/{b64(B[:20])}");"""
    found = read_pins(source(text)).hosts
    assert [(host.pattern, host.match) for host in found] == [("a.b", Match.EXACT), ("a.b", Match.ONE_LABEL)]


def test_the_adds_inside_apply_are_found() -> None:
    text = f"""val p = CertificatePinner.Builder().apply {{
        add("a.b", "sha256/{b64(A)}")
        add("c.d", "sha256/{b64(B)}")
    }}.add("e.f", "sha256/{b64(A)}").build()"""
    assert [host.pattern for host in read_pins(source(text)).hosts] == ["a.b", "c.d", "e.f"]


def test_a_property_list_of_apple_and_trustkit_is_two_pin_sets() -> None:
    both = plistlib.loads(EXAMPLES["trustkit"].text.encode()) | plistlib.loads(
        EXAMPLES["apple"].text.encode()
    )
    file = source(plistlib.dumps(both))
    assert [pinset.format for pinset in read_each(file)] == ["apple", "trustkit"]
    assert [pinset.format for pinset in read_each(file, "trustkit")] == ["trustkit"]
    with pytest.raises(PinFileError, match="has two pin sets; choose one with --format"):
        read_pins(file)


def test_trustkit_in_objective_c_is_read_like_swift() -> None:
    text = f"""NSDictionary *config = @{{
        kTSKPinnedDomains: @{{
            @"shop.test" : @{{
                kTSKEnforcePinning : @NO,
                kTSKPublicKeyHashes : @[ @"{b64(A)}", @"{b64(B)}" ],
                kTSKExpirationDate: @"2028-02-29"
            }}
        }}
    }};"""
    (host,) = read_pins(source(text)).hosts
    assert ([pin.digest for pin in host.pins], host.enforced) == ([A, B], False)
    assert host.expires == datetime.date(2028, 2, 29)


def test_a_brief_that_does_not_pin_has_no_entry() -> None:
    text = EXAMPLES["brief"].text.replace(f'["sha256/{b64(A)}", "sha256/{b64(B)}"]', "null")
    assert read_pins(source(text)).hosts == ()


def test_certificates_in_pem_say_what_they_are_of() -> None:
    pins = read_pins(source(EXAMPLES["pem"].text)).hosts[0].pins
    assert [pin.role for pin in pins] == [Role.CA, Role.LEAF]


def test_a_binary_property_list_is_read_too() -> None:
    values = plistlib.loads(EXAMPLES["trustkit"].text.encode())
    found = read_pins(source(plistlib.dumps(values, fmt=plistlib.FMT_BINARY)))
    assert [pin.digest for pin in found.hosts[0].pins] == [A, B]


def test_chromium_finds_named_keys_in_the_file_beside(tmp_path: Path) -> None:
    root = material().root
    pem = root.public_bytes(Encoding.PEM).decode()
    (tmp_path / "state.pins").write_text(f"# keys\n\nFirst\nsha256/{b64(A)}\n\nSecond\n{pem}")
    sets = '{"pinsets": [{"name": "x", "static_spki_hashes": ["First", "Second"]}], '
    text = sets + '"entries": [{"name": "a.b", "pins": "x"}]}'
    (tmp_path / "state_pins.json").write_text(text)
    found = read_pins(Source.of(tmp_path / "state_pins.json")).hosts[0].pins
    assert [pin.digest for pin in found] == [A, hashlib.sha256(spki(root)).digest()]
    assert [pin.label for pin in read_pins(Source.of(tmp_path / "state.pins")).hosts[0].pins] == [
        "First",
        "Second",
    ]


OTHER_NOTATIONS = [
    f'Public-Key-Pins: pin-sha256="{b64(A)}"; pin-sha256="{b64(B)}"; max-age=518400\n',
    f"|c0|shop.test|443|0|6|{A.hex()}\n",
    f"[hostsecurity]\nshop.test:fingerprints = sha256:{A.hex(':')}\n",
    f"[hostfingerprints]\nshop.test = sha256:{A.hex(':')}\n",
]
"""An HPKP header, GnuTLS's known_hosts and Mercurial's hgrc: no format of ours, and like none of ours."""


@pytest.mark.parametrize("text", OTHER_NOTATIONS)
def test_a_notation_without_a_format_is_not_taken_for_another(text: str) -> None:
    with pytest.raises(PinFileError, match="no pin format recognised"):
        read_pins(source(text))


@pytest.mark.parametrize(
    "call",
    [f'bytes.fromhex("{A.hex()}")', f'binascii.unhexlify(b"{A.hex()}")', f'base64.b64decode("{b64(A)}")'],
)
def test_the_usual_decoders_around_a_literal_are_understood(call: str) -> None:
    assert read_pins(source(f"aiohttp.Fingerprint({call})")).hosts[0].pins[0].digest == A


def test_an_unknown_format_is_named_with_the_nearest() -> None:
    with pytest.raises(PinFileError, match='did you mean "trustkit"'):
        read_pins(source("x"), "trustkitt")
    with pytest.raises(PinFileError, match="no pin format recognised"):
        read_pins(source("hello\n"))
    assert FORMATS.keys() == {entry.name for entry in TABLE}
