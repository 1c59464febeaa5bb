"""Checks that every name leads somewhere: identities, keys, CAs, kinds, parameters, flaws.

Pure: kinds and flaws come in as data, or as None when the programs were not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pinlab.catalogue.registry import FlawInfo, KindInfo
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.steps import AttackStep
from pinlab.core.errors import did_you_mean, place
from pinlab.pki.cast import Cast
from pinlab.pki.pins import CertificatePin, PinRef

KEY_FIELDS = ("key", "signing_key", "replace_public_key", "presented_key")


def check_cast(cast: Cast, file: str, table: str = "", prefix: str = "") -> Iterator[str]:
    """Give a complaint for each name inside a cast that leads nowhere."""
    keys = cast.key_names()
    entries = {**cast.authorities, **cast.identities}
    issuers = {*entries, "self"}
    for name, key in cast.keys.items():
        yield from _known(key.same_as, keys, "key", file, table, f"{prefix}keys.{name}.same_as")
    for group, members in (("authorities", cast.authorities), ("identities", cast.identities)):
        for name, entry in members.items():
            at = f"{prefix}{group}.{name}"
            for field in KEY_FIELDS:
                yield from _known(getattr(entry, field, None), keys, "key", file, table, f"{at}.{field}")
            yield from _known(entry.issuer, issuers, "issuer", file, table, f"{at}.issuer")
            for index, link in enumerate(getattr(entry, "chain", None) or ()):
                yield from _known(link, issuers, "certificate", file, table, f"{at}.chain[{index}]")


def check_deviations(scenario: Scenario, standard: Cast) -> Iterator[str]:
    """Give a complaint for each standard key or CA that a scenario changes: they never change."""
    for group in ("keys", "authorities"):
        for name in getattr(scenario.world, group):
            if name in getattr(standard, group):
                where = place(scenario.file, scenario.name, f"world.{group}.{name}")
                yield f'{where}"{name}" belongs to the standard cast and stays as it is; choose another name'


def check_names(
    scenario: Scenario, cast: Cast, kinds: Mapping[str, KindInfo] | None, flaws: Mapping[str, FlawInfo] | None
) -> Iterator[str]:
    """Give a complaint for each name in a scenario that leads nowhere in its own cast or in the programs."""
    at = (scenario.file, scenario.name)
    yield from check_cast(cast, *at, prefix="world.")
    for index, name in enumerate(scenario.trust):
        yield from _known(name, cast.authorities, "CA", *at, f"trust[{index}]")
    yield from check_pins(scenario.pins or (), cast, *at)
    for index, request in enumerate(scenario.requests):
        for place_in, name in enumerate(request.trust or ()):
            yield from _known(name, cast.authorities, "CA", *at, f"requests[{index}].trust[{place_in}]")
        yield from check_pins(request.pins or (), cast, *at)
    for index, step in enumerate(scenario.present):
        identities = {*cast.identities, *cast.own_identities}
        yield from _known(step.identity, identities, "identity", *at, f"present[{index}].identity")
    if scenario.proxy:
        identities = {*cast.identities, *cast.own_identities}
        yield from _known(scenario.proxy.identity, identities, "identity", *at, "proxy.identity")
    if kinds is not None:
        yield from check_attack(scenario.attack, cast, kinds, *at)
    for index, name in enumerate(scenario.caught_by):
        if flaws is not None:
            yield from _known(name, flaws, "flaw", *at, f"caught_by[{index}]")


def check_pins(pins: Iterable[PinRef], cast: Cast, file: str, table: str) -> Iterator[str]:
    """Give a complaint for each pin that names neither a key nor a CA."""
    known = {*cast.key_names(), *cast.authorities}
    for index, pin in enumerate(pins):
        if isinstance(pin, str):
            yield from _known(pin, known, "key or CA", file, table, f"pins[{index}]")
        elif isinstance(pin, CertificatePin):
            at = f"pins[{index}].certificate"
            certified = {*cast.identities, *cast.own_identities, *cast.authorities}
            yield from _known(pin.certificate, certified, "identity or CA", file, table, at)


def check_attack(
    attack: Iterable[AttackStep], cast: Cast, kinds: Mapping[str, KindInfo], file: str, table: str = ""
) -> Iterator[str]:
    """Give a complaint for each unknown kind, parameter, or cast member that a parameter names."""
    named: dict[str, Iterable[str]] = {
        "key": cast.key_names(),
        "authority": cast.authorities,
        "identity": {*cast.identities, *cast.own_identities},
    }
    for index, step in enumerate(attack):
        at = f"attack[{index}]"
        kind = kinds.get(step.kind)
        if kind is None:
            yield from _known(step.kind, kinds, "kind of attack", file, table, f"{at}.kind")
            continue
        for name, value in step.params.items():
            param = kind.by_name.get(name)
            if param is None:
                candidates = {*kind.by_name, "kind", "until", "times", "legit"}
                yield f'{place(file, table, at)}{step.kind} has no parameter "{name}"{did_you_mean(name, candidates)}'
            elif not param.accepts(value):
                yield f"{place(file, table, f'{at}.{name}')}expected type {param.type}, got {value!r}"
            elif name in named:
                yield from _known(
                    str(value),
                    named[name],
                    "CA" if name == "authority" else name,
                    file,
                    table,
                    f"{at}.{name}",
                )


def _known(
    name: str | None, known: Iterable[str], what: str, file: str, table: str, key: str
) -> Iterator[str]:
    names = set(known)
    if name is not None and name not in names:
        yield f'{place(file, table, key)}no {what} is called "{name}"{did_you_mean(name, names)}'
