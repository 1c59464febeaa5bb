"""`python -m pinlab.pages` writes every page and schema that is made from the catalogue alone.

What must be measured first (the kill matrix, the golden verdicts) has commands of its own. Nothing else.
"""

from __future__ import annotations

from pinlab import catalogue_page, coverage, schema


def main() -> None:
    """Write lab/schema/, lab/docs/catalogue.md and lab/docs/coverage.md."""
    for writer in (schema, catalogue_page, coverage):
        writer.main()


if __name__ == "__main__":
    main()
