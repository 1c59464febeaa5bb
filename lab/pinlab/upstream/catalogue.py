"""What a run in front of the user's server plays: the genuine server, then each step of the script by itself.

Written as a family of the catalogue, so that whatever plays, judges and tells scenarios does so here too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pinlab.catalogue.loader import SHIPPED, WORLD_FILE, Catalogue, load_cast, load_catalogue
from pinlab.catalogue.registry import KindInfo
from pinlab.catalogue.script import Script, load_script
from pinlab.catalogue.steps import HONEST_KIND, AttackStep
from pinlab.core.enums import UPSTREAM_FAMILY
from pinlab.core.errors import FileError, place
from pinlab.core.toml import dump
from pinlab.upstream.reasons import IMPOSSIBLE, LAB_CA, reasons
from pinlab.upstream.target import UpstreamTarget

CONTROL = "genuine"
OUR_SCRIPT = Path(__file__).with_name("attacks.toml")
MOST_VISITS = 20
ABOUT = "The user's own server: it must be accepted, and anyone who stands in its place must not."
GENUINE = (
    "The genuine server, relayed and unchanged. A good client accepts it: unless it does, no refusal "
    "of an attack means anything."
)

Kinds = Mapping[str, KindInfo]


def read_script(upstream: UpstreamTarget, kinds: Kinds) -> Script:
    """The user's script, or the one that ships. FileError names file, step and key of what is wrong."""
    path = Path(upstream.script) if upstream.script else OUR_SCRIPT
    script = load_script(path, load_cast(SHIPPED / WORLD_FILE), kinds)
    problems = [text for number, step in enumerate(script.attack) for text in _unfit(step, path.name, number)]
    if problems:
        raise FileError(problems)
    return script


def _unfit(step: AttackStep, file: str, number: int) -> Iterator[str]:
    where = place(file, "", f"attack[{number}]")
    if step.kind in IMPOSSIBLE:
        yield f"{where}{step.kind} cannot be played in front of an upstream: {IMPOSSIBLE[step.kind]}"
    if step.until != "hello":
        yield f'{where}each step is played by itself; remove "until"'
    if step.times > MOST_VISITS:
        yield f"{where}times is how often the client is asked; {MOST_VISITS} are enough"


def write_family(folder: Path, upstream: UpstreamTarget, kinds: Kinds) -> None:
    """Write the catalogue of a run: one family, in `folder`."""
    steps = read_script(upstream, kinds).attack
    tables = {CONTROL: _genuine(upstream)}
    tables |= {
        f"step_{number}_{step.kind}": _step(upstream, step, kinds[step.kind])
        for number, step in enumerate(steps, start=1)
    }
    folder.mkdir(parents=True, exist_ok=True)
    Path(folder, f"{UPSTREAM_FAMILY}.toml").write_text(dump({"about": ABOUT, **tables}), encoding="utf-8")


def catalogue_for(upstream: UpstreamTarget, kinds: Kinds) -> Catalogue:
    """The same, read at once."""
    with tempfile.TemporaryDirectory(prefix="pinlab-upstream-") as folder:
        write_family(Path(folder), upstream, kinds)
        return load_catalogue(Path(folder), kinds)


def _common(upstream: UpstreamTarget) -> dict[str, Any]:
    pins = [{"raw": upstream.chain[0]}] if upstream.chain else []
    return {"host": upstream.host, "trust": [LAB_CA], "pins": pins}


def _genuine(upstream: UpstreamTarget) -> dict[str, Any]:
    return {"doc": GENUINE, **_common(upstream), "attack": [{"kind": HONEST_KIND}], "expect": "SERVED"}


def _step(upstream: UpstreamTarget, step: AttackStep, kind: KindInfo) -> dict[str, Any]:
    attack: dict[str, Any] = {"kind": step.kind, **step.params}
    attack |= step.model_dump(include={"tickets", "early_data"}, exclude_defaults=True)
    if step.legit is not None:
        attack["legit"] = step.legit
    shown = kind.summary[0].upper() + kind.summary[1:]
    table = {"doc": f"{shown}, in the place of {upstream.server}.", **_common(upstream), "attack": [attack]}
    expect = "SERVED" if step.is_legit else "HELD"
    table["expect"] = expect
    if step.times > 1:
        table["visits"] = [expect] * step.times
    if step.is_legit:
        return table
    right = reasons(step, _authority(step, kind), upstream.ca_trusted)
    more = {"why": "anyone who shows this is not the server", "reason": right[0], "also": list(right[1:])}
    return {**table, **more, "control": f"{UPSTREAM_FAMILY}/{CONTROL}", "caught_by": ["no_pin_check"]}


def _authority(step: AttackStep, kind: KindInfo) -> str | None:
    given = step.params.get("authority")
    if given is None and "authority" in kind.by_name:
        given = kind.by_name["authority"].default
    return None if given is None else str(given)
