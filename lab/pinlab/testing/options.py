"""The plugin's options and ini keys, and what a test run's lab gets by them.

An option on the command line wins over its ini key. Paths of the ini file are relative to the ini file.
"""

from __future__ import annotations

import secrets
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from pinlab.testing.clients import Client, Command, Named

WORLD, CLIENT, COMMAND, SEED = "--pinlab-world", "--pinlab-client", "--pinlab-command", "--pinlab-seed"
TIMEOUT, SUITE = "--pinlab-timeout", "--pinlab-suite"
SCENARIOS = "pinlab_scenarios"
TIMEOUT_S = 10.0


def add_options(parser: pytest.Parser) -> None:
    """Declare them all."""
    group = parser.getgroup("pinlab", "certificate pinning (pinlab)")
    message = {
        WORLD: "a world that stays (`pinlab world create DIR`), for clients whose pins are compiled in",
        CLIENT: "the client of the suite: one that `pinlab clients` lists",
        COMMAND: "the client of the suite: a command with placeholders, as for `pinlab run --command`",
    }
    for option, help in message.items():
        group.addoption(option, default=None, help=help)
        parser.addini(_key(option), help, type="string", default="")
    group.addoption(SEED, type=int, default=None, help="the seed of a run that is to be repeated")
    group.addoption(
        SUITE, default=None, help="also collect the shipped scenarios of a suite: smoke, pinning, full"
    )
    group.addoption(TIMEOUT, type=float, default=TIMEOUT_S, help="seconds for each visit (10)")
    parser.addini(SCENARIOS, "folders whose *.toml files are scenarios", type="paths", default=[])


def client_of(config: pytest.Config) -> Client | None:
    """The client of the whole suite, as options and ini name it, if they do."""
    command, name = _value(config, COMMAND), _value(config, CLIENT)
    if command and name:
        pytest.fail(f"pinlab: {COMMAND} and {CLIENT} exclude each other", pytrace=False)
    if command:
        return Command(command)
    return Named(name) if name else None


def seed_of(config: pytest.Config) -> int:
    """One seed for all workers of a test run."""
    given = config.getoption(SEED)
    if given is not None:
        return int(given)
    workers: dict[str, Any] = getattr(config, "workerinput", {})
    run = workers.get("testrunuid") or secrets.token_hex(8)
    return zlib.crc32(str(run).encode())


def opening(config: pytest.Config, seed: int) -> dict[str, Any]:
    """The settings that the lab's process is started with."""
    world = _value(config, WORLD)
    home = (
        config.invocation_params.dir
        if config.getoption(WORLD) or not config.inipath
        else config.inipath.parent
    )
    return {
        "seed": seed,
        "now": int(time.time()),
        "timeout_s": config.getoption(TIMEOUT),
        "world": str(Path(home, world)) if world else None,
        "transcripts": True,
        "evidence": str(config.rootpath / "build" / "evidence"),
    }


def _key(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


def _value(config: pytest.Config, option: str) -> str:
    return str(config.getoption(option) or config.getini(_key(option)) or "")
