"""No port is to be had: a witness says so, with the status that is for it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pinlab.processes.binaries import program
from pinlab.witnesses.witness import Witness, WitnessError
from tests.support.witnesses import standard_world, step

pytestmark = pytest.mark.usefixtures("programs")
CANNOT_LISTEN = 3


def test_a_port_in_use_is_reported(tmp_path: Path) -> None:
    queue = [step(standard_world(tmp_path), "active")]
    with socket.create_server(("127.0.0.1", 0)) as another:
        listen = {"address": "127.0.0.1", "port": another.getsockname()[1]}
        brief = {"schema": "pinlab.origin/1", "queue": queue, "listen": listen}
        with pytest.raises(WitnessError, match="cannot listen: Address already in use") as caught:
            Witness(program("pinlab-origin"), brief, who="origin", patience_s=10, tape=[])
    assert caught.value.exit_code == CANNOT_LISTEN
