#!/usr/bin/env python3
"""Sums up gcov's JSON (one object a line on stdin): for each folder of C++, how many lines the unit tests reach."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path


def main() -> None:
    """`coverage_cpp.py ROOT < gcov --json-format --stdout`."""
    root = Path(sys.argv[1])
    reached: dict[str, dict[int, bool]] = defaultdict(dict)
    for text in sys.stdin:
        for entry in json.loads(text)["files"]:
            path = Path(entry["file"])
            inside = path.relative_to(root) if path.is_absolute() and path.is_relative_to(root) else path
            if inside.is_absolute() or inside.parts[0] == "build" or "tests" in inside.parts:
                continue
            for line in entry["lines"]:
                lines = reached[inside.as_posix()]
                lines[line["line_number"]] = lines.get(line["line_number"], False) or line["count"] > 0
    folders: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, lines in reached.items():
        for folder in (str(Path(name).parent), "all"):
            folders[folder][0] += sum(lines.values())
            folders[folder][1] += len(lines)
    for folder, (run, every) in sorted(folders.items()):
        print(f"{folder:<44}{run:>6} of {every:>6} lines  {100 * run // every:>3} %")


if __name__ == "__main__":
    main()
