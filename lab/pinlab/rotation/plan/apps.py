"""What a plan says of app releases: their pins and what these mean, their stages, stacks and ways out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pinlab.core.models import Strict
from pinlab.rotation.plan.moments import Moment

Mode = Literal["spki-any", "android-nsc", "apple-and", "cert-hash", "root-store", "external"]


class AppPins(Strict):
    """Pins and their semantics: the same names mean different things to different libraries."""

    mode: Mode = "spki-any"
    """spki-any (OkHttp, TrustKit): one match anywhere in the validated chain. android-nsc: the same, and no
    pinning at all past `expiration`. apple-and: `leaf` and `ca` must both match (NSPinnedDomains). cert-hash:
    whole leaf certificates. root-store: trust anchors of its own. external: a black box, measured only."""
    set: tuple[str, ...] = Field(default=(), strict=False)
    """Names of keys and issuers (certificates for cert-hash), or literal "sha256/..." pins: ["K1", "K2"]."""
    leaf: tuple[str, ...] = Field(default=(), strict=False)
    """For apple-and: pins of the leaf, NSPinnedLeafIdentities."""
    ca: tuple[str, ...] = Field(default=(), strict=False)
    """For apple-and: pins of CAs, NSPinnedCAIdentities."""
    expiration: Moment | None = None
    """For android-nsc and TrustKit: past this moment of the *device's* clock nothing is pinned."""
    hosts: tuple[str, ...] = Field(default=(), strict=False)
    """The hosts that it covers; empty: every host of the plan."""
    include_subdomains: bool = False
    """Whether `hosts` cover what lies below them."""
    enforce: bool = True
    """False: report only; a mismatch is let pass."""

    @model_validator(mode="after")
    def _fits_its_mode(self) -> AppPins:
        lists = bool(self.leaf or self.ca)
        if lists != (self.mode == "apple-and"):
            raise ValueError('"leaf" and "ca" belong to mode = "apple-and", "set" to the others')
        if self.expiration is not None and self.mode not in ("android-nsc", "spki-any"):
            raise ValueError(f'mode = "{self.mode}" knows no expiration; remove it')
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Give every pin in it, whatever list it stands in."""
        return (*self.set, *self.leaf, *self.ca)


class Stage(Strict):
    """A step of a staged roll-out: up to share 1.0 the store holds the release at exactly this share."""

    at: Moment
    """From when: at = "T+2"."""
    share: float = Field(gt=0, le=1)
    """The share of the fleet that may have it: share = 0.1; with 1.0 the rest follows the adoption curve."""


class Stack(Strict):
    """Another TLS stack inside the same app, with pins of its own: a web view, a payment SDK."""

    id: str
    """Its name: id = "payment SDK"."""
    traffic: float = Field(gt=0, lt=1)
    """The share of the app's connections that it makes: traffic = 0.15."""
    pins: AppPins
    """What it pins: pins = { set = ["K1"] }."""


class Escape(Strict):
    """How a locked-out app can be reached: a forced update or a kill switch."""

    kind: Literal["forced-update", "kill-switch"]
    """kind = "forced-update" or "kill-switch"."""
    host: str | None = None
    """The host that answers it."""
    pinned: bool = False
    """Whether the call itself is under the same pins."""


class ListSubscription(Strict):
    """The remote pin list that a release follows."""

    list: str
    """The name of a table in [pin_lists]."""
    signers: tuple[str, ...] = Field(strict=False, min_length=1)
    """The signing keys that the release accepts: signers = ["S1", "S2"]."""


class App(Strict):
    """One release of the app, as users have it."""

    id: str = Field(min_length=1)
    """Its version: id = "1.1"."""
    release: Moment
    """When it comes out: release = "T+0"."""
    pins: AppPins
    """What it pins: pins = { mode = "spki-any", set = ["K1", "K2"] }."""
    stages: tuple[Stage, ...] = Field(default=(), strict=False)
    """A staged roll-out: [{ at = "T+0", share = 0.1 }, { at = "T+4", share = 1.0 }]."""
    stacks: tuple[Stack, ...] = Field(default=(), strict=False)
    """Other TLS stacks in it."""
    pin_list: ListSubscription | None = None
    """The remote pin list that it follows; `pins` are its built-in fallback."""
    escape: Escape | None = None
    """How it can be reached when it is locked out."""
    revocation: Literal["ignore", "hard-fail"] = "ignore"
    """Whether it refuses revoked certificates."""
    honours_must_staple: bool = False
    """Whether it refuses a must-staple certificate without a stapled answer."""
    consults: tuple[str, ...] = Field(default=(), strict=False)
    """Remote feeds that can veto its connections, such as a CT log list."""
    platform: str | None = None
    """Where it runs, as `platforms` names it: platform = "ios"; a release replaces those of its platform."""
    client: str | None = None
    """The client that plays it in a rehearsal; by default the one of the command line."""
