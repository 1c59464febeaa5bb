"""`pinlab serve` on loopback answers the user who started it, and learns from the kernel who that is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pinlab.serve.peer_uid import holder, owner
from tests.support.serve_process import serving

NOBODY = 65534
ASK = """import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
connection.request(*sys.argv[2:5], {"Content-Type": "application/json"})
answer = connection.getresponse()
print(answer.status, answer.read().decode())
"""
HERE, THERE = ("127.0.0.1", 52146), ("127.0.0.1", 8080)
LINE = (
    "  3: 0100007F:CBB2 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 {} 1 0 20 4 0"
)
LINE_6 = (
    "  0: 0000000000000000FFFF00000100007F:CBB2 0000000000000000FFFF00000100007F:1F90 01"
    " 00000000:00000000 00:00000000 00000000  1001        0 52 1 0 20 4 30 10 -1"
)


@pytest.mark.skipif(sys.byteorder != "little", reason="the lines were written down on such a machine")
def test_the_kernels_table_is_read_as_it_is_written() -> None:
    assert holder([LINE.format(41)], HERE, THERE) == 1000
    assert holder([LINE.format(41)], THERE, HERE) is None, "the server's own end is another line"
    assert holder([LINE_6], HERE, THERE) == 1001
    assert holder([], HERE, THERE) is None


@pytest.mark.skipif(sys.byteorder != "little", reason="the line was written down on such a machine")
def test_a_closed_socket_is_not_taken_for_roots() -> None:
    """Whoever sends an order and closes at once is in the table still, with user id 0."""
    assert holder([LINE.format(0).replace("  1000 ", "     0 ")], HERE, THERE) is None


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_connection_of_ours_is_ours(family: socket.AddressFamily) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, socket.socket(family) as client:
        port = door.getsockname()[1]
        client.connect((("::ffff:127.0.0.1" if family == socket.AF_INET6 else "127.0.0.1"), port))
        peer = client.getsockname()[1]
        assert owner(("127.0.0.1", peer), ("127.0.0.1", port)) == os.geteuid()
        client.shutdown(socket.SHUT_WR)
        assert owner(("127.0.0.1", peer), ("127.0.0.1", port)) == os.geteuid(), "it listens still"
        client.close()
        assert owner(("127.0.0.1", peer), ("127.0.0.1", port)) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can speak as another user")
def test_another_user_is_refused(tmp_path: Path, programs: Path) -> None:
    with serving(tmp_path) as server:
        for order in (("GET", "/", ""), ("GET", "/v1/results", ""), ("POST", "/v1/runs", "{}")):
            said = subprocess.run(
                [os.path.realpath(sys.executable), "-I", "-S", "-c", ASK, str(server.port), *order],
                capture_output=True,
                text=True,
                check=True,
                cwd="/",
                user=NOBODY,
                group=NOBODY,
            ).stdout
            assert said.startswith("403 ") and f"another user of this machine (uid {NOBODY})" in said
        assert server.post("/v1/runs", {"only": ["valid/leaf"]}).status == 201, "nothing of it was done"
        server.close_run()
