"""Second opinions on every chain of the catalogue: what other verifiers think of it, without any pin.

Where one differs from the catalogue, lab/golden/opinions.toml says why; an entry that is stale fails.
"""

from __future__ import annotations

import datetime
import ipaddress
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from pinlab.catalogue.loader import load_catalogue
from pinlab.catalogue.scenario import Scenario
from pinlab.core.paths import ROOT
from pinlab.pki.mint import mint_world
from pinlab.pki.world import World
from tests.support.worlds import NOW

pytestmark = pytest.mark.usefixtures("programs")
CATALOGUE = load_catalogue()
OPINIONS = ROOT / "lab" / "golden" / "opinions.toml"
ABOUT_CERTIFICATES = ("chain_", "cert_", "name_", "pin_")
"""Reasons that a chain alone decides; the others need a handshake."""
Verifier = Callable[[World, Scenario, Path], bool]


def is_address(host: str) -> bool:
    return host.replace(".", "").isdigit()


def openssl_accepts(world: World, scenario: Scenario, chain: Path) -> bool:
    name = "-verify_ip" if is_address(scenario.host) else "-verify_hostname"
    store = world.write_bundle(scenario.trust, chain.parent / f"{scenario.name}.store.pem")
    run = subprocess.run(
        [
            *("openssl", "verify", "-attime", str(NOW), "-purpose", "sslserver", "-auth_level", "2"),
            *("-no-CApath", "-no-CAstore", name, scenario.host.rstrip("."), "-CAfile", str(store)),
            *("-untrusted", str(chain), str(chain)),
        ],
        capture_output=True,
        timeout=20,
        check=False,
    )
    return run.returncode == 0


def cryptography_accepts(world: World, scenario: Scenario, chain: Path) -> bool:
    host = scenario.host.rstrip(".")
    subject = x509.IPAddress(ipaddress.ip_address(host)) if is_address(host) else x509.DNSName(host)
    moment = datetime.datetime.fromtimestamp(NOW, datetime.UTC)
    try:
        anchors = [
            x509.load_pem_x509_certificate(world.authority_certificate(name).read_bytes())
            for name in scenario.trust
        ]
        shown = x509.load_pem_x509_certificates(chain.read_bytes())
        verifier = PolicyBuilder().store(Store(anchors)).time(moment).build_server_verifier(subject)
        verifier.verify(shown[0], shown[1:])
    except (VerificationError, ValueError, x509.DuplicateExtension):
        return False
    return True


VERIFIERS: dict[str, Verifier] = {"openssl": openssl_accepts, "cryptography": cryptography_accepts}


def chains() -> list[tuple[Scenario, str, bool]]:
    """Give scenario, identity and whether its chain is good, for all that an origin shows for one host."""
    found = []
    for scenario in CATALOGUE.scenarios.values():
        about = not scenario.reason or scenario.reason.startswith(ABOUT_CERTIFICATES)
        hosts = scenario.session or any(step.sni or step.answer for step in scenario.present)
        if scenario.has_mitm or scenario.is_config or hosts or not about:
            continue
        for step, legit in zip(scenario.present, scenario.steps_legit("origin"), strict=True):
            found.append((scenario, step.identity, legit or scenario.is_pin_only))
    return found


# Serial numbers of zero and below are among the oddities; the library reads them, under protest.
@pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")
def test_other_verifiers_think_the_same_or_we_know_why(tmp_path: Path) -> None:
    known = tomllib.loads(OPINIONS.read_text(encoding="utf-8"))
    differing: dict[str, set[str]] = {name: set() for name in VERIFIERS}
    for scenario, identity, good in chains():
        world = mint_world(CATALOGUE.cast_of(scenario), now=NOW, folder=tmp_path)
        for name, accepts in VERIFIERS.items():
            if accepts(world, scenario, world.identity(identity).chain) != good:
                differing[name].add(scenario.id)
    assert known.keys() == differing.keys()
    for name, found in differing.items():
        assert sorted(found - set(known[name])) == [], f"say in {OPINIONS} why {name} differs"
        assert sorted(set(known[name]) - found) == [], f"{name} agrees now: remove these from {OPINIONS}"
        assert all(len(reason) > 10 for reason in known[name].values()), "a reason is a sentence"
