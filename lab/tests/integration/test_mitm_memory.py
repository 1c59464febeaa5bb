"""An interceptor that may remember its origin: fewer connections there, and never unless its brief says so."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography import x509
from pinlab.pki.cast import Deviations, IdentityEntry
from pinlab.pki.mint import mint_world
from tests.support.witnesses import (
    NOW,
    connect,
    context,
    fetch,
    leaf_of,
    mitm,
    origin,
    seen,
    standard_world,
    step,
)
from tests.support.worlds import standard_cast

pytestmark = pytest.mark.usefixtures("programs")
ATTACK = {"kind": "rogue_ca"}


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def world_of_many(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, but for the shop's certificate, which is good for every name below shop.test."""
    many = Deviations(identities={"active": IdentityEntry(names=("shop.test", "*.shop.test"))})
    return mint_world(standard_cast().deviate(many), now=NOW, folder=tmp_path_factory.mktemp("many")).path


def test_a_client_that_refuses_costs_the_origin_no_second_connection(world: Path) -> None:
    with origin(world) as server, mitm(world, server.port, ATTACK, remember_upstream=True) as attacker:
        for _ in range(3):
            with pytest.raises(ssl.SSLCertVerificationError):
                connect(attacker, context(world))
    assert len(seen(server, "accepted")) == 1
    shown = [fact.facts["chain"] for fact in seen(attacker, "presented")]
    assert len(shown) == 3 and shown[0] == shown[1] == shown[2], "forged once for all who meet the same step"


def test_a_relay_resumes_the_session_that_the_origin_gave(world: Path) -> None:
    with origin(world) as server, mitm(world, server.port, ATTACK, remember_upstream=True) as attacker:
        bodies = [fetch(attacker, context(world, "rogue")) for _ in range(3)]
    assert all(body.startswith(b"pinlab") for body in bodies) and len(set(bodies)) == 3
    assert len(seen(server, "presented")) == 1 and len(seen(server, "resumed")) == 2


def test_another_name_is_another_origin(world: Path) -> None:
    with origin(world) as server, mitm(world, server.port, ATTACK, remember_upstream=True) as attacker:
        for name in ("shop.test", "www.shop.test", "shop.test"):
            with pytest.raises(ssl.SSLCertVerificationError):
                connect(attacker, context(world), name)
    assert [fact.facts["sni"] for fact in seen(server, "client_hello")] == ["shop.test", "www.shop.test"]
    assert len(seen(server, "presented")) == 2, "the certificate for shop.test vouches for no other name"
    assert len({str(fact.facts["chain"]) for fact in seen(attacker, "presented")}) == 1, "forged once for it"


@pytest.mark.parametrize("remembers", [False, True])
def test_a_session_is_resumed_under_every_name_that_its_certificate_is_good_for(
    world_of_many: Path, remembers: bool
) -> None:
    """RFC 8446 4.6.1; the origin is asked all the same, and would show another certificate if it had one."""
    world, more = world_of_many, {"remember_upstream": True} if remembers else {}
    names = ["a.shop.test", "b.shop.test", "c.shop.test"]
    with origin(world) as server, mitm(world, server.port, ATTACK, **more) as attacker:
        for name in names:
            assert fetch(attacker, context(world, "rogue"), name=name).startswith(b"pinlab")
    assert [fact.facts["sni"] for fact in seen(server, "client_hello")] == names
    assert len(seen(server, "presented")) == (1 if remembers else 3)
    assert len(seen(server, "resumed")) == (2 if remembers else 0)
    assert len({str(fact.facts["chain"]) for fact in seen(attacker, "presented")}) == (1 if remembers else 3)


@pytest.mark.parametrize("remembers", [False, True])
def test_an_origin_that_rotates_is_seen_as_it_is_unless_the_brief_says_otherwise(
    world: Path, remembers: bool
) -> None:
    queue = [step(world, "active", until="hello", times=1), step(world, "renewed")]
    more = {"remember_upstream": True} if remembers else {}
    with origin(world, *queue) as server, mitm(world, server.port, ATTACK, **more) as attacker:
        leaves = [leaf_of(attacker, context(world, "rogue")) for _ in range(2)]
    assert len(seen(server, "accepted")) == (1 if remembers else 2)
    first, second = (x509.load_der_x509_certificate(leaf).not_valid_after_utc for leaf in leaves)
    assert (first == second) is remembers, "the renewed certificate ends on another day"
