"""`pinlab clients new`: writes an adapter of the user's own, and a driver if one is wanted, and checks it.

It never writes over a file, and nothing into this tree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pinlab.clients import user_adapters
from pinlab.clients.command_template import PIN_PLACEHOLDERS, split
from pinlab.clients.registry import installed_clients
from pinlab.core.enums import ExitStatus
from pinlab.core.errors import UsageError

SCAFFOLD = Path(__file__).with_name("scaffold_templates")
LANGUAGES = {"python": ("python3", "py"), "node": ("node", "js")}
DRIVERS = "drivers"
CHECK = ("valid/*", "misissued")
ADVICE = {
    ExitStatus.OK: """It does what a pinned client must. Now all of it: ./pinlab run --client {name}""",
    ExitStatus.NOT_AS_EXPECTED: """Look at the first case above that is not as expected.
If valid/leaf is not SERVED, nothing else means anything yet. If misissued/by_our_authority is BREACHED, no
pin is in force. What is so by intent goes into `lacks` or `KNOWN` of {file}.""",
    ExitStatus.INCONCLUSIVE: """Nothing could be concluded: see the probe's five lines above.""",
}

UNPINNED = """
The command gets no pins, so `pins = "none"` stands in the adapter, and what only a pin refuses gets in:
rightly, for a client without pins. If it can pin, say with which option: {placeholders}."""


@dataclass(frozen=True)
class NewClient:
    """What was asked for."""

    name: str
    command: str | None
    language: str | None


def new_client(
    expected: NewClient, say: Callable[[str], None], check: Callable[[str, tuple[str, ...]], int]
) -> int:
    """Write the files, check the client, say what is next; the exit status of the check. UsageError.

    `check` runs scenarios (globs) against the client of a name.
    """
    written = write(expected)
    for path in written:
        say(f"wrote {path}")
    status = check(expected.name, CHECK)
    advice = ADVICE.get(ExitStatus(status), "")
    say("\n" + advice.format(name=expected.name, file=written[0]))
    if expected.command and not _can_pin(expected.command):
        placeholders = ", ".join(f"{{{placeholder}}}" for placeholder in sorted(PIN_PLACEHOLDERS))
        say(UNPINNED.format(placeholders=placeholders))
    return status


def write(expected: NewClient) -> list[Path]:
    """Write the adapter and its driver; the adapter first. UsageError: a bad name, or it is there already."""
    _check(expected)
    home = user_adapters.folder()
    adapter, made = home / f"{expected.name}.py", []
    if expected.language:
        program, suffix = LANGUAGES[expected.language]
        driver = home / DRIVERS / f"{expected.name}.{suffix}"
        made.append((driver, _text(f"driver.{suffix}", NAME=expected.name)))
        template = f'beside(__file__, "{program}", "{DRIVERS}/{driver.name}")'
    else:
        split(expected.command or "")  # AdapterError: a placeholder that is none
        template = repr(expected.command)
    pins = "given" if expected.language or _can_pin(expected.command or "") else "none"
    imported = "from pinlab.clients.user_adapters import beside\n" if expected.language else ""
    imported += "from pinlab.clients.templated import Templated\n"
    facts = {"NAME": expected.name, "CLASS": _class(expected.name), "TEMPLATE": template, "IMPORT": imported}
    facts["PINS"] = pins
    made.insert(0, (adapter, _text("command.py", **facts)))
    taken = next((path for path, _ in made if path.exists()), None)
    if taken:
        raise UsageError(f"{taken} is there already; nothing was written")
    for path, text in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [path for path, _ in made]


def _check(expected: NewClient) -> None:
    if not expected.name.isidentifier() or expected.name.startswith("_"):
        raise UsageError(f"NAME is letters, digits and underscores, such as my_app, not {expected.name!r}")
    if expected.name in installed_clients():
        raise UsageError(f"{expected.name} is a client that pinlab has already; choose another name")
    if (expected.command is None) == (expected.language is None):
        raise UsageError("say how to start it with --command, or have a driver written with --language")
    if expected.language is not None and expected.language not in LANGUAGES:
        raise UsageError(
            f"--language is {' or '.join(LANGUAGES)}, not {expected.language!r}; a program in another language "
            "reads the brief on stdin (PROTOCOL.md), and --command says how to start it"
        )


def _can_pin(command: str) -> bool:
    """A command line without any placeholder reads the brief, where the pins are."""
    used = frozenset().union(*(word.used for word in split(command)))
    return not used or bool(used & PIN_PLACEHOLDERS)


def _class(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_")) or "Client"


def _text(template: str, **facts: str) -> str:
    text = (SCAFFOLD / f"{template}.txt").read_text(encoding="utf-8")
    for key, value in facts.items():
        text = text.replace(f"@{key}@", value)
    return text
