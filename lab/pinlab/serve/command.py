"""`pinlab serve`: opens the lab, says where it is, and ends cleanly when it is told to."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import uvicorn

from pinlab import paths
from pinlab.briefs import HOME
from pinlab.errors import UsageError
from pinlab.loading import catalogue_of
from pinlab.process import kill_all
from pinlab.run_folder import run_folder
from pinlab.serve.app import application
from pinlab.serve.guard import own_hosts
from pinlab.serve.lab import Lab
from pinlab.settings import Settings
from pinlab.start import become_subreaper
from pinlab.suite import terminated_like_interrupted
from pinlab.tools import known_flaws, known_kinds, program
from pinlab.upstream.options import UpstreamOptions
from pinlab.words import ExitStatus

GRACE_S = 3
"""How long open requests may take to end."""


@dataclass(frozen=True)
class ServeRequest:
    """The options of `pinlab serve` as they were typed."""

    listen: str = HOME
    port: int = 0
    world: Path | None = None
    patience_s: float = 600.0
    timeout_s: float = 10.0
    upstream: UpstreamOptions = field(default_factory=UpstreamOptions)


class Server(uvicorn.Server):
    """uvicorn's, which lets the lab end first: streams and waits of clients end with it."""

    def __init__(self, config: uvicorn.Config, lab: Lab) -> None:
        """`lab` is told to stop when the server is."""
        super().__init__(config)
        self._lab = lab

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the lab, then the server."""
        self._lab.stop()
        await super().shutdown(sockets)


def run_serve(request: ServeRequest) -> ExitStatus:
    """Serve until SIGINT or SIGTERM. Raises the errors that `errors` knows."""
    check(request)
    become_subreaper()
    program("pinlab-origin"), program("pinlab-mint")
    settings = Settings(
        run_folder="",
        seed=0,
        now=0,
        client="",  # nobody is started here
        world=str(request.world.absolute()) if request.world else None,
        timeout_s=request.timeout_s,
        stories=True,
        evidence=str(paths.evidence()),
        listen=request.listen,
    )
    news: list[str] = []
    with ExitStack() as stack:
        if request.upstream != UpstreamOptions():
            folder = stack.enter_context(run_folder())
            settings = _in_front_of(request, settings, folder, news.append)
        catalogue = catalogue_of(settings, known_kinds(), known_flaws())
    lab = Lab(settings, catalogue, request.patience_s)
    with terminated_like_interrupted(), listening(request) as door:
        port = door.getsockname()[1]
        app = application(lab, own_hosts(request.listen, port))
        debug = "info" if os.environ.get("PINLAB_DEBUG") else "critical"
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level=debug,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            limit_concurrency=200,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=GRACE_S,
        )
        greet(request, port)
        for line in news:
            print(line, flush=True)
        with suppress(KeyboardInterrupt):  # uvicorn ends in order, and then says that it was interrupted
            Server(config, lab).run(sockets=[door])
        lab.stop()
        if not lab.join():
            kill_all()
    print("pinlab serve: ended", flush=True)
    return ExitStatus.OK


def _in_front_of(
    request: ServeRequest, settings: Settings, folder: Path, say: Callable[[str], None]
) -> Settings:
    """With the user's own server, and one port for all scenarios: an app is configured once."""
    from pinlab.upstream.start import in_front_of  # its libraries cost every other start

    options = request.upstream
    if options.upstream is not None and options.mitm_port is None:
        with socket.create_server((request.listen, 0)) as free:
            options = replace(options, mitm_port=free.getsockname()[1])
    settings = in_front_of(options, settings, folder, say)
    say(f"  clients meet the interceptor at {request.listen} port {options.mitm_port}, during a run")
    return settings


def check(request: ServeRequest) -> None:
    """UsageError for what cannot be."""
    try:
        address = ipaddress.IPv4Address(request.listen)
    except ValueError as error:
        raise UsageError(f"--listen wants an IPv4 address of this machine, not {request.listen!r}") from error
    if address.is_unspecified or address.is_multicast:
        raise UsageError(f"--listen {address}: name the one address by which the device reaches this machine")
    if not 0 <= request.port <= 65535:
        raise UsageError(f"--port wants a number between 0 and 65535, not {request.port}")
    if not 0.05 <= request.timeout_s <= 3600:
        raise UsageError(f"--timeout wants seconds between 0.05 and 3600, not {request.timeout_s:g}")
    if not 0.05 <= request.patience_s <= 86_400:
        raise UsageError(f"--patience wants seconds between 0.05 and 86400, not {request.patience_s:g}")


@contextmanager
def listening(request: ServeRequest) -> Iterator[socket.socket]:
    """The server's socket. UsageError: it cannot be had."""
    try:
        door = socket.create_server((request.listen, request.port))
    except OSError as error:
        where = f"{request.listen} port {request.port}"
        raise UsageError(f"cannot listen on {where}: {error.strerror}; try another --port") from error
    with door:
        yield door


def greet(request: ServeRequest, port: int) -> None:
    """Say where the lab is and what to do next."""
    url = f"http://{request.listen}:{port}"
    print(f"pinlab serve: {url}/   (Ctrl-C ends it)")
    if not ipaddress.ip_address(request.listen).is_loopback:
        print("  Everybody who reaches this address can use it: in a network that you trust only.")
    print("  Open it in a browser, or drive it from a script (lab/docs/serve.md):")
    order = """'{"suite": "smoke", "client": "my-app"}'"""
    print(f"  curl -s {url}/v1/runs -H 'Content-Type: application/json' -d {order}")
    print(f"  curl -s {url}/v1/next", flush=True)
