"""Looks whether a port that is to be closed is: there the kernel answers, and it bears no witness.

Without it a client that cannot connect for want of a port of its own would be taken for one that was refused.
"""

from __future__ import annotations

import socket

from pinlab.cell import Cell
from pinlab.plan import Case

PATIENCE_S = 5.0


def faults(case: Case, cell: Cell) -> list[str]:
    """What is wrong with the closed port of `case`, which its origin holds; nothing where it has none."""
    fault = case.scenario.present[0].fault if case.scenario.present else None
    if fault is None or (fault.after, fault.do) != ("accept", "refuse") or cell.origin is None:
        return []
    try:
        socket.create_connection((cell.origin.address, cell.origin.port), PATIENCE_S).close()
    except ConnectionRefusedError:
        return []
    except OSError as error:
        return [f"the closed port could not be tried: {error.strerror or error}"]
    return ["the port that is to be closed is open"]
