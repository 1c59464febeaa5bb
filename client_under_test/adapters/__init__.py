"""The clients that the lab knows, one file each: `find` turns a name into an adapter.

Nothing here runs anything.
"""

from __future__ import annotations

from adapters.base import Adapter as Adapter


def names() -> tuple[str, ...]:
    """Names that `find` knows; `flawed:NAME` stands for one of the flaws that `pinlab flaws` lists."""
    return ("reference", "curl", "openssl_cli", "flawed:NAME")


def find(name: str) -> Adapter | None:
    """The adapter called `name`, or None. A file is imported only when its client is asked for."""
    if name == "reference":
        from adapters.reference import Reference

        return Reference()
    if name == "curl":
        from adapters.curl import Curl

        return Curl()
    if name == "openssl_cli":
        from adapters.openssl_cli import OpensslCli

        return OpensslCli()
    if name.startswith("flawed:"):
        from adapters.flawed import Flawed

        return Flawed(name.removeprefix("flawed:"))
    return None
