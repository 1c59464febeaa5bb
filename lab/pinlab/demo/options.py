"""The options of `pinlab demo`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pinlab.core.options import option


@dataclass(frozen=True)
class DemoOptions:
    """As they were typed."""

    step: bool = option(False, "Wait for Enter before each act.", "--step")
    html: Path | None = option(None, "Keep what was shown as a page.")
    seed: int | None = option(None, "Fixes the secrets.")
