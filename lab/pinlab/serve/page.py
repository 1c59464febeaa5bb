"""The live page: what the client must do now, the connections as they come, the verdicts so far.

The server renders all of it, so it works without JavaScript: forms for the buttons, a reload for what is new.
With JavaScript the page follows by itself. It shows and asks; whatever it shows is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from pinlab import __version__
from pinlab.catalogue.registry import known_kinds
from pinlab.core.enums import ExitStatus, Suite
from pinlab.core.text import printable
from pinlab.evidence.model import Observation
from pinlab.judge.transcript_lines import arrow, details, is_noise
from pinlab.reports import html_report
from pinlab.reports.html_shell import render
from pinlab.reports.scenario_text import prose_of
from pinlab.reports.table import MEANING
from pinlab.serve.requests import BadRequest, ClaimForm, Order, read
from pinlab.serve.task_queue import OutOfOrder
from pinlab.serve.waits import raw_body, until

if TYPE_CHECKING:
    from pinlab.serve.api import Interface

PAGE = Path(__file__).with_name("page")
READY_S = 30.0


class LivePage:
    """The page and its forms."""

    def __init__(self, interface: Interface) -> None:
        """It does what the interface does."""
        self._interface = interface

    def routes(self) -> list[Route]:
        """Its paths; a form is answered by the page."""
        return [
            Route("/", self.page),
            Route("/ca.pem", self.ca),
            Route("/report", self.report),
            Route("/start", self.start, methods=["POST"]),
            Route("/said", self.claim, methods=["POST"]),
            Route("/end", self.end, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """The page as things are now."""
        return HTMLResponse(document(self._interface))

    async def ca(self, request: Request) -> Response:
        """The trust file of the task, for a device that imports it."""
        task = self._interface.run().desk.view().task
        if task is None:
            raise OutOfOrder("no scenario is open; GET /v1/next comes first")
        return Response(str(task.facts["ca_pem"]), media_type="application/x-pem-file")

    async def report(self, request: Request) -> Response:
        """The page of `pinlab run --html`, of what is done so far."""
        run = self._interface.run(even_finished=True)
        results = run.desk.view().results
        prose = prose_of(
            self._interface.lab.catalogue, known_kinds(), [result.scenario for result in results]
        )
        return HTMLResponse(html_report.document(run.facts(), results, prose))

    async def start(self, request: Request) -> Response:
        """The button that begins a run."""
        form = await _form(request)
        words = form.pop("only", "").replace(",", " ").split()
        return await self._answer(lambda: self._interface.begin(read(Order, {**form, "only": words})))

    async def claim(self, request: Request) -> Response:
        """The buttons that say what came of a task, and go on to the next."""
        form: dict[str, Any] = await _form(request)
        if str(form.get("number", "")).isdecimal():
            form["number"] = int(form["number"])
        claim = read(ClaimForm, form)
        return await self._answer(lambda: self._interface.run().desk.claim(claim.outcome(), claim.number))

    async def end(self, request: Request) -> Response:
        """The button that ends the run."""
        await _form(request)
        await self._interface.end()
        return _back()

    async def _answer(self, chapter: Any) -> Response:
        chapter()
        desk = self._interface.run().desk
        await until(desk, lambda: desk.rests, READY_S)
        return _back()


def document(interface: Interface) -> str:
    """The page as text."""
    run = interface.lab.run
    facts: dict[str, Any] = {"version": __version__, "suites": list(Suite), "run": None, "open": False}
    if run is not None:
        if not run.finished:
            run.desk.next()
        view, whole = run.desk.view(), run.facts()
        last = view.concluded[-1] if view.concluded else None
        facts |= {
            "run": whole,
            "open": not run.finished,
            "task": view.task,
            "pins": view.task.facts.get("pins") if view.task else None,
            "lines": lines(view.seen, view.task.facts if view.task else {}),
            "last": last,
            "transcript": [printable(line, 1200) for line in last.transcript.splitlines()] if last else [],
            "concluded": list(reversed(view.concluded)),
            "over": view.over,
            "cause": view.cause,
            "count": len(view.results),
            "meaning": MEANING[ExitStatus(whole.exit_status)],
        }
    return render(PAGE, "serve", facts, {"printable": printable})


def lines(seen: Sequence[Observation], facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the witnesses saw, a line each; each certificate of a chain has one of its own."""
    pins = facts.get("pins")
    helloed = {
        (observation.who, observation.conn) for observation in seen if observation.what == "client_hello"
    }
    found = []
    for observation in seen:
        if is_noise(observation, (observation.who, observation.conn) in helloed):
            continue
        who = f"{observation.who} #{observation.conn}" if observation.conn is not None else observation.who
        text = details(observation, None if pins is None else tuple(pins))
        found.append(_line(who, f"{arrow(observation)} {observation.what}", text, _mood(observation)))
        chain = [entry for entry in observation.facts.get("chain") or () if isinstance(entry, Mapping)]
        for depth, entry in enumerate(chain if observation.what == "presented" else ()):
            pinned = entry.get("pin") in (pins or ())
            text = f"{entry.get('subject', '?')}  {entry.get('pin', '?')}{'  (pinned)' if pinned else ''}"
            found.append(_line("", f"chain {depth}", text, "good" if pinned else ""))
    return found


def _line(who: str, what: str, text: str, mood: str) -> dict[str, str]:
    return {"who": printable(who), "what": printable(what), "text": printable(text, 300), "mood": mood}


def _mood(observation: Observation) -> str:
    if observation.what == "canary_seen":  # whether the interceptor may have it depends on the scenario
        return "alert" if observation.who == "mitm" else "good"
    return "alert" if observation.what == "alert" and observation.facts.get("name") != "close_notify" else ""


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, those that were left empty apart. BadRequest: it is none."""
    try:
        data = (await raw_body(request)).decode("utf-8")
        return {name: value for name, value in parse_qsl(data, max_num_fields=20) if value}
    except ValueError as error:
        raise BadRequest(f"the form cannot be read: {error}") from error


def _back() -> Response:
    return RedirectResponse("/", status_code=303)
