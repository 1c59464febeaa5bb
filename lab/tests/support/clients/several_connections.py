"""Three visits at once; it accepts if one of them is answered."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from plain import order, visit

asked = order()
with ThreadPoolExecutor(3) as pool:
    answers = list(pool.map(lambda _: visit(asked), range(3)))
sys.exit(0 if any(answers) else 1)
