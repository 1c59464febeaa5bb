"""`python -m pinlab`, and `pinlab` where it is installed: the command line, and nothing else."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; its exit status."""
    from pinlab.cli.app import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
