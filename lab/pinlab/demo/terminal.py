"""The demonstration in a terminal, act by act, at the presenter's pace or by itself."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pinlab.core.enums import Verdict
from pinlab.demo.play import PlayedDemonstration
from pinlab.demo.script import NAMES, Chapter

STYLE = {"plain": "", "good": "green", "bad": "bold red"}
VERDICT_STYLE = {Verdict.BREACHED: "bold red", Verdict.LOCKED_OUT: "bold yellow"}
VERDICT_SAYS = {
    Verdict.HELD: "refused, and nothing was lost",
    Verdict.SERVED: "accepted, as it should be",
    Verdict.BREACHED: "the secret is lost",
    Verdict.LOCKED_OUT: "the app's own users are shut out",
}
WIDTH = 100


class Terminal:
    """Shows acts on a console. `pause` is called before each act but the first."""

    def __init__(self, console: Console, pause: Callable[[], None] | None = None) -> None:
        self._console, self._pause, self._number = console, pause, 0
        if not console.is_terminal or console.width > WIDTH:
            console.width = WIDTH

    def opens(self, chapter: Chapter) -> None:
        """The title, and the text before anything happens."""
        if self._number and self._pause:
            self._pause()
        self._number += 1
        self._console.print()
        self._console.print(Rule(Text(f"{self._number}. {chapter.title}", style="bold"), align="left"))
        self._console.print(Text(chapter.says))

    def shows(self, played: PlayedDemonstration) -> None:
        """A demonstration that has just been played."""
        head = Text(f"\n{NAMES[played.demonstration.client]}", style="bold")
        if played.demonstration.note:
            head.append(f": {played.demonstration.note}")
        if played.demonstration.variant != "itself":
            head.append(", its pins replaced")
        self._console.print(head)
        lines = Table.grid(padding=(0, 2))
        lines.add_column(justify="right", style="dim", no_wrap=True)
        lines.add_column(overflow="fold")
        for sentence in played.sentences:
            lines.add_row(sentence.who, Text(sentence.text, style=STYLE[sentence.mood]))
        self._console.print(Padding(lines, (0, 0, 0, 2)))
        style = VERDICT_STYLE.get(Verdict(played.verdict), "bold green")
        output = Text(f"  {played.verdict}", style=style)
        output.append(f"  {VERDICT_SAYS.get(Verdict(played.verdict), played.cause)}", style="")
        self._console.print(output)
        if not played.as_expected:
            self._console.print(
                Text(f"  This had to be {played.demonstration.ends}: {played.cause}", style="bold red")
            )

    def closes(self, chapter: Chapter) -> None:
        """What the act has shown."""
        self._console.print(Text(f"\n{chapter.moral}", style="italic"))
