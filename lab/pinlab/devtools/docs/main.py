"""`python -m pinlab.devtools.docs.main` writes each page and schema made from the catalogue and the plans.

What must be measured first (the kill matrix, the golden verdicts) has commands of its own. Nothing else.
"""

from __future__ import annotations

from pinlab.devtools.docs import catalogue, coverage, rotation_rules, schemas


def main() -> None:
    """Write lab/schema/ and, in lab/docs/, catalogue.md, coverage.md and rotation-reference.md."""
    for writer in (schemas, catalogue, coverage, rotation_rules):
        writer.main()


if __name__ == "__main__":
    main()
