"""`python -m pinlab.devtools.kill_matrix.main` runs every flawed client; writes lab/golden/kills.tsv and its page.

Only what has changed is run again: new flaws, and scenarios whose digest is another. `--all` runs everything,
which is due when the flawed client itself has changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from pinlab.catalogue.loader import Catalogue, load_catalogue
from pinlab.catalogue.registry import FlawInfo, known_flaws
from pinlab.catalogue.scenario import Scenario
from pinlab.core.paths import catalogue as catalogue_folder
from pinlab.devtools.kill_matrix import data
from pinlab.devtools.kill_matrix.data import PARTLY, Kills
from pinlab.devtools.measure import measure
from pinlab.runner.results import Result

PAGE = catalogue_folder().parent / "docs" / "kill-matrix.md"
HEAD = """\
# The kill matrix

Which scenario catches which flawed client, as measured by `python -m pinlab.devtools.kill_matrix.main`; the data is in
`lab/golden/kills.tsv`. **Bold** scenarios name the flaw themselves, and a test runs those pairs each time. A
flaw is caught where the verdict is not the expected one in each TLS version; ~ marks where it is so in some.
"""


def measured(before: Kills, catalogue: Catalogue, flaws: Mapping[str, FlawInfo]) -> Iterator[Kills]:
    """Run what `before` does not know; give the matrix after each flaw, of which the last is whole."""
    now = data.digests(catalogue)
    known = {name for name, digest in now.items() if before.digests.get(name) == digest}
    caught = {name: {f: v for f, v in before.caught[name].items() if f in flaws} for name in known}
    caught |= {name: {} for name in now if name not in known}
    stale = {flaw: [name for name in now if name not in known or flaw not in before.flaws] for flaw in flaws}
    expected = {f"flawed:{flaw}": names for flaw, names in stale.items() if names}
    done = [flaw for flaw in flaws if not stale[flaw]]
    yield _so_far(done, now, caught)
    for client, results in measure(expected):
        flaw = client.removeprefix("flawed:")
        print(f"{flaw}: {len(expected[client])} scenarios", flush=True)
        for name, group in groupby(sorted(results, key=_scenario), key=_scenario):
            verdict = data.verdict_of(group)
            if verdict is not None:
                caught[name][flaw] = verdict
        done.append(flaw)
        yield _so_far(done, now, caught)


def _so_far(done: Sequence[str], now: Mapping[str, str], caught: Mapping[str, Mapping[str, str]]) -> Kills:
    """The matrix of the flaws that are measured whole; an interrupted run goes on from there."""
    stored = {
        name: {flaw: word for flaw, word in row.items() if flaw in done} for name, row in caught.items()
    }
    return Kills(tuple(sorted(done)), now, stored)


def _scenario(result: Result) -> str:
    return result.scenario


def page(matrix: Kills, catalogue: Catalogue, flaws: Mapping[str, FlawInfo]) -> str:
    """Give the whole page as Markdown."""
    refusing = [scenario for scenario in catalogue.scenarios.values() if scenario.must_refuse]
    lines = [
        HEAD,
        f"{len(flaws)} flaws, {len(catalogue.scenarios)} scenarios, {len(refusing)} of which refuse.",
    ]
    lines += [f"Survivors: {', '.join(matrix.survivors) or 'none'}.\n"]
    lines += ["| Flaw | Caught by | Named by |\n|---|---:|---:|"]
    for name in sorted(flaws):
        named = sum(name in scenario.caught_by for scenario in catalogue.scenarios.values())
        lines.append(f"| [{name}](#{name}) | {len(matrix.by_flaw(name))} | {named} |")
    lines += ["\n## By flaw"]
    for name in sorted(flaws):
        lines += [f"\n### {name}\n", f"It {flaws[name].summary}. From: {flaws[name].source}.\n"]
        lines += list(_by_family(matrix.by_flaw(name), name, catalogue))
    lines += ["\n## By refusing scenario\n", "| Scenario | Flaws that it catches |\n|---|---|"]
    lines += [f"| `{scenario.id}` | {_flaws_of(scenario, matrix)} |" for scenario in refusing]
    return "\n".join(lines) + "\n"


def _by_family(caught: Mapping[str, str], flaw: str, catalogue: Catalogue) -> Iterator[str]:
    for family in catalogue.families:
        members = [name for name in catalogue.scenarios if name in caught and name.startswith(f"{family}/")]
        words = [_member(catalogue.scenarios[name], caught[name], flaw) for name in members]
        if words:
            yield f"- {family}: {', '.join(words)}"


def _member(scenario: Scenario, verdict: str, flaw: str) -> str:
    name = f"**{scenario.name}**" if flaw in scenario.caught_by else scenario.name
    return f"{PARTLY if verdict.startswith(PARTLY) else ''}{name} {verdict.removeprefix(PARTLY)}"


def _flaws_of(scenario: Scenario, matrix: Kills) -> str:
    caught = matrix.caught.get(scenario.id, {})
    named = [f"**{flaw}**" for flaw in sorted(caught) if flaw in scenario.caught_by]
    return ", ".join([*named, *(flaw for flaw in sorted(caught) if flaw not in scenario.caught_by)])


def main() -> None:
    """Measure what has changed and write data and page; a survivor is reported on stderr, with status 1."""
    catalogue, flaws = load_catalogue(), known_flaws()
    flaws = {name: flaws[name] for name in sorted(flaws) if name != "none"}
    before = Kills() if "--all" in sys.argv[1:] else data.read()
    for matrix in measured(before, catalogue, flaws):
        data.write(matrix)
    PAGE.write_text(page(data.read(), catalogue, flaws), encoding="utf-8")
    if matrix.survivors:
        sys.exit(f"nothing catches {', '.join(matrix.survivors)}: add a scenario that does")


if __name__ == "__main__":
    main()
