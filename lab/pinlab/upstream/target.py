"""The user's own server as one run knows it. A plain value that travels to every worker with the settings.

It looks nothing up: server_probe has asked the server before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal


@dataclass(frozen=True)
class Secret:
    """What the user calls secret in a request; in a header or a path `*` stands for any run of bytes."""

    where: Literal["header", "path", "body"]
    match: str = field(repr=False)
    name: str = ""
    """Of the header field."""

    def to_watch(self, *, hidden: bool = False) -> dict[str, str]:
        """As the interceptor's brief wants it; `hidden` for a copy that is kept."""
        named = {"name": self.name} if self.where == "header" else {}
        return {"in": self.where, **named, "match": "(not written down)" if hidden else self.match}

    @property
    def words(self) -> tuple[str, ...]:
        """The literal pieces that must never be shown, where they are long enough to be distinctive."""
        pieces = [self.match] if self.where == "body" else self.match.split("*")
        return tuple(piece for piece in pieces if len(piece) >= 4)


@dataclass(frozen=True)
class UpstreamTarget:
    """One server, and how the client is led to it."""

    server: str
    """HOST:PORT as the user typed it."""
    host: str
    """The name that the client asks for."""
    address: str
    """Where it is, a numeric address; looked up once."""
    port: int
    chain: tuple[str, ...] = ()
    """The pins of the keys that it showed when the run began, the leaf's first."""
    secrets: tuple[Secret, ...] = ()
    """Empty: any byte."""
    path: str = "/"
    """What a client that is started here asks for."""
    ca_file: str | None = None
    """The trust anchors of the server; None: the system's."""
    ca_trusted: bool = False
    """Whether the client trusts the lab's own CA, `rogue`."""
    script: str | None = None
    """The file of the user's attacks; None: those that ship."""
    door: int = 0
    """The port on which clients meet the interceptor; 0: any, another one in each case."""
    may_test: tuple[str, ...] = ()

    def showing(self, chain: tuple[str, ...]) -> UpstreamTarget:
        """The same, with what it shows now."""
        return replace(self, chain=chain)

    def to_address(self) -> dict[str, Any]:
        """What of it decides a case, for the case's content address."""
        facts = asdict(self)
        return {name: facts[name] for name in ("host", "address", "port", "chain", "path", "ca_file", "door")}

    def options(self) -> list[str]:
        """The options that lead here again, but for the secrets: every verdict is the same without them."""
        words = ["--upstream", self.server, "--host", self.host, "--path", self.path]
        for option, value in (("--script", self.script), ("--ca", self.ca_file)):
            words += [option, value] if value else []
        words += ["--mitm-port", str(self.door)] if self.door else []
        words += ["--ca-installed"] if self.ca_trusted else []
        return [*words, *(word for host in self.may_test for word in ("--i-may-test", host))]

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> UpstreamTarget:
        """The inverse of dataclasses.asdict, after a way through JSON."""
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()
        }
        plain["secrets"] = tuple(Secret(**fact) for fact in facts["secrets"])
        return cls(**plain)
