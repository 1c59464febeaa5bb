"""What a world is made of, as the catalogue writes it: keys, CAs and identities.

`lab/catalogue/world.toml` is the standard cast; a scenario writes only how it deviates from it.
This file knows the fields of `pinlab-mint`; it refuses to know files, folders or processes (see world.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import Field, model_validator

from pinlab.core.durations import Duration
from pinlab.core.models import Strict

KeyKind = Literal[
    "p192", "p256", "p384", "rsa512", "rsa1024", "rsa2048", "rsa3072", "rsa4096", "rsa8192", "ed25519"
]
Digest = Literal["sha256", "sha384", "sha512", "sha1", "md5"]
# RFC 5280 4.2.1.3 and 4.2.1.12, in snake case.
KeyUsage = Literal[
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
]
ExtendedKeyUsage = Literal[
    "server_auth", "client_auth", "code_signing", "email_protection", "time_stamping", "ocsp_signing", "any"
]
Omission = Literal[
    "san",
    "basic_constraints",
    "key_usage",
    "ext_key_usage",
    "subject_key_id",
    "authority_key_id",
    "common_name",
]


class KeyEntry(Strict):
    """A key pair, made anew for each world; rsa8192 is always the same published one."""

    kind: KeyKind | None = None
    """The algorithm and size; by default p256."""
    same_as: str | None = None
    """A key whose numbers this one has, written down in another `encoding`: another pin for the same key."""
    encoding: Literal["compressed", "explicit_curve", "rsa_pss"] | None = None
    """How the public key is written: a point by one coordinate, a curve by its numbers, RSA under PSS."""

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> KeyEntry:
        if (self.same_as is None) != (self.encoding is None):
            raise ValueError('"same_as" and "encoding" stand together or not at all')
        if self.same_as and self.kind:
            raise ValueError('a key that is "same_as" another has its kind; remove "kind"')
        return self


class ExtensionEntry(Strict):
    """An extension of a certificate, byte for byte."""

    oid: str = Field(pattern=r"^[0-9]+(\.[0-9]+)+$")
    """The object identifier, in dots."""
    critical: bool = False
    """Whether anyone who does not understand it must refuse (RFC 5280 4.2)."""
    hex: str = Field(pattern=r"^([0-9a-f]{2})*$")
    """The value in lower-case hex: DER, or anything else if that is the deviation."""


class CertificateEntry(Strict):
    """A certificate as a deviation from an ordinary one; what is not written keeps pinlab-mint's default."""

    key: str | None = None
    """The name of its key; by default the key named like the entry."""
    issuer: str | None = None
    """Who signs: a CA, an identity (a leaf abused as a CA) or "self"."""
    common_name: str | None = None
    """The subject's CN; by default the first of `names`."""
    names: tuple[str, ...] | None = Field(default=None, strict=False)
    """The dNSName entries of the subject alternative name (RFC 5280 4.2.1.6)."""
    ips: tuple[str, ...] | None = Field(default=None, strict=False)
    """The iPAddress entries of the subject alternative name."""
    uris: tuple[str, ...] | None = Field(default=None, strict=False)
    """The URI entries of the subject alternative name."""
    not_before: Duration | None = None
    """The start of validity, relative to now."""
    not_after: Duration | None = None
    """The end of validity, relative to now."""
    is_ca: bool | None = None
    """basicConstraints cA (RFC 5280 4.2.1.9)."""
    path_length: int | None = Field(default=None, ge=0)
    """basicConstraints pathLenConstraint."""
    key_usage: tuple[KeyUsage, ...] | None = Field(default=None, strict=False)
    """RFC 5280 4.2.1.3."""
    ext_key_usage: tuple[ExtendedKeyUsage, ...] | None = Field(default=None, strict=False)
    """RFC 5280 4.2.1.12."""
    omit: tuple[Omission, ...] | None = Field(default=None, strict=False)
    """Extensions or fields to leave out."""
    permitted_names: tuple[str, ...] | None = Field(default=None, strict=False)
    """nameConstraints, permitted dNSName subtrees (RFC 5280 4.2.1.10)."""
    excluded_names: tuple[str, ...] | None = Field(default=None, strict=False)
    """nameConstraints, excluded dNSName subtrees."""
    extensions: tuple[ExtensionEntry, ...] | None = Field(default=None, strict=False)
    """Extra extensions."""
    serial: str | None = Field(default=None, pattern=r"^-?[0-9a-f]+$")
    """The serial number in hex, with "-" in front if it is negative; by default 16 random bytes."""
    filler_names: int | None = Field(default=None, ge=0, le=20_000)
    """So many names of strangers, of six letters each, in front of `names`."""
    digest: Digest | None = None
    """The digest of the signature."""
    inner_digest: Digest | None = None
    """A digest named inside the signed part in place of the true one (RFC 5280 4.1.1.2)."""
    flip_byte: int | None = Field(default=None, ge=0)
    """The byte of the signed part, counted from 0, in which a bit is flipped after signing."""
    version: Literal[1, 2, 3] | None = None
    """The X.509 version as people count it."""
    signing_key: str | None = None
    """A key that signs instead of the issuer's."""
    signature: Literal["valid", "broken"] | None = None
    """Whether the signature is right; "broken" flips its last bit."""
    replace_public_key: str | None = None
    """A key put into the certificate after it was signed; the old signature stays."""


