"""A client that needs only a command line: as `--command`, but with a name, known deviations and reasons."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients.api import Adapter, Brief, Command, Run, claim
from pinlab.clients.command_line import UserCommand
from pinlab.clients.command_template import PIN_PLACEHOLDERS, split
from pinlab.evidence.model import Outcome


class Templated(Adapter):
    """Exit 0 accepts, 89 cannot, anything else refuses; a last line as in PROTOCOL.md wins over that."""

    template: ClassVar[str]
    """With the placeholders of `--command`; the brief is on its stdin too."""
    env: ClassVar[tuple[str, ...]] = ()
    """NAME=TEMPLATE each."""
    words: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What it says when it refuses, and our reason for it. No reason is better than a wrong one."""
    vias = ("hosts", "address", "proxy")
    ecosystem = "yours"

    def __init__(self) -> None:
        """Whether it pins certificates follows from the placeholders."""
        used = frozenset().union(*(word.used for word in split(self.template)))
        self.pins_certificates = used & PIN_PLACEHOLDERS == {"cert_sha256_hex"}

    @property
    def install(self) -> str:
        """It is the user's job."""
        return f"put its program {split(self.template)[0].text!r} into PATH"

    def version(self) -> str:
        """The program's name, unless a client says more."""
        return self._filled().version()

    def command(self, brief: Brief) -> Command:
        """The filled template."""
        return self._filled().command(brief)

    def outcome(self, run: Run) -> Outcome:
        """As for any command; where it states no reason, one of `words` may."""
        output = self._filled().outcome(run)
        if output.claim != "reject" or output.reason is not None:
            return output
        named = next((reason for text, reason in self.words if text in output.detail), None)
        return claim("reject", named, output.detail)

    def identity(self) -> str:
        """Another template is another client."""
        return repr((self.name, self.template, self.env))

    def _filled(self) -> UserCommand:
        return UserCommand(self.template, self.env, (), False)
