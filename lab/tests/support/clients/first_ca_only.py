"""Loads only the first CA of the file, and so refuses the rogue one for the wrong reason."""

from __future__ import annotations

import re
import ssl
import sys
from pathlib import Path

from plain import connect, context, get, order

asked = order()
first = re.findall(r"-----BEGIN.*?-----END CERTIFICATE-----", Path(asked.ca_file).read_text(), re.DOTALL)[0]
try:
    with connect(asked, context(asked, first)) as tls:
        sys.exit(0 if get(asked, tls) else 1)
except (ssl.SSLError, OSError):
    sys.exit(1)
