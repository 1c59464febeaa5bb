"""The source code that is written really compiles and runs, and takes the pinned key and no other."""

from __future__ import annotations

import os
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pinlab.pins.model import Pin, Role
from tests.support.certificates import material
from tests.support.pin_file_examples import A, B, b64
from tests.support.tools import needs
from tests.unit.pins.test_convert import TWO, entry, leaf_pin, to

SNIPPETS = ("cpp", "csharp", "go", "javascript", "kotlin", "python", "swift")


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_holds_both_pins_and_no_hole(name: str) -> None:
    text = to(name, entry(*(replace(pin, role=Role.LEAF) for pin in TWO))).text
    assert b64(A) in text and b64(B) in text and "@PIN" not in text


def run(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": ""},
    )


def snippet(name: str, *pins: Pin) -> str:
    return to(name, entry(*(replace(pin, role=Role.LEAF) for pin in pins))).text


CPP_MAIN = """
#include <cstdio>
int main(int, char** arguments) {
    BIO* file = BIO_new_file(arguments[1], "r");
    X509* certificate = PEM_read_bio_X509(file, nullptr, nullptr, nullptr);
    std::puts(spki_sha256(certificate).c_str());
    X509_free(certificate);
    BIO_free(file);
}
"""


def test_the_cpp_snippet_compiles_without_a_warning_and_hashes_right(tmp_path: Path) -> None:
    made = material()
    pem = made.write(tmp_path, "leaf")
    head = "#include <openssl/bio.h>\n#include <openssl/pem.h>\n"
    (tmp_path / "pin.cpp").write_text(head + snippet("cpp", *TWO) + CPP_MAIN)
    words = ("g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-o", "pin", "pin.cpp", "-lssl", "-lcrypto")
    built = run(*words, folder=tmp_path)
    assert built.returncode == 0, built.stderr
    assert run(tmp_path / "pin", pem, folder=tmp_path).stdout.strip() == b64(leaf_pin(made).digest)


def module(text: str) -> ModuleType:
    made = ModuleType("snippet")
    exec(compile(text, "snippet.py", "exec"), made.__dict__)
    return made


def test_the_python_snippet_takes_the_pinned_leaf_and_no_other() -> None:
    made = material()
    module(snippet("python", leaf_pin(made), TWO[1])).check_pin(made.leaf.public_bytes(Encoding.DER))
    with pytest.raises(ssl.SSLError, match="not pinned"):
        module(snippet("python", *TWO)).check_pin(made.leaf.public_bytes(Encoding.DER))


JS_MAIN = """
const raw = require("node:fs").readFileSync("leaf.der");
const certificate = { raw, subject: { CN: "x" }, subjectaltname: "DNS:shop.test" };
for (const host of ["shop.test", "other.test"]) {
  const fault = checkServerIdentity(host, certificate);
  console.log(fault ? fault.message : "ok");
}
"""


@needs("node")
def test_the_javascript_snippet_keeps_the_name_check_and_adds_the_pin(tmp_path: Path) -> None:
    made = material()
    (tmp_path / "leaf.der").write_bytes(made.leaf.public_bytes(Encoding.DER))
    lines = []
    for pins in ((leaf_pin(made), TWO[1]), TWO):
        (tmp_path / "pin.js").write_text(snippet("javascript", *pins) + JS_MAIN)
        done = run("node", "pin.js", folder=tmp_path)
        assert done.returncode == 0, done.stderr
        lines.append(done.stdout.splitlines())
    assert lines[0][0] == "ok" and "does not match" in lines[0][1]
    assert "is not pinned" in lines[1][0]


GO_TEST = """package pinning

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"testing"
)

func TestPins(t *testing.T) {
	der, err := os.ReadFile("leaf.der")
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	good := tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{leaf}}}
	if err := Config().VerifyConnection(good); err != nil {
		t.Fatal(err)
	}
	if Config().VerifyConnection(tls.ConnectionState{}) == nil {
		t.Fatal("accepted without a chain")
	}
}
"""


@needs("go")
def test_the_go_snippet_takes_the_pinned_chain_and_no_empty_one(tmp_path: Path) -> None:
    made = material()
    (tmp_path / "leaf.der").write_bytes(made.leaf.public_bytes(Encoding.DER))
    (tmp_path / "go.mod").write_text("module pinning\n\ngo 1.19\n")
    (tmp_path / "pins_test.go").write_text(GO_TEST)
    (tmp_path / "pins.go").write_text(snippet("go", leaf_pin(made), TWO[1]))
    done = run("go", "test", "./...", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
