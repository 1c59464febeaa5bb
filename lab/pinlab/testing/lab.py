"""The fixture `lab`: scenarios, by name, met by a client of the test's.

It passes on requests and claims. What is shown, witnessed and judged is the job of the lab's own process.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pinlab.testing.channel import LabError, Line
from pinlab.testing.clients import Client, Command, Named, ask, described
from pinlab.testing.resolver_patch import resolving
from pinlab.testing.verdict import Judged
from pinlab.testing.visit import Visit

BY_HAND = {"function": "by hand"}
NO_CLIENT = """pinlab: no client is named. Do one of these:
  pass one:       lab.verdict(SCENARIO, client): a function of one visit, or Command(...) or Named(...)
  in conftest.py: override the fixture `pinlab_client` and return one
  in the ini:     pinlab_command = my-app --url {url} --ca {ca_file} --pins {pins_file}
  by option:      --pinlab-command TEMPLATE, or --pinlab-client NAME for one that `pinlab clients` lists"""


@dataclass(frozen=True)
class Played:
    """A scenario in one TLS version: the value of the argument `scenario`."""

    id: str
    tls: str
    own: str | None = None
    """The file it is from, where that is none of the shipped ones."""

    def __str__(self) -> str:
        return f"{self.id}-{self.tls}"


@dataclass(frozen=True)
class Place:
    """Where in the user's suite this is, and who gets the verdicts."""

    file: str
    name: str
    again: str
    client: Client | None
    """The client of the whole suite, if there is one."""
    notify: Callable[[Judged], None]


class Lab:
    """One test's way to the lab."""

    def __init__(self, line: Callable[[], Line], place: Place) -> None:
        """`line` gives the running lab; it is started when it is first needed."""
        self._line, self.place = line, place
        self._busy = False

    def verdict(
        self,
        scenario: str | Played,
        client: Client | None = None,
        *,
        tls: str | None = None,
        via: str | None = None,
    ) -> Judged:
        """Have `client` (or the suite's) meet a scenario and its controls; what the lab concludes.

        `tls` is "1.2" or "1.3", by default the highest that the scenario is made for. `via` is a way onto the
        path: address, hosts, proxy; a function cannot be led by `hosts`, nor need it be.
        """
        __tracebackhide__ = True
        return self.judge(self._named(scenario, tls, via), client)

    @contextlib.contextmanager
    def visit(self, scenario: str | Played, *, tls: str | None = None) -> Iterator[Visit]:
        """Make the one visit of a scenario by hand, without controls; `Visit.judged` tells what was seen."""
        with self.start(self._named(scenario, tls, None)) as visit:
            yield visit

    def judge(self, request: Mapping[str, Any], client: Client | None = None) -> Judged:
        """The verdict on any request (see serving.py)."""
        __tracebackhide__ = True
        asked = client or self.place.client
        if asked is None:
            pytest.fail(NO_CLIENT, pytrace=False)
        function = None if isinstance(asked, Command | Named) else asked
        stopped: list[BaseException] = []

        def visit(entry: Visit) -> None:
            if function is None or stopped:
                return
            try:
                ask(function, entry)
            except BaseException as error:  # the lab must come to its end first
                stopped.append(error)

        with self._talking() as line:
            line.say({**request, "client": described(asked), "again": self.place.again})
            judged = _conclude(line, visit)
        if stopped:
            raise stopped[0]
        self.place.notify(judged)
        return judged

    @contextlib.contextmanager
    def start(self, request: Mapping[str, Any]) -> Iterator[Visit]:
        """One visit that the body of the `with` makes; afterwards `Visit.judged` is there."""
        with self._talking() as line:
            line.say({**request, "client": BY_HAND, "again": self.place.again, "twins": False})
            message = line.receive()
            if message["told"] != "visit":
                pytest.skip(f"{message['result']['verdict']}: {message['result']['cause']}")
            visit = Visit.from_message(message)
            try:
                with resolving(visit.host, visit.address):
                    yield visit
            finally:
                line.say({"id": message["id"], **visit.claim})
                visit.judged = _conclude(line, lambda entry: None)
        self.place.notify(visit.judged)

    def _named(self, scenario: str | Played, tls: str | None, via: str | None) -> dict[str, Any]:
        if isinstance(scenario, Played):
            return {"scenario": scenario.id, "own": scenario.own, "tls": tls or scenario.tls, "via": via}
        return {"scenario": scenario, "tls": tls, "via": via}

    @contextlib.contextmanager
    def _talking(self) -> Iterator[Line]:
        __tracebackhide__ = True
        if self._busy:
            pytest.fail(
                "pinlab: the lab is at work on another visit of this test: end its `with` first", False
            )
        self._busy = True
        try:
            yield self._line()
        except LabError as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None
        finally:
            self._busy = False


def _conclude(line: Line, visit: Callable[[Visit], None]) -> Judged:
    """Have every visit made that the lab asks for, up to its verdict."""
    while True:
        message = line.receive()
        if message["told"] == "result":
            return Judged.from_message(message)
        entry = Visit.from_message(message)
        visit(entry)
        line.say({"id": message["id"], **entry.claim})
