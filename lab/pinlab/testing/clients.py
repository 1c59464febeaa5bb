"""Who is under test: a function of the test's own, any command, or a client that the lab knows.

A function is called once for each visit. It returns: accepted. It raises: refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from pinlab.testing.resolver_patch import resolving
from pinlab.testing.visit import Visit


class Refused(Exception):
    """Raised by a client function that can say why it refused: a reason of PROTOCOL.md."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


class CannotDo(Exception):
    """Raised by a client function that is not made for what is asked; the verdict is UNSUPPORTED."""


@dataclass(frozen=True)
class Command:
    """Any program: `pinlab run --command`, with the same placeholders."""

    template: str
    env: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()


@dataclass(frozen=True)
class Named:
    """A client that has an adapter: `pinlab clients` lists them."""

    name: str


Client = Callable[[Visit], object] | Command | Named


def described(client: Client) -> dict[str, Any]:
    """What the lab's process must know of a client."""
    if isinstance(client, Command | Named):
        return asdict(client)
    name = getattr(client, "__name__", type(client).__name__)
    return {"function": re.sub(r"\W+", "", name) or "client"}


def ask(client: Callable[[Visit], object], visit: Visit) -> None:
    """Have a function make a visit; its claim is in the visit afterwards.

    What pytest itself raises (skip, fail) and interruptions are no claims: they pass through.
    """
    with resolving(visit.host, visit.address):
        try:
            client(visit)
        except (pytest.fail.Exception, pytest.skip.Exception):
            raise
        except CannotDo as error:
            visit.cannot(str(error))
        except Refused as error:
            visit.refused(error.reason, error.detail)
        except Exception as error:
            visit.refused(None, f"{type(error).__name__}: {error}"[:400])
        else:
            if not visit.claim:
                visit.accepted()
