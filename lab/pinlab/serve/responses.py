"""Answers of the HTTP interface: JSON in ASCII, so that nothing from outside can break it, and its errors."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response


class Json(Response):
    """A JSON object."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """ASCII: a lone surrogate or a control character from a client stays an escape."""
        return (json.dumps(content, indent=1) + "\n").encode("ascii")


def refusal(text: str, field: str | None, status: int) -> Json:
    """An error: what is wrong, and which key, header or call it is."""
    return Json({"error": text, "field": field}, status)
