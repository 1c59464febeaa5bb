"""Ports run out: anyone who cannot listen or connect says so, and a refusal for want of a port is no pass.

The run has a loopback of its own, where the kernel gives out a handful of ports (apart.py).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.namespaces import few_ports, needs_own_ports
from tests.support.paused_run import gated_run

pytestmark = [pytest.mark.usefixtures("programs"), needs_own_ports]
FIRST = 40000
UNCLEAR = 3
PIN_ONLY = ("--only", "rogue_ca/in_trust_store")
ORDINARY = ("--only", "untrusted/*")
LACK = ("Cannot assign requested address", "none is free; widen net.ipv4.ip_local_port_range")
"""Of connect(2) and of bind(2)."""
CLOSED = ("--only", "expiry/leaf", "--only", "fault/port_closed")
"""Four clients with the controls, then one that no one answers; its control is a control of the first too."""
TAKE_THE_LAST = """import socket, sys
taken = socket.create_server(("127.0.0.1", int(sys.argv[1])))
with open("/proc/sys/net/ipv4/ip_local_port_range", "w", encoding="ascii") as ports:
    ports.write(f"{sys.argv[1]} {sys.argv[1]}")
print("taken", flush=True)
sys.stdin.readline()
"""
"""The kernel gives out one port from then on, and this program has it."""


# With one more, a connection that is over gives its port to the next a second later, and some cases end well.
@pytest.mark.parametrize(("words", "ports"), [(PIN_ONLY, 1), (PIN_ONLY, 2), (ORDINARY, 1)])
def test_a_run_without_ports_concludes_nothing(tmp_path: Path, ports: int, words: tuple[str, str]) -> None:
    with (
        few_ports(FIRST, FIRST + ports - 1) as room,
        gated_run(tmp_path, *words, "-n", "0", gate=0, inside=room.inside) as run,
    ):
        status, output = run.ended()
        assert status == UNCLEAR, output
        for result in run.results():
            assert result["verdict"] == "INCONCLUSIVE", result
            assert any(lack in result["cause"] for lack in LACK), result
        assert not run.left()


def test_a_closed_port_that_no_one_can_try_is_no_pass(tmp_path: Path) -> None:
    """Anyone who has no port to connect from says the same as one that was refused: that he cannot connect."""
    take = [sys.executable, "-I", "-S", "-c", TAKE_THE_LAST, str(FIRST - 1)]
    with (
        few_ports(FIRST, FIRST + 19) as room,
        gated_run(tmp_path, *CLOSED, "-n", "0", gate=5, inside=room.inside) as run,
    ):
        run.at_the_gate()
        with subprocess.Popen(
            [*room.inside, *take], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as thief:
            run.others.add(thief.pid)
            assert thief.stdout and thief.stdout.readline() == "taken\n"
            run.open_gate()
        status, output = run.ended()
        assert status == UNCLEAR, output
        closed = run.results()[-1]
        assert closed["verdict"] == "INCONCLUSIVE", closed
        assert "the closed port could not be tried: Cannot assign" in closed["cause"], closed
        assert [control["verdict"] for control in closed["twins"]] == ["SERVED"]
        assert not run.left()


def test_with_ports_enough_the_same_run_passes(tmp_path: Path) -> None:
    with (
        few_ports(FIRST, FIRST + 999) as room,
        gated_run(tmp_path, *PIN_ONLY, "-n", "0", gate=0, inside=room.inside) as run,
    ):
        status, output = run.ended()
        assert status == 0, output
        assert {result["verdict"] for result in run.results()} == {"HELD"}
