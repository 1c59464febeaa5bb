"""Any program of the user's: a template for its command line, an exit status for its answer.

Refuses a template that it does not understand before anything runs, and gives the program a bare environment.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from pinlab.clients import api
from pinlab.clients.api import Adapter, AdapterError, Brief, Command, Run, Unsupported, claim
from pinlab.clients.command_template import PIN_PLACEHOLDERS, split, variables
from pinlab.core.enums import EXIT_UNSUPPORTED
from pinlab.evidence.model import Outcome


class UserCommand(Adapter):
    """`--command TEMPLATE --env NAME=TEMPLATE --pass-env NAME`."""

    name = "command"
    vias = ("hosts", "address", "proxy")

    def __init__(self, command: str, env: Sequence[str], keep: Sequence[str], fixed_world: bool) -> None:
        """`fixed_world`: pins may be compiled in. AdapterError: a bad template or no such program."""
        self._words, self._env, self._keep = split(command), variables(list(env)), tuple(keep)
        self._program = self._words[0].text
        if not self._words[0].used and not shutil.which(self._program):
            raise AdapterError(f"there is no program {self._program!r} to run (looked in PATH)")
        self._used = frozenset().union(*(word.used for word in (*self._words, *self._env.values())))
        self.reads_pin_file, self.gets_pins = "pin_file" in self._used, bool(self._used & PIN_PLACEHOLDERS)
        self.pins = "fixed" if fixed_world and not self.gets_pins else "given"
        self.pins_certificates = self._used & PIN_PLACEHOLDERS == {"cert_sha256_hex"}
        self._identity = repr((command, tuple(env), tuple(keep)))

    def identity(self) -> str:
        """Another template is another client."""
        return self._identity

    def version(self) -> str:
        """No one knows; its name has to do."""
        return os.path.basename(self._program)

    def command(self, brief: Brief) -> Command:
        """The filled template; the brief is on its stdin for those who want it."""
        if self._used and brief.proxy and "proxy_url" not in self._used:
            raise Unsupported("its command line has no {proxy_url}")
        if self._used:
            api.plain_only(brief, "http", "https", "socks5")
        facts = {name: text.fill(brief) for name, text in self._env.items()}
        env = api.minimal_environment(*self._keep) | facts
        return Command([word.fill(brief) for word in self._words], env, brief.to_json())

    def outcome(self, run: Run) -> Outcome:
        """An outcome line on its stdout wins; else exit 0 accepts, 89 cannot, anything else refuses."""
        exits = {0: "accept", EXIT_UNSUPPORTED: "unsupported", None: None}
        output = (run.stderr.strip() or run.stdout.strip())[-200:]
        return api.stated_outcome(run.stdout) or claim(exits.get(run.exit_code, "reject"), None, output)
