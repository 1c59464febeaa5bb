"""Calls in Python source with constant arguments, found by the ast module. The source is not executed."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from pinlab.pins.errors import PinFileError
from pinlab.pins.source import Source, Spot


def calls(source: Source) -> Iterator[ast.Call]:
    """Every call in a source, in order; PinFileError with the place of a syntax error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.text)
    except SyntaxError as failure:
        spot = Spot(failure.lineno or 0, failure.offset or 0)
        raise source.error_at(spot, f"is not Python: {failure.msg}") from failure
    except (ValueError, RecursionError, MemoryError) as failure:
        raise PinFileError(f"{source.name}: is not Python that can be read: {failure}") from failure
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return iter(sorted(found, key=lambda node: (node.lineno, node.col_offset)))


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name; empty for any other expression."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def spot_of(node: ast.expr) -> Spot:
    """Where an expression starts."""
    return Spot(node.lineno, node.col_offset + 1)


def unresolved(source: Source, node: ast.expr) -> PinFileError:
    """The error for an expression that is not a constant."""
    shown = ast.unparse(node)[:60]
    return source.error_at(
        spot_of(node), f"could not resolve {shown}: only constants are read; write the value itself"
    )
