"""`python -m pinlab.devtools.docs.coverage` writes lab/docs/coverage.md: every known case and its scenarios."""

from __future__ import annotations

from collections.abc import Sequence

from pinlab.catalogue.coverage import GROUPS, NOT_YET, Covered, counts, coverage
from pinlab.catalogue.loader import load_catalogue
from pinlab.core.paths import catalogue as catalogue_folder

PAGE = catalogue_folder().parent / "docs" / "coverage.md"


def page(cases: Sequence[Covered]) -> str:
    """Give the whole page as Markdown."""
    _, done, every = counts(cases)[-1]
    blocks = [
        "# Coverage\n",
        "The cases that public testers of TLS clients know, those that none of them has, and the scenarios",
        "that show each of them here. Made from `lab/catalogue/` by `python -m pinlab.devtools.docs.coverage`;",
        f"`./pinlab coverage` prints the count.\n\n**{done} of {every} cases have a scenario.**\n",
        "| Group | With a scenario | Cases |\n|---|---:|---:|",
        *(f"| {name} | {entry} | {all_} |" for name, entry, all_ in counts(cases)),
    ]
    for letters, name in GROUPS.items():
        members = [case for case in cases if case.group == letters]
        blocks += [
            f"\n## {name}\n",
            "| Case | What is shown | Scenarios, or why there is none |\n|---|---|---|",
        ]
        blocks += [f"| `{member.id}` | {member.title} | {_shown(member)} |" for member in members]
    return "\n".join(blocks) + "\n"


def _shown(covered: Covered) -> str:
    return ", ".join(f"`{name}`" for name in covered.scenarios) or f"*none: {covered.why_not or NOT_YET}*"


def main() -> None:
    """Write lab/docs/coverage.md."""
    PAGE.write_text(page(coverage(load_catalogue().scenarios.values())), encoding="utf-8")


if __name__ == "__main__":
    main()
