"""`pinlab rehearse --init`: a commented plan that runs, from the certificate in service and the next one.

What the files do not say is assumed, and every assumption is marked in the plan. It reads no clock: the day
comes in.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from pinlab.core.errors import FileError
from pinlab.core.toml import value as toml_value
from pinlab.rotation.init.material import Authority, Material, material_of
from pinlab.rotation.plan.file import plan_from
from pinlab.rotation.plan.moments import start_of
from pinlab.rotation.plan.pki import SPKI_PIN

LATEST_CUT_OVER = 60
"""Days after which the first draft changes over at the latest."""
ROLL_BACK = 10
"""Days that the old certificate must still last then, for a roll-back and some more."""


@dataclass(frozen=True)
class DraftInput:
    """What a first draft is made from."""

    current: str
    """A PEM file, or HOST:PORT for what that server shows now; so is `next`."""
    next: str
    pins: tuple[str, ...] = ()
    """What the app pins today, "sha256/..."; empty: assumed to be the key in service."""
    adoption: Path | None = None
    may_test: tuple[str, ...] = ()
    """Hosts beyond loopback that the user may connect to."""


def initial_plan(start: DraftInput, today: date) -> str:
    """Give the text of a plan. FileError for files and pins that cannot be used."""
    bad = [pin for pin in start.pins if not re.fullmatch(SPKI_PIN, pin)]
    if bad:
        raise FileError(f'--pin wants "sha256/" and 44 letters of base64, not {bad[0]!r}')
    current = material_of(start.current, start.may_test)
    following = material_of(start.next, start.may_test)
    if current.validity is None:
        raise FileError(f"{start.current}: is a request; --current wants the certificate in service")
    versions = _versions(start.adoption) if start.adoption else ()
    draft = _Draft(start, today, current, following, versions)
    text = "\n".join(draft.lines()) + "\n"
    plan_from(tomllib.loads(text), Path.cwd() / "plan.toml")
    return text


def _versions(file: Path) -> tuple[tuple[str, str], ...]:
    """Give each version of a CSV with the first day on which it is seen."""
    first: dict[str, str] = {}
    try:
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
            name, day = (row.get("version") or "").strip(), (row.get("date") or "").strip()
            if name and day:
                first[name] = min(first.get(name, day), day)
    except (OSError, UnicodeDecodeError) as failure:
        raise FileError(f"{file}: cannot be read: {failure}") from failure
    if not first:
        raise FileError(f"{file}: holds no row; expected date,version,share and lines under it")
    return tuple(sorted(first.items(), key=lambda item: (item[1], item[0])))


class _Draft:
    """The plan in pieces, each a table with what to know about it."""

    def __init__(
        self,
        start: DraftInput,
        today: date,
        current: Material,
        following: Material,
        versions: Sequence[tuple[str, str]],
    ) -> None:
        assert current.validity is not None
        self.start, self.today, self.current, self.next = start, today, current, following
        self.served = current.validity
        self.versions = versions
        self.same_key = current.spki == following.spki
        self.next_key = "K1" if self.same_key else "K2"
        self.issuers: dict[str, tuple[str, str | None, str | None]] = {}
        """Name to comment, pin and parent."""
        self.issuer_of = {"c1": self._authorities(current), "c2": self._authorities(following)}

    def lines(self) -> Iterator[str]:
        """Give the whole plan."""
        yield from self._head()
        yield from self._keys()
        yield from self._issuers()
        yield from self._certificates()
        yield from self._apps()
        yield from self._rest()

    @property
    def cut_over(self) -> int:
        """Give the day of the change: a roll-back before the old one ends, and not before the new one."""
        latest = max(1, min(LATEST_CUT_OVER, self._days_to(self.served[1]) - ROLL_BACK))
        if self.next.validity is None:
            return latest
        return max(latest, self._days_to(self.next.validity[0]) + 3)

    @property
    def end(self) -> int:
        """Give the day on which the window ends: before the new certificate does."""
        expected = self.cut_over + 60
        ends = self._days_to(self.next.validity[1]) - 3 if self.next.validity else expected
        return max(self.cut_over + 1, min(expected, ends))

    def _first_served(self) -> datetime:
        """A careful operator waits some days for slow clocks; no one knows whether this one did."""
        later = self.served[0] + timedelta(days=3)
        return later if later < start_of(self.today) else self.served[0]

    def _days_to(self, moment: datetime) -> int:
        return (moment - start_of(self.today)).days

    def _head(self) -> Iterator[str]:
        hosts = self.current.hosts or self.next.hosts or ("api.example.test",)
        yield "# A first draft. It runs as it is: pinlab rehearse plan.toml"
        yield "# Lines marked ASSUMED are guesses: put in what you know. With --full a real client meets"
        yield "# every cell, with substitutes for your certificates under the lab's own CA."
        yield ""
        yield "plan = 1"
        yield f"name = {toml_value('Rotation of ' + hosts[0])}"
        yield f"t0 = {self.today.isoformat()}  # T+0"
        yield f'window = ["T+0", "T+{self.end}"]  # the time over which figures are summed'
        yield f"hosts = [{', '.join(map(toml_value, hosts))}]"
        if self.start.adoption:
            source = f"file = {toml_value(str(self.start.adoption))}, source = {toml_value(self.start.adoption.name)}"
            yield f"adoption = {{ {source} }}  # relative to this file"
        else:
            yield 'adoption = { curve = "T" }  # ASSUMED: a fast fleet. Yours: file = "shares.csv"'

    def _keys(self) -> Iterator[str]:
        yield ""
        yield f"[keys.K1]  # in service: {Path(self.start.current).name}"
        yield f'spki = "{self.current.spki}"'
        yield from self._alg(self.current)
        if self.same_key:
            yield "# The next certificate has the same key: a renewal. No pin changes."
            return
        yield ""
        yield f"[keys.K2]  # the next one: {Path(self.start.next).name}"
        yield f'spki = "{self.next.spki}"'
        yield from self._alg(self.next)
        yield 'state = "standby"'
        yield f"proof = {toml_value(str(self.start.next))}  # what shows that someone holds the private key"

    def _alg(self, material: Material) -> Iterator[str]:
        if material.alg:
            yield f'alg = "{material.alg}"'
        else:
            yield "# Its algorithm has no substitute in the lab; P-256 takes its place."

    def _authorities(self, material: Material) -> str:
        """Register the issuers of a leaf and give the name of its own."""
        found = material.issuers or (Authority("ASSUMED: the same issuer", None),)
        if not material.issuers and self.issuers:
            return next(iter(self.issuers))
        names = [self._issuer(ca) for ca in found]
        for name, parent in pairwise(names):
            about, spki, _ = self.issuers[name]
            self.issuers[name] = (about, spki, parent)
        return names[0]

    def _issuer(self, ca: Authority) -> str:
        known = next((name for name, (about, _, _) in self.issuers.items() if about == ca.name), None)
        name = known or f"CA{len(self.issuers) + 1}"
        _, spki, parent = self.issuers.get(name, ("", None, None))
        self.issuers[name] = (ca.name, spki or ca.spki, parent)
        return name

    def _path(self, certificate: str) -> Iterator[str]:
        above: str | None = self.issuer_of[certificate]
        while above is not None:
            yield above
            above = self.issuers[above][2]

    def _issuers(self) -> Iterator[str]:
        for name, (about, spki, parent) in self.issuers.items():
            yield ""
            yield f"[issuers.{name}]  # {_comment(about)}"
            if spki:
                yield f'spki = "{spki}"'
            if parent:
                yield f'parent = "{parent}"'

    def _certificates(self) -> Iterator[str]:
        yield from self._certificate("c1", "K1", self.current)
        yield from self._certificate("c2", self.next_key, self.next)

    def _certificate(self, name: str, key: str, material: Material) -> Iterator[str]:
        yield ""
        yield f"[certificates.{name}]"
        yield f'key = "{key}"'
        yield f'issuer = "{self.issuer_of[name]}"'
        if material.validity:
            start, end = material.validity
            yield f"not_before = {_instant(start)}"
            yield f"not_after = {_instant(end)}"
        else:
            yield f'not_before = "T{self.cut_over - 3:+d}"  # ASSUMED: issued three days before the cut-over'
            yield 'lifetime = "90d"  # ASSUMED'

    def _pins(self) -> list[str]:
        """Give the pins of today's app, by name where the plan has one."""
        names = {self.current.spki: "K1", self.next.spki: self.next_key}
        names |= {spki: name for name, (_, spki, _) in self.issuers.items() if spki}
        return [names.get(pin, pin) for pin in self.start.pins] or ["K1"]

    def _apps(self) -> Iterator[str]:
        pins = self._pins()
        guess = "" if self.start.pins else "  # ASSUMED: --pin was not given"
        if self.versions:
            yield ""
            yield "# Every version of the CSV, each with the pins that were given. Correct those that differ."
        for version, day in self.versions or (("1.0", '"T-365"'),):
            yield from _app(version, day, pins, guess)
        accepting = {self.next_key, *self._path("c2")}
        if not self.versions and not accepting & set(pins):
            yield ""
            yield "# 1.0 would refuse the next certificate, so a release that knows its key comes first."
            yield from _app("1.1", '"T+0"', [*pins, self.next_key], "")

    def _rest(self) -> Iterator[str]:
        yield ""
        yield "[[nodes]]  # one for each server, region or edge; their weights add up to 1"
        yield 'id = "all"'
        yield "weight = 1.0"
        yield "serves = ["
        yield f'    {{ at = {_instant(self._first_served())}, certificate = "c1" }},'
        yield f'    {{ at = "T{self.cut_over:+d}", certificate = "c2" }},  # the cut-over: ASSUMED'
        yield "]"
        yield ""
        yield "# What if the key in service is stolen? Add a standby key that every release pins, then:"
        yield "# [[branches]]"
        yield '# kind = "compromise"'
        yield '# key = "K1"'
        yield '# at = "T+10"'
        yield '# to = "e1"  # a certificate for the standby key'
        yield ""
        yield "[gate]  # what you still accept"
        yield "max_locked_out = 0.005  # half a per cent of connections at one time"
        yield "max_fleet_days = 0.02"


def _app(version: str, release: str, pins: Sequence[str], comment: str) -> Iterator[str]:
    yield ""
    yield "[[apps]]"
    yield f"id = {toml_value(version)}"
    yield f"release = {release}"
    yield f"pins = {{ set = [{', '.join(map(toml_value, pins))}] }}{comment}"


def _comment(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:80]


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
