"""The server as an ASGI application: the calls, the page, the guard before both, and errors as JSON."""

from __future__ import annotations

from collections.abc import Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from pinlab.serve.api import Interface
from pinlab.serve.guard import Guard
from pinlab.serve.page import LivePage
from pinlab.serve.requests import BadRequest
from pinlab.serve.responses import refusal
from pinlab.serve.runs import LabService
from pinlab.serve.task_queue import OutOfOrder
from pinlab.serve.token import Token
from pinlab.serve.waits import TooLate


def application(lab: LabService, hosts: Collection[str], token: Token) -> Starlette:
    """The whole server; `hosts` and `token` as the guard wants them."""

    async def bad(request: Request, error: Exception) -> Response:
        return refusal(str(error), getattr(error, "field", None), 400)

    async def early(request: Request, error: Exception) -> Response:
        return refusal(str(error), request.url.path, 409)

    async def late(request: Request, error: Exception) -> Response:
        return refusal(str(error), request.url.path, 503)

    async def unknown(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return refusal(f"{request.method} {request.url.path} is no call of the lab", "path", status)

    async def unforeseen(request: Request, error: Exception) -> Response:
        return refusal(f"unforeseen error, {type(error).__name__}: {error}", None, 500)

    interface = Interface(lab)
    return Starlette(
        routes=[*interface.routes(), *LivePage(interface).routes()],
        middleware=[Middleware(Guard, hosts=hosts, token=token)],
        exception_handlers={
            BadRequest: bad,
            OutOfOrder: early,
            TooLate: late,
            HTTPException: unknown,
            Exception: unforeseen,
        },
    )