class AuthorityEntry(CertificateEntry):
    """A certificate that signs others, or pretends that it may."""

    ladder: int | None = Field(default=None, ge=1, le=500)
    """How many of it, all of one key, stand one below the other under the issuer; the last has its name."""


class IdentityEntry(CertificateEntry):
    """A certificate for a host, its key, and the chain that a server shows; or the user's own files."""

    presented_key: str | None = None
    """A key that the server really holds instead of the certificate's: a stolen chain."""
    chain: tuple[str, ...] | None = Field(default=None, strict=False)
    """What is shown, in order: "self" and entries; by default self and its issuers without the root."""


class OwnIdentity(Strict):
    """An identity from the user's own files, absolute paths; the lab reads them and never copies the key."""

    chain_file: str
    """PEM: the leaf first, then its issuers."""
    key_file: str
    """PEM: the leaf's private key."""


Entry = TypeVar("Entry", bound=Strict)


class Deviations(Strict):
    """Keys, CAs and identities added to a world, or fields of them that differ from it."""

    keys: Mapping[str, KeyEntry] = Field(default_factory=dict)
    """Key pairs by name."""
    authorities: Mapping[str, AuthorityEntry] = Field(default_factory=dict)
    """CAs by name."""
    identities: Mapping[str, IdentityEntry] = Field(default_factory=dict)
    """What servers can show, by name."""


class Cast(Deviations):
    """All keys, CAs and identities of one world; every name that a scenario uses is found here."""

    own_identities: Mapping[str, OwnIdentity] = Field(default_factory=dict)
    """Identities that the user brought; they stand in front of those of the same name."""

    def deviate(self, change: Deviations) -> Cast:
        """Give this cast with `change` laid over it: a field that is written wins, the others stay."""
        return Cast(
            keys=_overlay(self.keys, change.keys),
            authorities=_overlay(self.authorities, change.authorities),
            identities=_overlay(self.identities, change.identities),
            own_identities=self.own_identities,
        )

    def with_own(self, own: Mapping[str, OwnIdentity]) -> Cast:
        """Give this cast with the user's own identities in front."""
        return self.model_copy(update={"own_identities": {**self.own_identities, **own}})

    def key_names(self) -> frozenset[str]:
        """Give every key that will exist: the declared ones and those made on demand for an entry."""
        entries = [*self.authorities.items(), *self.identities.items()]
        return frozenset(self.keys) | {name for name, entry in entries if entry.key is None}

    def key_of(self, name: str) -> str:
        """Give the name of the key in the certificate of identity or CA `name`, or raise KeyError."""
        if name in self.own_identities:
            return name
        entry = self.identities.get(name) or self.authorities[name]
        return entry.replace_public_key or entry.key or name

    def to_recipe(self) -> dict[str, Any]:
        """Give the part of pinlab-mint's recipe that describes this cast; times are seconds from now."""
        dump: dict[str, Any] = self.model_dump(mode="json", exclude_none=True, exclude={"own_identities"})
        own = {name: entry.model_dump(mode="json") for name, entry in self.own_identities.items()}
        return {**dump, "identities": {**dump["identities"], **own}}


def _overlay(base: Mapping[str, Entry], change: Mapping[str, Entry]) -> dict[str, Entry]:
    merged = dict(base)
    for name, entry in change.items():
        written = {field: getattr(entry, field) for field in entry.model_fields_set}
        merged[name] = merged[name].model_copy(update=written) if name in merged else entry
    return merged
