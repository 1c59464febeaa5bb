"""Honest, but memory was in danger on the way."""

from __future__ import annotations

import sys

from plain import order, visit

good = visit(order())
print("==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1", file=sys.stderr)
sys.exit(0 if good else 1)
