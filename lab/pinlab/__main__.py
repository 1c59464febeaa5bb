"""`python -m pinlab`: the command line, and nothing else."""

from __future__ import annotations

import sys

from pinlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
