"""What a plan says of the fleet and what it meets: adoption, clients' clocks, nodes, remote feeds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from pinlab.core.durations import Duration
from pinlab.core.models import Strict
from pinlab.rotation.plan.moments import Moment

Row = Annotated[tuple[float, float], Field(strict=False)]


class Measured(Strict):
    """One line of telemetry."""

    at: int
    """The day, in seconds from t0."""
    day: date
    """The day as written."""
    version: str
    """The release."""
    share: float
    """The share of the fleet that has it."""


class Adoption(Strict):
    """How fast users take a release: a named curve, rows, or a table of your own telemetry."""

    curve: Literal["T", "S"] | None = None
    """A curve that ships: T (fast, assumed) or S (slow, 2015 data). Use your own where you can."""
    rows: tuple[Row, ...] = Field(default=(), strict=False)
    """Days since the release and share that has it: [[0, 0.0], [7, 0.65], [30, 0.88]]."""
    file: str | None = None
    """A CSV `date,version,share`, relative to the plan."""
    steps: bool = False
    """True: a row's share holds until the next row; false: straight lines between them."""
    source: str | None = None
    """Where the figures come from; without it no one should trust them."""

    telemetry: SkipJsonSchema[tuple[Measured, ...]] = ()
    """The rows of `file`, filled in when the plan is read; never written by hand."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Adoption:
        if sum((self.curve is not None, bool(self.rows), self.file is not None)) != 1:
            raise ValueError('write one of "curve", "rows" and "file": curve = "T"')
        days, shares = [row[0] for row in self.rows], [row[1] for row in self.rows]
        if (
            days != sorted(set(days))
            or shares != sorted(shares)
            or any(not 0 <= share <= 1 for share in shares)
        ):
            raise ValueError("rows go up in days and in shares from 0 to 1: [[0, 0.0], [7, 0.65]]")
        return self


class Skew(Strict):
    """Clients whose clock is wrong."""

    by: Duration
    """How far: "-36h" is slow."""
    share: float = Field(gt=0, lt=1)
    """The share of clients: share = 0.01."""


class Resumption(Strict):
    """TLS session resumption: a resumed handshake shows no certificate, so no pin is checked."""

    ticket_lifetime: Duration = Field(gt=0)
    """How long a session can be resumed: ticket_lifetime = "24h"."""
    share: float = Field(gt=0, le=1)
    """The share of connections that resume when they can: share = 0.6."""


class Clients(Strict):
    """What is true of clients whatever release they run."""

    skew: tuple[Skew, ...] = Field(default=(), strict=False)
    """Groups with a wrong clock; the others are right."""
    resumption: Resumption | None = None
    """Session resumption in the field."""
    rsa_only: float = Field(default=0.0, ge=0, lt=1)
    """The share that cannot use ECDSA and gets a node's `rsa` certificate."""

    @model_validator(mode="after")
    def _leaves_some_right(self) -> Clients:
        if sum(group.share for group in self.skew) >= 1:
            raise ValueError("the shares of skew leave no one with a right clock; their sum must be under 1")
        return self


class Serve(Strict):
    """From a moment on, a node shows this certificate."""

    at: Moment
    """From when: at = "T+7"."""
    certificate: str
    """Which: certificate = "c2"."""
    rsa: str | None = None
    """The certificate for clients that cannot use ECDSA; by default the same."""


class Node(Strict):
    """A server, region or edge that users meet."""

    id: str = Field(min_length=1)
    """Its name: id = "eu-1"."""
    weight: float = Field(gt=0, le=1)
    """The share of connections that it gets: weight = 0.5."""
    serves: tuple[Serve, ...] = Field(strict=False, min_length=1)
    """What it shows, in order: serves = [{ at = "T-60", certificate = "c1" }]."""
    host: str | None = None
    """The host that it answers for; by default the plan's first."""
    region: str | None = None
    """Where it stands: region = "eu"; keys name the same places."""
    staples: bool = True
    """Whether it staples OCSP answers."""
    managed_by: str | None = None
    """The provider in [managers] that chooses its certificates."""


class Manager(Strict):
    """A provider, such as a CDN, that renews certificates on its own."""

    may_use: tuple[str, ...] = Field(strict=False, min_length=1)
    """Every root that it may use: may_use = ["X1", "GTS-R4"]."""


class Edition(Strict):
    """One publication of a remote pin list."""

    at: Moment
    """When it is published: at = "T-14"."""
    pins: tuple[str, ...] = Field(strict=False, min_length=1)
    """What it pins: pins = ["K1", "K2"]."""
    signer: str
    """The key that signs it: signer = "S1"."""


class PinList(Strict):
    """A remote list that apps fetch."""

    refresh: Duration = Field(gt=0)
    """How often an app asks: refresh = "7d"; its users get an edition evenly over this time."""
    editions: tuple[Edition, ...] = Field(strict=False, min_length=1)
    """What is published, in order."""
    on_failure: bool = False
    """Whether a failed pin check makes the app fetch the list at once."""
    host_pinned: bool = False
    """Whether the list's own host is under the pins that it brings."""
    fresh_installs: float = Field(default=0.0, ge=0, lt=1)
    """The share of connections that come from installs with built-in pins only."""


class PolicyFeed(Strict):
    """A remote feed that can veto connections, declared: who owns it and what happens when it is stale."""

    owner: str
    """Who answers for it: owner = "security team"."""
    when_stale: Literal["accept", "refuse"]
    """What clients do without a fresh copy: when_stale = "accept"."""


class Veto(Strict):
    """A time in which a feed turns against every certificate."""

    feed: str
    """The feed, as apps name it in `consults`."""
    start: Moment
    """From when: start = "T+0"."""
    end: Moment
    """Until when: end = "T+5h"."""


class ObservedStack(Strict):
    """A TLS stack seen at the nodes, by its fingerprint."""

    fingerprint: str
    """JA4 or any other name of yours: fingerprint = "t13d1516h2_8daaf6152771_b0da82dd1658"."""
    share: float = Field(gt=0, le=1)
    """The share of connections: share = 0.02."""
    app: str | None = None
    """The release of the plan that it belongs to; absent: no one knows."""
    stack: str | None = None
    """The stack in it; absent: the main one."""
