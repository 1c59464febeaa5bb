"""The bill of materials: valid by the standard's schema, whole, and the same bytes each time."""

from __future__ import annotations

import copy
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from pinlab.errors import UsageError
from pinlab.paths import ROOT
from pinlab.sbom import debian
from pinlab.sbom.component import Component, united
from pinlab.sbom.document import client_locks, document
from pinlab.sbom.locks import read_lock
from tests.commandline import pinlab
from tests.third_party import cyclonedx_validator

SHA = "0" * 64


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """The document of this very tree."""
    return document(ROOT)


def test_it_is_valid_by_the_schema_of_the_standard(made: dict[str, Any]) -> None:
    cyclonedx_validator().validate(made)
    cyclonedx_validator().validate(document(ROOT, serial=True))
    broken = copy.deepcopy(made)
    broken["components"][0]["hashes"] = [{"alg": "SHA-256", "content": "none"}]
    assert not cyclonedx_validator().is_valid(broken)


def test_every_locked_python_package_is_in_it_with_its_hashes(made: dict[str, Any]) -> None:
    lock = (ROOT / "ci/requirements.lock").read_text(encoding="utf-8")
    wanted = set(re.findall(r"^(\S+?)==([^\s;\\]+)", lock, re.MULTILINE))
    ours = [one for one in made["components"] if one["purl"].startswith("pkg:pypi/")]
    required = [one for one in ours if one["scope"] == "required"]
    assert {(one["name"], one["version"]) for one in required} == wanted and len(wanted) > 30
    assert all(hashes_of(one) for one in ours)
    told = {value["content"] for one in required for value in hashes_of(one)}
    assert set(re.findall(r"sha256:([0-9a-f]{64})", lock)) <= told


def hashes_of(component: dict[str, Any]) -> list[dict[str, str]]:
    """Its own hash, or those of the files it may come as."""
    several = [one["hashes"] for one in component.get("externalReferences", [])]
    return [*component.get("hashes", []), *(value for hashes in several for value in hashes)]


def test_every_debian_package_is_in_it(made: dict[str, Any]) -> None:
    lines = (ROOT / "ci/packages.txt").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line.partition("#")[0].strip()]
    deb = [one for one in made["components"] if one["purl"].startswith("pkg:deb/")]
    assert len(deb) == len(named) and all(one["description"] for one in deb)


def test_every_clients_lock_is_read_and_optional(made: dict[str, Any]) -> None:
    folder = ROOT / "client_under_test/locks"
    silent = {path.parent for path in folder.rglob("*") if path.is_file()}
    silent -= {path.parent for path in client_locks(ROOT)}
    assert silent == set(), "pinlab.sbom.locks does not know the format of these"
    kinds = {one["purl"].split("/")[0] for one in made["components"] if one["scope"] == "optional"}
    assert {"pkg:npm", "pkg:maven", "pkg:pypi", "pkg:cargo"} <= kinds
    assert all(
        one["hashes"] for one in made["components"] if one["purl"].startswith(("pkg:npm", "pkg:maven"))
    )


def test_what_the_lab_needs_hangs_below_it_and_each_package_is_there_once(made: dict[str, Any]) -> None:
    refs = [one["bom-ref"] for one in made["components"]]
    (root,) = made["dependencies"]
    assert root["ref"] == made["metadata"]["component"]["bom-ref"]
    assert set(root["dependsOn"]) == {
        one["bom-ref"] for one in made["components"] if one["scope"] == "required"
    }
    assert len(refs) == len(set(refs)) and refs == sorted(refs)


def test_the_same_tree_gives_the_same_bytes(tmp_path: Path) -> None:
    printed = pinlab(tmp_path, "sbom", SOURCE_DATE_EPOCH="1800000000")
    again = pinlab(tmp_path, "sbom", "--out", str(tmp_path / "bom.json"), SOURCE_DATE_EPOCH="1800000000")
    assert printed.status == again.status == 0 and again.out == ""
    assert printed.out == (tmp_path / "bom.json").read_text(encoding="utf-8")
    assert json.loads(printed.out)["metadata"]["timestamp"] == "2027-01-15T08:00:00Z"


def test_a_time_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("yesterday", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH is whole seconds"):
            document(ROOT)


def test_outside_a_checkout_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"requirements\.lock is not there"):
        document(tmp_path)


def test_without_dpkg_debian_packages_have_no_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (one, two) = debian.packages("a (>= 2) | b # why a\n# words\n\nc # why c\n")
    assert (one.name, one.version, one.why) == ("a", None, "why a")
    assert two.purl.startswith("pkg:deb/") and two.purl.endswith("/c")


def test_of_alternatives_the_installed_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "installed", lambda names: {"b": ("1:2+x", "amd64")})
    (one,) = debian.packages("a (>= 2) | b # why\n")
    assert one.purl.endswith("/b@1%3A2%2Bx?arch=amd64")


@pytest.mark.parametrize(
    ("name", "text", "purl"),
    [
        (
            "go.sum",
            "golang.org/x/net v0.1.0 h1:aGk=\ngolang.org/x/net v0.1.0/go.mod h1:b=\n",
            "golang.org/x/net@v0.1.0",
        ),
        ("packages.lock.json", '{"dependencies": {"net8.0": {"A.B": {"resolved": "1.2"}}}}', "nuget/A.B@1.2"),
        ("Cargo.lock", f'[[package]]\nname = "a"\nversion = "1.0"\nchecksum = "{SHA}"\n', "cargo/a@1.0"),
        (
            "package-lock.json",
            '{"packages": {"": {}, "node_modules/@s/n": {"version": "1.0", "integrity": "sha512-AAAA"}}}',
            "npm/%40s/n@1.0",
        ),
    ],
)
def test_each_lock_is_read_in_its_format(tmp_path: Path, name: str, text: str, purl: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (found,) = read_lock(tmp_path / name)
    assert found.purl.endswith(purl)


def test_what_two_locks_name_is_one_component() -> None:
    first = Component("pypi", "a", "1", files=(("SHA-256", "1" * 64),), locks=("x",), required=False)
    (one,) = united([first, Component("pypi", "a", "1", files=(("SHA-256", SHA),), locks=("y",))])
    assert one.required and one.locks == ("x", "y") and len(one.files) == 2


def test_an_incomplete_checkout_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "ci").mkdir()
    shutil.copy(ROOT / "ci/requirements.lock", tmp_path / "ci")
    with pytest.raises(UsageError, match=r"packages\.txt is not there"):
        document(tmp_path)
