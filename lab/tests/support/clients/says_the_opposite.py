"""Behaves well and claims the opposite of what it did."""

from __future__ import annotations

import sys

from plain import order, visit

sys.exit(1 if visit(order()) else 0)
