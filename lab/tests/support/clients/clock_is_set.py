"""Has no pins; its machine's clock is set a year ahead as its first visit begins, and back at the second.

Run under moved_clock.c, whose file is CLOCK; `turns` beside it counts the visits.
"""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path

from plain import connect, get, order

clock = Path(os.environ["PINLAB_TEST_CLOCK"])
turns = clock.with_name("turns")
with turns.open("a") as file:
    file.write("a visit\n")
first = len(turns.read_text().splitlines()) == 1
clock.write_text(str(366 * 86_400 if first else 0))
asked = order()
try:
    with connect(asked) as tls:
        sys.exit(0 if get(asked, tls) else 1)
except (ssl.SSLError, OSError):
    sys.exit(1)
