"""A self-contained page from a template and its own style and script; no request ever leaves it.

What is rendered is escaped. The page's Content-Security-Policy names its style and script by hash and admits
nothing else, so that even a fault in a template could not run what others wrote.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


def render(
    folder: Path, name: str, facts: Mapping[str, Any], filters: Mapping[str, Callable[..., Any]] | None = None
) -> str:
    """Render NAME.html.j2 of `folder` with NAME.css, and NAME.js where there is one, inside it."""
    inside: dict[str, Any] = {}
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters.update(filters or {})
    for kind, suffix in (("style", "css"), ("script", "js")):
        asset = folder / f"{name}.{suffix}"
        if asset.exists():
            text = asset.read_text(encoding="utf-8")
            inside |= {kind: Markup(text), f"{kind}_hash": source_of(text)}
    return environment.get_template(f"{name}.html.j2").render(**facts, **inside)


def source_of(text: str) -> str:
    """The hash source of inline text (Content Security Policy Level 3, section 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
