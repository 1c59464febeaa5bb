"""What the HTTP side waits for: a state of a desk, the body of a request. Never without a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request

from pinlab.serve.requests import BadRequest, parse
from pinlab.serve.task_queue import Desk

MOST_BYTES = 64 * 1024
BODY_S = 10.0
"""How long the body of a request may take to come."""


class TooLate(Exception):
    """The case runner was not ready in time."""


def rung_from_any_thread(bell: asyncio.Event) -> Callable[[], None]:
    """A function that sets an event of the running loop, anyone who calls it."""
    loop = asyncio.get_running_loop()

    def ring() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(bell.set)

    return ring


async def until(desk: Desk, ready: Callable[[], bool], seconds: float) -> None:
    """Wait for a state of the desk. TooLate: it did not come in time."""
    bell = asyncio.Event()
    stop = desk.watch(rung_from_any_thread(bell))
    try:
        async with asyncio.timeout(seconds):
            while not ready():
                await bell.wait()
                bell.clear()
    except TimeoutError as error:
        raise TooLate(f"the lab was not ready within {seconds:g} s") from error
    finally:
        stop()


async def raw_body(request: Request) -> bytes:
    """The body of a request. BadRequest: too long, or too slow."""
    data = b""
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                data += chunk
                if len(data) > MOST_BYTES:
                    raise BadRequest(f"the body is longer than {MOST_BYTES} bytes")
    except TimeoutError as error:
        raise BadRequest(f"the body did not come within {BODY_S:g} s") from error
    return data


async def json_body(request: Request) -> dict[str, object]:
    """The JSON object that a request carries. BadRequest: it does not."""
    return parse(await raw_body(request))
