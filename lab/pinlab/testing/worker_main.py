"""The lab's own process behind a test run: requests on stdin, visits and verdicts on stdout, one a line.

The runner, the witnesses and the judge are those of every other run. Where the client is a function of the
test, this process says what to visit and waits for the claim. It ends with its input.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Serve until stdin ends."""
    from pinlab.processes.child import kill_all
    from pinlab.testing.worker import serve

    try:
        serve()
    finally:
        kill_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
