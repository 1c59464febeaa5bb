"""An option of the command line, declared once: as a field of the model that the code uses.

`cli.options.takes` makes the command line of it. Fields stand in no other place.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

METADATA = "pinlab.option"


def option(default: Any, help: str, *flags: str, metavar: str | None = None) -> Any:
    """A field that is an option: --NAME, or `flags` where it is called otherwise. A flag where it is a bool."""
    return field(default=default, metadata={METADATA: {"help": help, "flags": flags, "metavar": metavar}})
