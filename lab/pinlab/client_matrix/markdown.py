"""lab/docs/clients.md from the data: what each client comes to, and what its users must know."""

from __future__ import annotations

from collections import Counter

from pinlab.client_matrix.advice import advice, excuses, left_open, limits, others
from pinlab.client_matrix.cell import MEANINGS, WORDS, MatrixCell, row
from pinlab.client_matrix.data import Client, ClientComparison

HEAD = """\
# Clients compared

What clients that people use do when someone lies to them. Every word here was measured: each client met the
same servers and the same attackers, and two witnesses on the wire say what happened. `./pinlab matrix` makes
it from [clients.json](clients.json), and with `--html FILE` a page for a browser; the scenarios are in the
[catalogue](catalogue.md). `./pinlab clients install NAME` and `./pinlab run --client NAME` repeat a column.
"""
MARKS = {
    "good": "✓",
    "BREACHED": "✗",
    "LOCKED_OUT": "⊘",
    "WRONG_REASON": "≈",
    "INCONCLUSIVE": "?",
    "cannot": "–",
}


def document(comparison: ClientComparison) -> str:
    """The page as text."""
    parts = [
        HEAD,
        _when(comparison),
        "## By family\n",
        _table(comparison),
        _legend(),
        "## Client by client\n",
    ]
    parts += [_client(client) for client in comparison.clients]
    parts += [_missing(comparison)] if comparison.missing else []
    return "\n".join(parts).rstrip() + "\n"


def _when(comparison: ClientComparison) -> str:
    cases = sum(case.was_judged for client in comparison.clients for case in client.met)
    text = f"Measured {comparison.dates} with pinlab {comparison.pinlab_version}: {len(comparison.clients)} clients, "
    text += f"{cases} cases, suite `{comparison.suite}`. {stability(comparison)}\n"
    return text


def stability(comparison: ClientComparison) -> str:
    """What is known about whether a repetition ends alike."""
    counts = Counter(client.runs for client in comparison.clients)
    often = {runs: count for runs, count in counts.items() if runs > 1}
    if not often:
        return "Each was run once, so its stability is not known."
    how = ", ".join(f"{runs} runs of {count} clients" for runs, count in sorted(often.items(), reverse=True))
    once = f", one run of {counts[1]}" if counts[1] else ""
    shaky = [client.name for client in comparison.clients if client.unstable]
    end = f"verdicts differed for {', '.join(shaky)}: see below" if shaky else "no verdict ever differed"
    return f"{how}{once}; {end}."


def _table(comparison: ClientComparison) -> str:
    """Families are the rows: a page is higher than it is wide."""
    names = [f"[{client.name}](#{anchor(client.name)})" for client in comparison.clients]
    lines = [f"| | {' | '.join(names)} |", "|---|" + ":-:|" * len(names)]
    rows = [row(client, comparison.families) for client in comparison.clients]
    for number, family in enumerate(comparison.families):
        cells = " | ".join(mark(cells[number]) for cells in rows)
        lines.append(f"| [{family}](catalogue.md#{family}) | {cells} |")
    return "\n".join(lines) + "\n"


def mark(cell: MatrixCell) -> str:
    """A cell in as few characters as it can be; a known deviation is in brackets."""
    if cell.kind in ("good", "cannot"):
        return MARKS[cell.kind]
    text = f"{MARKS[cell.kind]} {cell.count}/{cell.total}"
    return f"({text})" if cell.known else f"**{text}**"


def _legend() -> str:
    lines = [f"- {MARKS[kind]} {WORDS[kind]}: {MEANINGS[kind]}" for kind in WORDS]
    more = "- 2/7 counts cases of the judged ones; in brackets: each deviation is known, with a reason"
    return "\n".join([*lines, more]) + "\n"


def anchor(name: str) -> str:
    """What GitHub makes of a heading."""
    return "".join(char for char in name.lower().replace(" ", "-") if char.isalnum() or char in "-_")


def _client(client: Client) -> str:
    facts = client.facts
    lines = [f"### {client.name}\n", f"{_origin(client)}.", ""]
    if facts["known_bad"]:
        lines += [f"Kept for its fault: {fault(client)}.", ""]
    lines += ["What its users must know:", "", *(f"- {name}" for name in advice(client))]
    lines += [f"- Also {verdict} at {_ids(names)}." for verdict, names in others(client).items()]
    lines += [f"- Open: `{case.scenario}`, TLS {case.tls}: {case.cause}" for case in left_open(client)]
    lines += [
        f"- Not stable: `{entry['scenario']}`, TLS {entry['tls']}: {entry['verdicts']}"
        for entry in client.unstable
    ]
    cannot = limits(client)
    if cannot:
        lines += ["", "Not asked: " + "; ".join(f"{cause} ({count})" for cause, count in cannot) + "."]
    known = excuses(client.met)
    if known:
        lines += ["", "Known, with reasons: " + "; ".join(_excuse(*item) for item in known.items()) + "."]
    return "\n".join(lines) + "\n"


def _excuse(reason: str, scenarios: list[str]) -> str:
    return f"{reason} ({_ids(scenarios)})"


def _ids(scenarios: list[str]) -> str:
    return ", ".join(f"`{scenario}`" for scenario in scenarios)


def _origin(client: Client) -> str:
    facts = client.facts
    text = f"{facts['version']}, from {facts['ecosystem']}; {runs_of(client)}"
    return text + (f"; adapter [{facts['source']}](../../{facts['source']})" if facts["source"] else "")


def runs_of(client: Client) -> str:
    """How often and when it was measured."""
    return f"run {'once' if client.runs == 1 else f'{client.runs} times'} on {client.date}"


def fault(client: Client) -> str:
    """What a release with a known fault is kept for, and its good control."""
    bad = client.facts["known_bad"]
    return str(bad["id"]) + (f"; fixed in {bad['fixed_by']}" if bad["fixed_by"] else "; no fixed release")


def _missing(comparison: ClientComparison) -> str:
    lines = ["## Not run, because they were not there\n"]
    lines += [f"- {entry['name']}: `{entry['install']}`" for entry in comparison.missing]
    return "\n".join(lines) + "\n"
