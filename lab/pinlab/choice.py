"""A choice that the standards leave to a client: which way the catalogue went, and why.

Only the model; choices.py makes the scenario of the other way. It refuses choices with more than two ways.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pinlab.recipe import Strict

Way = Literal["accept", "reject"]


class Choice(Strict):
    """The key `choice` of a scenario: `--set NAME=accept` or `--set NAME=reject` turns its verdict."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """What is chosen; scenarios that hang together share it."""
    default: Way
    """What the scenario says as it is written."""
    why: str = Field(min_length=20)
    """Why the default is what it is, a clause."""
    reason: str | None = None
    """The reason of a refusal, where the default is to accept."""
    control: str | None = None
    """The twin of a refusal, where the default is to accept."""
    phase: Literal["config", "connect", "handshake", "request"] = "handshake"
    """Where the refusal is due, where the default is to accept."""
