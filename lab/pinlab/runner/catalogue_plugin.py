"""The pytest plugin that collects the catalogue: a file for each family, an item for each scenario and TLS version.

`pinlab run` and `pytest --pinlab-suite` register it, each with a front that says what an item runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from pinlab.catalogue.loader import WORLD_FILE
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.suites import suites_of
from pinlab.core.enums import Suite


class Front(Protocol):
    """Chooses cases and runs them: in this process (`pinlab run`), or in the lab's (a user's pytest)."""

    folder: Path
    """The folder of the catalogue."""

    def items(self, file: CatalogueFile) -> Iterator[tuple[Scenario, pytest.Item]]:
        """The items of one family, each with its scenario."""


class CataloguePlugin:
    """Turns the files of the catalogue into items."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def pytest_configure(self, config: pytest.Config) -> None:
        """The marks of the suites."""
        for suite in Suite:
            config.addinivalue_line("markers", f"{suite}: the scenarios of the suite {suite}")

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Each family of scenarios is a file."""
        if (
            file_path.suffix != ".toml"
            or file_path.name == WORLD_FILE
            or file_path.parent != self._front.folder
        ):
            return None
        name = f"pinlab/{file_path.stem}"  # outside of its root directory pytest has no name for a file
        file: CatalogueFile = CatalogueFile.from_parent(parent, path=file_path, nodeid=name)
        file.front = self._front
        return file


class CatalogueFile(pytest.File):
    """One family."""

    front: Front

    @property
    def family(self) -> str:
        """The name of the family."""
        return self.path.stem

    def collect(self) -> Iterator[pytest.Item]:
        """The chosen cases of this family, marked with their suites."""
        for scenario, item in self.front.items(self):
            for suite in suites_of(scenario):
                item.add_marker(str(suite))
            yield item
