"""The options of `pinlab run` about what is written, and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pinlab.core.errors import UsageError
from pinlab.core.options import option


@dataclass(frozen=True)
class ReportOptions:
    """As they were typed."""

    known: Path | None = option(None, "TOML file of known deviations.")
    json: Path | None = option(None, "Write the results here as JSON.")
    junit: Path | None = option(None, "Write the results here as JUnit XML.")
    html: Path | None = option(None, "Write the results here as a page.")
    markdown: Path | None = option(None, "Write the results here as Markdown, for a CI job's summary.")
    baseline: Path | None = option(None, "An earlier --json: exit 1 only on what got worse.")

    def check(self) -> None:
        """UsageError for a file that cannot be written."""
        for target in (self.json, self.junit, self.html, self.markdown):
            if target is not None and (target.is_dir() or not target.absolute().parent.is_dir()):
                raise UsageError(f"{target}: cannot be written: it is a folder, or its folder does not exist")
