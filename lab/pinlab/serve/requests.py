"""What a client may ask for, and how a wrong request is answered: the field, and what was expected of it.

Strict models: an unknown key, a wrong type or a word that is none is refused before anything happens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from pinlab.core.errors import FileError
from pinlab.core.models import Strict
from pinlab.core.toml import read_model
from pinlab.evidence.model import Outcome

Model = TypeVar("Model", bound=BaseModel)


class BadRequest(Exception):
    """A request that cannot be understood; `field` is the key that is wrong, if one is."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class Order(Strict):
    """POST /v1/runs."""

    suite: Literal["smoke", "pinning", "full"] | None = None
    """Absent: pinning, or all that `only` names."""
    client: str = Field(default="outside", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    """The name of the client in reports."""
    version: str = Field(default="", max_length=100)
    """One line about it for the reports."""
    only: tuple[str, ...] = Field(default=(), strict=False, max_length=1000)
    """Globs of scenario ids, or families."""
    via: Literal["address", "proxy"] = "address"
    """The way onto the client's path."""
    seed: int | None = Field(default=None, ge=0, lt=2**32)
    """Fixes the canaries."""


class ClaimForm(Strict):
    """POST /v1/outcome."""

    claim: Literal["accept", "reject", "unsupported"]
    """What the client says came of it."""
    detail: str = Field(default="", max_length=10_000)
    """A sentence for people."""
    reason: str | None = Field(default=None, max_length=200)
    """Why it refused, a word of PROTOCOL.md; absent: the wire and the controls say."""
    number: int | None = None
    """The number of the task that is meant, against answers that come too late."""

    def outcome(self) -> Outcome:
        """The claim as the judge wants it."""
        return Outcome(self.claim, self.reason, self.detail[:500])


class Nothing(Strict):
    """POST /v1/finish: there is nothing to say."""


def read(model: type[Model], body: Mapping[str, Any]) -> Model:
    """The body of a request. BadRequest names the first field that is wrong."""
    try:
        return read_model(model, body, file="the request")
    except FileError as failure:
        cause = failure.__cause__
        where = cause.errors()[0]["loc"] if isinstance(cause, ValidationError) else ()
        raise BadRequest(failure.problems[0], ".".join(str(part) for part in where) or None) from failure


def parse(data: bytes) -> dict[str, Any]:
    """A JSON object; an empty body is an empty one. BadRequest: anything else."""
    try:
        found = json.loads(data or b"{}")
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"the body is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise BadRequest("the body must be a JSON object")
    return found
