"""`python -m pinlab.pages` writes every page and schema that is made from the catalogue and the plans alone.

What must be measured first (the kill matrix, the golden verdicts) has commands of its own. Nothing else.
"""

from __future__ import annotations

from pinlab import catalogue_page, coverage, schema
from pinlab.rotation import reference_page


def main() -> None:
    """Write lab/schema/ and, in lab/docs/, catalogue.md, coverage.md and rotation-reference.md."""
    for writer in (schema, catalogue_page, coverage, reference_page):
        writer.main()


if __name__ == "__main__":
    main()
