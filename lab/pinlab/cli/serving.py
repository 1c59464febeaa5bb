"""`pinlab serve` at work: opens the lab, says where it is, and ends cleanly when it must."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import uvicorn

from pinlab.catalogue.registry import known_flaws, known_kinds
from pinlab.core import paths
from pinlab.core.enums import ExitStatus
from pinlab.core.errors import UsageError
from pinlab.processes.binaries import program
from pinlab.processes.child import kill_all
from pinlab.processes.spawn import become_subreaper
from pinlab.runner.execute import terminated_like_interrupted
from pinlab.runner.load_catalogue import catalogue_of
from pinlab.runner.run_dir import run_folder
from pinlab.runner.settings import Settings
from pinlab.serve.app import application
from pinlab.serve.guard import own_hosts
from pinlab.serve.options import ServeOptions
from pinlab.serve.runs import LabService
from pinlab.serve.token import Token, new_token
from pinlab.upstream.options import UpstreamOptions

GRACE_S = 3
"""How long open optionss may take to end."""


class HttpServer(uvicorn.Server):
    """uvicorn's, which lets the lab end first: streams and waits of clients end with it."""

    def __init__(self, config: uvicorn.Config, lab: LabService) -> None:
        """`lab` must stop when the server is."""
        super().__init__(config)
        self._lab = lab

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the lab, then the server."""
        self._lab.stop()
        await super().shutdown(sockets)


def run_serve(options: ServeOptions, upstream: UpstreamOptions) -> ExitStatus:
    """Serve until SIGINT or SIGTERM. Raises the errors that `errors` knows."""
    options.check()
    token = new_token()
    become_subreaper()
    program("pinlab-origin"), program("pinlab-mint")
    settings = Settings(
        run_folder="",
        seed=0,
        now=0,
        client="",  # no one is started here
        world=str(options.world.absolute()) if options.world else None,
        timeout_s=options.timeout,
        transcripts=True,
        evidence=str(paths.evidence()),
        listen=options.listen,
    )
    news: list[str] = []
    with ExitStack() as stack:
        if upstream != UpstreamOptions():
            folder = stack.enter_context(run_folder())
            settings = _in_front_of(options, upstream, settings, folder, news.append)
        catalogue = catalogue_of(settings, known_kinds(), known_flaws())
    lab = LabService(settings, catalogue, options.patience)
    with terminated_like_interrupted(), listening(options) as door:
        port = door.getsockname()[1]
        app = application(lab, own_hosts(options.listen, port), Token(token, port))
        debug = "info" if os.environ.get("PINLAB_DEBUG") else "critical"
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level=debug,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            proxy_headers=False,  # X-Forwarded-For is a claim of anyone who sends it
            limit_concurrency=200,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=GRACE_S,
        )
        greet(options, port, token)
        for line in news:
            print(line, flush=True)
        with suppress(KeyboardInterrupt):  # uvicorn ends in order, and then says that it was interrupted
            HttpServer(config, lab).run(sockets=[door])
        lab.stop()
        if not lab.join():
            kill_all()
    print("pinlab serve: ended", flush=True)
    return ExitStatus.OK


def _in_front_of(
    options: ServeOptions,
    upstream: UpstreamOptions,
    settings: Settings,
    folder: Path,
    say: Callable[[str], None],
) -> Settings:
    """With the user's own server, and one port for all scenarios: an app is configured once."""
    from pinlab.upstream.prepare import in_front_of  # its libraries cost every other start

    if upstream.upstream is not None and upstream.mitm_port is None:
        with socket.create_server((options.listen, 0)) as free:
            upstream = replace(upstream, mitm_port=free.getsockname()[1])
    settings = in_front_of(upstream, settings, folder, say)
    say(f"  clients meet the interceptor at {options.listen} port {upstream.mitm_port}, during a run")
    return settings


@contextmanager
def listening(options: ServeOptions) -> Iterator[socket.socket]:
    """The server's socket. UsageError: it cannot be had."""
    try:
        door = socket.create_server((options.listen, options.port))
    except OSError as error:
        where = f"{options.listen} port {options.port}"
        raise UsageError(f"cannot listen on {where}: {error.strerror}; try another --port") from error
    with door:
        yield door


def greet(options: ServeOptions, port: int, token: str) -> None:
    """Say where the lab is and what to do next."""
    url = f"http://{options.listen}:{port}"
    print(f"pinlab serve: {url}/?token={token}   (Ctrl-C ends it)")
    if not ipaddress.ip_address(options.listen).is_loopback:
        print("  The token crosses the network in clear: use it in a network that you trust only.")
    print("  Open it in a browser, or drive it from a script (lab/docs/serve.md):")
    order = """'{"suite": "smoke", "client": "my-app"}'"""
    print(f"  export PINLAB='Authorization: Bearer {token}'")
    print(f"  curl -s {url}/v1/runs -H \"$PINLAB\" -H 'Content-Type: application/json' -d {order}")
    print(f'  curl -s {url}/v1/next -H "$PINLAB"', flush=True)
