"""The HTTP+JSON interface of the lab: thin, each call a few lines over the lab and the desk of its run.

It waits where the case runner is at work, never without a deadline, and judges nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pinlab.core.errors import FileError
from pinlab.reports import json_report, junit
from pinlab.serve.requests import BadRequest, ClaimForm, Nothing, Order, read
from pinlab.serve.responses import Json
from pinlab.serve.runs import END_S, LabService, ServedRun
from pinlab.serve.task_queue import OutOfOrder
from pinlab.serve.waits import json_body, rung_from_any_thread, until

READY_S = 60.0
"""How long the case runner may be at work between two tasks: minting, settling, judging."""
BEAT_S = 10.0
"""How often a stream of events says that it is alive."""


class Interface:
    """The calls; see lab/docs/serve.md."""

    def __init__(self, lab: LabService) -> None:
        """All calls are about the run of `lab`."""
        self.lab = lab

    def routes(self) -> list[Route]:
        """The paths of version 1."""
        return [
            Route("/v1/runs", self.runs, methods=["POST"]),
            Route("/v1/next", self.next),
            Route("/v1/outcome", self.outcome, methods=["POST"]),
            Route("/v1/verdict", self.verdict),
            Route("/v1/results", self.results),
            Route("/v1/finish", self.finish, methods=["POST"]),
            Route("/v1/events", self.events),
        ]

    async def runs(self, request: Request) -> Response:
        """Begin a run; answered when its first task is there, with what the client needs for it."""
        run = self.begin(read(Order, await json_body(request)))
        await until(run.desk, lambda: run.desk.rests, READY_S)
        view = run.desk.view()
        first = view.task.to_json() if view.task else {}
        text = {name: first.get(name) for name in ("host", "address", "port", "proxy", "ca_pem", "pins")}
        facts = {"id": run.id, "of": first.get("of", 0), "seed": run.settings.seed, **text}
        return Json({**facts, "note": view.cause or "these are for the first scenario"}, 201)

    def begin(self, order: Order) -> ServedRun:
        """Begin a run. BadRequest: `only` names no scenario."""
        if order.suite and self.lab.extension.names_scenarios:
            raise BadRequest("suite: the lab stands in front of an upstream and plays its script", "suite")
        try:
            return self.lab.open(order)
        except FileError as error:
            raise BadRequest(f"only: {error}", "only") from error

    async def next(self, request: Request) -> Response:
        """The task to do now; the same until its outcome is posted. 204: there is none any more."""
        desk = self.run().desk
        await until(desk, lambda: desk.rests, READY_S)
        task = desk.next()
        return Json(task.to_json()) if task else Response(status_code=204)

    async def outcome(self, request: Request) -> Response:
        """The client's claim about the task."""
        claim = read(ClaimForm, await json_body(request))
        return Json({"number": self.run().desk.claim(claim.outcome(), claim.number)}, 202)

    async def verdict(self, request: Request) -> Response:
        """What the last claim came to. 204: its scenario wants another visit first."""
        desk = self.run().desk
        desk.verdict()
        await until(desk, lambda: desk.rests, READY_S)
        facts = desk.verdict()
        return Json(facts.to_json()) if facts else Response(status_code=204)

    async def results(self, request: Request) -> Response:
        """All results so far: the object of `pinlab run --json`."""
        run = self.run(even_finished=True)
        return Json(json_report.document(run.facts(), run.desk.view().results))

    async def finish(self, request: Request) -> Response:
        """End the run; its exit status and its JUnit report."""
        read(Nothing, await json_body(request))
        run = await self.end()
        facts, view = run.facts(), run.desk.view()
        text = {"id": run.id, "exit_status": facts.exit_status, "complete": facts.complete}
        return Json({**text, "cause": view.cause, "junit": junit.document(facts, view.results)})

    async def end(self) -> ServedRun:
        """End the run that is open; what was claimed before is judged first."""
        run = self.run()
        await until(run.desk, lambda: run.desk.rests, READY_S)
        if not run.desk.over:
            run.desk.abandon()
        await until(run.desk, lambda: run.desk.over, END_S)
        self.lab.finish(run)
        return run

    async def events(self, request: Request) -> Response:
        """A line whenever something has changed, as server-sent events."""
        return StreamingResponse(self._changes(), media_type="text/event-stream")

    def run(self, even_finished: bool = False) -> ServedRun:
        """The run that is open. OutOfOrder: there is none."""
        run = self.lab.run
        if run is None or (run.finished and not even_finished):
            raise OutOfOrder("no run is open; POST /v1/runs begins one")
        return run

    async def _changes(self) -> AsyncIterator[str]:
        count = 0
        while not self.lab.stopped:
            run = self.lab.run
            bell = asyncio.Event()
            stop = self.lab.watch(rung_from_any_thread(bell))
            try:
                count += 1
                about = f'{{"run": "{run.id if run else ""}", "change": {count}}}'
                yield f"event: change\ndata: {about}\n\n"
                async with asyncio.timeout(BEAT_S):
                    await bell.wait()
            except TimeoutError:
                continue  # and say again how things are: that is the sign of life
            finally:
                stop()
