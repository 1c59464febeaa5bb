"""Honest, but writes without end to both of its outputs."""

from __future__ import annotations

import sys

from plain import order, visit

good = visit(order())
for _ in range(200):
    sys.stdout.write("x" * 65536)
    sys.stderr.write("y" * 65536)
sys.exit(0 if good else 1)
