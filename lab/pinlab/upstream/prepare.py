"""The beginning of a run in front of the user's own server: options checked, the server looked at and described.

Whatever cannot be is refused before anything starts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pinlab.catalogue.registry import known_kinds
from pinlab.clients.command_template import CA_PLACEHOLDERS, placeholders
from pinlab.core.errors import UsageError
from pinlab.pins.inputs.certificates import pem_blocks
from pinlab.pins.inputs.fetch import server_named
from pinlab.runner.settings import Settings
from pinlab.upstream.canary_patterns import read_secrets
from pinlab.upstream.catalogue import read_script, write_family
from pinlab.upstream.extension import UpstreamRun
from pinlab.upstream.options import UpstreamOptions
from pinlab.upstream.server_probe import Look, look
from pinlab.upstream.target import UpstreamTarget

_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_PATH = re.compile(r"/[\x21-\x7e]*")


def in_front_of(
    options: UpstreamOptions, settings: Settings, folder: Path, say: Callable[[str], None]
) -> Settings:
    """The settings with the server that the options name; as they are where they name none.

    Raises UsageError and FileError.
    """
    seen = seen_upstream(options, ca_trusted=_trusts_the_ca(settings))
    if seen is None:
        return settings
    upstream, found = seen
    for line in described(upstream, found):
        say(line)
    write_family(folder / "catalogue", upstream, known_kinds())
    return replace(settings, extension=UpstreamRun(upstream), catalogue=str(folder / "catalogue"))


def _trusts_the_ca(settings: Settings) -> bool:
    """Whether the client gets its trust anchors from the lab: by an adapter, or by its command line."""
    if settings.command is None:
        return bool(settings.client)
    words = " ".join([settings.command, *settings.env])
    return bool(placeholders(words) & CA_PLACEHOLDERS)


def seen_upstream(
    options: UpstreamOptions, *, ca_trusted: bool = False
) -> tuple[UpstreamTarget, Look] | None:
    """The server that the options name, and what it shows now; None where they name none.

    `ca_trusted`: the client gets the lab's CA. Raises UsageError and FileError.
    """
    if options.upstream is None:
        if options.given:
            raise UsageError(f"{options.given[0]} belongs to --upstream HOST:PORT")
        return None
    named = server_named(options.upstream)
    host = options.host or (named[0] if named else "")
    _check(options, host)
    secrets = read_secrets(options.canary)
    found = look(options.upstream, host or None, options.i_may_test)
    upstream = UpstreamTarget(
        server=options.upstream,
        host=host,
        address=found.address,
        port=found.port,
        chain=found.chain,
        secrets=secrets,
        path=options.path or "/",
        ca_file=str(options.ca.absolute()) if options.ca else None,
        ca_trusted=ca_trusted or options.ca_installed,
        script=str(options.script.absolute()) if options.script else None,
        door=options.mitm_port or 0,
        may_test=options.i_may_test,
    )
    read_script(upstream, known_kinds())
    return upstream, found


def _check(options: UpstreamOptions, host: str) -> None:
    if host and not _HOST.fullmatch(host):
        raise UsageError(f"--host wants a host name or an address, not {host!r}")
    if options.path is not None and not _PATH.fullmatch(options.path):
        raise UsageError("--path wants a path and a query in plain ASCII, beginning with /")
    if options.mitm_port is not None and not 0 < options.mitm_port < 65536:
        raise UsageError(f"--mitm-port wants a number between 1 and 65535, not {options.mitm_port}")
    if options.ca is not None:
        labels = [label for label, _, _ in pem_blocks(_bytes(options.ca))]
        if "CERTIFICATE" not in labels:
            raise UsageError(f"--ca {options.ca}: holds no PEM block CERTIFICATE")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        raise UsageError(f"--ca {path}: cannot be read: {failure.strerror}") from failure


def described(upstream: UpstreamTarget, found: Look) -> Iterator[str]:
    """What people should know before the first case."""
    asked = f" as {upstream.host}" if upstream.host not in upstream.server else ""
    yield f"upstream {upstream.server}{asked}: {found.subject or 'no subject'}, until {found.until}"
    yield f"  its key is {found.chain[0]}; the client's pins must allow it, or the control fails"
    if not upstream.ca_trusted:
        yield (
            "  the lab's CA counts as unknown to the client, so that any refusal of a forged chain will do; "
            "to try the pin alone, install that CA (ca_pem) and say --ca-installed"
        )
