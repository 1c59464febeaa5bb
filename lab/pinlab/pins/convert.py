"""Conversion of pins from one format to another, with what is lost and what cannot be expressed.

A lost label or date is a loss. A change of the pinned keys or hosts is a refusal. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pinlab.pins.chain import CertificateChain
from pinlab.pins.errors import PinFileError
from pinlab.pins.formats.base import Capabilities, Format, host_fault
from pinlab.pins.hosts import normal, select
from pinlab.pins.model import HostPins, Kind, Match, Pin, PinSet, Role


@dataclass(frozen=True, slots=True)
class Conversion:
    """The text, empty if there is a refusal; what was lost; why it was refused."""

    text: str
    losses: tuple[str, ...]
    refusals: tuple[str, ...]


def convert(
    pinset: PinSet, target: Format, *, chain: CertificateChain | None = None, host: str | None = None
) -> Conversion:
    """Write a pin set in another format. `chain` gives other hashes and the roles of pinned certificates."""
    refusals: list[str] = [f"{target.name} can be read, not written"] if target.write is None else []
    refusals += [f"a pin ({pin.spot}) is malformed: {pin.fault}" for _, pin in pinset.faults()]
    if refusals:
        return Conversion("", (), tuple(refusals))
    entries = pinset.hosts
    if host is not None:
        chosen = select(pinset, host)
        entries = (_for_host(chosen, host, target),) if chosen else ()
    losses: list[str] = []
    adapted = tuple(_entry(entry, target, chain, losses, refusals) for entry in entries)
    adapted = _hosts(adapted, target, losses, refusals)
    if not adapted:
        refusals.append(f"there is no entry for {host}" if host else "the file has no entry to write")
    if refusals or target.write is None:
        return Conversion("", _once(losses), _once(refusals))
    return Conversion(target.write(PinSet(target.name, pinset.source, adapted)), _once(losses), ())


def _for_host(entry: HostPins, host: str, target: Format) -> HostPins:
    """An entry for every host, as an entry for this host."""
    if entry.match == Match.EVERY_HOST and target.can.hosts and Match.EVERY_HOST not in target.can.matches:
        return replace(entry, pattern=normal(host), match=Match.EXACT)
    return entry


def with_role(pinset: PinSet, text: str) -> PinSet:
    """A pin set in which pins without a role get the role `text`; PinFileError if it is not a role."""
    if text not in (Role.LEAF, Role.CA):
        raise PinFileError(f'--role "{text}": wanted leaf or ca')
    hosts = (
        replace(
            host,
            pins=tuple(
                replace(pin, role=Role(text) if pin.role == Role.ANY else pin.role) for pin in host.pins
            ),
        )
        for host in pinset.hosts
    )
    return replace(pinset, hosts=tuple(hosts))


def _once(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _entry(
    entry: HostPins, target: Format, chain: CertificateChain | None, losses: list[str], refusals: list[str]
) -> HostPins:
    """One entry as the target expresses it."""
    can, about = target.can, entry.shown
    if entry.pattern and host_fault(entry.pattern):
        refusals.append(host_fault(entry.pattern))
    pins = tuple(_pin(pin, about, target, chain, losses, refusals) for pin in entry.pins)
    if not can.expiry and entry.expires:
        losses.append(f"{about}: the date {entry.expires} is lost; the pins never expire in {target.name}")
    if not can.report_only and not entry.enforced:
        losses.append(f"{about}: only reports now, and will refuse: {target.name} has no report-only mode")
    if not can.report_uris and entry.report_uris:
        losses.append(f"{about}: the report addresses are lost")
    refusals += [f"{about}: {text}" for text in _numbers(entry, pins, can, target)]
    return replace(
        entry,
        pins=pins,
        semantics=target.semantics,
        expires=entry.expires if can.expiry else None,
        enforced=entry.enforced or not can.report_only,
        report_uris=entry.report_uris if can.report_uris else (),
    )


def _numbers(entry: HostPins, pins: tuple[Pin, ...], can: Capabilities, target: Format) -> Iterator[str]:
    different = len({pin.object for pin in pins})
    if different > can.most_pins:
        yield f"{target.name} holds {can.most_pins} pin, there are {different}"
    if not pins:
        yield f"no pin; an empty set means something else in {target.name}"
    elif entry.enforced and different < can.fewest_pins:
        yield f"{target.name} requires {can.fewest_pins} different pins, there is {different}: add a backup pin"


def _pin(
    pin: Pin,
    about: str,
    target: Format,
    chain: CertificateChain | None,
    losses: list[str],
    refusals: list[str],
) -> Pin:
    """One pin as the target expresses it; the chain gives another hash where the target needs one."""
    can = target.can
    index = next((at for at, link in enumerate(chain.links) if link.matches(pin)), None) if chain else None
    if (pin.kind, pin.algorithm) not in can.kinds:
        other = _translated(pin, chain, index, can)
        if other is None:
            what = f"{pin.algorithm} of the {pin.kind}"
            refusals.append(f"{about}: {target.name} cannot express a {what}; give the chain with --chain")
        pin = other or pin
    if pin.rejected and not can.rejected:
        refusals.append(f"{about}: {target.name} has no list of rejected keys")
    role = pin.role
    if role == Role.ANY and index is not None and (can.must_have_role or can.leaf_only):
        role = Role.CA if index else Role.LEAF
    if can.leaf_only and role == Role.CA:
        refusals.append(f"{about}: {target.name} compares the leaf alone, and a pin is of a CA")
    if can.must_have_role and role == Role.ANY:
        text = f"{target.name} needs to know whether a pin is of the leaf or of a CA; add --chain or --role"
        refusals.append(f"{about}: {text}")
    if not can.roles and pin.role != Role.ANY and not (can.leaf_only and pin.role == Role.LEAF):
        losses.append(f"{about}: that a pin is for {pin.role} certificates only is lost")
    if can.leaf_only and role == Role.ANY:
        losses.append(
            f"{about}: {target.name} compares the leaf alone; a pin that is of a CA will never match"
        )
    if pin.label and not can.labels:
        losses.append(f"{about}: labels of pins are lost")
    return replace(pin, role=role if can.roles else Role.ANY, label=pin.label if can.labels else "", loose="")


def _translated(pin: Pin, chain: CertificateChain | None, index: int | None, can: Capabilities) -> Pin | None:
    """The pin with another hash of the same certificate that the target accepts, SPKI with SHA-256 first."""
    if chain is None or index is None:
        return None
    expected = sorted(can.kinds, key=lambda kind: kind != (Kind.SPKI, "sha256"))
    for kind, algorithm in expected:
        digest = chain.links[index].digest(kind, algorithm)
        if digest:
            return replace(pin, kind=kind, algorithm=algorithm, digest=digest)
    return None


def _hosts(
    entries: tuple[HostPins, ...], target: Format, losses: list[str], refusals: list[str]
) -> tuple[HostPins, ...]:
    """The host patterns as the target expresses them."""
    can = target.can
    if can.hosts:
        for entry in entries:
            if entry.match not in can.matches:
                hosts = "names no host" if entry.match == Match.EVERY_HOST else f"is for {entry.shown}"
                help_ = "; name one with --host" if entry.match == Match.EVERY_HOST else ""
                refusals.append(f"an entry {hosts}, which {target.name} cannot express{help_}")
        return entries
    if len({entry.pins for entry in entries}) > 1:
        refusals.append(
            f"{target.name} has no hosts, and the hosts have different pins; choose one with --host"
        )
    named = ", ".join(entry.shown for entry in entries if entry.match != Match.EVERY_HOST)
    if named:
        losses.append(f"that the pins are for {named} is lost; {target.name} names no host")
    return tuple(replace(entry, pattern="", match=Match.EVERY_HOST) for entry in entries[:1])
