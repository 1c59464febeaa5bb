"""Honest, but leaves a process of another session behind that would run for a minute."""

from __future__ import annotations

import subprocess
import sys

from plain import order, visit

good = visit(order())
subprocess.Popen(["sleep", "61.25"], start_new_session=True)
sys.exit(0 if good else 1)
