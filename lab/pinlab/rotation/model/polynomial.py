"""Polynomials of degree three on [0, 1]: what a share is between two edges of a plan.

A share is a product of at most three straight lines (adoption, refresh of a list, resumed sessions), so four
values say it all, and integral, maximum and time over a limit are exact. Nothing here knows what is summed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

NODES = (1 / 8, 3 / 8, 5 / 8, 7 / 8)
"""Where it is sampled: inside, so that a step at an edge belongs to neither side."""
Coefficients = tuple[float, float, float, float]
_HALVINGS = 60


def through(values: tuple[float, float, float, float]) -> Coefficients:
    """Give the polynomial through the values at NODES, lowest power first (Newton's divided differences)."""
    table = list(values)
    for depth in range(1, 4):
        for index in range(3, depth - 1, -1):
            table[index] = (table[index] - table[index - 1]) / (NODES[index] - NODES[index - depth])
    result = [0.0, 0.0, 0.0, 0.0]
    for index in range(3, -1, -1):
        shifted = [0.0, *result[:3]]
        result = [shifted[power] - NODES[index] * result[power] for power in range(4)]
        result[0] += table[index]
    return result[0], result[1], result[2], result[3]


def value(poly: Coefficients, u: float) -> float:
    """Give the value at u (Horner)."""
    a, b, c, d = poly
    return a + u * (b + u * (c + u * d))


def integral(poly: Coefficients) -> float:
    """Give the integral from 0 to 1."""
    return sum(coefficient / (power + 1) for power, coefficient in enumerate(poly))


def peak(poly: Coefficients) -> tuple[float, float]:
    """Give the largest value on [0, 1] and where it is."""
    at = max(_turns(poly), key=lambda u: value(poly, u))
    return value(poly, at), at


def over(poly: Coefficients, limit: float) -> float:
    """Give how much of [0, 1] lies above a limit."""
    total = 0.0
    for left, right in pairwise(_turns(poly)):
        high, low = value(poly, left) > limit, value(poly, right) > limit
        if high and low:
            total += right - left
        elif high != low:
            cut = _crossing(lambda u: value(poly, u) - limit, left, right)
            total += cut - left if high else right - cut
    return total


def _turns(poly: Coefficients) -> list[float]:
    """Give 0, 1 and the points between at which it may turn: the roots of its derivative."""
    _, b, c, d = poly
    inside: list[float] = []
    if abs(d) > 1e-12:
        under = c * c - 3 * d * b
        if under >= 0:
            inside = [(-c + sign * under**0.5) / (3 * d) for sign in (-1, 1)]
    elif abs(c) > 1e-12:
        inside = [-b / (2 * c)]
    return sorted({0.0, 1.0, *(u for u in inside if 0 < u < 1)})


def _crossing(function: Callable[[float], float], left: float, right: float) -> float:
    rising = function(left) < 0
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        if (function(middle) < 0) == rising:
            left = middle
        else:
            right = middle
    return left


def last_over(poly: Coefficients, limit: float) -> float | None:
    """Give the end of the last stretch of [0, 1] that lies above a limit; None if none does."""
    turns = _turns(poly)
    for left, right in reversed(list(pairwise(turns))):
        if value(poly, right) > limit:
            return right
        if value(poly, left) > limit:
            return _crossing(lambda u: value(poly, u) - limit, left, right)
    return None
