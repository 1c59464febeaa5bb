"""What a plan says of keys, issuers and certificates. Frozen values: they read no file and mint nothing."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pinlab.core.durations import Duration
from pinlab.core.models import Strict
from pinlab.rotation.plan.moments import Moment

KeyState = Literal["active", "standby", "planned", "lost", "compromised"]
Algorithm = Literal["p256", "p384", "rsa2048", "rsa3072", "rsa4096", "ed25519"]
SPKI_PIN = r"^sha256/[A-Za-z0-9+/]{43}=$"


class PlanKey(Strict):
    """A key pair that the plan speaks of: where it lives and who has shown that it can sign."""

    alg: Algorithm = "p256"
    """The algorithm: "p256", "rsa2048"."""
    state: KeyState = "active"
    """active, standby (made and kept for later), planned (not made yet), lost or compromised."""
    place: tuple[str, ...] = Field(default=(), strict=False)
    """Every place that holds the private key: regions, HSM partitions, vaults: ["eu", "vault-b"]."""
    exportable: bool = True
    """Whether it can be copied to where it is served; a key in an HSM cannot."""
    proof: str | None = None
    """What shows that someone holds the private key, such as a CSR signed with it: "csr/K2.csr"."""
    created: Moment | None = None
    """When it was made."""
    max_age: Duration | None = None
    """How old it may become: "400d"."""
    spki: str | None = Field(default=None, pattern=SPKI_PIN)
    """Its real pin, "sha256/...", where it is known; read from `chain_file` where one is given."""


class Issuer(Strict):
    """A CA; one without `parent` is a root."""

    parent: str | None = None
    """The issuer above it; a root has none: parent = "R1"."""
    ca: str | None = None
    """Who runs it: "Let's Encrypt". By default the name of its root."""
    pool: tuple[str, ...] = Field(default=(), strict=False)
    """All issuers that its CA may use in its place, itself among them: ["R10", "R11"]."""
    cross_signed_by: tuple[str, ...] = Field(default=(), strict=False)
    """Roots that signed it too: a client may build its path to them instead."""
    public: bool = True
    """Whether public limits on validity bind it (CA/Browser Forum ballot SC-081v3)."""
    distrusted: Moment | None = None
    """From when clients refuse everything below it."""
    spki: str | None = Field(default=None, pattern=SPKI_PIN)
    """Its real pin where it is known."""


class Renewal(Strict):
    """How a certificate comes about: which tool, and what is meant to happen to the key."""

    tool: str
    """The tool: tool = "certbot", "cert-manager", "lego", "acme.sh", "caddy", "traefik", "manual"."""
    expect: Literal["same", "new"] | None = None
    """What the plan counts on: that the tool keeps the key ("same") or makes one ("new")."""
    policy: str | None = None
    """The setting that makes it so, as the tool's configuration has it: "--reuse-key"."""
    renew_after: Duration | None = None
    """The age at which the tool renews: "60d"."""


class Production(Strict):
    """What the real chain looks like, where the lab's might differ."""

    depth: int | None = Field(default=None, ge=1)
    """How many certificates from leaf to root."""
    alg: Algorithm | None = None
    """The algorithm of the leaf's key."""
    must_staple: bool | None = None
    """Whether it has the TLS feature extension (RFC 7633)."""


class PlanCertificate(Strict):
    """A certificate that nodes serve."""

    key: str
    """The name of its key: key = "K1"."""
    issuer: str
    """The name of its issuer: issuer = "I1"."""
    not_before: Moment | None = None
    """The start of validity: not_before = "T-60"; not needed with `chain_file`."""
    not_after: Moment | None = None
    """The end of validity: not_after = "T+30"; write this or `lifetime`."""
    lifetime: Duration | None = None
    """How long it is valid: lifetime = "90d"; a public CA gives no more than the limit of that day."""
    revoked: Moment | None = None
    """When its CA revokes it."""
    must_staple: bool = False
    """Whether it demands a stapled OCSP answer (RFC 7633)."""
    renewal: Renewal | None = None
    """How it is made; absent: by hand, on the date that the plan says."""
    production: Production | None = None
    """What the production chain looks like."""
    chain_file: str | None = None
    """Your own certificate: a PEM file, the leaf first, relative to the plan."""
    key_file: str | None = None
    """Its private key, needed only to serve it in a rehearsal."""

    @model_validator(mode="after")
    def _has_a_life(self) -> PlanCertificate:
        if self.chain_file:
            return self
        if self.not_before is None:
            raise ValueError('"not_before" is missing; write it: not_before = "T-60"')
        if (self.not_after is None) == (self.lifetime is None):
            raise ValueError('write one of "not_after" and "lifetime": lifetime = "90d"')
        return self
