"""The lab inside a user's own test suite: what a test imports. See lab/docs/pytest.md.

The plugin is in plugin.py. Nothing here judges: a process of the lab's own does (worker_main), with the
runner, the witnesses and the judge of every other run.
"""

from __future__ import annotations

from pinlab.testing.clients import CannotDo, Command, Named, Refused
from pinlab.testing.lab import Lab
from pinlab.testing.scripted import Scripted
from pinlab.testing.verdict import Judged, NotAsExpected
from pinlab.testing.visit import Visit

__all__ = [
    "CannotDo",
    "Command",
    "Judged",
    "Lab",
    "Named",
    "NotAsExpected",
    "Refused",
    "Scripted",
    "Visit",
]
